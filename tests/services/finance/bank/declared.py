"""Every refusal that a test meets must be declared in the document of its operation."""

import re
from typing import Any

import httpx
from fastapi import FastAPI

NOT_THE_OPERATIONS = frozenset({"internal_error", "method_not_allowed", "body_too_large"})


class Declared:
    """A response hook of the tests' client."""

    def __init__(self, app: FastAPI, prefix: str) -> None:
        self._operations: list[tuple[str, re.Pattern[str], dict[str, Any]]] = []
        for path, item in app.openapi()["paths"].items():
            if path.startswith(prefix):
                pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$")
                self._operations += [(m.upper(), pattern, doc) for m, doc in item.items()]

    async def __call__(self, response: httpx.Response) -> None:
        """Fails where a status or a code stands in no document."""
        operation = self._of(response.request)
        if operation is None:
            return
        status = str(response.status_code)
        declared = operation["responses"].get(status)
        place = f"{response.request.method} {response.request.url.path}"
        await response.aread()
        if "problem+json" in response.headers.get("content-type", ""):
            code = response.json()["code"]
            codes = (declared or {}).get("x-error-codes", ())
            assert code in codes or code in NOT_THE_OPERATIONS, (
                f"{place}: {status} {code} undeclared"
            )
        else:
            assert declared is not None, f"{place}: {status} undeclared"

    def _of(self, request: httpx.Request) -> dict[str, Any] | None:
        path = request.url.path
        fitting = (d for m, p, d in self._operations if m == request.method and p.match(path))
        return next(fitting, None)
