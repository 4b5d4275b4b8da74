"""A founder who never gives up: every write carries its key, and is repeated with it until it is answered.

What was answered 2xx is remembered, so that afterwards it can be looked for.
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.demo.journey import PDF, establishment, trade_name
from tests.journeys.people import REGISTRATION, Person

PATIENCE_SECONDS = 180
TRANSIENT = {409, 429, 500, 502, 503, 504}


@dataclass
class Stubborn:
    """A person's hands: sends, and sends again with the same key while the house is hurt."""

    person: Person
    unanswered: int = 0
    refused: int = 0
    internal_errors: list[str] = field(default_factory=list)

    def post(
        self, path: str, *, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> httpx.Response:
        key = uuid.uuid4().hex
        sent = {**(headers or {}), "Idempotency-Key": key}
        return self._until_answered(
            lambda: self.person.request("POST", path, headers=sent, **kwargs)
        )

    def get(self, path: str) -> Any:
        return self._until_answered(lambda: self.person.request("GET", path)).json()

    def _until_answered(self, send: Any) -> httpx.Response:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                reply: httpx.Response = send()
            except httpx.HTTPError:
                self.unanswered += 1
                time.sleep(0.2)
                continue
            busy = reply.status_code == 409 and "request_in_progress" in reply.text
            if reply.status_code in TRANSIENT and (reply.status_code != 409 or busy):
                self.refused += 1
                if reply.status_code == 500:  # 502: the edge cannot know what became of a write
                    self.internal_errors.append(f"{reply.status_code} {reply.text[:200]}")
                time.sleep(0.2)
                continue
            return reply
        raise AssertionError(f"not answered within {PATIENCE_SECONDS} s")

    def act(self, case_id: str, action: str, **body: Any) -> None:
        """Makes a move; a 412 or 409 after a lost answer means that it was made."""
        while True:
            case = self.get(f"{REGISTRATION}/cases/{case_id}")
            if action not in {a["action"] for a in case["allowed_actions"]}:
                return
            if action == "sign":
                body = {"digest": case["facts"]["digest"], "agreed": True}
            reply = self.post(
                f"{REGISTRATION}/cases/{case_id}/actions/{action}",
                json=body,
                headers={"If-Match": f'"{case["version"]}"'},
            )
            if reply.status_code == 200:
                return
            assert reply.status_code in (409, 412), reply.text

    def open_company(self) -> str:
        """From a name to a signed application; returns the case's id."""
        name = f"云川省青屿市江湾区{trade_name()}软件有限公司"
        body = {"name": name, "region_code": "980101", "organization_form": "limited_company"}
        reserved = self.post(f"{REGISTRATION}/name-reservations", json=body)
        assert reserved.status_code == 201, reserved.text
        form = establishment(reserved.json()["id"], [self.person])
        made = self.post(
            f"{REGISTRATION}/cases", json={"matter": "company-establishment", "form": form}
        )
        assert made.status_code == 201, made.text
        case_id = str(made.json()["id"])
        proof = self.post(
            f"{REGISTRATION}/cases/{case_id}/documents?material=domicile_proof&filename=l.pdf",
            content=PDF,
            headers={"Content-Type": "application/pdf"},
        )
        assert proof.status_code == 201, proof.text
        self.act(case_id, "send_for_signing")
        self.act(case_id, "sign")
        return case_id
