"""`/oauth2/...` and `/.well-known/...`: the addresses that OAuth clients and services call.

Thin: reads a form, calls one use case of `protocol.py` or `authorize.py`. Replies and refusals are those
of the RFCs, not problem+json. Must not hold a rule.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gateway.identity import authorize, protocol, sessions
from gateway.identity.consent import consent_page, refused_page
from gateway.identity.errors import CsrfRefused, IdentityBusy
from gateway.identity.forms import parameters, read_form
from gateway.identity.oauth_errors import NO_STORE, OAuthRefusal
from gateway.identity.runtime import Identity
from gateway.identity.schemas import (
    IntrospectionView,
    JwksView,
    MetadataView,
    OAuthErrorView,
    ResourceMetadataView,
    RevocationsView,
    TokenView,
)
from kit.auth import Anyone
from kit.errors import Unavailable
from kit.problems import problems


class OAuthRoute(APIRoute):
    """Answers an OAuthRefusal in OAuth's own shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_refusals(request: Request) -> Response:
            try:
                return await handle(request)
            except OAuthRefusal as refusal:
                return refusal.response()

        return handle_refusals


router = APIRouter(tags=["identity"], route_class=OAuthRoute)
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {
        "model": OAuthErrorView,
        "description": "invalid_request, invalid_grant, …",
        "x-keep-content": True,
    },
    401: {"model": OAuthErrorView, "description": "invalid_client", "x-keep-content": True},
    429: {
        "model": OAuthErrorView,
        "description": "invalid_client too often from this address; see Retry-After",
        "x-keep-content": True,
    },
    **problems(Unavailable, IdentityBusy),
}


_CLIENT = {
    "client_id": "required of public clients",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "private_key_jwt (RFC 7523): aud is the issuer, jti counts once",
}

_HINT = {"token_type_hint": "not needed"}
_TOKEN_FORM = {
    "grant_type": "client_credentials, authorization_code or refresh_token",
    "scope": "space separated",
    "code": "from the authorization endpoint",
    "redirect_uri": "exactly as asked with",
    "code_verifier": "PKCE",
    "refresh_token": "counts once; the reply has the next one",
}


def _form(names: dict[str, str], *required: str) -> dict[str, Any]:
    """OpenAPI of a form post: each name with its description."""
    properties = {
        name: {"type": "string", "maxLength": 8192, "description": text}
        for name, text in (names | _CLIENT).items()
    }
    schema = {"type": "object", "properties": properties, "required": list(required)}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return {"requestBody": body}


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


async def _call(request: Request) -> protocol.Call:
    return protocol.Call(
        form=await read_form(request),
        authorization=request.headers.get("authorization"),
        proofs=request.headers.getlist("dpop"),
        path=request.url.path,
        address=request.client.host if request.client else "unknown",
    )


@router.get("/.well-known/oauth-authorization-server", summary="Metadata (RFC 8414)")
async def show_metadata(request: Request, _: Anyone) -> MetadataView:
    return MetadataView(**protocol.metadata(_identity(request)))


@router.get("/.well-known/oauth-protected-resource", summary="Resource metadata (RFC 9728)")
async def show_resource_metadata(request: Request, _: Anyone) -> ResourceMetadataView:
    return ResourceMetadataView(**protocol.resource_metadata(_identity(request)))


