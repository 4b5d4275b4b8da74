"""How long who guesses must wait. Pure: counts go in, a time to wait comes out.

A stranger may slow himself down, never the owner. Wrong passwords are counted where they come from: for one
account from one address, for one address over all accounts, and for a browser that this person has signed in
with before (`devices.py`) by itself, so that nobody else can use up its tries. No account is ever closed: if
it is guessed at from everywhere, each strange address has one try instead of five, and then waits like the
others. (OWASP Authentication Cheat Sheet and "device cookies"; NIST SP 800-63B-4 3.2.2.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PAIR_WINDOW = timedelta(hours=24)
"""How long a wrong password counts for the account and the place that it came from."""
ADDRESS_WINDOW = timedelta(minutes=15)
FREE_TRIES, FREE_UNDER_ATTACK, FREE_ON_OWN_DEVICE, FREE_PER_ADDRESS = 5, 1, 20, 100
ATTACKED_BY = 50
"""So many wrong passwords from strange places in the pair's window, and an account is under attack."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
ADDRESS_WAIT = timedelta(seconds=60)
"""An address is shared by many: it waits a minute for each further try, not a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords. `here`: for this account from this place since its last right one; `address`: from
    this address for any account; `strange`: for this account from all places that are not its own."""

    here: int = 0
    last_here: datetime | None = None
    address: int = 0
    last_address: datetime | None = None
    strange: int = 0


def wait_left(failures: Failures, *, own_device: bool, now: datetime) -> timedelta:
    """How long until the next password is looked at; zero or less means now."""
    if own_device:
        return _left(failures.here, FREE_ON_OWN_DEVICE, failures.last_here, now=now)
    attacked = failures.strange >= ATTACKED_BY
    free = FREE_UNDER_ATTACK if attacked else FREE_TRIES
    here = _left(failures.here, free, failures.last_here, now=now)
    if failures.address < FREE_PER_ADDRESS or failures.last_address is None:
        return here
    return max(here, failures.last_address + ADDRESS_WAIT - now)


def _left(count: int, free: int, last: datetime | None, *, now: datetime) -> timedelta:
    """Doubles with each wrong password after the free ones, from half a minute to a quarter of an hour."""
    if count < free or last is None:
        return timedelta(0)
    doublings = min(count - free, 10)
    wait: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return last + wait - now
