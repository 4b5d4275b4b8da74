"""A provider of short messages over HTTP and a mail server over SMTP, with one box of what they delivered.

Accepts a message once per id, however often it is sent; misbehaves when it is told to. Knows nothing of ours.
"""

import asyncio
import contextlib
import email
import email.policy
import re
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from simulators.messages.settings import MessageSettings

Count = Annotated[int, Field(ge=0, le=1000)]
KEPT = 2000


class ShortMessage(BaseModel):
    """What a customer of the provider sends."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=100)
    to: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=1000)


class Behaviour(BaseModel):
    """How the provider treats its customers; the default is well-behaved."""

    model_config = ConfigDict(extra="forbid")

    delay_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    fail_next: Count = 0
    drop_next: Count = 0
    throttle_next: Count = 0
    copies: Annotated[int, Field(ge=1, le=5)] = 1
    refuse: list[str] = Field(default_factory=list, max_length=100)


class Delivered(BaseModel):
    """One message as a telephone or a mailbox got it."""

    channel: str
    id: str
    to: str
    text: str


class Outbox(BaseModel):
    """Oldest first."""

    items: list[Delivered]


class CutResponse(Response):
    """Takes the message and closes the connection before it has answered."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 202, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"provider', "more_body": True})


class Provider:
    """What both doors share: the behaviour, the ids taken in, and the box."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.taken: dict[str, str] = {}
        self.box: list[Delivered] = []

    def use_up(self, counter: str) -> bool:
        left: int = getattr(self.behaviour, counter)
        if left:
            setattr(self.behaviour, counter, left - 1)
        return left > 0

    def take(self, channel: str, *, id_: str, to: str, text: str) -> str:
        """The provider's id; a repeat of an id is not delivered again."""
        if id_ not in self.taken:
            self.taken[id_] = uuid.uuid4().hex
            one = Delivered(channel=channel, id=id_, to=to, text=text)
            self.box += [one] * self.behaviour.copies
            del self.box[:-KEPT]
        return self.taken[id_]

    def refuses(self, to: str) -> bool:
        return to in self.behaviour.refuse

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.refuses(address):
            return "550 no such mailbox"
        if self.use_up("fail_next"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        for to in envelope.rcpt_tos:
            self.take("email", id_=str(mail["Message-ID"]), to=to, text=text)
        return "250 delivered"


def create_app(settings: MessageSettings) -> FastAPI:
    """The HTTP door; the SMTP door opens and closes with it."""
    provider = Provider()

    @contextlib.asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(provider, enable_SMTPUTF8=True), settings.host, settings.mail_port
        )
        yield
        server.close()
        await server.wait_closed()

    app = FastAPI(title="Message simulator", version="1", lifespan=running)
    app.state.provider = provider
    _add_routes(app, provider)
    return app


def _add_routes(app: FastAPI, provider: Provider) -> None:
    @app.get("/health/live")
    @app.get("/health/ready")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/sms", response_model=None)
    async def take_sms(message: ShortMessage) -> Response:
        """202 with the provider's id; 422 for a number that it never reaches."""
        await asyncio.sleep(provider.behaviour.delay_ms / 1000)
        if provider.use_up("throttle_next"):
            return JSONResponse({"code": "busy"}, 429, headers={"Retry-After": "1"})
        if provider.use_up("fail_next"):
            return Response("<h1>系统繁忙</h1>", 500, media_type="text/html")
        if provider.refuses(message.to) or not re.fullmatch(r"\+?[0-9]{5,20}", message.to):
            return JSONResponse({"code": "number_refused"}, 422)
        repeated = message.id in provider.taken
        known = provider.take("sms", id_=message.id, to=message.to, text=message.text)
        if provider.use_up("drop_next"):
            return CutResponse()
        return JSONResponse({"provider_id": known, "repeated": repeated}, 202)

    @app.get("/outbox")
    async def outbox(to: Annotated[str, Query(max_length=200)] = "") -> Outbox:
        """What was delivered, to one address or to all: how a tester reads a code."""
        return Outbox(items=[one for one in provider.box if to in ("", one.to)])

    @app.put("/admin/behaviour")
    async def behave(behaviour: Behaviour) -> Behaviour:
        provider.behaviour = behaviour
        return behaviour

    @app.delete("/admin/behaviour", status_code=204)
    async def behave_well() -> None:
        provider.behaviour = Behaviour()
