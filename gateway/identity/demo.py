"""The people of the demo province who can sign in, and how they come to be. Never in production.

Everything is invented (domain.md 6): regions 98…, phones 000…, mail at example.invalid; the founders are
personas of the real-name simulator, so their names can be checked. `python -m gateway seed` may be
run again and again.
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import accounts_store, grants_store, keys_store, rules
from gateway.identity.accounts import ID_NUMBER, USERNAME
from gateway.identity.accounts_store import NewAccount
from gateway.identity.keys import generate
from gateway.identity.runtime import Identity, Options
from kit.crypto import person_hash

DEMO_PASSWORD = "Yichuang-demo-2026"  # noqa: S105 - printed by `make run`, refused in production
SANDBOX_SECRET = "sandbox-secret-for-trying-out"  # noqa: S105 - only taken with SANDBOX=1


class DemoAccount(TypedDict):
    """Print-ready; `label` is zh and en. `role` is the first of `roles`. JSON as it stands."""

    key: str
    role: str
    label: str
    username: str
    password: str
    name: str
    name_en: str
    id_number: str
    roles: list[str]
    org: str | None
    regions: list[str]


_CITY, _PROVINCE = "980100", "980000"
_DEPARTMENT = "department_officer"
# key, label zh and en, name, name in Latin letters, ID number, username, roles, org, region
_ROWS: tuple[tuple[str, str, str, str, str, str, str, str, str], ...] = (
    ("founder", "创业者 Founder", "林晓舟", "Lin Xiaozhou",
     "980101199003071016", "00010000001", "founder", "", ""),
    ("founder_2", "股东二 Second shareholder", "周明远", "Zhou Mingyuan",
     "980101198805122028", "00010000002", "founder", "", ""),
    ("founder_3", "股东三 Third shareholder", "陈若溪", "Chen Ruoxi",
     "980102199509213030", "00010000003", "founder", "", ""),
    ("founder_4", "股东四 Fourth shareholder", "沈青禾", "Shen Qinghe",
     "980181197901014040", "00010000004", "founder", "", ""),
    ("officer", "登记机关经办人 Registration officer", "梁守正", "Liang Shouzheng",
     "98010119880315101X", "registration@example.invalid", "officer", "registration", _CITY),
    ("head", "登记机关负责人 Head of registration", "孟知行", "Meng Zhixing",
     "98010119790622204X", "registration.head@example.invalid", "head officer", "registration",
     _CITY),
    ("tax", "税务局 Tax", "唐书宁", "Tang Shuning",
     "980102198511043072", "tax@example.invalid", _DEPARTMENT, "tax", _CITY),
    ("seal", "公安局（印章） Public security, seals", "雷正阳", "Lei Zhengyang",
     "980101198209184054", "seal@example.invalid", _DEPARTMENT, "seal", _CITY),
    ("social_insurance", "人社局 Social insurance", "苏念安", "Su Nian'an",
     "980181199001275025", "social.insurance@example.invalid", _DEPARTMENT, "social_insurance",
     _CITY),
    ("medical_insurance", "医保局 Medical insurance", "康以宁", "Kang Yining",
     "980102198708036060", "medical.insurance@example.invalid", _DEPARTMENT, "medical_insurance",
     _CITY),
    ("housing_fund", "公积金中心 Housing fund", "方家栋", "Fang Jiadong",
     "980101198405127030", "housing.fund@example.invalid", _DEPARTMENT, "housing_fund", _CITY),
    ("bank_account", "银行开户岗 Bank, account opening", "钱立信", "Qian Lixin",
     "980102199102207085", "bank.accounts@example.invalid", _DEPARTMENT, "bank",
     _CITY),
    ("statistics", "统计局 Statistics", "姚明数", "Yao Mingshu",
     "980102199202147024", "statistics@example.invalid", _DEPARTMENT, "statistics", _CITY),
    ("bank", "青屿示例银行 Qingyu Example Bank", "金守诚", "Jin Shoucheng",
     "980101198010101047", "bank@example.invalid", "bank", "qingyu-example-bank", _CITY),
    ("carrier_operator", "众创空间运营方 Carrier operator", "宋启航", "Song Qihang",
     "980101199304062025", "carrier@example.invalid", "carrier_operator", "qingyu-maker-space",
     _CITY),
    ("carrier_operator_2", "另一众创空间运营方 Second carrier operator", "叶拾光", "Ye Shiguang",
     "980102199011083064", "carrier.2@example.invalid", "carrier_operator", "carrier-zc-002", _CITY),
    ("science", "科技局经办人 Science department", "顾新宇", "Gu Xinyu",
     "980101198406112033", "science@example.invalid", "officer", "science", _CITY),
    ("science_head", "科技局负责人 Head of science department", "秦远志", "Qin Yuanzhi",
     "980101197109082013", "science.head@example.invalid", "head officer", "science", _CITY),
    ("science_province", "省科技厅经办人 Province, science", "高云川", "Gao Yunchuan",
     "980000197311301054", "science.province@example.invalid", "head officer", "science", _PROVINCE),
    ("science_province_head", "省科技厅负责人 Head, province, science", "陆致远", "Lu Zhiyuan",
     "980000196909142030", "science.province.head@example.invalid", "head officer", "science",
     _PROVINCE),
    ("treasury", "财政局经办人 Treasury", "钟惠民", "Zhong Huimin",
     "980101197602031017", "treasury@example.invalid", "officer", "treasury", _CITY),
    ("treasury_payer", "财政局拨付岗 Treasury, payments", "贺岁丰", "He Suifeng",
     "980101198012064016", "treasury.payments@example.invalid", "officer", "treasury", _CITY),
    ("expert", "评审专家一 First expert", "严知秋", "Yan Zhiqiu",
     "980101198107223016", "expert.1@example.invalid", "expert", "", _PROVINCE),
    ("expert_2", "评审专家二 Second expert", "柳长青", "Liu Changqing",
     "98018119780419502X", "expert.2@example.invalid", "expert", "", _PROVINCE),
    ("expert_3", "评审专家三 Third expert", "白若川", "Bai Ruochuan",
     "980102198605086030", "expert.3@example.invalid", "expert", "", _PROVINCE),
    ("bank_2", "松岭示例银行 Songling Example Bank", "闻达", "Wen Da",
     "980201198706124015", "bank.2@example.invalid", "bank", "songling-example-bank", _CITY),
    ("administrator", "系统管理员 Administrator", "管文博", "Guan Wenbo",
     "980181198607193038", "administrator@example.invalid", "administrator", "platform", _PROVINCE),
)  # fmt: skip

DEMO_ACCOUNTS: list[DemoAccount] = [
    DemoAccount(
        key=key,
        role=roles.split()[0],
        label=f"{label} {name}",
        username=username,
        password=DEMO_PASSWORD,
        name=name,
        name_en=name_en,
        id_number=id_number,
        roles=roles.split(),
        org=org or None,
        regions=[region] if region else [],
    )
    for key, label, name, name_en, id_number, username, roles, org, region in _ROWS
]

DEMO_APP = {
    "client_id": "demo-app",
    "name_zh": "演示应用",
    "name_en": "Demo app",
    "kind": "app",
    "auth_method": "none",
    "redirect_uris": ["http://127.0.0.1:8899/callback", "http://[::1]/callback"],
    "scopes": ["cases", "profile"],
    "roles": [],
    "org": None,
    "regions": [],
    "dpop_bound": False,
}
"""A public client for scripts and journeys: authorization code with PKCE."""

DEMO_BANK = {
    "client_id": "demo-bank",
    "name_zh": "青屿示例银行系统",
    "name_en": "Qingyu Example Bank system",
    "kind": "machine",
    "auth_method": "private_key_jwt",
    "redirect_uris": [],
    "scopes": ["bank", "events"],
    "roles": ["bank"],
    "org": "qingyu-example-bank",
    "regions": [_CITY],
    "dpop_bound": True,
}
DEMO_BANK_2 = {
    **DEMO_BANK,
    "client_id": "demo-bank-2",
    "name_zh": "松岭示例银行系统",
    "name_en": "Songling Example Bank system",
    "org": "songling-example-bank",
}
"""Another bank's system: what is the first one's does not exist for it."""
DEMO_SANDBOX = {
    **DEMO_BANK,
    "client_id": "demo-bank-sandbox",
    "name_zh": "青屿示例银行系统（沙箱）",
    "name_en": "Qingyu Example Bank system (sandbox)",
    "auth_method": "client_secret_basic",
    "dpop_bound": False,
}


DEMO_PORTAL = {
    **DEMO_BANK,
    "client_id": "demo-portal",
    "name_zh": "青屿政务门户（演示）",
    "name_en": "Qingyu government portal (demo)",
    "scopes": ["cases", "events"],
    "roles": ["portal"],
    "org": "qingyu-portal",
}
"""A portal's server: a confidential client that reads what is public and hears of events."""


