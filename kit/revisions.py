"""Which revision of its database a program was built for, without loading Alembic into a serving process."""

from functools import cache
from importlib import import_module
from pathlib import Path


@cache
def newest_revision(package: str) -> str:
    """The number of a service's newest migration: files are named NNNN_what.py and form one line."""
    folder = Path(str(import_module(package).__file__)).parent / "migrations" / "versions"
    return max((file.name.split("_")[0] for file in folder.glob("[0-9]*_*.py")), default="")
