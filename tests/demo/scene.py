"""What all scenes of the second act share: its people, waiting for others, and the business clock."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.demo.journey import Journey
from tests.journeys.people import FINANCE, Person

PATIENCE_S = 90
PEOPLE = (
    ("founder", "创业者 founder"),
    ("carrier_operator", "运营方 operator"),
    ("officer", "登记员 registrar"),
    ("science", "科技局 science"),
    ("treasury", "财政局 treasury"),
    ("science_province", "科技厅 province"),
    ("treasury_payer", "拨付岗 payments"),
)


class Scene(Journey):
    """Seven people, kept by their demo key."""

    def gather(self) -> None:
        self.people: dict[str, Person] = {}
        self.label = dict(PEOPLE)
        for key, who in PEOPLE:
            self.people[key] = self.do(who, "登录 sign in", lambda key=key: self._enter(key))
        self.clock = self._enter("administrator")

    def by(self, key: str, what: str, work: Callable[[Person], Any]) -> Any:
        """A step of one of the people."""
        return self.do(self.label[key], what, lambda: work(self.people[key]))

    def until(self, key: str, what: str, look: Callable[[Person], Any], so: Any) -> Any:
        """A step that waits for others: the bank, an event, a job."""
        who = self.people[key]
        return self.do(
            "　　等 waiting",
            what,
            lambda: who.wait_for(what, lambda: look(who), so, seconds=PATIENCE_S),
        )

    def later(self, days: int, at: str = FINANCE) -> date:
        """The business clock of one service moves; what grows due is handled."""

        def move() -> Any:
            return self.clock.post(f"{at}/sandbox/clock", json={"advance_days": days})

        seen = self.do("　　钟 clock", f"{days} 天以后 days later", move)
        print(f"      {seen['today']}")
        return date.fromisoformat(seen["today"])

    def today(self, at: str) -> date:
        """The business date of one service."""
        return date.fromisoformat(self.clock.get(f"{at}/sandbox/clock")["today"])
