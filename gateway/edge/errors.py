"""The facts that the edge can state about a request, each with its stable code.

Kept apart from the services' errors so that a caller can tell "the edge refused" from "the
service refused". Must not name a business reason.
"""

from typing import Any

from kit.errors import Problem, Unavailable


class MalformedPath(Problem):
    """The path has an empty, dot, or needlessly encoded part, or an encoded slash."""

    code = "malformed_path"
    status = 400
    title_zh = "请求地址格式不正确"
    title_en = "The path is not in its normal form"


class MalformedHeader(Problem):
    """A header that decides meaning is missing, repeated, or not readable text."""

    code = "malformed_header"
    status = 400
    title_zh = "请求头不正确"
    title_en = "A header is missing, repeated or unreadable"


class AddressTooLong(Problem):
    """The request target is longer than any address of ours (8 KiB)."""

    code = "address_too_long"
    status = 414
    title_zh = "请求地址过长"
    title_en = "The address is too long"


class HeadersTooLarge(Problem):
    """The header section is larger than the edge takes (RFC 6585, 431)."""

    code = "headers_too_large"
    status = 431
    title_zh = "请求头过大"
    title_en = "The headers are too large"


class BodyTooSlow(Problem):
    """The caller announced a body and did not send it in time."""

    code = "body_too_slow"
    status = 408
    title_zh = "请求正文接收超时"
    title_en = "The body did not arrive in time"


class RateLimited(Problem):
    """The caller used up its quota of this route class; `Retry-After` says when to come back."""

    code = "rate_limited"
    status = 429
    title_zh = "请求过于频繁，请稍后再试"
    title_en = "Too many requests; wait and try again"


class Overloaded(Unavailable):
    """As many requests as the service can take are already running."""

    code = "overloaded"
    status = 503
    title_zh = "当前办理人数较多，请稍后再试"
    title_en = "Too many requests are running; try again shortly"


class UpstreamUnavailable(Unavailable):
    """The service behind this path does not answer; the request did not reach it."""

    code = "upstream_unavailable"
    status = 503
    title_zh = "后台服务暂时无法连接，请稍后再试"
    title_en = "The service behind this address cannot be reached; try again shortly"


class UpstreamFailed(Problem):
    """The service broke off without an answer, so the effect of a write is unknown."""

    code = "upstream_failed"
    status = 502
    title_zh = "后台服务未能完成应答"
    title_en = "The service broke off without an answer"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("detail_zh", "如为提交操作，请用同一 Idempotency-Key 重试以确认结果")
        kwargs.setdefault("detail_en", "Repeat a write with the same Idempotency-Key to learn it")
        super().__init__(**kwargs)


class UpstreamTimeout(Problem):
    """The service did not answer in time, so the effect of a write is unknown."""

    code = "upstream_timeout"
    status = 504
    title_zh = "后台服务应答超时"
    title_en = "The service did not answer in time"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("detail_zh", "如为提交操作，请用同一 Idempotency-Key 重试以确认结果")
        kwargs.setdefault("detail_en", "Repeat a write with the same Idempotency-Key to learn it")
        super().__init__(**kwargs)
