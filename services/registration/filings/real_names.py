"""The real-name check of everybody named in a filing (细则 art. 16), asked of the public security's service.

Repeating a question is harmless there. A person whose answer is known for a submission is not asked again.
ID numbers go out in the request body only; they are never logged.
"""

from dataclasses import dataclass

import httpx

from kit.jobs import RetryLater

TIMEOUT_SECONDS = 8.0


@dataclass(frozen=True)
class Answer:
    """`result`: match, mismatch, not_found or invalid (the number itself cannot be)."""

    result: str
    receipt: str | None


class RealNameService:
    """The outside service. Raises kit.jobs.RetryLater where it is slow, throttled or down."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, *, name: str, id_number: str, reference: str) -> Answer:
        body = {"name": name, "id_number": id_number, "reference": reference}
        try:
            reply = await self._client.post("/real-name/checks", json=body)
        except httpx.HTTPError as error:
            raise RetryLater(2, f"real-name check: {type(error).__name__}") from error
        if reply.status_code == 422:
            return Answer("invalid", None)
        if reply.status_code != 200:
            wait = reply.headers.get("retry-after", "")
            seconds = float(wait) if wait.isdigit() else 2.0
            raise RetryLater(seconds, f"real-name check answered {reply.status_code}")
        try:
            found = reply.json()
            return Answer(str(found["result"]), str(found["check_id"]))
        except (ValueError, KeyError) as error:
            raise RetryLater(2, "real-name check answered nonsense") from error
