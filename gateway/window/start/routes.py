"""The start page (what one can do here, by theme) and the standing texts. Matters come from the services."""

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.matters import SOURCES, matter_of
from gateway.window.messages.routes import at_home
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.start.guide import flow_of
from gateway.window.start.texts import ACCESSIBILITY, HELP, PRIVACY, Sections
from gateway.window.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
async def start_page(visit: Visit) -> Response:
    answers = await asyncio.gather(*(_matters_of(visit, source) for source in SOURCES))
    groups: dict[str, list[dict[str, Any]]] = {}
    for source, matters in zip(SOURCES, answers, strict=True):
        for matter in matters or []:
            groups.setdefault(source, []).append(_card(visit, matter))
    titles = {
        "registration": visit.say("开办和变更企业"),
        "finance": visit.say("资金和保险"),
        "carriers": visit.say("场地和载体"),
    }
    themes = [{"key": k, "title": titles[k], "cards": cards} for k, cards in groups.items()]
    themes.append({"key": "look-up", "title": visit.say("查询和核验"), "cards": _look_up(visit)})
    first = next((f"/matters/{m['code']}" for m in answers[0] or []), None)
    missing, home = answers[0] is None, await at_home(visit)
    return visit.page("start.html", themes=themes, first=first, matters_missing=missing, home=home)


@router.get("/matters/{code}")
async def guide_page(visit: Visit, code: str) -> Response:
    """办事指南: everything that a matter's description says, before anybody signs in."""
    service, matter = await matter_of(visit.services, code)
    flow = flow_of(visit, matter["workflow"])
    return visit.page("guide.html", matter=matter, flow=flow, service=service)


async def _matters_of(visit: Visiting, source: Service) -> list[dict[str, Any]] | None:
    """A service that does not answer takes its cards away, not the whole page."""
    try:
        answer = await visit.services.get(source, f"/api/{source}/v1/matters")
    except Refusal:
        return None
    items = answer.body.get("items", []) if isinstance(answer.body, dict) else answer.body or []
    return [m for m in items if isinstance(m, dict)]


def _card(visit: Visiting, matter: dict[str, Any]) -> dict[str, Any]:
    return {
        "href": f"/matters/{matter['code']}",
        "title": visit.label(matter.get("title")),
        "text": visit.label(matter.get("summary")),
    }


def _look_up(visit: Visiting) -> list[dict[str, Any]]:
    return [
        {
            "href": "/register",
            "title": visit.say("企业查询"),
            "text": visit.say("按名称、拼音或统一社会信用代码，查看依法公示的登记信息。"),
        },
        {
            "href": "/verify",
            "title": visit.say("执照核验"),
            "text": visit.say("输入代码或扫码得到的文字，当场知道一张执照是否真实、是否有效。"),
        },
    ]


def _text(visit: Visiting, title: str, sections: Sections) -> Response:
    said = [
        (visit.say(heading) if heading else "", [visit.say(p) for p in paragraphs])
        for heading, paragraphs in sections
    ]
    return visit.page("text.html", title=title, sections=said)


@router.get("/help")
async def help_page(visit: Visit) -> Response:
    return _text(visit, visit.say("帮助与联系"), HELP)


@router.get("/accessibility")
async def accessibility_page(visit: Visit) -> Response:
    return _text(visit, visit.say("无障碍说明"), ACCESSIBILITY)


@router.get("/privacy")
async def privacy_page(visit: Visit) -> Response:
    return _text(visit, visit.say("个人信息保护"), PRIVACY)