@router.get(
    "/.well-known/jwks.json",
    summary="Signing keys (RFC 7517)",
    responses=problems(Unavailable, IdentityBusy),
)
async def show_keys(request: Request, response: Response, _: Anyone) -> JwksView:
    """The next key is here a day before it signs; a retired one until its tokens have died."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return JwksView(keys=_identity(request).keys.jwks["keys"])


@router.get(
    "/oauth2/revocations",
    summary="Revoked token ids, sessions and subjects",
    response_model=RevocationsView,
    responses={304: {"description": "As the ETag sent"}, **problems(Unavailable, IdentityBusy)},
)
async def list_revocations(request: Request, _: Anyone) -> Response:
    """Polled by every service. Public like a certificate revocation list: ids, no names."""
    etag, body = _identity(request).local_keys.published()
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


@router.post(
    "/oauth2/token",
    summary="Get an access token",
    response_model=TokenView,
    response_model_exclude_none=True,
    responses=_REFUSALS,
    openapi_extra=_form(_TOKEN_FORM, "grant_type"),
)
async def give_token(request: Request, _: Anyone) -> Response:
    issued = await protocol.give_token(_identity(request), await _call(request))
    return JSONResponse(issued.body(), headers=NO_STORE)


@router.post(
    "/oauth2/revoke",
    summary="Revoke a token (RFC 7009)",
    response_model=None,
    responses=_REFUSALS,
    openapi_extra=_form({"token": "access or refresh token"} | _HINT, "token"),
)
async def revoke(request: Request, _: Anyone) -> Response:
    """200 whether or not the token was known."""
    await protocol.revoke_token(_identity(request), await _call(request))
    return Response(status_code=200, headers=NO_STORE)


@router.post(
    "/oauth2/introspect",
    summary="Ask about a token (RFC 7662)",
    response_model=IntrospectionView,
    responses=_REFUSALS,
    openapi_extra=_form({"token": "access token"} | _HINT, "token"),
)
async def introspect(request: Request, _: Anyone) -> Response:
    found = await protocol.introspect(_identity(request), await _call(request))
    return JSONResponse(found, headers=NO_STORE)


_TEXT = {"type": "string", "maxLength": 2048}
_ASKED = {
    "parameters": [
        {"name": name, "in": "query", "required": needed, "schema": _TEXT}
        for name, needed in authorize.PARAMETERS.items()
    ]
}


@router.get(
    "/oauth2/authorize",
    summary="Ask a person for an authorization code",
    response_class=HTMLResponse,
    response_model=None,
    responses={
        303: {"description": "Back to the app, or to the sign-in page"},
        400: {
            "description": "A page: client or redirect_uri is not proved",
            "content": {"text/html": {}},
            "x-keep-content": True,
        },
        **problems(Unavailable, IdentityBusy),
    },
    openapi_extra=_ASKED,
)
async def ask_person(request: Request, _: Anyone) -> Response:
    """Signs in first if needed; then the consent page, or straight back when it was given before."""
    identity, language = _identity(request), _language(request)
    session = await sessions.current_session(identity, request)
    try:
        given = parameters(request.url.query.encode("ascii", "replace"))
        asked = await authorize.read_request(identity, given)
    except OAuthRefusal as refusal:
        return refused_page(language=language, description=refusal.description)
    except authorize.RedirectedRefusal as refusal:
        return _see_other(refusal.location)
    if session is None:
        if asked.prompt == "none":
            return _see_other(asked.answer(identity.options.issuer, error="login_required"))
        return _see_other(f"/sign-in?next={_quoted(request)}")
    known = await authorize.has_consented(identity, session, asked)
    if known and asked.prompt != "consent":
        return _see_other(await authorize.give_code(identity, session, asked, remember=False))
    if asked.prompt == "none":
        return _see_other(asked.answer(identity.options.issuer, error="consent_required"))
    return consent_page(
        asked,
        session,
        language=language,
        csrf=sessions.csrf_token(identity, request),
        seal=authorize.consent_seal(identity, session, asked),
    )


@router.post("/oauth2/authorize", summary="A person's answer", include_in_schema=False)
async def take_answer(request: Request, _: Anyone) -> Response:
    identity, language = _identity(request), _language(request)
    session = await sessions.current_session(identity, request)
    try:
        form = await read_form(request)
        sessions.check_csrf(identity, request, form.get("csrf_token"))
        asked = await authorize.read_request(identity, form)
    except OAuthRefusal as refusal:
        return refused_page(language=language, description=refusal.description)
    except authorize.RedirectedRefusal as refusal:
        return _see_other(refusal.location)
    if session is None:
        raise CsrfRefused
    seal = authorize.consent_seal(identity, session, asked)
    if not hmac.compare_digest(seal, form.get("seal", "")):
        raise CsrfRefused
    if form.get("decision") != "allow":
        return _see_other(asked.answer(identity.options.issuer, error="access_denied"))
    return _see_other(await authorize.give_code(identity, session, asked, remember=True))


def _language(request: Request) -> str:
    """The window's language switch (its cookie), else what the browser asks for."""
    kept = request.cookies.get("yc_lang")
    if kept in ("zh-CN", "en"):
        return str(kept)
    return str(request.scope["state"].get("language", "zh-CN"))


def _quoted(request: Request) -> str:
    return quote(f"{request.url.path}?{request.url.query}", safe="")


def _see_other(location: str) -> RedirectResponse:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(location, status_code=303, headers=headers)
