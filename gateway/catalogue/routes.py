"""`/openapi.json` and `/reference`: the merged document and the page that shows it.

The page loads nothing from outside and runs no inline script. It needs no account: the contract is
public.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.catalogue.edge_answers import add_edge_answers
from gateway.catalogue.merge import described, merge

_STATIC: Final = Path(__file__).parent / "static"
DOCUMENTS: Final = Path(__file__).parents[2] / "contracts" / "openapi"
SERVICES: Final = ("registration", "finance", "carriers", "gateway")
# The reader draws itself with style attributes, hence unsafe-inline for styles, and for this page only.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)
static = StaticFiles(directory=_STATIC)


@lru_cache(maxsize=1)
def merged_document() -> tuple[bytes, str]:
    """The merged document as JSON and its ETag; made once per process."""
    documents = {
        name: orjson.loads((DOCUMENTS / f"{name}.json").read_bytes())
        for name in SERVICES
        if (DOCUMENTS / f"{name}.json").is_file()
    }
    for name in documents:  # after the descriptions: what every operation shares needs no repeating
        documents[name] = described(documents[name])
        add_edge_answers(documents[name], proxied=name != "gateway")
    content = orjson.dumps(merge(documents))
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@router.get("/openapi.json")
async def openapi_document(request: Request) -> Response:
    """The OpenAPI 3.1 document of the whole platform."""
    content, etag = merged_document()
    headers = {"etag": etag, "cache-control": "public, max-age=60"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


@router.get("/reference")
async def reference() -> Response:
    """The reference page."""
    headers = {"content-security-policy": _POLICY, "cache-control": "public, max-age=60"}
    return FileResponse(_STATIC / "reference.html", headers=headers, media_type="text/html")
