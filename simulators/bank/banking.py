"""The bank's working day: hear what is new, open dossiers, play each one, acknowledge.

What it hears (webhook, inbox) only wakes it; what there is to do it reads from the platform, newest first
and messages last come first served, so that nothing depends on the order of arrival.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import date

from simulators.bank.platform import BANK, Platform
from simulators.bank.playing import Player
from simulators.bank.scenarios import CLERK, scenario_of
from simulators.bank.store import Dossier, Store
from simulators.bank.tokens import NotReady

_log = logging.getLogger("simulators.bank")
ROUNDS_AT_ONCE = 12
IDLE_ROUNDS_PER_PULL = 15


class Bank:
    """The one loop. `wake()` tells it that there is something new."""

    def __init__(self, platform: Platform, store: Store, *, pause_s: float) -> None:
        self._platform, self._store, self._pause_s = platform, store, pause_s
        self._player = Player(platform, store)
        self._news = asyncio.Event()
        self._working = asyncio.Lock()
        self._idle = 0

    def wake(self) -> None:
        """Look again now."""
        self._news.set()

    async def run(self, told: Callable[[str], None] = lambda _: None) -> None:
        """Work for ever; ends only by cancellation. `told` hears why a round could not be done."""
        while True:
            try:
                await self.work()
                told("")
            except NotReady as error:
                told(str(error))
            except Exception as error:  # a bank goes on after a bad day
                _log.exception("round failed")
                told(repr(error))
            try:
                async with asyncio.timeout(self._pause_s):
                    await self._news.wait()
            except TimeoutError:
                continue
            self._news.clear()

    async def work(self) -> int:
        """Rounds until nothing is left to do now; returns how many steps were made. Raises NotReady."""
        async with self._working:
            made = 0
            for _ in range(ROUNDS_AT_ONCE):
                steps = await self._round()
                made += steps
                if not steps:
                    break
            self._idle = 0 if made else self._idle + 1
            if self._idle % IDLE_ROUNDS_PER_PULL == 0:
                await self._answer_messages()
            return made

    async def _round(self) -> int:
        await self._open_dossiers()
        dossiers = self._store.open_dossiers()
        if not dossiers:
            return 0
        today = await self._today()
        made = 0
        for dossier in reversed(dossiers):
            made += await self._player.step(dossier, today=today)
        return made

    async def _today(self) -> date:
        """The platform's business date; a bank that is told none uses its own calendar."""
        answer = await self._platform.get(f"{BANK}/sandbox/clock")
        return date.fromisoformat(answer.body["today"]) if answer.ok else date.today()  # noqa: DTZ011

    async def _open_dossiers(self) -> None:
        async for row in self._platform.items(f"{BANK}/applications", state="assigned"):
            if self._store.dossier(row["id"]) is not None:
                continue
            answer = await self._platform.get(f"{BANK}/applications/{row['id']}")
            scenario = scenario_of(answer.body["form"]) if answer.ok else None
            kept = Dossier(row["id"], row["reference"], scenario or CLERK, row["state"])
            kept.finished = scenario is None  # the clerk's: the machine keeps its hands off
            self._store.keep_dossier(kept)

    async def _answer_messages(self) -> None:
        """Acknowledge what concerns our dossiers; the clerk's messages stay for the clerk."""
        answer = await self._platform.get(f"{BANK}/inbox", limit=200, visibility_seconds=0)
        if not answer.ok:
            return
        dossiers = self._store.dossiers()
        for message in reversed(answer.body["items"]):
            if is_played(message["href"], dossiers):
                path = f"{BANK}/inbox/{message['id']}/acknowledgements"
                done = await self._platform.post(f"ack:{message['id']}", path, {})
                self._store.count("acknowledged" if done.ok else "not_acknowledged")


def is_played(href: str, dossiers: Iterable[Dossier]) -> bool:
    """Whether a message is about an application that the machine plays, its loan or its claim."""
    played = (each for each in dossiers if each.scenario != CLERK)
    names = (name for d in played for name in (d.application_id, d.loan_id, d.claim_id))
    return any(name in href for name in names if name)
