"""What a person at the terminal sees: one line per step, then the address and the accounts."""

import contextlib
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path


def width(text: str) -> int:
    """Columns that a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """The text, filled with blanks to that many columns."""
    return text + " " * max(0, columns - width(text))


class Screen:
    """Prints progress; goes quiet when the terminal has gone."""

    def say(self, text: str = "") -> None:
        """One line."""
        with contextlib.suppress(OSError, ValueError):
            print(text, flush=True)

    def fact(self, name: str, detail: str = "", *, seconds: float | None = None) -> None:
        """A step that came to its end."""
        took = f"  {seconds:5.1f} s" if seconds is not None else ""
        self.say(f"  ✓ {pad(name, 34)}{pad(detail, 18)}{took}".rstrip())

    def trouble(self, text: str) -> None:
        """Something that a person should know, on the error stream."""
        with contextlib.suppress(OSError, ValueError):
            print(f"  ! {text}", file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what the body appends to the list is its detail."""
        began, detail = time.monotonic(), list[str]()
        yield detail
        self.fact(name, " ".join(detail), seconds=time.monotonic() - began)

    def welcome(
        self, address: str, accounts: Sequence[dict[str, str]], *, seconds: float, logs: Path
    ) -> None:
        """The address and who may sign in."""
        self.say()
        self.say(f"一窗 Yichuang 已就绪 · ready in {seconds:.1f} s   →   {address}")
        self.say()
        if accounts:
            self._accounts(accounts)
        self.say(f"日志 logs: {logs}    停止 stop: Ctrl-C    清空 reset: make reset")

    def _accounts(self, accounts: Sequence[dict[str, str]]) -> None:
        labels = max(width(account["label"]) for account in accounts)
        names = max(width(account["username"]) for account in accounts)
        passwords = {account["password"] for account in accounts}
        common = passwords.pop() if len(passwords) == 1 else None
        self.say("演示账户 demo accounts" + (f"   密码 password: {common}" if common else ""))
        for account in accounts:
            own = "" if common else account["password"]
            line = f"  {pad(account['label'], labels)}  {pad(account['username'], names)}  {own}"
            self.say(line.rstrip())
        self.say()
