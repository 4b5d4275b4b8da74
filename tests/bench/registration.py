"""The register's cases: a read, a create and a list, against bare ASGI, the gateway and pgbench."""

import base64
import json
import os

import psycopg

from tests.bench import statements
from tests.bench.blocks import Load
from tests.bench.yard import Yard
from tests.demo.journey import establishment
from tests.journeys.people import REGISTRATION, Person

RESERVATION = "00000000-0000-4000-8000-000000000000"


class Registration:
    """One founder with one case."""

    def __init__(self, yard: Yard) -> None:
        self.yard, self.service = yard, yard.service("registration")
        self.person = Person.sign_in(yard.house.address, "founder")
        self.auth = {"Authorization": f"Bearer {self.person.token}"}
        claims = self.person.token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.sub, self.who = told["sub"], told["person"]
        form = establishment(str(os.urandom(16).hex()), [self.person])
        self.form = {**form, "name_reservation_id": RESERVATION}

    def _create(self) -> Load:
        body = {"matter": "company-establishment", "form": self.form}
        url = self.service + f"{REGISTRATION}/cases"
        return Load(url, self.auth, "POST", lambda _: body, keyed=True)

    def _list(self) -> Load:
        return Load(self.service + f"{REGISTRATION}/cases?limit=50", self.auth)

    async def http(self) -> None:
        """CPU per request, by bare ASGI and through the gateway."""
        yard, reads = self.yard, self.yard.scale.reads
        body = {"matter": "company-establishment", "form": self.form}
        case = self.person.post(f"{REGISTRATION}/cases", json=body, expect=201)
        path = f"{REGISTRATION}/cases/{case['id']}"
        both, one = ["gateway-api", "registration-api"], ["registration-api"]
        gateway = yard.block(Load(yard.house.address + path, self.auth), both, requests=reads)
        straight = yard.block(Load(self.service + path, self.auth), one, requests=reads)
        bare = yard.block(Load(yard.bare, {}), ["bare"], requests=reads * 4)
        create = yard.block(self._create(), one, requests=yard.scale.writes)
        listing = yard.block(self._list(), one, requests=reads)
        found = await yard.compare(straight, straight)
        yard.show("control: service ÷ service", found.cpu, control=True)
        for what, left, right in (
            ("read through the gateway ÷ straight to the service", gateway, straight),
            ("read straight to the service ÷ bare ASGI", straight, bare),
            ("read through the gateway ÷ bare ASGI", gateway, bare),
            ("create a case ÷ bare ASGI", create, bare),
            ("list of 50 ÷ bare ASGI", listing, bare),
        ):
            yard.show(what, (await yard.compare(left, right)).cpu)

    async def submits(self) -> None:
        """Wall time of a create against the same inserts."""
        yard, writes = self.yard, self.yard.scale.writes
        ours = yard.block(self._create(), ["registration-api"], requests=writes)
        script = statements.CREATE.replace("{FORM}", json.dumps(self.form, ensure_ascii=False))
        script = script.replace("{BODY}", "x" * 3000)
        theirs = yard.pgbench("registration", script, transactions=writes * 4)
        found = await yard.compare(theirs, theirs)
        yard.show("control: pgbench ÷ pgbench", found.wall, control=True)
        found = await yard.compare(ours, theirs)
        yard.show("submit (create a case) ÷ pgbench, same inserts", found.wall)

    async def lists(self, size: int) -> None:
        """Wall time of a list against the same query, with `size` cases in the table."""
        yard, reads = self.yard, self.yard.scale.reads
        with psycopg.connect(yard.database("registration"), autocommit=True) as db:
            row = db.execute("SELECT count(*) FROM cases").fetchone()
            present = int(row[0]) if row else 0
            first = db.execute("SELECT count(*) FROM cases WHERE reference LIKE 'B2%'").fetchone()
            begin = int(first[0]) + 1 if first else 1
            if size > present:
                values = {"sub": self.sub, "first": begin, "last": begin + size - present - 1}
                db.execute(statements.SEED, values)
                yard.analyze("registration")
        ours = yard.block(self._list(), ["registration-api"], requests=reads)
        query = statements.LIST.replace("<SUB>", self.sub).replace("<PERSON>", self.who)
        theirs = yard.pgbench("registration", query, transactions=reads * 4)
        found = await yard.compare(ours, theirs)
        yard.show(f"list of 50 ÷ pgbench, same query, at {size:,} cases", found.wall)


async def play(yard: Yard) -> None:
    """The whole group."""
    group = Registration(yard)
    print("registration, CPU per request of all server processes")
    await group.http()
    print("registration, wall time against pgbench with the same statements")
    await group.submits()
    for size in yard.scale.cases:
        await group.lists(size)
