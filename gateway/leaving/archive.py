"""A person's data as a ZIP: what it holds, file by file. Reads the gateway's own tables and the services.

JSON as the services give it, files as they were handed in, and a page that says what is what. Personal
numbers are whole: it is the person's own copy. Must not hold what others have to say of the person in
confidence: only what the person may read anyway is in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Self

import orjson
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.identity import tables as identity
from gateway.identity.accounts import ID_NUMBER, USERNAME
from gateway.identity.tables import AnyRow
from gateway.leaving.holdings import Holdings
from gateway.messages import tables as messages
from gateway.messages.rules import wording
from gateway.messages.telling import EMAIL
from gateway.window.services import Refusal, Service, Services
from kit.crypto import Vault

MOST_BYTES = 500_000_000
"""Of files together. What does not fit is named in the list of what is missing."""
README = """一窗 · 您的个人数据副本

account.json        账号：姓名、证件号码、手机号或邮箱、登录设备、授权的应用、消息设置
messages.json       站内消息
registration/       登记：办件（含表单、文书、时间线）、营业执照、名称
finance/            融资：贷款、补贴和其他办件
carriers/           载体：入驻和其他办件
…/files/            您提交的材料
missing.json        没有放进来的内容和原因（空列表表示齐全）

金额单位为分，时间为 UTC（RFC 3339）。依据：《个人信息保护法》第四十五条。
"""
_EXPANDED = "timeline,deadlines,documents,papers,signatures"


@dataclass
class Archive:
    """One ZIP in the making. `missing`: what should be in it and is not."""

    file: IO[bytes]
    missing: list[dict[str, str]] = field(default_factory=list)
    taken: int = 0

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, content: Any) -> None:
        self.zip.writestr(name, orjson.dumps(content, option=orjson.OPT_INDENT_2, default=str))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def finish(self) -> None:
        """What is missing, and how to read the rest."""
        self.add("missing.json", self.missing)
        self.zip.writestr("README.txt", README)

    async def add_services(self, services: Services, held: Holdings) -> None:
        """Every list, and each case whole with its files."""
        for (service, name), rows in held.rows.items():
            if name == "cases":
                for row in rows:
                    await self._add_case(services, service, row)
            else:
                self.add(f"{service}/{name.replace('/', '-')}.json", rows)

    async def _add_case(self, services: Services, service: Service, row: Mapping[str, Any]) -> None:
        path, place = f"/api/{service}/v1/cases/{row['id']}", f"{service}/cases/{row['reference']}"
        case = (await services.get(service, path, expand=_EXPANDED)).body
        self.add(f"{place}/case.json", case)
        for one in (case.get("expanded") or {}).get("documents") or []:
            name = f"{place}/files/{one['id']}-{_plain(one['filename'])}"
            await self._add_file(services, service, f"{path}/documents/{one['id']}/content", name)
        for one in (case.get("expanded") or {}).get("papers") or []:
            name = f"{place}/papers/{one['code']}-{one['version']}.pdf"
            await self._add_file(services, service, one["href"], name)

    async def _add_file(self, services: Services, service: Service, path: str, name: str) -> None:
        if self.taken >= MOST_BYTES:
            self.missing.append({"name": name, "why": "too_large"})
            return
        try:
            content = (await services.get(service, path)).content
        except Refusal as refusal:
            if refusal.status >= 500:
                raise
            self.missing.append({"name": name, "why": refusal.code or str(refusal.status)})
            return
        self.taken += len(content)
        self.zip.writestr(name, content)


def _plain(filename: str) -> str:
    """A file's own name without what a path could be made of."""
    return re.sub(r"[^\w.（）()\- ]", "_", filename).strip(". ")[:100] or "file"


async def own_data(connection: AsyncConnection, vault: Vault, account: AnyRow) -> dict[str, Any]:
    """The account as its person may know it."""
    number, email = account.id_number_sealed, account.email_sealed
    return {
        "id": account.id,
        "name": account.name,
        "id_number": vault.decrypt(number, context=ID_NUMBER) if number else None,
        "username": vault.decrypt(account.username_sealed, context=USERNAME),
        "email": vault.decrypt(email, context=EMAIL) if email else None,
        "opened_at": account.created_at,
        "verified_at": account.verified_at,
        "sessions": await _rows(
            connection,
            identity.sessions,
            account,
            "created_at",
            "seen_at",
            "ended_at",
            "user_agent",
        ),
        "apps": await _rows(
            connection, identity.consents, account, "client_id", "scope", "given_at"
        ),
        "message_preferences": await _rows(
            connection, messages.message_preferences, account, "sms", "email"
        ),
    }


async def _rows(
    connection: AsyncConnection, table: Table, account: AnyRow, *names: str
) -> list[dict[str, Any]]:
    query = select(*(table.c[name] for name in names)).where(table.c.account_id == account.id)
    rows = await connection.execute(query.limit(10_000))
    return [dict(zip(names, row, strict=True)) for row in rows]


async def own_messages(connection: AsyncConnection, account: AnyRow) -> list[dict[str, Any]]:
    """What was written to the person, in words."""
    table = messages.messages
    named = [f"account:{account.id}"] + ([f"person:{account.person}"] if account.person else [])
    query = select(table).where(table.c.recipient.in_(named)).order_by(table.c.created_at)
    return [
        {
            "at": row.created_at,
            "read_at": row.read_at,
            "text": wording(row.template, row.values, english=False),
            "href": row.href,
        }
        for row in await connection.execute(query.limit(10_000))
    ]


def named_for(ready_at: datetime) -> str:
    """The download's file name."""
    return f"yichuang-data-{ready_at:%Y%m%d}.zip"
