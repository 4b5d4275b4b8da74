"""What `?expand=` adds to a filing's case. Whoever may read the case may read its documents, signatures
and tasks; the licence is asked for separately, as it has its own holders."""

from typing import Any

from kit.auth import Actor
from kit.cases.views import Connection
from services.registration.departments.routes import expand_tasks
from services.registration.filings import store
from services.registration.filings.schemas import SignatureView
from services.registration.licences.service import expand_licence
from services.registration.papers.service import expand_papers


async def expand_signatures(
    connection: Connection, case: Any, actor: Actor, _: Any
) -> list[SignatureView]:
    rows = await store.signatures_of(connection, case.id)
    return [
        SignatureView.model_validate(row).model_copy(
            update={"mine": actor.person is not None and row.person == actor.person}
        )
        for row in rows
    ]


EXPANDERS = {
    "signatures": expand_signatures,
    "licence": expand_licence,
    "tasks": expand_tasks,
    "papers": expand_papers,
}
