"""The seat: a team moves in, becomes a company at its carrier's address, is served and graduates."""

import secrets
from typing import Any

from tests.demo.forms import PHONE, establishment, trade_name
from tests.demo.scene import Scene
from tests.journeys.people import CARRIERS, REGISTRATION, Person

INCUBATOR = "FH-001"
TERMS = {"fee_fen": 30_000, "deposit_fen": 60_000, "contact": "招商部 安岚（演示）0511-00000001"}


class Seat(Scene):
    """From an application for a seat to the confirmed graduation."""

    def move_in(self) -> dict[str, Any]:
        case = self.offer_seat()
        self.by(
            "founder",
            "确认入驻 move in",
            lambda founder: founder.act_now(case["id"], "move_in", at=CARRIERS),
        )
        return case

    def offer_seat(self) -> dict[str, Any]:
        """Applied for, and offered on terms that the founder has not agreed to yet."""
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
            offer = {"workstations": [seat], "starts_on": form["from_on"], "months": 12, **TERMS}
            operator.act_now(case["id"], "admit", at=CARRIERS, **offer)
            return str(seat)

        self.by("carrier_operator", "分配工位 give a seat", admit)
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
