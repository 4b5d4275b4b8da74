"""What a reader sees when something does not work: a page in the same look, a sentence and a way on.

Wraps every page route, so that no page ever answers with a problem document or a trace. Must not hide a
failure: the request id stands on the page, for whoever is called about it.
"""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.window.kept.showing import kept_page, shown_by_get
from gateway.window.look import HEADERS
from gateway.window.preferences import preferences_of
from gateway.window.services import Refusal, services_for
from gateway.window.visit import SignInNeeded, Visiting, begin_visit
from gateway.window.wording import later
from kit.errors import Problem

log = structlog.get_logger(__name__)


def _texts(visit: Visiting, status: int) -> tuple[str, str]:
    """Heading and sentence for a status."""
    known = {
        400: (later("这次提交无法读取"), later("请返回上一页再试一次。")),
        401: (later("请先登录"), later("登录后可以继续办理。")),
        403: (
            later("您不能查看或办理这一项"),
            later("如果您认为应当可以，请换用经办此事的账号登录。"),
        ),
        404: (later("没有找到这个页面"), later("地址可能写错了，或者这一项不属于您的账号。")),
        409: (
            later("现在不能这样办理"),
            later("这一项的状态已经变化，请回到办件查看现在可以做什么。"),
        ),
        412: (
            later("内容刚刚被更新过"),
            later("您打开页面之后，内容又有改动。请回到办件，看过最新内容再办理。"),
        ),
        413: (later("提交的内容太大"), later("请减少内容后再试。")),
        422: (later("提交的内容有误"), later("请返回上一页检查后再试。")),
        429: (later("操作太频繁"), later("请稍等片刻再试。")),
        503: (later("服务暂时不可用"), later("系统正在恢复，请稍后再试。已经受理的办件不会丢失。")),
    }
    title, sentence = known.get(
        status, (later("系统出了点问题"), later("我们已经记录下来，请稍后再试。"))
    )
    return visit.say(title), visit.say(sentence)


def page_of(
    visit: Visiting, status: int, problem: dict[str, Any], *, retry_after: str | None = None
) -> Response:
    """The page for a refusal; what the service itself said comes first."""
    title, sentence = _texts(visit, status)
    detail = problem.get("detail") or (problem.get("title") if problem.get("code") else None)
    response = visit.page(
        "refusal.html",
        status=status,
        title=title,
        sentence=sentence,
        detail=detail if status < 500 and detail not in (title, sentence) else None,
        existing=problem.get("existing"),
        code=problem.get("code"),
        errors=problem.get("errors") or [],
        request_id=problem.get("request_id") or visit.services.request_id,
    )
    if status in (429, 503):
        response.headers["Retry-After"] = retry_after or "5"
    return response


async def _visit_without_doubt(request: Request) -> Visiting:
    """A visit for the refusal page itself: if even the session cannot be read, an anonymous one."""
    preferences = preferences_of(request)
    services = services_for(request, language=preferences.language, token=None)
    if request.method == "GET":
        try:
            return await begin_visit(request)
        except Exception as failure:  # the refusal page must appear whatever fails
            log.warning("window.session_unreadable", error=repr(failure))
    return Visiting(request, preferences, None, services)


def _sign_in_first(request: Request, kept: str = "") -> Response:
    here = request.url.path if request.method == "GET" else "/cases"
    back = quote(f"/kept/{kept}" if kept else here, safe="/")
    return RedirectResponse(f"/sign-in?next={back}", status_code=303, headers=HEADERS)


class PageRoute(APIRoute):
    """A route whose every failure is a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                if (kept := await kept_page(request)) is not None:
                    return kept
                response = await inner(request)
            except SignInNeeded as needed:
                return _sign_in_first(request, needed.kept)
            except Exception as failure:
                response = await refuse(request, failure)
            return await shown_by_get(request, response)

        return handler


async def refuse(request: Request, failure: Exception) -> Response:
    """The page for any failure of a page route (also for an address that no route has)."""
    visit = await _visit_without_doubt(request)
    match failure:
        case Refusal(status=401) if visit.session is None:
            return _sign_in_first(request)
        case Refusal(status=401):  # here the session lives: signing in again would lead back here
            return page_of(visit, 503, {})
        case Refusal():
            status = failure.status if failure.status < 500 or failure.status == 503 else 502
            return page_of(visit, status, failure.problem, retry_after=failure.retry_after)
        case Problem():
            body = failure.body(visit.language, instance=None, request_id=visit.services.request_id)
            return page_of(
                visit, failure.status, body, retry_after=failure.headers.get("Retry-After")
            )
        case RequestValidationError():
            return page_of(visit, 404, {})
        case HTTPException():
            return page_of(visit, failure.status_code, {})
        case _:
            log.exception("window.page_failed", path=request.url.path, exc_info=failure)
            return page_of(visit, 500, {})
