"""The inbox's living parts in the API process, and what its settings allow."""

from typing import Any

from fastapi import FastAPI, Request

from gateway.inbox.addresses import AddressPolicy
from gateway.inbox.feed import Feed
from gateway.inbox.tail import Tail


def policy_of(settings: Any) -> AddressPolicy:
    """Loopback is called in the sandbox only, plain http outside production only."""
    return AddressPolicy(loopback=settings.sandbox, plain_http=settings.environment != "production")


async def start_feed(app: FastAPI) -> None:
    """Service.on_start."""
    tail = Tail(app.state.database)
    app.state.feed = Feed(app.state.database, tail, app.state.secret)
    app.state.receiver_policy = policy_of(app.state.settings)


async def stop_feed(app: FastAPI) -> None:
    """Service.on_stop; also before the server waits for its connections, so that streams end at once."""
    await app.state.feed.tail.close()


async def feed_of(request: Request) -> Feed:
    """The feed of this process. Async, so that it is no trip to a thread."""
    feed: Feed = request.app.state.feed
    return feed
