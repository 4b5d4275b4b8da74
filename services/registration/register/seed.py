"""The demonstration's register: 120 fictional firms and 60 sole traders (domain.md 6).

Seeded random numbers and a fixed day, so that every machine has the same register. Codes lie below what
the demonstration's segments give out (sequences under 1000), in the invented province 98. Some are the
edge cases that break naive programs: a company under a 92 code, one that moved and kept its code, rare
characters, polyphones, revoked and deregistered ones. Run again it changes nothing.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import mask_id, person_hash
from kit.jobs import defer
from kit.regions import table as regions
from services.registration.codes.resident_id import resident_id_check
from services.registration.codes.rules import ALPHABET, org_code_check, uscc_check
from services.registration.codes.seed import DEMO_AUTHORITIES
from services.registration.names.handover import register_name
from services.registration.register import demo_names as words
from services.registration.register.jobs import SNAPSHOT
from services.registration.register.rules import (
    EntityRecord,
    PersonRecord,
    PersonRole,
    ShareholderRecord,
)
from services.registration.register.service import end_entity, register_entity

TODAY = date(2026, 11, 1)
FIRMS, SOLE_TRADERS = 120, 60
FIRST_SEQUENCE = 100
COUNTIES = ("980101", "980102", "980181", "980201", "980221")
_KNOWN = text("SELECT 1 FROM market_entities WHERE is_demo AND case_id IS NULL LIMIT 1")
_CODE = text(
    "INSERT INTO allocated_codes (uscc, org_code, legacy_reg_no, case_id, segment_id,"
    " authority_code, issued_at) VALUES (:uscc, :org_code, NULL, NULL, NULL, :authority, :at)"
    " ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Seeded:
    """A record and what became of it."""

    record: EntityRecord
    ended: str | None = None


def _base31(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 31)
        digits = ALPHABET[digit] + digits
    return digits


def demo_uscc(*, category: str, authority: str, sequence: int) -> str:
    """A correct code of the demonstration; `sequence` is unique over all authorities and below 1000."""
    body = f"XY{DEMO_AUTHORITIES.index(authority)}{_base31(sequence, 5)}"
    first = f"9{category}{authority}{body}{org_code_check(body)}"
    return first + uscc_check(first)


def _id_number(rng: random.Random) -> str:
    born = date(1962, 1, 1) + timedelta(days=rng.randrange(365 * 40))
    first = f"{rng.choice(('980101', '980102', '980201'))}{born:%Y%m%d}{rng.randrange(1, 999):03d}"
    return first + resident_id_check(first)


class _Maker:
    """Makes records one after another from one seeded source."""

    def __init__(self, person_key: str) -> None:
        self.rng = random.Random(20261121)  # noqa: S311  demonstration data
        self.person_key = person_key
        self.names: set[str] = set()
        self.sequence = FIRST_SEQUENCE

    def person(self, role: PersonRole) -> PersonRecord:
        number = _id_number(self.rng)
        return PersonRecord(
            role=role,
            name=self.rng.choice(words.SURNAMES) + self.rng.choice(words.GIVEN),
            person=person_hash(number, person_key=self.person_key),
            id_masked=mask_id(number),
            phone_masked="000****" + f"{self.rng.randrange(10**4):04d}",
        )

    def _trade_name(self, number: int) -> str:
        if number < len(words.POLYPHONES):
            return words.POLYPHONES[number]
        while True:
            name = self.rng.choice(words.FIRST) + self.rng.choice(words.SECOND)
            if name not in self.names and name[0] != name[1]:
                self.names.add(name)
                return name

    def _place(self) -> tuple[str, str, str]:
        """A county, its full name and its city's short name."""
        code = self.rng.choice(COUNTIES)
        county = regions.region(code, on=TODAY)
        city = regions.region(regions.city_of(code), on=TODAY)
        assert county is not None
        assert city is not None
        return code, county.full_name_zh, city.name_zh.removesuffix("市")

    def _common(self, code: str, full_name: str) -> dict[str, Any]:
        founded = TODAY - timedelta(days=int(self.rng.triangular(2, 3650, 200)))
        street = self.rng.choice(words.STREETS)
        return {
            "founded_on": founded,
            "approved_on": founded,
            "domicile": f"{full_name}{street}{self.rng.randrange(1, 300)}号"
            f"{self.rng.randrange(1, 20)}层{self.rng.randrange(101, 999)}室",
            "region_code": code,
            "registration_authority": full_name.removeprefix("云川省") + "市场监督管理局",
            "is_demo": True,
        }

    def firm(self, number: int) -> EntityRecord:
        code, full_name, city = self._place()
        trade, industry, scope = self.rng.choice(words.COMPANY_TRADES)
        authority = "980201" if number == 1 else code  # moved, and kept its code
        capital = self.rng.choice((10, 50, 100, 200, 500, 1000, 3000)) * 1_000_000
        head = self.person(PersonRole.legal_representative)
        common = self._common(code, full_name)
        return EntityRecord(
            uscc=demo_uscc(
                category="2" if number == 0 else "1",  # 个转企 keeps its 92
                authority=authority,
                sequence=self._next(),
            ),
            name=f"{city}{self._trade_name(number)}{trade}有限公司",
            entity_kind="company",
            organization_form="limited_company",
            type_text="有限责任公司（自然人投资或控股）",
            head_role=PersonRole.legal_representative,
            head_name=head.name,
            registered_capital_fen=capital,
            business_scope=f"一般项目：{scope}{words.CLOSING}",
            industry_code=industry,
            people=(
                head,
                self.person(PersonRole.director),
                self.person(PersonRole.supervisor),
                self.person(PersonRole.liaison),
                self.person(PersonRole.finance_officer),
            ),
            shareholders=self._shareholders(head, capital, common["founded_on"]),
            **common,
        )

    def _shareholders(
        self, head: PersonRecord, capital: int, founded: date
    ) -> tuple[ShareholderRecord, ...]:
        """The head holds exactly 60 % beside a partner; contributions are due within five years."""
        partner = self.person(PersonRole.director)
        due = founded + timedelta(days=365 * 4)
        parts = ((head, capital * 60 // 100), (partner, capital - capital * 60 // 100))
        return tuple(
            ShareholderRecord(
                kind="person",
                name=holder.name,
                person=holder.person,
                id_masked=holder.id_masked,
                subscribed_fen=amount,
                paid_in_fen=amount * self.rng.choice((0, 20, 100)) // 100,
                due_on=due,
            )
            for holder, amount in parts
        )

    def sole_trader(self, number: int) -> EntityRecord:
        code, full_name, _ = self._place()
        trade, industry, scope = self.rng.choice(words.SOLE_TRADES)
        head = self.person(PersonRole.operator)
        district = full_name.removeprefix("云川省")
        return EntityRecord(
            uscc=demo_uscc(category="2", authority=code, sequence=self._next()),
            name=f"{district}{self._trade_name(1000 + number)}{trade}",
            entity_kind="individual_business",
            organization_form="individual_business",
            type_text="个人经营",
            head_role=PersonRole.operator,
            head_name=head.name,
            business_scope=f"一般项目：{scope}{words.CLOSING}",
            industry_code=industry,
            people=(head,),
            **self._common(code, full_name),
        )

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence


def records(*, person_key: str) -> Iterator[Seeded]:
    """All 180, always the same. Numbers 20–22 were deregistered, 30 and 31 revoked."""
    maker = _Maker(person_key)
    for number in range(FIRMS):
        ended = "deregistered" if number in (20, 21, 22) else None
        yield Seeded(maker.firm(number), "revoked" if number in (30, 31) else ended)
    for number in range(SOLE_TRADERS):
        yield Seeded(maker.sole_trader(number), "deregistered" if number == 10 else None)


async def seed(state: Any) -> None:
    """Loads the register in one transaction, then asks for the first snapshot."""
    person_key = state.settings.person_key.get_secret_value()
    async with state.database.transaction() as session:
        if (await session.execute(_KNOWN)).first():
            return
        for seeded in records(person_key=person_key):
            await _enter(session, seeded)
        await defer(session, SNAPSHOT, {})


async def _enter(session: AsyncSession, seeded: Seeded) -> None:
    record = seeded.record
    at = datetime.combine(record.founded_on, time(2), tzinfo=UTC)
    code = {"uscc": record.uscc, "org_code": record.uscc[8:17], "authority": record.uscc[2:8]}
    await session.execute(_CODE, {**code, "at": at})
    await register_name(session, record.name, region_code=record.region_code, uscc=record.uscc)
    await register_entity(session, record, now=at)
    if seeded.ended:
        ended = datetime.combine(TODAY - timedelta(days=90), time(2), tzinfo=UTC)
        await end_entity(session, record.uscc, state=seeded.ended, now=max(at, ended))
