"""The golden files are what the code says today, and no endpoint is open by accident."""

import pytest

from kit.auth import PUBLIC
from kit.openapi import permission_of, routes_of
from tests.golden.write import FILES, HERE, apps

PUBLIC_ON_PURPOSE = 67
"""With RFC 7591 and 7592, whose tokens are their own. One more is a decision: raise this in its commit."""


@pytest.mark.parametrize("name", sorted(FILES))
def test_golden_file_is_what_the_code_says(name: str) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == FILES[name](), (
        "run `make golden` and read it"
    )


def test_every_endpoint_states_who_may_call_it() -> None:
    silent = [
        f"{service} {route.path_format}"
        for service, app in apps()
        for route in routes_of(app)
        if permission_of(route) is None
    ]
    assert silent == []


def test_public_endpoints_are_few_and_counted() -> None:
    public = [
        r.path_format for _, app in apps() for r in routes_of(app) if permission_of(r) == PUBLIC
    ]
    assert len(public) <= PUBLIC_ON_PURPOSE, public
