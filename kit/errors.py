"""Errors that own their status and code, rendered as RFC 9457 problem+json.

    Problem
    ├── NotAuthenticated 401        ├── StaleEtag 412 · IfMatchRequired 428
    ├── NotPermitted 403            ├── IdempotencyKeyRequired 400 · IdempotencyKeyReused 422
    ├── NotFound 404                ├── RequestInProgress 409
    ├── InvalidRequest 422          ├── InvalidCursor 400
    ├── BodyTooLarge 413            └── Unavailable 503 (Retry-After)
    └── … each feature's own, in its errors.py

A feature states a fact as a subclass; nobody raises HTTPException. `catalogue()` lists every code for
GET /codes. Must not know what any code means for business.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from kit.schemas import Out


class FieldError(Out):
    """One wrong place in the request. `pointer` is a JSON pointer into the body, or `?name`/`#name`
    for a query parameter or header; `values` feeds the message."""

    pointer: str
    code: str
    detail: str | None = None
    values: dict[str, Any] = Field(default_factory=dict)


class ProblemView(Out):
    """The body of every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    errors: list[FieldError] = Field(default_factory=list)
    existing: dict[str, Any] | None = None


class Problem(Exception):
    """A fact that stops a request. Subclasses fix `code`, `status` and both titles."""

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 500
    title_zh: ClassVar[str] = "出错了"
    title_en: ClassVar[str] = "Something went wrong"
    _by_code: ClassVar[dict[str, type["Problem"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known = Problem._by_code.setdefault(cls.code, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"error code {cls.code!r} is declared by {known} and {cls}")

    def __init__(
        self,
        *,
        detail_zh: str | None = None,
        detail_en: str | None = None,
        errors: Sequence[FieldError] = (),
        existing: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail_en or self.title_en)
        self.detail_zh, self.detail_en = detail_zh, detail_en
        self.errors = list(errors)
        self.existing = dict(existing) if existing else None
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(
        self, language: str, *, instance: str | None, request_id: str | None
    ) -> dict[str, Any]:
        """The problem document in `language` (zh-CN or en)."""
        english = language.startswith("en")
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title_en if english else self.title_zh,
            "status": self.status,
            "code": self.code,
            "detail": self.detail_en if english else (self.detail_zh or self.detail_en),
            "instance": instance,
            "request_id": request_id,
            "errors": [e.model_dump(exclude_none=True) for e in self.errors],
        }
        if self.existing is not None:
            document["existing"] = self.existing
        return document | self.extra


def catalogue() -> Iterator[type[Problem]]:
    """Every declared problem, by code."""
    yield from (Problem._by_code[code] for code in sorted(Problem._by_code))


class NotAuthenticated(Problem):
    code = "not_authenticated"
    status = 401
    title_zh = "请先登录"
    title_en = "Sign in or send a valid access token"


class NotPermitted(Problem):
    code = "not_permitted"
    status = 403
    title_zh = "您没有办理此事的权限"
    title_en = "You are not permitted to do this"


class NotAcceptable(Problem):
    """The caller takes none of the media types that the address makes."""

    code = "not_acceptable"
    status = 406
    title_zh = "不能按所要求的格式（Accept）提供"
    title_en = "This address cannot reply in a media type that the request accepts"


class NotFound(Problem):
    code = "not_found"
    status = 404
    title_zh = "没有找到"
    title_en = "There is no such resource, or you may not know of it"


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    title_zh = "此地址不支持该请求方法"
    title_en = "This address does not take that method"


class InvalidRequest(Problem):
    code = "invalid_request"
    status = 422
    title_zh = "提交的内容有误"
    title_en = "The request has errors"


class MalformedBody(Problem):
    code = "malformed_body"
    status = 400
    title_zh = "请求正文无法读取"
    title_en = "The body could not be read as JSON in UTF-8"


class BodyTooLarge(Problem):
    code = "body_too_large"
    status = 413
    title_zh = "请求正文过大"
    title_en = "The body is larger than this address takes"


class UnsupportedMediaType(Problem):
    code = "unsupported_media_type"
    status = 415
    title_zh = "不支持的内容类型"
    title_en = "Send application/json"


class InvalidCursor(Problem):
    code = "invalid_cursor"
    status = 400
    title_zh = "翻页标记无效"
    title_en = "The cursor is not one that this list gave"


class IfMatchRequired(Problem):
    code = "if_match_required"
    status = 428
    title_zh = "缺少 If-Match 请求头"
    title_en = "Send If-Match with the ETag that you last saw"


class StaleEtag(Problem):
    code = "stale_etag"
    status = 412
    title_zh = "内容已被更新，请刷新后再试"
    title_en = "It changed since you read it; the present state is in the body"


class IdempotencyKeyRequired(Problem):
    code = "idempotency_key_required"
    status = 400
    title_zh = "缺少 Idempotency-Key 请求头"
    title_en = "Send an Idempotency-Key header (1 to 255 visible ASCII characters)"


class IdempotencyKeyReused(Problem):
    code = "idempotency_key_reused"
    status = 422
    title_zh = "该幂等键已用于另一请求"
    title_en = "This key was used with another body"


class RequestInProgress(Problem):
    code = "request_in_progress"
    status = 409
    title_zh = "同一请求正在处理"
    title_en = "A request with this key is still running"


class Unavailable(Problem):
    code = "service_unavailable"
    status = 503
    title_zh = "服务暂不可用，请稍后再试"
    title_en = "The service cannot answer now; try again shortly"

    def __init__(self, *, retry_after_seconds: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("headers", {"Retry-After": str(retry_after_seconds)})
        super().__init__(**kwargs)


class InternalError(Problem):
    code = "internal_error"
    status = 500
    title_zh = "系统出错，已记录"
    title_en = "Our fault; it has been logged under the request id"
