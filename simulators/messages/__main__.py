"""Starts the simulator: `python -m simulators.messages`."""

import uvicorn

from simulators.messages.app import create_app
from simulators.messages.settings import MessageSettings


def main() -> None:
    """Serve both doors until told to stop."""
    settings = MessageSettings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
