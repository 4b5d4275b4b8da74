"""Who may see an event, which events an endpoint asked for, and when to try again.

Pure: no database, no HTTP, no clock; chance is passed in.
"""

from collections.abc import Iterable, Sequence

from kit.auth import Actor

PUBLIC, STAFF = "public", "staff"
RETRY_SECONDS = (0.0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""api.md "Events": the pause before each attempt; 75 h after the first, the delivery is given up."""
JITTER = 0.2
"""A pause is up to this part longer than the schedule says, never shorter."""
IN_TROUBLE = 3
"""Failed attempts in a row after which an endpoint is tried with one event at a time, and paused between."""
LONGEST_PAUSE_SECONDS = 60.0
_OFFICERS = ("officer", "head")
_PROVINCE_PREFIX = 2


def readers_of(audience: Iterable[str]) -> list[str]:
    """The principals under which an event is filed, each once.

    `staff:science:980101` is also filed under `staff:science:9801` and `staff:science:98`, so that an
    officer of the city or the province finds it by the prefix that their regions give.
    """
    found: dict[str, None] = {}
    for name in audience:
        found[name] = None
        kind, _, rest = name.partition(":")
        department, _, region = rest.partition(":")
        if kind == STAFF and region:
            for length in range(_PROVINCE_PREFIX, len(region), 2):
                found[f"{STAFF}:{department}:{region[:length]}"] = None
    return list(found)


def principals_of(actor: Actor) -> list[str]:
    """As whom the caller may read events.

    Everybody: what is public, and what names their account or person. Who acts for an organisation: what
    names it. Officers: what names their department in their regions. What is for staff at large carries
    no region, so only who serves the whole province and administrators read it.
    """
    found = [PUBLIC, f"sub:{actor.sub}", *actor.principals]
    prefixes = actor.region_prefixes
    if actor.has("department_officer", *_OFFICERS) and actor.org:
        found.append(f"org:{actor.org}")
    if actor.has(*_OFFICERS) and actor.org:
        found += [f"{STAFF}:{actor.org}:{prefix}" for prefix in prefixes]
    provincial = actor.has(*_OFFICERS) and any(len(p) <= _PROVINCE_PREFIX for p in prefixes)
    if actor.has("administrator") or provincial:
        found.append(STAFF)
    return list(dict.fromkeys(found))


def principals_of_organisation(org: str) -> list[str]:
    """As whom an organisation's endpoints receive: never as one of its people."""
    return [PUBLIC, f"org:{org}"]


def matches(type_: str, filters: Sequence[str]) -> bool:
    """Whether an event type is asked for: equal to a filter, or under it at a dot (`finance.loan`
    covers the types of loans). No filter asks for all."""
    return not filters or any(type_ == f or type_.startswith(f"{f}.") for f in filters)


def next_pause(
    failed_attempts: int, *, schedule: Sequence[float], chance: float, asked: float | None = None
) -> float | None:
    """Seconds to wait after the n-th attempt failed; None when it was the last of the schedule.

    `chance` (0 to 1) makes the jitter. `asked` is the receiver's own Retry-After: it may make the pause
    longer, up to the longest of the schedule.
    """
    if failed_attempts >= len(schedule):
        return None
    pause = schedule[failed_attempts] * (1 + JITTER * chance)
    if asked is not None:
        pause = max(pause, min(asked, max(schedule)))
    return pause


def pause_of_endpoint(failures: int, *, schedule: Sequence[float], chance: float) -> float | None:
    """Seconds in which nothing is sent to an endpoint whose last `failures` attempts all failed; None as
    long as they are few.

    It doubles from the schedule's first pause up to a minute: whoever is back is found soon, and whoever
    is not is asked once a minute. Each delivery has the pauses of its own schedule besides.
    """
    if failures < IN_TROUBLE:
        return None
    first = next((seconds for seconds in schedule if seconds > 0), 1.0)
    doubled: float = first * 2.0 ** min(failures - IN_TROUBLE, 10)
    return min(LONGEST_PAUSE_SECONDS, doubled) * (1 + JITTER * chance)
