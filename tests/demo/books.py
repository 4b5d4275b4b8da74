"""Public money: a subsidy that is paid once, and the books that an independent program re-checks."""

import shutil
import subprocess
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.demo.scene import Scene
from tests.fixtures.files import LEASE as PDF
from tests.journeys.people import FINANCE, Person


class Books(Scene):
    """The premium subsidy, and the journal of all that happened."""

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
