"""The steps of the demo, each a method that asserts what a person would look for."""

import json
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt

from tests.demo.forms import establishment, trade_name
from tests.fixtures.files import LEASE as PDF
from tests.journeys.people import REGISTRATION, Person

DEPARTMENTS = 7


class Journey:
    """One play. `step` is what is going on, for the message when it fails."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.started = time.monotonic()
        self.step, self.steps = "", 0

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def do(self, who: str, what: str, work: Callable[[], Any]) -> Any:
        """Runs a step and prints who did what in how much time."""
        self.step = f"{who}: {what}"
        begin = time.monotonic()
        found = work()
        self.steps += 1
        took = (time.monotonic() - begin) * 1000
        note = found if isinstance(found, str) and "\n" not in found else ""
        print(f"  {self.steps:>2}. {who:<14} {what:<34} {took:>7.0f} ms  {note}"[:150])
        return found

    def play(self) -> None:
        founder = self.do("创业者 founder", "登录 sign in", lambda: self._enter("founder"))
        partner = self.do("合伙人 partner", "登录 sign in", lambda: self._enter("founder_2"))
        officer = self.do("登记员 officer", "登录 sign in", lambda: self._enter("officer"))
        self._alone(founder)
        self._together(founder, partner, officer)

    def _enter(self, key: str) -> Person:
        return Person.sign_in(self.address, key)

    def _alone(self, founder: Person) -> None:
        """One shareholder, everything in order: nobody has to decide."""
        name = f"云川省青屿市江湾区{trade_name()}软件有限公司"
        self.do("创业者 founder", "查名 check the name", lambda: self._check(founder, name))
        reservation = self._reserve(founder, name)
        case = self._fill(founder, establishment(reservation, [founder]))
        self._sign(founder, "创业者 founder", case["id"])
        done = self._registered(founder, case["id"])
        assert done["facts"]["instant"] is True, "expected an instant approval"
        self._licence(founder, done)
        self._departments(founder, case["id"])

    def _together(self, founder: Person, partner: Person, officer: Person) -> None:
        """Two shareholders and a shared address: an officer looks."""
        name = f"云川省青屿市江湾区{trade_name()}科技有限公司"
        reservation = self._reserve(founder, name)
        form = establishment(reservation, [founder, partner], shared=True)
        case = self._fill(founder, form)
        self._sign(founder, "创业者 founder", case["id"])
        self._sign(partner, "合伙人 partner", case["id"])

        def assessed() -> Any:
            return officer.wait_for(
                "the assessment",
                lambda: officer.case(case["id"]),
                lambda seen: seen["facts"].get("assessed"),
            )

        present = self.do("登记员 officer", "自动审查 assessment", assessed)
        codes = sorted(j["code"] for j in present["facts"]["judgements"])
        assert codes == ["shared_address"], f"unexpected judgements {codes}"
        self.do("登记员 officer", "准予登记 approve", lambda: officer.act(present, "approve"))
        self._licence(founder, self._registered(founder, case["id"]))

    def _check(self, founder: Person, name: str) -> str:
        body = {"name": name, "region_code": "980101", "organization_form": "limited_company"}
        found = founder.post(f"{REGISTRATION}/name-checks", json=body)
        assert found["outcome"] == "available", found
        return name

    def _reserve(self, founder: Person, name: str) -> str:
        body = {"name": name, "region_code": "980101", "organization_form": "limited_company"}

        def reserve() -> str:
            path = f"{REGISTRATION}/name-reservations"
            return str(founder.post(path, json=body, expect=201)["id"])

        return str(self.do("创业者 founder", "名称保留 reserve the name", reserve))

    def _fill(self, founder: Person, form: dict[str, Any]) -> dict[str, Any]:
        def create() -> Any:
            body = {"matter": "company-establishment", "form": form}
            return founder.post(f"{REGISTRATION}/cases", json=body, expect=201)

        case: dict[str, Any] = self.do("创业者 founder", "填表保存 fill in and save", create)

        def upload() -> Any:
            path = f"{REGISTRATION}/cases/{case['id']}/documents"
            query = "?material=domicile_proof&filename=lease.pdf"
            headers = {"Content-Type": "application/pdf"}
            return founder.post(path + query, content=PDF, headers=headers, expect=201)

        self.do("创业者 founder", "上传住所证明 upload the proof", upload)
        self.do(
            "创业者 founder", "送签 send for signing", lambda: founder.act(case, "send_for_signing")
        )
        return case

    def _sign(self, signer: Person, who: str, case_id: str) -> None:
        def sign() -> str:
            present = signer.case(case_id)
            digest = present["facts"]["digest"]
            signed = signer.act(present, "sign", digest=digest, agreed=True)
            return str(signed["facts"].get("receipt_number", signed["state"]))

        self.do(who, "签署 sign", sign)

    def _registered(self, founder: Person, case_id: str) -> dict[str, Any]:
        def wait() -> Any:
            return founder.wait_for(
                "the registration",
                lambda: founder.case(case_id, "timeline"),
                lambda seen: seen["state"] == "registered",
            )

        case: dict[str, Any] = self.do("系统 platform", "登记发照 registered", wait)
        print(f"      {case['title']}  {case['facts']['uscc']}")
        return case

    def _licence(self, founder: Person, case: dict[str, Any]) -> None:
        licence_id, uscc = case["facts"]["licence_id"], case["facts"]["uscc"]
        path = f"{REGISTRATION}/licences/{licence_id}"

        def download() -> bytes:
            reply = founder.wait_for(
                "the PDF",
                lambda: founder.request("GET", f"{path}/pdf"),
                lambda seen: seen.status_code == 200,
            )
            assert reply.content.startswith(b"%PDF-"), "not a PDF"
            return bytes(reply.content)

        pdf = self.do("创业者 founder", "下载执照 download the licence", download)
        jws = founder.request("GET", f"{path}/jws").text.strip()
        self.do("路人 passer-by", "在线核验 verify online", lambda: self._online(jws, uscc))
        self.do("路人 passer-by", "离线核验 verify offline", lambda: self._offline(jws, uscc))
        self.do("路人 passer-by", "核对PDF签名 check the PDF", lambda: self._pdf(pdf))
        self.do("路人 passer-by", "公示查询 look it up", lambda: self._public(uscc, case["title"]))

    def _online(self, jws: str, uscc: str) -> str:
        found = httpx.post(
            f"{self.address}{REGISTRATION}/licence-verifications",
            json={"jws": jws},
            headers={"Idempotency-Key": uuid.uuid4().hex},
            timeout=30,
            trust_env=False,
        ).json()
        assert found["verdict"] == "valid", found
        assert found["licence"]["uscc"] == uscc, found
        return str(found["verdict"])

    def _offline(self, jws: str, uscc: str) -> str:
        """Signature by PyJWT (the platform signs with another library), status by the saved list."""
        keys = httpx.get(f"{self.address}{REGISTRATION}/licence-keys", trust_env=False).json()
        kid = jwt.get_unverified_header(jws)["kid"]
        key = next(k for k in keys["keys"] if k["kid"] == kid)
        claims = jwt.decode(
            jws, jwt.PyJWK(key).key, algorithms=["ES256"], options={"verify_aud": False}
        )
        assert claims["licence"]["uscc"] == uscc, claims
        forged = jws[:-6] + ("AAAAAA" if not jws.endswith("AAAAAA") else "BBBBBB")
        try:
            jwt.decode(forged, jwt.PyJWK(key).key, algorithms=["ES256"])
        except jwt.PyJWTError:
            pass
        else:
            raise AssertionError("a forged licence passed")
        uri = re.sub(r"^https?://[^/]+", self.address, claims["status"]["status_list"]["uri"])
        status = httpx.get(uri, trust_env=False).text
        with tempfile.TemporaryDirectory() as folder:
            files = {"keys.json": json.dumps(keys), "status.jwt": status, "licence.jws": jws}
            for name, text in files.items():
                (Path(folder) / name).write_text(text)
            command = [sys.executable, "-m", "services.registration.licences.verify"]
            command += ["--text", f"@{folder}/licence.jws", "--keys", f"{folder}/keys.json"]
            command += ["--status-list", f"{folder}/status.jwt"]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return "valid; a forged one is refused"

    def _pdf(self, pdf: bytes) -> str:
        """The PAdES signature by pyHanko against the platform's published certificate."""
        from io import BytesIO

        from pyhanko.keys import load_certs_from_pemder_data
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        pem = httpx.get(f"{self.address}{REGISTRATION}/licence-authority", trust_env=False).content
        roots = list(load_certs_from_pemder_data(pem))
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
        assert status.bottom_line, status.pretty_print_details()
        return "PAdES ok"

    def _public(self, uscc: str, name: str) -> str:
        found = httpx.get(f"{self.address}{REGISTRATION}/entities/{uscc}", trust_env=False).json()
        assert found["name"] == name, found
        listed = httpx.get(
            f"{self.address}{REGISTRATION}/entities", params={"q": name[9:13]}, trust_env=False
        ).json()
        assert uscc in [row["uscc"] for row in listed["items"]], "not found by a fragment"
        return str(found["state"])

    def _departments(self, founder: Person, case_id: str) -> None:
        """The seven departments answer by themselves; what they give up on waits for a person."""

        def answered() -> Any:
            return founder.wait_for(
                "the departments",
                lambda: founder.get(f"{REGISTRATION}/department-tasks?case_id={case_id}")["items"],
                lambda rows: (
                    len(rows) == DEPARTMENTS
                    and all(r["state"] in ("receipted", "needs_person", "rejected") for r in rows)
                ),
                seconds=120,
            )

        rows = self.do("部门 departments", "多证合一 seven departments", answered)
        for row in rows:
            print(
                f"      {row['department']:<20} {row['state']:<14} {row.get('receipt_number') or ''}"
            )
