"""The choices of a field that come from a list of a service (`options_href`).

Public reference lists are kept for some minutes; lists of the reader's own things never are.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from gateway.window import formats
from gateway.window.fields.pointers import MISSING
from gateway.window.fields.shapes import Field, every
from gateway.window.fields.widgets import Choices, Option
from gateway.window.services import Answer, Refusal, Service, Services
from gateway.window.visit import Visiting
from gateway.window.wording import Language, later, sentence

KEEP_S = 300.0
PAGES = 2
NOT_THEIRS = 403
_KEPT: dict[tuple[str, Language], tuple[float, Choices]] = {}

APPROVAL = {
    "pre": later("许可项目：领执照前须先取得批准"),
    "post": later("许可项目：领执照后、经营前须取得许可"),
}


async def options_of(
    visit: Visiting,
    source: Service,
    fields: Sequence[Field],
    document: Mapping[str, Any],
    *,
    called: str = "",
) -> dict[str, Choices]:
    """Every list that these fields pick from, by its address as the field names it. `called`: the name of
    what the case is about; it names what was picked from the applicant's own list."""
    found: dict[str, Choices] = {}
    for one in every(tuple(fields)):
        href = one.options_href
        if not href:
            continue
        known = found.get(href) or await _choices(visit, source, href)
        given = {o.value for o in known.options}
        chosen = sorted({str(v) for v in values_at(document, one.pointer)} - given)
        more = [o for v in chosen for o in await _exactly(visit, source, href, v)]
        if called and not known.theirs:
            more += [
                Option(v, _named(called, v)) for v in chosen if v not in {o.value for o in more}
            ]
        known = Choices((*known.options, *more), known.complete, known.theirs)
        found[href] = known
    return found


async def _choices(visit: Visiting, source: Service, href: str) -> Choices:
    """A whole list where one or two pages hold it; else nothing yet: it is searched."""
    path = absolute(source, href)
    kept = _KEPT.get((path, visit.language))
    if kept and kept[0] > time.monotonic():
        return kept[1]
    items: list[Mapping[str, Any]] = []
    cursor: str | None = None
    public = False
    for _ in range(PAGES):
        try:
            answer = await _page(visit.services, path, limit=200, cursor=cursor)
        except Refusal as refusal:
            if refusal.status != NOT_THEIRS:
                raise
            return Choices((), complete=True, theirs=False)
        public = "public" in answer.headers.get("cache-control", "")
        items += answer.body["items"]
        cursor = answer.body.get("next")
        if cursor is None:
            break
    complete = cursor is None
    found = Choices(_options(visit, items) if complete else (), complete)
    if public:
        if len(_KEPT) > 200:
            _KEPT.clear()
        _KEPT[(path, visit.language)] = (time.monotonic() + KEEP_S, found)
    return found


def _named(called: str, value: str) -> str:
    """The case's own name, with the code where that is one for people."""
    machine = re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", value)
    return called if machine else f"{called}（{value}）"


async def _exactly(visit: Visiting, source: Service, href: str, value: str) -> list[Option]:
    """The one option with this value, so that a chosen one that the list has no more has its name."""
    path = urlsplit(absolute(source, href)).path
    try:
        answer = await visit.services.get(service_of(path), f"{path}/{quote(value, safe='')}")
    except Refusal:
        return []
    item = answer.body.get("present") or answer.body
    return [o for o in _options(visit, [item]) if o.value == value]


async def property_of(visit: Visiting, source: Service, one: Field, value: str, name: str) -> Any:
    """A property of what was chosen from a field's list; MISSING where the list does not say it."""
    if not one.options_href:
        return MISSING
    path = urlsplit(absolute(source, one.options_href)).path
    try:
        answer = await visit.services.get(service_of(path), f"{path}/{quote(value, safe='')}")
        found = answer.body.get("present") or answer.body
    except Refusal:  # a list whose rows have no address of their own
        try:
            rows = (await _page(visit.services, path, q=value, limit=12)).body["items"]
        except Refusal:
            return MISSING
        found = next((row for row in rows if _value(row) == value), {})
    return found.get(name, MISSING)


