"""The platform as this bank calls it: tokens and proofs, idempotency keys, If-Match, retries.

A POST is written down before it is sent and always sent as it was written. What the platform refused is
the caller's to judge (`Answer.ok`); what could not be asked raises, and the round ends.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from simulators.bank.store import Store
from simulators.bank.tokens import NotReady, Tokens

BANK = "/api/finance/bank/v1"
_LATER = frozenset({429, 500, 502, 503, 504})
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer. `hit`: the platform said that it had answered this before."""

    status: int
    body: dict[str, Any]
    hit: bool = False

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def code(self) -> str:
        """The refusal's stable code."""
        return str(self.body.get("code", ""))


class Platform:
    """Calls by path; every reply is JSON."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens, store: Store, *, url: str) -> None:
        self._http, self._tokens, self._store = http, tokens, store
        self._url = url.rstrip("/")

    async def get(self, path: str, **parameters: Any) -> Answer:
        """Read something. Raises NotReady where the platform cannot answer now."""
        return await self._ask("GET", path, params=parameters)

    async def items(self, path: str, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
        """All items of a list, page after page."""
        cursor: str | None = None
        while True:
            extra = {"cursor": cursor} if cursor else {}
            answer = await self.get(path, limit=200, **parameters, **extra)
            if not answer.ok:
                raise NotReady(f"{path} answered {answer.status} {answer.code}")
            for item in answer.body["items"]:
                yield item
            cursor = answer.body.get("next")
            if not cursor:
                return

    async def post(
        self,
        key: str,
        path: str,
        body: dict[str, Any],
        *,
        if_match: int | None = None,
        again: bool = False,
    ) -> Answer:
        """Do something once. The same `key` is the same request for ever, whatever happened between;
        `again` sends it although it was answered."""
        kept = self._store.write_down(key, "POST", path, body)
        if kept.status is not None and not again:
            return Answer(kept.status, kept.reply or {})
        self._store.note_sent(key)
        headers = {"Idempotency-Key": key}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        answer = await self._ask("POST", kept.path, headers=headers, json=kept.body)
        if answer.ok:  # a refusal leaves no effect: it may be tried again when things have changed
            self._store.note_answer(key, answer.status, answer.body)
        return answer

    async def _ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Answer:
        url = self._url + path
        for turn in range(_TRIES):
            try:
                signed = await self._tokens.headers(method, url)
                reply = await self._http.request(
                    method, url, headers={**signed, **(headers or {})}, **kwargs
                )
            except httpx.HTTPError as error:
                trouble = type(error).__name__
            else:
                if reply.status_code == 401 and turn == 0:
                    self._tokens.forget()
                    continue
                if reply.status_code not in _LATER:
                    hit = reply.headers.get("idempotency-hit") == "true"
                    return Answer(reply.status_code, reply.json(), hit)
                trouble = str(reply.status_code)
            await asyncio.sleep(0.2 * 2**turn)
        raise NotReady(f"{method} {path}: {trouble}")
