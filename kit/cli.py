"""`python -m services.registration VERB`: one entry for every service. The verbs are those below."""

import asyncio
import os
import sys
from types import SimpleNamespace

import orjson
import uvicorn

from kit import fence
from kit.http import Service, create_app, prepare_state
from kit.logs import configure_logs
from kit.migrations import upgrade, wait_for_engine
from kit.settings import ServiceSettings, UnsafeSettings
from kit.worker import run_worker

VERBS = ("api", "worker", "migrate", "seed", "prepare", "openapi", "accept-loss")


def main(service: Service) -> None:
    """Runs the verb on the command line; exits 2 with a sentence on a wrong one or unsafe settings."""
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb not in VERBS:
        sys.exit(f"usage: python -m {service.package} {'|'.join(VERBS)}")
    try:
        _run(service, verb)
    except UnsafeSettings as error:
        sys.exit(f"{service.name} refuses to start: {error}")


def _run(service: Service, verb: str) -> None:
    configure_logs()
    if verb == "openapi":
        document = orjson.dumps(create_app(service).openapi(), option=orjson.OPT_INDENT_2)
        sys.stdout.write(document.decode() + "\n")
        return
    settings = service.settings()
    if verb == "api":
        uvicorn.run(
            create_app(service, settings, fenced=True),
            host=settings.host,
            port=int(os.environ.get("PORT", service.default_port)),
            loop="uvloop",
            http="httptools",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=5,
            backlog=2048,
        )
    elif verb == "worker":
        asyncio.run(run_worker(service, settings))
    elif verb == "accept-loss":
        asyncio.run(_accept_loss(service, settings))
    elif verb in ("migrate", "prepare", "seed"):
        # `prepare` is both in one process: half the imports before a laptop's first start.
        if verb != "seed":
            url = settings.migration_database_url or settings.database_url
            wait_for_engine(url)
            upgrade(service.package, url)
        if verb != "migrate":
            asyncio.run(_seed(service))


async def _accept_loss(service: Service, settings: ServiceSettings) -> None:
    """After a restore: go on without what is lost. REASON says why, and stays in the database."""
    reason = os.environ.get("REASON", "").strip()
    if not reason:
        sys.exit("say why in REASON=…; docs/decisions/fence.md says what this does")
    state = SimpleNamespace()
    await prepare_state(state, service, settings)
    lost = await fence.accept_loss(state, reason=reason)
    await state.database.close()
    print(f"{service.name}: {lost} events are lost; what they gave out is not given again")


async def _seed(service: Service) -> None:
    """Fictional data; refused in production. Every seed may be run again."""
    settings = service.settings()
    if settings.environment == "production":
        raise UnsafeSettings("demo data is never loaded in production")
    state = SimpleNamespace()
    await prepare_state(state, service, settings)
    for seed in service.seeds:
        await seed(state)
    await state.database.close()
