"""Starts the sandbox bank: `python -m simulators.bank`."""

import sys

import uvicorn
from pydantic import ValidationError

from simulators.bank.app import create_app
from simulators.bank.settings import BankSettings


def main() -> int:
    """Serve until told to stop; a setting that cannot be is one sentence, not a trace."""
    try:
        settings = BankSettings()
    except ValidationError as error:
        for fault in error.errors():
            where = ".".join(str(part) for part in fault["loc"])
            print(f"sandbox bank: {where}: {fault['msg']}", file=sys.stderr)
        return 2
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, loop="uvloop",
        http="httptools", log_level="warning", access_log=False,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
