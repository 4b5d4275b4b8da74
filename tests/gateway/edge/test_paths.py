"""Which request targets are in normal form, and which route class they use."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edge.paths import malformed, route_class, service_of


@pytest.mark.parametrize(
    "path",
    [
        b"//api/registration/v1",
        b"/api//registration/v1",
        b"/api/registration/../finance/v1",
        b"/api/registration/./v1",
        b"/api/registration/..",
        b"/api/registration/.",
        b"/api/registration/%2e%2e/finance",
        b"/api/registration/%2E%2E",
        b"/api/registration/.%2e/finance",
        b"/api/registration%2fv1",
        b"/api/registration%2Fv1",
        b"/api/registration/v1\\names",
        b"/api/registration/v1%5cnames",
        b"/api/registration/%00",
        b"/api/registration/%0d%0aX:1",
        b"/api/registration/%7f",
        b"/%61pi/registration/v1",
        b"/oauth2/%74oken",
        b"/api/registration/%zz",
        b"/api/registration/%4",
        b"/api/registration/%",
        b"/api/registration/%ff%fe",
        b"/api/registration/%c0%ae%c0%ae/",
        b"/api/registration/\xe4\xb8\x80",
        b"/api/registration/a b",
        b"api/registration",
        b"",
        b"*",
    ],
)
def test_a_path_with_a_second_reading_is_refused(path):
    assert malformed(path)


@pytest.mark.parametrize(
    "path",
    [b"/", b"/api/registration/v1/names", b"/a.b/..c/d..", b"/x;y=1/", b"/a@b:c,(d)!", b"/%20%3A"],
)
def test_a_plain_path_is_taken(path):
    assert not malformed(path)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_quoted_the_usual_way_is_taken_as_one_part(text):
    part = quote(text, safe="")
    if part in (".", "..") or "/" in text or "\\" in text:
        return
    assert not malformed(b"/api/registration/v1/names/" + part.encode())


def test_a_query_may_hold_escapes_but_no_raw_bytes():
    assert not malformed(b"/", b"name=%E4%B8%80&x=//..%2f")
    assert malformed(b"/", b"name=\xe4")
    assert malformed(b"/", b"name=a b")


def test_a_service_is_the_whole_second_part():
    assert service_of(b"/api/registration/v1") == b"registration"
    assert service_of(b"/api/registrations/v1") == b"registrations"
    assert service_of(b"/api/registration") == b"registration"
    assert service_of(b"/apis/registration") is None
    assert service_of(b"/") is None


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", b"/api/registration/v1/cases", "read"),
        ("POST", b"/api/registration/v1/cases", "write"),
        ("POST", b"/api/registration/v1/register/search", "search"),
        ("GET", b"/", "page"),
        ("POST", b"/oauth2/token", "token"),
        ("POST", b"/sign-in", "sign_in"),
        ("POST", b"/preferences", "write"),
    ],
)
def test_each_request_has_one_route_class(method, path, expected):
    assert route_class(method, path) == expected
