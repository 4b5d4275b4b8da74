"""Problems as bytes, for the places where no framework is listening."""

import orjson
from starlette.types import Send

from gateway.edge.note import Note
from kit.errors import Problem


async def send_problem(send: Send, problem: Problem, note: Note) -> None:
    """Answer with `problem` as RFC 9457 JSON in the caller's language."""
    note.code = problem.code
    body, headers = render(problem, note)
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if note.method == "HEAD" else body})


def render(problem: Problem, note: Note) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The body and headers of a problem."""
    language = "en" if note.english else "zh-CN"
    document = problem.body(language, instance=note.path, request_id=note.request_id)
    body = orjson.dumps({name: value for name, value in document.items() if value is not None})
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-language", language.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    return body, headers
