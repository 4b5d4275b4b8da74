"""Finance with two banks, and loans of which they report: what the tests of loans do it with."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, text

from kit.auth import Actor
from kit.matters import CaseContext, CaseState
from kit.tables import cases
from services.finance.loans import service
from services.finance.loans.schemas import ContractTerms
from tests.fixtures.callers import Caller, Running

QINGYU, SONGLING = "qingyu-example-bank", "songling-example-bank"
PREFIX = "/api/finance/bank/v1"
OWNER = "a" * 64
MONEY = 120_000_00
_numbers = itertools.count(1)


@dataclass
class House:
    """Finance on a database of its own. `pass_days` moves business time; references never repeat."""

    running: Running

    def bank(self, org: str = QINGYU, **claims: Any) -> Caller:
        caller = self.running.caller(
            "bank", org=org, sub=f"client:{org}", **{"scope": "bank", **claims}
        )
        return Caller(caller.client, PREFIX, caller.headers)

    @property
    def founder(self) -> Caller:
        return self.running.caller("founder", sub="sub-owner", person=OWNER)

    def officer(self, org: str = "science", region: str = "980100") -> Caller:
        return self.running.caller("officer", sub=f"o-{org}", org=org, regions=[region])

    def ref(self, prefix: str = "R") -> str:
        return f"{prefix}-{next(_numbers):06d}"

    @property
    def today(self) -> date:
        found: date = self.running.app.state.clock.today()
        return found

    async def pass_days(self, days: int) -> None:
        clock = self.running.caller("administrator")
        reply = await clock.post("/sandbox/clock", json={"advance_days": days})
        assert reply.status_code == 200, reply.text

    async def pass_to(self, day: date) -> None:
        await self.pass_days((day - self.today).days)

    async def sign(self, *, org: str = QINGYU, **changes: Any) -> Any:
        """A contract from an approved application, in the transaction of its move."""
        state = self.running.app.state
        terms = ContractTerms.model_validate(
            {
                "bank_reference": self.ref("HT"),
                "amount_fen": MONEY,
                "annual_rate": "0.036",
                "term_months": 12,
                "repayment_method": "equal_principal",
                "signed_on": self.today,
            }
            | changes.pop("terms", {})
        )
        case = self._approved(org, **changes)
        async with state.database.transaction() as session:
            values = {k: v for k, v in vars(case).items() if k != "departments"}
            await session.execute(insert(cases), values | {"departments": ["science"]})
            context = CaseContext(
                session=session, case=case, matter=None, actor=self._clerk(org),
                now=state.clock.now(), today=self.today, calendar=state.calendar, sealer=None,
                state=state,
            )  # type: ignore[arg-type]  # fmt: skip
            row = await service.make_contract(context, terms)
        assert case.facts["loan_id"] == str(row.id)
        return row

    def _clerk(self, org: str) -> Actor:
        return Actor(f"client:{org}", "bank-system", "test", frozenset({"bank"}), org=org)

    def _approved(self, org: str, **facts: Any) -> Any:
        number = next(_numbers)
        now = datetime.now(UTC)
        values: dict[str, Any] = {
            "id": uuid.uuid4(), "reference": f"L20261122-{number:06d}", "matter": "loan-application",
            "state": "approved", "version": 6, "title": "", "applicant_sub": "sub-owner",
            "applicant_person": OWNER, "applicant_org": None, "region_code": "980101", "form": {},
            "submission": 1, "due_on": None, "created_at": now, "updated_at": now,
            "submitted_at": now, "closed_at": None,
            "facts": {
                "bank": org, "uscc": "91980101XY00000123", "product_code": "kedai-share-a",
                "enterprise_name": "青屿云帆软件有限公司",
                "decision": {
                    "outcome": "approved", "amount_fen": 200_000_00, "annual_rate": "0.0435",
                    "term_months": 12, "repayment_method": "equal_principal",
                    "on": self.today.isoformat(), **facts.pop("decision", {}),
                },
                **facts,
            },
        }  # fmt: skip
        known = CaseState.__dataclass_fields__
        values |= {name: [] for name in known if name == "departments"}
        return CaseState(**{name: values[name] for name in known})

    async def drawn(self, *, org: str = QINGYU, **changes: Any) -> dict[str, Any]:
        """A loan drawn in full today, as its bank sees it."""
        row = await self.sign(org=org, **changes)
        return await self.report(
            {"id": str(row.id), "version": row.version}, "disbursements", org=org,
            amount_fen=row.amount_fen,
        )  # fmt: skip

    async def report(
        self, loan: dict[str, Any], what: str, status: int = 201, *, org: str = QINGYU, **body: Any
    ) -> dict[str, Any]:
        """A report on the loan as it is now; keeps what the reply says of the loan."""
        body = {"bank_reference": self.ref(), **body}
        if what.endswith("reversals"):
            body.setdefault("reason", "录入错误")
        else:
            body.setdefault("value_on", self.today.isoformat())
        if what == "classifications":
            body.pop("bank_reference")
        reply = await self.bank(org).post(
            f"/loans/{loan['id']}/{what}", json=body, version=loan["version"]
        )
        assert reply.status_code == status, reply.text
        answer: dict[str, Any] = reply.json()
        if status == 201 and answer["id"] == loan["id"]:
            loan |= answer
        return answer

    async def fresh(self, loan: dict[str, Any], *, org: str = QINGYU) -> dict[str, Any]:
        reply = await self.bank(org).get(f"/loans/{loan['id']}")
        assert reply.status_code == 200, reply.text
        loan |= reply.json()
        return loan

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        async with self.running.app.state.database.reader() as connection:
            return list(await connection.execute(text(sql), values))

    async def events(self, loan_id: Any) -> list[str]:
        found = await self.rows(
            "SELECT type FROM outbox WHERE aggregate_id = :id ORDER BY id", id=str(loan_id)
        )
        return [row.type.removeprefix("finance.loan.").removesuffix(".v1") for row in found]

    async def cover(self, loan: Any) -> int:
        found = await self.rows(
            "SELECT outstanding_fen FROM cover_reservations WHERE loan_reference = :r",
            r=loan["reference"] if isinstance(loan, dict) else loan.reference,
        )
        return int(found[0].outstanding_fen)

    async def check_books(self) -> None:
        """The memo accounts of each bank say what its loans say, and so does the pool's cover."""
        wrong = await self.rows(r"""
            SELECT l.bank, a.posted_fen, sum(l.outstanding_fen) AS ours
            FROM loans l JOIN ledger_accounts a ON a.code = 'loans\:' || l.bank || '\:outstanding'
            GROUP BY l.bank, a.posted_fen HAVING a.posted_fen <> sum(l.outstanding_fen)""")
        assert wrong == []
        uncovered = await self.rows("""
            SELECT l.reference FROM loans l
            LEFT JOIN cover_reservations c ON c.loan_reference = l.reference
            WHERE l.claim_reference IS NULL AND c.outstanding_fen IS DISTINCT FROM
              CASE WHEN l.state IN ('settled', 'renewed', 'written_off', 'lapsed') THEN 0
                   ELSE l.amount_fen - l.principal_repaid_fen END""")
        assert uncovered == []
