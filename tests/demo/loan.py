"""The loan: it is granted by the bank's own program, is not paid back, and the pool compensates the bank."""

from typing import Any

import httpx

from tests.demo.scene import PATIENCE_S, Scene
from tests.journeys.people import FINANCE, Person

AMOUNT_FEN = 150_000_000


class Loan(Scene):
    """From what one is entitled to, to what is recovered."""

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
