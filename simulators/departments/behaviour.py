"""How a department behaves: profiles as data, an overlay for tests, and seeded draws.

Every draw depends on (seed, department, reference, n-th request) only, so a run repeats exactly,
also after a restart. It must not look at the clock: times are passed in.
"""

import random
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Milliseconds = Annotated[int, Field(ge=0, le=600_000)]


class Behaviour(BaseModel):
    """Everything a department can do to its callers; the default is a model department."""

    model_config = ConfigDict(extra="forbid")

    fail_rate: Rate = 0
    fail_next: Count = 0
    delay_ms: Milliseconds = 0
    jitter_ms: Milliseconds = 0
    drop_response: Rate = 0
    drop_next: Count = 0
    hang_next: Count = 0
    hang_ms: Milliseconds = 60_000
    throttle_next: Count = 0
    retry_after_s: Annotated[int, Field(ge=0, le=86_400)] = 5
    down_until: AwareDatetime | None = None
    decide_after_ms: Milliseconds = 0
    decide_jitter_ms: Milliseconds = 0
    reject: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    reject_rate: Rate = 0
    callback_copies: Annotated[int, Field(ge=1, le=10)] = 1
    callback_reorder: bool = False
    callback_loss: Rate = 0

    def is_down(self, now: datetime) -> bool:
        """Whether a maintenance window is on at `now`."""
        return self.down_until is not None and now < self.down_until


CALM = Behaviour()

# What each one is like on an ordinary day; short enough that a demo does not drag.
LIVELY: Mapping[str, Behaviour] = MappingProxyType(
    {
        "tax": Behaviour(delay_ms=150, jitter_ms=250, fail_rate=0.05, decide_after_ms=800,
                         decide_jitter_ms=1500),
        "seal": Behaviour(delay_ms=80, jitter_ms=100, decide_after_ms=1500, decide_jitter_ms=1500,
                          callback_copies=2),
        "social-insurance": Behaviour(delay_ms=100, jitter_ms=200, fail_rate=0.15,
                                      decide_after_ms=500, decide_jitter_ms=1000),
        "medical-insurance": Behaviour(delay_ms=100, jitter_ms=100, drop_response=0.15,
                                       decide_after_ms=500, decide_jitter_ms=1000),
        "housing-fund": Behaviour(delay_ms=50, jitter_ms=50, decide_after_ms=1000,
                                  decide_jitter_ms=1000, callback_reorder=True),
        "bank": Behaviour(delay_ms=300, jitter_ms=500, fail_rate=0.05, decide_after_ms=1000,
                          decide_jitter_ms=2000, callback_loss=0.3),
        "statistics": Behaviour(delay_ms=20, jitter_ms=30, fail_rate=0.1),
        "real-name": Behaviour(delay_ms=30, jitter_ms=40),
    }
)  # fmt: skip


class Draws:
    """The dice of one request: named, so that adding one draw does not shift the others."""

    def __init__(self, seed: int, *parts: object) -> None:
        self._stem = ":".join(str(part) for part in (seed, *parts))

    def fraction(self, name: str) -> float:
        """A number in [0, 1), always the same for the same request and name."""
        # Not cryptography: dice that must repeat.
        return random.Random(f"{self._stem}:{name}").random()  # noqa: S311

    def hits(self, name: str, rate: float) -> bool:
        """Whether something of this probability happens."""
        return self.fraction(name) < rate
