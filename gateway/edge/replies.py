"""Problems as bytes, for the places where no framework is listening.

A program gets RFC 9457, a person's browser a plain page: whatever made the edge refuse (an overload, say)
must not also need the templates to be told.
"""

from html import escape

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
    """The body and headers of a problem, as a page where the caller reads pages."""
    language = "en" if note.english else "zh-CN"
    if note.wants_page:
        kind, body = b"text/html; charset=utf-8", _page(problem, note, language)
    else:
        document = problem.body(language, instance=note.path, request_id=note.request_id)
        kind = b"application/problem+json"
        body = orjson.dumps({name: value for name, value in document.items() if value is not None})
    headers = [
        (b"content-type", kind),
        (b"content-language", language.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    return body, headers


def _page(problem: Problem, note: Note, language: str) -> bytes:
    title = problem.title_en if note.english else problem.title_zh
    home, tell = ("Home", "Tell us when you ask") if note.english else ("首页", "联系我们时请提供")
    seconds = problem.headers.get("Retry-After", "")
    wait = f"Try again in {seconds} s." if note.english else f"请在 {seconds} 秒后再试。"
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/window.css"></head>
<body class="govuk-template__body"><div class="govuk-width-container">
<main class="govuk-main-wrapper"><h1 class="govuk-heading-l">{escape(title)}</h1>
<p class="govuk-body">{escape(wait) if seconds else ""}</p>
<p class="govuk-body"><a class="govuk-link" href="/">{home}</a></p>
<p class="govuk-body-s">{tell}: {escape(problem.code)} · {escape(note.request_id)}</p>
</main></div></body></html>
""".encode()
