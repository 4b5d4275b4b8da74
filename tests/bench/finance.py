"""A bank decides on loan applications, against pgbench with the same statements.

Every decision needs an application of its own that the bank has accepted. One is made through the API; its
rows are copied by SQL before the clock runs, so that nothing but decisions is timed.
"""

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg

from gateway.identity.demo import SANDBOX_SECRET
from simulators.bank.tokens import ASSERTION_TYPE, Signer
from tests.bench import decision
from tests.bench.blocks import Load
from tests.bench.yard import CONCURRENCY, Yard

BANK = "/api/finance/bank/v1"
CLIENT = "demo-bank"


class Decisions:
    """One bank, one accepted application, and as many copies as there will be decisions."""

    def __init__(self, yard: Yard) -> None:
        self.yard, self.service = yard, yard.service("finance")
        self.http = httpx.Client(base_url=yard.house.address, timeout=30, trust_env=False)
        self.bearer = {"Authorization": f"Bearer {self._sandbox_token()}"}
        self.accepted = self._accepted()
        self.body = decision.approval(self.accepted["form"])
        self.per_block = max(CONCURRENCY, yard.scale.writes // 2)
        self.copies = 0

    def _sandbox_token(self) -> str:
        form = {"grant_type": "client_credentials", "scope": "bank"}
        login = ("demo-bank-sandbox", SANDBOX_SECRET)
        return str(_json(self.http.post("/oauth2/token", data=form, auth=login))["access_token"])

    def _call(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {**self.bearer, "Idempotency-Key": uuid.uuid4().hex, **kwargs.pop("headers", {})}
        return _json(self.http.request(method, BANK + path, headers=headers, **kwargs))

    def _accepted(self) -> Any:
        """The borrower `silent` is one that the sandbox bank's own program leaves alone."""
        found = self._call("POST", "/sandbox/scenarios", json={"scenario": "silent"})
        version = {"If-Match": f'"{found["version"]}"'}
        return self._call("POST", f"/applications/{found['id']}/actions/accept", headers=version)

    def _copy(self, number: int) -> Iterator[int]:
        """Makes `number` more accepted applications; gives the numbers they have."""
        first = self.copies
        self.copies += number
        with psycopg.connect(self.yard.database("finance")) as db:
            values = {"id": self.accepted["id"], "first": first, "last": self.copies - 1}
            for statement in decision.COPY:
                db.execute(statement, values)
        self.yard.analyze("finance")
        return iter(range(first, self.copies))

    def _blocks(self) -> int:
        """How many blocks of each side one comparison has: the warming one and two per round."""
        return 1 + 2 * self.yard.scale.rounds

    def _ours(
        self,
        address: str,
        processes: list[str],
        *,
        sign: Callable[[str, str], dict[str, str]] | None = None,
    ) -> Any:
        numbers = self._copy(self.per_block * self._blocks())
        targets = (
            f"{address}{BANK}/applications/{decision.copy_id(number)}/actions/decide"
            for number in numbers
        )
        headers = {} if sign else dict(self.bearer)
        headers["If-Match"] = f'"{self.accepted["version"]}"'
        load = Load(
            "", headers, "POST", lambda _: self.body, keyed=True, targets=targets, sign=sign
        )
        return self.yard.block(load, processes, requests=self.per_block)

    def _theirs(self, script: str) -> Any:
        """pgbench: client c of a block takes begin + c, then every eighth."""
        per_block = self.per_block // CONCURRENCY * CONCURRENCY
        begin = next(self._copy(per_block * self._blocks()))
        starts = itertools.count(begin, per_block)
        return self.yard.pgbench(
            "finance", script, transactions=per_block, first=lambda: next(starts)
        )

    def _script(self) -> str:
        """The statements of one decision with this application's own form, facts and timeline data."""
        with psycopg.connect(self.yard.database("finance")) as db:
            query = "SELECT form, facts, title, region_code, applicant_sub FROM cases WHERE id = %s"
            row = db.execute(query, (self.accepted["id"],)).fetchone()
        assert row is not None
        return decision.script(row, self.body, version=int(self.accepted["version"]))

    def bound(self) -> Callable[[str, str], dict[str, str]]:
        """Signs as the bank's own system does: a DPoP-bound token, a fresh proof for each request."""
        address = self.yard.house.address
        signer = Signer.load(self.yard.house.data / "demo-keys" / f"{CLIENT}.jwk.json")
        form = {
            "grant_type": "client_credentials",
            "scope": "bank",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": signer.assertion(CLIENT, address),
        }
        proof = {"DPoP": signer.proof("POST", f"{address}/oauth2/token")}
        token = str(
            _json(self.http.post("/oauth2/token", data=form, headers=proof))["access_token"]
        )

        def sign(method: str, url: str) -> dict[str, str]:
            public = address + url[url.index("/api/") :]
            proof = signer.proof(method, public, token=token)
            return {"Authorization": f"DPoP {token}", "DPoP": proof}

        return sign

    async def against_pgbench(self) -> None:
        """Wall time: straight to the service, and through the gateway."""
        script, address = self._script(), self.yard.house.address
        for what, where in (("straight", self.service), ("through the gateway", address)):
            ours = self._ours(where, ["finance-api"])
            found = await self.yard.compare(ours, self._theirs(script))
            self.yard.show(f"bank decision, {what} ÷ pgbench, same statements", found.wall)

    async def proofs(self) -> None:
        """CPU of the service: what checking a DPoP proof adds to a decision."""
        bound = self._ours(self.service, ["finance-api"], sign=self.bound())
        found = await self.yard.compare(bound, self._ours(self.service, ["finance-api"]))
        self.yard.show("bank decision with a DPoP proof ÷ with a bearer token (CPU)", found.cpu)

    def verify(self) -> None:
        """Both sides have decided every application that was theirs; else the ratios compare nothing."""
        with psycopg.connect(self.yard.database("finance")) as db:
            row = db.execute(decision.UNDECIDED).fetchone()
        if row is None or row[0] != 0:
            raise SystemExit(f"✗ bench invalid: not decided as expected: {row}")


def _json(reply: httpx.Response) -> Any:
    if not reply.is_success:
        raise SystemExit(f"✗ bench invalid: {reply.url} {reply.status_code} {reply.text[:300]}")
    return json.loads(reply.content)


async def play(yard: Yard) -> None:
    """The whole group."""
    print("finance, wall time against pgbench with the same statements")
    group = Decisions(yard)
    await group.against_pgbench()
    await group.proofs()
    group.verify()
