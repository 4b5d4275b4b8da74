"""What of a message's headers passes."""

import pytest

from gateway.edge.errors import MalformedHeader
from gateway.edge.headers import (
    check_single,
    prefers_english,
    reply_headers,
    request_headers,
    request_id,
    traceparent,
)


def passed(*headers):
    return list(request_headers(headers, ()).items())


@pytest.mark.parametrize(
    "name",
    [
        b"x-user-id", b"x-user", b"x-forwarded-for", b"x-forwarded-user", b"forwarded",
        b"proxy-authorization", b"proxy-connection", b"connection", b"keep-alive", b"te",
        b"trailer", b"transfer-encoding", b"upgrade", b"cookie", b"x-real-ip", b"remote-user",
        b"x-http-method-override", b"x-original-url", b"x_user", b"x-auth-request-user", b"host",
        b"expect", b"x-client-cert-dn", b"http2-settings",
    ],
)  # fmt: skip
def test_a_header_of_the_hop_or_of_identity_does_not_reach_a_service(name):
    assert passed((name, b"1"), (b"accept", b"*/*")) == [("accept", "*/*")]


def test_headers_that_connection_names_do_not_pass():
    found = passed((b"connection", b"close, X-Secret"), (b"x-secret", b"1"), (b"dpop", b"p"))
    assert found == [("dpop", "p")]


def test_a_repeated_list_header_keeps_every_value_in_order():
    found = passed((b"accept", b"a"), (b"x-a", b"1"), (b"accept", b"b"))
    assert [value for name, value in found if name == "accept"] == ["a", "b"]


def test_a_header_that_is_not_utf8_is_refused():
    with pytest.raises(MalformedHeader):
        passed((b"accept", b"\xff\xfe"))


def test_a_chinese_header_passes_unchanged():
    assert passed((b"x-note", "一窗".encode())) == [("x-note", "一窗")]


@pytest.mark.parametrize("name", [b"authorization", b"idempotency-key", b"host", b"content-type"])
def test_a_deciding_header_twice_is_refused(name):
    with pytest.raises(MalformedHeader):
        check_single([(b"host", b"a"), (name, b"1"), (name, b"2")])


def test_a_request_without_host_is_refused():
    with pytest.raises(MalformedHeader):
        check_single([(b"accept", b"*/*")])


def test_a_reply_loses_its_hop_headers_and_cookies_only():
    given = [
        (b"Connection", b"x-inner"), (b"X-Inner", b"1"), (b"Set-Cookie", b"a=b"),
        (b"Server", b"s"), (b"ETag", b'"1"'), (b"Link", b"a"), (b"Link", b"b"),
    ]  # fmt: skip
    assert reply_headers(given) == [(b"etag", b'"1"'), (b"link", b"a"), (b"link", b"b")]


@pytest.mark.parametrize(
    "given",
    [b"short", b"x" * 129, b"has space 123", b"new\nline-1234", "一二三四五六七八".encode()],
)
def test_a_doubtful_request_id_is_replaced(given):
    made = request_id([(b"x-request-id", given)])
    assert made != given
    assert len(made) == 32


def test_a_good_request_id_is_kept():
    assert request_id([(b"x-request-id", b"order-2026-11-21")]) == b"order-2026-11-21"


@pytest.mark.parametrize(
    "given",
    [
        b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01",
        b"00-" + b"a" * 32 + b"-" + b"0" * 16 + b"-01",
        b"ff-" + b"a" * 32 + b"-" + b"1" * 16 + b"-01",
        b"00-" + b"A" * 32 + b"-" + b"1" * 16 + b"-01",
        b"nonsense",
    ],
)
def test_a_broken_traceparent_starts_a_new_trace(given):
    made = traceparent([(b"traceparent", given)])
    assert made != given
    assert len(made) == 55


@pytest.mark.parametrize(
    ("asked", "english"),
    [
        (None, False), (b"", False), (b"en", True), (b"en-GB,zh;q=0.9", True),
        (b"zh-CN,en;q=0.8", False), (b"en;q=0.2, zh;q=0.8", False), (b"fr, en;q=0.1", True),
        (b"fr", False), (b"en;q=x", False), (b"*", False), (b"\xff", False),
    ],
)  # fmt: skip
def test_the_language_is_chinese_unless_english_ranks_higher(asked, english):
    assert prefers_english(asked) is english
