"""Asking the services in a person's name when the person is not there: a closing that is due, a copy.

The token is the person's own and nobody's office: an officer's account is asked as the citizen that its
holder is. It carries a `sid` of its own, so that ending every session ends it, too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from gateway.edge.breaker import Breaker
from gateway.identity.accounts import FOUNDER
from gateway.identity.runtime import Identity
from gateway.identity.sessions import WINDOW_CLIENT
from gateway.identity.tables import AnyRow
from gateway.identity.tokens import Subject
from gateway.window.services import SERVICES, Services


@asynccontextmanager
async def services_as(
    identity: Identity, settings: Any, account: AnyRow, *, sid: str
) -> AsyncIterator[Services]:
    """The services, called as `account`'s person. A token lasts ten minutes: one use, one block."""
    await identity.refresh()
    token = identity.mint(
        Subject(
            sub=str(account.id),
            client_id=WINDOW_CLIENT,
            roles=(FOUNDER,) if account.verified_at else (),
            org=None,
            regions=(),
            scope=WINDOW_CLIENT,
            sid=sid,
            person=account.person if account.verified_at else None,
            name=account.name,
        )
    )
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False) as client:
        yield Services(
            client,
            {s: getattr(settings, f"{s}_url") for s in SERVICES},
            "zh-CN",
            token,
            None,
            {s: Breaker(f"leaving-{s}", threshold=2, ttl_seconds=5) for s in SERVICES},
        )
