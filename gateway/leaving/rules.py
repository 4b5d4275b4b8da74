"""What stands in the way of closing an account, and what is only told. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gateway.leaving.holdings import Holdings
from gateway.window.services import Service

COOLING_OFF = timedelta(days=15)
"""演示参数: how long a closing can be taken back by signing in. No law fixes it; 个人信息保护法 art. 15 asks
for a convenient way to withdraw, art. 47 for erasure once consent is withdrawn."""
REMINDED_BEFORE = timedelta(days=1)
LOOKED_AT_AGAIN = timedelta(days=1)
EXPORT_LASTS = timedelta(days=7)
"""演示参数: how long a copy waits to be fetched."""
DRAFT = "draft"
"""How every matter calls a case that was not sent anywhere yet."""
RUNNING_LOANS = ("contracted", "active", "overdue", "defaulted")
_MATTERS: tuple[Service, ...] = ("registration", "finance", "carriers")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a service: a case, a loan, a licence. `href` is its page here."""

    kind: Literal["case", "loan", "licence", "draft"]
    reference: str
    title: str
    href: str


def blockers(held: Holdings) -> Iterator[Item]:
    """Cases that were handed in and are not over (also seats and library entries in force), living loans."""
    for service in _MATTERS:
        for row in held.of(service, "cases"):
            if row["state"] != DRAFT and not row["closed_at"]:
                yield Item("case", row["reference"], row["title"], f"/cases/{row['id']}")
    for row in held.of("finance", "loans"):
        if row["state"] in RUNNING_LOANS:
            yield Item("loan", row["reference"], "", f"/loans/{row['id']}")


def told(held: Holdings) -> Iterator[Item]:
    """What goes on without the account, or ends with it: valid licences, drafts."""
    for row in held.of("registration", "licences"):
        if row["status"] == "valid":
            yield Item("licence", row["uscc"], row["name"], f"/licences/{row['id']}")
    for service in _MATTERS:
        for row in held.of(service, "cases"):
            if row["state"] == DRAFT and not row["closed_at"]:
                yield Item("draft", row["reference"], row["title"], f"/cases/{row['id']}")
