"""Everything that a service's matters need over HTTP: catalogue, cases, documents, notices."""

from collections.abc import Mapping

from kit.cases.assignment_routes import assignment_router
from kit.cases.differences import expand_difference, submission_router
from kit.cases.routes import case_router, matter_router
from kit.cases.views import Expander
from kit.documents.routes import document_router, expand_documents
from kit.http import Router
from kit.matters import Matter
from kit.notices.routes import notice_router


def casework(
    matters: Mapping[str, Matter], *, expanders: Mapping[str, Expander] | None = None
) -> list[Router]:
    """The routers of these matters. `expanders` add to what `?expand=` can show."""
    every = tuple(matters.values())
    known: dict[str, Expander] = {
        "documents": expand_documents,
        "difference": expand_difference,
        **(expanders or {}),
    }
    return [
        matter_router(every),
        case_router(every, expanders=known),
        assignment_router(matters),
        submission_router(matters),
        document_router(every),
        notice_router(every),
    ]
