"""Passwords: argon2id off the event loop, with a bound on how many at once.

This file exists because one hash is 19 MiB and some 20 ms of CPU: unbounded, a login flood takes the
gateway down. Parameters are OWASP's second equal choice (m = 19 MiB, t = 2, p = 1); a stronger default
later rehashes at the next sign-in. A password is hashed in one spelling (RFC 8265 OpaqueString): keyboards
differ in how they send é. Must not log, store or return a password.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from gateway.identity.errors import IdentityBusy
from gateway.identity.rules import one_spelling, spellings

T = TypeVar("T")


class Passwords:
    """Hashes and checks. `threads` run at once, `waiting` more may queue, then IdentityBusy."""

    def __init__(
        self, *, threads: int = 2, waiting: int = 64, memory_kib: int = 19_456, passes: int = 2
    ) -> None:
        self._hash = PasswordHash(
            (Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1),)
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._limit = threads + waiting
        self._inside = 0
        self._nobody = self._hash.hash("the account that nobody has")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hash.hash(one_spelling(password)))

    async def check(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """(right?, a new hash to store when the parameters have grown).

        `stored` None (nobody has that name) costs the same time and is never right. A hash of another
        spelling is right and renewed.
        """
        wanted, *older = spellings(password)

        def work() -> tuple[bool, str | None]:
            try:
                right, renewed = self._hash.verify_and_update(wanted, stored or self._nobody)
                if not right and any(self._hash.verify(o, stored or self._nobody) for o in older):
                    return True, self._hash.hash(wanted)
            except UnknownHashError:
                return False, None
            return right, renewed

        right, renewed = await self._run(work)
        return (right, renewed) if stored else (False, None)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._inside >= self._limit:
            raise IdentityBusy(headers={"Retry-After": "5"})
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._inside -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
