"""From a seat to a loan and back: a team moves in, becomes a company, borrows, fails, and the books balance.

Seven people and one bank. The bank is a program of its own (simulators/bank) that nobody here calls: it
reads the applications assigned to it and does what a bank does. Time is the sandbox's business clock.
"""

import secrets
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.demo.journey import PDF, PHONE, Journey, establishment, trade_name
from tests.journeys.people import CARRIERS, FINANCE, REGISTRATION, Person

INCUBATOR = "FH-001"
AMOUNT_FEN = 150_000_000
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


class Growth(Journey):
    """One play of the whole way. People are kept by their demo key."""

    def play(self) -> None:
        self.people: dict[str, Person] = {}
        self.label = dict(PEOPLE)
        for key, who in PEOPLE:
            self.people[key] = self.do(who, "登录 sign in", lambda key=key: self._enter(key))
        self.clock = self._enter("administrator")
        tenancy = self.move_in()
        grant = self.grant_address(tenancy)
        uscc = self.open_company(grant)
        self.serve_and_graduate(tenancy, uscc)
        loan = self.borrow(uscc)
        self.fail(loan)
        self.compensate(loan)
        self.subsidise(uscc)
        self.balance()

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

    # --- the seat

    def move_in(self) -> dict[str, Any]:
        form = {
            "carrier_code": INCUBATOR,
            "applied_as": "team",
            "team_name": f"{trade_name()}小组",
            "project": "低成本的潮汐能监测设备",
            "field": "new_energy",
            "people": 3,
            "sci_tech": True,
            "works_on_site": True,
            "workstations": 1,
            "from_on": self.today(CARRIERS).isoformat(),
            "months": 12,
            "contact": {"name": self.people["founder"].name, "phone": PHONE},
        }
        body = {"matter": "tenancy", "form": form}

        def apply(founder: Person) -> Any:
            case = founder.post(f"{CARRIERS}/cases", json=body, expect=201)
            return founder.act(case, "submit", at=CARRIERS)

        case: dict[str, Any] = self.by("founder", "申请入驻 apply for a seat", apply)

        def admit(operator: Person) -> str:
            path = f"{CARRIERS}/carriers/{INCUBATOR}/workstations?free=true&limit=200"
            seat = secrets.choice(operator.get(path)["items"])["number"]  # others play here too
            offer = {"workstations": [seat], "starts_on": form["from_on"], "months": 12}
            operator.act_now(case["id"], "admit", at=CARRIERS, **offer)
            return str(seat)

        self.by("carrier_operator", "分配工位 give a seat", admit)
        self.by(
            "founder",
            "确认入驻 move in",
            lambda founder: founder.act_now(case["id"], "move_in", at=CARRIERS),
        )
        return case

    def tenancy(self, who: Person, case_id: str) -> dict[str, Any]:
        items = who.get(f"{CARRIERS}/tenancies?limit=200")["items"]
        found: dict[str, Any] = next(t for t in items if t["case_href"].endswith(case_id))
        return found

    def grant_address(self, case: dict[str, Any]) -> dict[str, Any]:
        def grant(operator: Person) -> Any:
            tenancy = self.tenancy(operator, case["id"])
            path = f"{CARRIERS}/tenancies/{tenancy['id']}/address-grants"
            return operator.post(path, json={"uses_max": 1}, expect=201)

        given: dict[str, Any] = self.by("carrier_operator", "授予托管地址 grant an address", grant)
        print(f"      {given['code']}  {given['street']}")
        return given

    def open_company(self, grant: dict[str, Any]) -> str:
        founder = self.people["founder"]
        self.until(
            "founder",
            "登记处知道了授权 registration heard",
            lambda who: [g["code"] for g in who.get(f"{REGISTRATION}/address-grants")["items"]],
            lambda codes: grant["code"] in codes,
        )
        name = f"云川省青屿市江湾区{trade_name()}科技有限公司"
        form = establishment(self._reserve(founder, name), [founder])
        form["domicile"] = {
            "region_code": grant["region_code"],
            "street": grant["street"],
            "kind": "hosted",
            "area_m2": 10,
            "address_grant": grant["code"],
        }
        body = {"matter": "company-establishment", "form": form}

        def apply(who: Person) -> Any:
            case = who.post(f"{REGISTRATION}/cases", json=body, expect=201)
            return who.act(case, "send_for_signing")

        case = self.by("founder", "在托管地址设立公司 open the company", apply)
        self._sign(founder, self.label["founder"], case["id"])
        self._decide(case["id"])
        done = self._registered(founder, case["id"])
        return str(done["facts"]["uscc"])

    def _decide(self, case_id: str) -> None:
        """A registrar looks where the rules leave something to judge."""
        registrar = self.people["officer"]
        seen = registrar.wait_for(
            "the assessment",
            lambda: registrar.case(case_id),
            lambda case: case["facts"].get("assessed"),
        )
        if seen["state"] == "under_review":
            self.by("officer", "准予登记 approve", lambda who: who.act(seen, "approve"))

    def serve_and_graduate(self, case: dict[str, Any], uscc: str) -> None:
        self.until(
            "founder",
            "团队成为企业 the team is a firm",
            lambda who: self.tenancy(who, case["id"])["uscc"],
            lambda known: known == uscc,
        )
        self._serve(case)
        evidence = {
            "ground": "high_tech_enterprise",
            "happened_on": self.today(CARRIERS).isoformat(),
            "evidence": ["高新技术企业证书 GR202698000001（演示）"],
        }
        self.by(
            "founder",
            "申请毕业 ask to graduate",
            lambda who: who.act_now(case["id"], "request_graduation", at=CARRIERS, **evidence),
        )

        def verify(operator: Person) -> str:
            seen = "已核对证书原件（演示）"
            after = operator.act_now(case["id"], "verify_graduation", at=CARRIERS, seen=seen)
            return str(after["state"])

        if self.by("carrier_operator", "核验毕业 verify", verify) == "graduation_verified":
            self.by(
                "science",
                "确认毕业 confirm",
                lambda who: who.act_now(case["id"], "confirm_graduation", at=CARRIERS),
            )

    def _serve(self, case: dict[str, Any]) -> None:
        def serve(operator: Person) -> Any:
            path = f"{CARRIERS}/carriers/{INCUBATOR}"
            provider = operator.post(
                f"{path}/service-providers",
                json={"name": f"青屿{trade_name()}服务中心（演示）"},
                expect=201,
            )
            entry = {
                "tenancy_id": self.tenancy(operator, case["id"])["id"],
                "provider_id": provider["id"],
                "category": "startup_mentoring",
                "served_on": self.today(CARRIERS).isoformat(),
                "hours": "2",
                "fee_fen": 0,
                "proof": "签到表（演示）",
            }
            return operator.post(f"{path}/service-entries", json=entry, expect=201)

        entry = self.by("carrier_operator", "记一条服务 record a service", serve)
        self.by(
            "founder",
            "评价服务 rate it",
            lambda who: who.post(
                f"{CARRIERS}/service-entries/{entry['id']}/ratings",
                json={"stars": 5},
                expect=201,
            ),
        )

    # --- the loan

    def borrow(self, uscc: str) -> dict[str, Any]:
        def entitled(founder: Person) -> list[str]:
            found = founder.get(f"{FINANCE}/enterprises/{uscc}/entitlements")
            return [each["code"] for each in found["items"]]

        self.until(
            "founder",
            "金融处认得企业 finance heard",
            lambda who: [e["uscc"] for e in who.get(f"{FINANCE}/enterprises/mine")["items"]],
            lambda known: uscc in known,
        )
        products = self.by("founder", "我能办什么 what am I entitled to", entitled)
        print(f"      {len(products)} 种产品和补贴逐条说明 offers, each criterion answered")
        form = {
            "uscc": uscc,
            "product_code": "kedai-share-a",
            "amount_fen": AMOUNT_FEN,
            "term_months": 12,
            "purpose": "采购潮汐能检测设备 [default]",
            "repayment_method": "equal_instalments",
            "revenue_fen": 600_000_000,
            "staff": 3,
            "preferred_bank": "qingyu-example-bank",
        }

        def apply(founder: Person) -> Any:
            body = {"matter": "loan-application", "form": form}
            case = founder.post(f"{FINANCE}/cases", json=body, expect=201)
            return founder.wait_for(
                "the graduation to be known",
                lambda: founder.request(
                    "POST",
                    f"{FINANCE}/cases/{case['id']}/actions/submit",
                    json={},
                    headers={"If-Match": f'"{case["version"]}"'},
                ),
                lambda reply: reply.status_code == 200,
                seconds=PATIENCE_S,
            ).json()

        case = self.by("founder", "申请苏科贷 apply for the loan", apply)
        print(f"      {case['reference']} → {case['facts']['bank']}")
        contracted = self.until(
            "founder",
            "银行受理、决定、签约 the bank decides",
            lambda who: who.case(case["id"], at=FINANCE),
            lambda seen: seen["state"] in ("contracted", "declined"),
        )
        assert contracted["state"] == "contracted", contracted

        def mine(founder: Person) -> dict[str, Any]:
            items = founder.get(f"{FINANCE}/loans?limit=200")["items"]
            found: dict[str, Any] = next((x for x in items if x["uscc"] == uscc), {})
            return found

        loan: dict[str, Any] = self.until(
            "founder", "银行放款 disbursed", mine, lambda seen: seen.get("state") == "active"
        )
        print(f"      {loan['reference']}  {AMOUNT_FEN / 100:,.2f} 元")
        return loan

    def loan(self, loan: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.people["founder"].get(f"{FINANCE}/loans/{loan['id']}")
        return found

    def fail(self, loan: dict[str, Any]) -> None:
        self.later(45)
        assert self.loan(loan)["state"] == "overdue", self.loan(loan)
        self.later(85)
        assert self.loan(loan)["state"] == "defaulted", self.loan(loan)
        print(f"      违约 defaulted, {self.loan(loan)['days_overdue']} 天 days overdue")

    def compensate(self, loan: dict[str, Any]) -> None:
        claim = self.until(
            "science",
            "银行申请补偿 the bank claims",
            lambda who: [
                case
                for case in who.get(f"{FINANCE}/cases?matter=compensation-claim&limit=50")["items"]
                if loan["reference"] in case["title"]
            ],
            bool,
        )[0]

        def move(key: str, what: str, action: str, **body: Any) -> Any:
            return self.by(
                key, what, lambda who: who.act_now(claim["id"], action, at=FINANCE, **body)
            )

        move("science", "科技初审 agree", "agree_science")
        move("treasury", "财政初审 agree", "agree_treasury")
        move("science_province", "省厅批准 approve", "approve")
        listed = httpx.get(f"{self.address}{FINANCE}/notices?running=true", trust_env=False).json()
        assert listed["items"], "nothing is publicised"
        self.later(12)
        before = self._pool()
        paid = move("treasury_payer", "按比例拨付 pay by shares", "pay")
        after = self._pool()
        print(f"      资金池 pool {before / 100:,.2f} → {after / 100:,.2f} 元  {paid['state']}")
        closed = self.until(
            "science",
            "银行追偿，按比例返还 recoveries",
            lambda who: who.case(claim["id"], at=FINANCE),
            lambda seen: seen["state"] == "closed",
        )
        print(f"      追偿以后 after recovery {self._pool() / 100:,.2f} 元  {closed['state']}")

    def _pool(self) -> int:
        """What the books hold in the pool's three shares, in fen."""
        items = self.people["treasury"].get(f"{FINANCE}/ledger/accounts?limit=200")["items"]
        return sum(a["posted_fen"] for a in items if a["code"].startswith("pool:suke-980000:"))

    # --- the subsidy

    def subsidise(self, uscc: str) -> None:
        today = self.today(FINANCE)
        form = {
            "uscc": uscc,
            "payee_bank": "青屿示例银行（演示）",
            "payee_account": "6200000000000000001",
            "insurer": "云川示例财产保险（演示）",
            "policy_number": f"PL-{uuid.uuid4().hex[:12]}",
            "coverage": "product_liability",
            "period_from_on": today.isoformat(),
            "period_to_on": (today + timedelta(days=364)).isoformat(),
            "premium_fen": 2_000_000,
            "paid_on": today.isoformat(),
            "other_subsidies": [],
        }

        def draft(founder: Person) -> Any:
            body = {"matter": "tech-insurance-premium-subsidy", "form": form}
            case = founder.post(f"{FINANCE}/cases", json=body, expect=201)
            for material in ("policy", "invoice", "payment_proof"):
                path = f"{FINANCE}/cases/{case['id']}/documents"
                query = f"?material={material}&filename={material}.pdf"
                pdf = {"Content-Type": "application/pdf"}
                founder.post(path + query, content=PDF, headers=pdf, expect=201)
            return case

        def apply(founder: Person) -> Any:
            return founder.act_now(draft(founder)["id"], "submit", at=FINANCE)

        def again(founder: Person) -> str:
            case = founder.case(draft(founder)["id"], at=FINANCE)
            path = f"{FINANCE}/cases/{case['id']}/actions/submit"
            version = {"If-Match": f'"{case["version"]}"'}
            reply = founder.request("POST", path, json={}, headers=version)
            assert reply.status_code == 409, reply.text[:300]
            return str(reply.json()["code"])

        case = self.by("founder", "申请保费补贴 apply for the subsidy", apply)
        for key, what, action in (
            ("science", "审核 review", "approve"),
            ("treasury_payer", "拨付 pay", "pay"),
        ):
            done = self.by(key, what, lambda who, a=action: who.act_now(case["id"], a, at=FINANCE))
            if action == "approve":
                self.later(12)
        print(f"      {done['state']}")
        self.by("founder", "同一保单再报一次 once more: refused", again)

    # --- the books

    def balance(self) -> None:
        def export(treasurer: Person) -> str:
            reply = treasurer.request("GET", f"{FINANCE}/ledger/export?format=hledger")
            assert reply.status_code == 200, reply.text[:300]
            return reply.text

        journal = self.by("treasury", "导出总账 export the books", export)
        if shutil.which("hledger") is None:
            print(
                "      没有 hledger，未复核 · hledger is not installed; the journal was not re-checked"
            )
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "books.journal"
            file.write_text(journal)

            def check() -> str:
                command = ["hledger", "-f", str(file), "check", "balanced", "--strict"]
                run = subprocess.run(command, capture_output=True, text=True, check=False)
                assert run.returncode == 0, run.stderr
                total = ["hledger", "-f", str(file), "balance", "--depth", "1"]
                shown = subprocess.run(total, capture_output=True, text=True, check=True)
                last = shown.stdout.strip().splitlines()[-1].strip()
                assert last == "0", shown.stdout
                return "hledger: balanced, 0.00"

            self.do("审计 auditor", "用 hledger 复核 re-check", check)

    def today(self, at: str) -> date:
        """The business date of one service."""
        return date.fromisoformat(self.clock.get(f"{at}/sandbox/clock")["today"])