async def seed_demo(state: Any) -> None:
    """`Service.seeds`: `state` has settings and database (kit.http.prepare_state)."""
    identity = Identity(Options.of(state.settings), state.database)
    if identity.options.production:
        raise RuntimeError("demo accounts are never made in production")
    try:
        now = identity.now()
        accounts = [await _sealed(identity, account) for account in DEMO_ACCOUNTS]
        async with state.database.transaction() as session:
            for account in accounts:
                await accounts_store.add_account(session, account, now=now)
            await _seed_clients(session, identity, now=now)
        async with state.database.transaction() as session:
            await keys_store.rotate(session, vault=identity.vault, now=now)
    finally:
        await identity.stop()


async def _sealed(identity: Identity, account: DemoAccount) -> NewAccount:
    username = rules.normal_username(account["username"])
    assert username is not None
    number = account["id_number"]
    return NewAccount(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"yichuang-demo:{account['key']}"),
        username_hash=identity.lookup_hash("username", username),
        username_sealed=identity.vault.encrypt(username, context=USERNAME),
        name=account["name"],
        name_en=account["name_en"],
        person=person_hash(number, person_key=identity.options.person_key),
        id_number_sealed=identity.vault.encrypt(number, context=ID_NUMBER),
        roles=account["roles"],
        org=account["org"],
        regions=account["regions"],
        state="active",
        password_hash=await identity.passwords.hash(account["password"]),
        is_demo=True,
    )


async def _seed_clients(session: AsyncSession, identity: Identity, *, now: datetime) -> None:
    common = {"state": "active", "created_at": now}
    await grants_store.add_client(session, {**DEMO_APP, **common}, keys=[])
    for machine in (DEMO_BANK, DEMO_BANK_2, DEMO_PORTAL):
        kid, private, public = generate()
        row = {"kid": kid, "alg": "ES256", "jwk": public, "created_at": now, "expires_at": None}
        if await grants_store.add_client(session, {**machine, **common}, keys=[row]):
            keep_private_key(str(machine["client_id"]), private)
    if identity.options.sandbox:
        secret_hash = identity.lookup_hash("client-secret", SANDBOX_SECRET)
        values = {**DEMO_SANDBOX, **common, "secret_hash": secret_hash}
        await grants_store.add_client(session, values, keys=[])


def keep_private_key(client_id: str, private_jwk: str) -> Path:
    """Write a demo client's private key where only the owner of the data folder can read it."""
    folder = Path(os.environ.get("YICHUANG_DATA", ".local")) / "demo-keys"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{client_id}.jwk.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(json.loads(private_jwk), indent=2))
    return path
