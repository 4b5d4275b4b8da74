"""Waiting for what a telephone got."""

import asyncio
import re

from tests.gateway.messages.conftest import Provider

PATIENCE_S = 40


async def received(provider: Provider, to: str, count: int) -> list[dict[str, str]]:
    """The first `count` messages of a telephone or mailbox."""
    async with asyncio.timeout(PATIENCE_S):
        while len(found := provider.got(to)) < count:  # noqa: ASYNC110  another process works
            await asyncio.sleep(0.1)
    return found


def code_in(text: str) -> str:
    found = re.search(r"验证码 ([0-9]{6})", text)
    assert found is not None, text
    return found[1]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"