def values_at(document: Any, pointer: str) -> Iterator[Any]:
    """All values at a pointer in which `*` stands for any index."""
    head, _, rest = pointer.lstrip("/").partition("/")
    if not head:
        if document not in (None, ""):
            yield from document if isinstance(document, list) else [document]
    elif head == "*":
        for item in document if isinstance(document, list) else ():
            yield from values_at(item, f"/{rest}" if rest else "")
    elif isinstance(document, Mapping) and head in document:
        yield from values_at(document[head], f"/{rest}" if rest else "")


def absolute(source: Service, href: str) -> str:
    """A list's address; a matter may name it from its own service's root (`/regions`)."""
    return href if href.startswith("/api/") else f"/api/{source}/v1{href}"


async def search_options(
    visit: Visiting, source: Service, href: str, text: str
) -> tuple[Option, ...]:
    """The first matches of a search in a list; nothing for an empty search."""
    plain = text.strip()[:50]
    if not plain:
        return ()
    answer = await _page(visit.services, absolute(source, href), q=plain, limit=12)
    return _options(visit, answer.body["items"])


async def _page(services: Services, href: str, **more: Any) -> Answer:
    parts = urlsplit(href)
    return await services.get(
        service_of(parts.path), parts.path, **dict(parse_qsl(parts.query)), **more
    )


def service_of(path: str) -> Service:
    """Which service answers `/api/<service>/v1/…`."""
    name = path.split("/")[2] if path.startswith("/api/") else "registration"
    return name if name in ("finance", "carriers") else "registration"  # type: ignore[return-value]


def _options(visit: Visiting, items: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    """Items as options. In a list with levels the topmost are headings, the rest stand under them."""
    by_code = {str(i["code"]): i for i in items if "code" in i}
    parents = {str(i.get("parent")) for i in items} & by_code.keys()
    roots = {c for c in parents if str(by_code[c].get("parent")) not in by_code}
    found: list[Option] = []
    for item in items:
        if _value(item) in roots:
            continue
        top, depth = item, -1
        while str(top.get("parent")) in by_code:
            top, depth = by_code[str(top["parent"])], depth + 1
        name = _name(visit, item)
        found.append(
            Option(
                value=_value(item),
                label="　" * depth + name if depth > 0 else name,
                group=_name(visit, top) if top is not item else "",
                hint=_hint(visit.language, item),
            )
        )
    return tuple(found)


def _value(item: Mapping[str, Any]) -> str:
    keys = ("value", "code", "uscc", "id")
    return next((str(item[key]) for key in keys if item.get(key)), "")


def _name(visit: Visiting, item: Mapping[str, Any]) -> str:
    full = item.get("full_name_zh") if visit.language == "zh-CN" else None
    text = (
        full or item.get("label") or item.get("name") or item.get("full_name") or item.get("title")
    )
    return visit.label(text) or _value(item)


def _hint(language: Language, item: Mapping[str, Any]) -> str:
    if item.get("reserved_until"):
        until = formats.day(language, item["reserved_until"])
        return sentence(language, "保留到 %(day)s", day=until)
    if item.get("terms"):
        return _limits(language, item["terms"])
    wording = APPROVAL.get(str(item.get("approval")))
    return sentence(language, wording) if wording else ""


def _limits(language: Language, terms: Mapping[str, Any]) -> str:
    """How much, for how long and at most at which rate, of something that is lent."""
    parts = []
    if terms.get("most_fen"):
        most = formats.yuan(terms["most_fen"])
        parts.append(sentence(language, "最高 %(yuan)s 元", yuan=most))
    if terms.get("highest_rate"):
        rate = formats.percent(terms["highest_rate"])
        parts.append(sentence(language, "年利率不超过 %(rate)s", rate=rate))
    if terms.get("longest_months"):
        parts.append(sentence(language, "最长 %(n)s 个月", n=terms["longest_months"]))
    return " · ".join(parts)
