"""A form that was sent after its session had ended: kept for its writer, who signs in and sends it on."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from gateway.identity import service as identity
from gateway.window.kept import store

LEFT_OUT = frozenset({"csrf_token", "password", "present", "new", "again"})


async def keep_typed(request: Request, posted: FormData) -> str:
    """Keeps the fields for the account whose session has ended. The name; nothing where none is known or the
    form comes from elsewhere."""
    account = await identity.lapsed_account(request)
    if account is None or not identity.is_own_origin(request):
        return ""
    fields = [
        (name, value)
        for name, value in posted.multi_items()
        if isinstance(value, str) and name not in LEFT_OUT
    ]
    return await store.keep(
        request.app.state,
        "typed",
        holder=account,
        path=request.url.path,
        status=200,
        content=store.fields_text(fields),
    )


async def typed_by(state: Any, name: str, account: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The path and the fields of a form that this account sent."""
    found = await store.find(state, "typed", name=name, holder=account)
    return (found.path, store.fields_of(found.content)) if found else None
