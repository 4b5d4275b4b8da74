"""Who the engines run as and where their files lie.

PostgreSQL refuses to run as root. So root hands the engines to an unprivileged account and keeps
their files in a system folder that this account can reach; an ordinary user keeps everything in
the checkout's own `.local/`. This module must never widen the rights of a folder it did not make:
nobody's home is opened.
"""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_FOLDER = Path("/var/lib/yichuang")


class LocalError(Exception):
    """Something on this machine stands in the way; the message is a sentence for a person."""


@dataclass(frozen=True)
class Account:
    """An account that engines run as; `uid` is None when it is simply the present user."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def spawn_options(self) -> dict[str, object]:
        """The keyword arguments that make `subprocess` start a child as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give one file or folder, which we made ourselves, to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, path: Path) -> None:
        """Give a whole tree, which we made ourselves, to this account."""
        self.own(path)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                entry = Path(folder) / name
                if not entry.is_symlink():
                    self.own(entry)


def is_root() -> bool:
    """True when the present user may become anybody."""
    return os.geteuid() == 0


def engine_account() -> Account:
    """The account that engines run as: ourselves, or for root an unprivileged one.

    Root may name another account in `YICHUANG_ENGINE_USER`; the default, `nobody`, exists on
    every Linux, so that nothing has to be added to the machine's list of users.
    """
    if not is_root():
        return Account(name=pwd.getpwuid(os.geteuid()).pw_name if _has_name() else "you")
    name = os.environ.get("YICHUANG_ENGINE_USER", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LocalError(
            f"PostgreSQL does not run as root, and the account {name!r} that should run it does "
            "not exist. Name another one in YICHUANG_ENGINE_USER, or start as an ordinary user."
        ) from None
    if entry.pw_uid == 0:
        raise LocalError("YICHUANG_ENGINE_USER must name an account that is not root.")
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _has_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def checkout_mark() -> str:
    """A short mark that tells two checkouts on one machine apart."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]


def data_folder() -> Path:
    """Where local data lives: `YICHUANG_DATA`, else `.local/`, else (root) a system folder."""
    given = os.environ.get("YICHUANG_DATA")
    if given:
        return Path(given).expanduser().absolute()
    if is_root():
        return SYSTEM_FOLDER / f"{CHECKOUT.name}-{checkout_mark()}"
    return CHECKOUT / ".local"


@contextlib.contextmanager
def temporary_data_folder() -> Iterator[Path]:
    """A data folder for a short-lived house, reachable by the engines' account; removed after."""
    base = SYSTEM_FOLDER / "tests" if is_root() else CHECKOUT / ".local" / "tests"
    folder = make_folder(base / f"short-{secrets.token_hex(4)}")
    try:
        yield folder
    finally:
        remove_tree(folder)


def binaries_folder(data: Path) -> Path:
    """Where root keeps the copied engine programs (shared by all checkouts, never data)."""
    return SYSTEM_FOLDER / "programs" if is_root() else data / "programs"


def make_folder(path: Path, *, mode: int = 0o755) -> Path:
    """Make a folder and its missing parents; folders that were there keep their rights."""
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise LocalError(f"Cannot make the folder {folder}: {error.strerror}.") from None
        folder.chmod(mode if folder == path else 0o755)
    return path


def require_reach(path: Path, account: Account) -> None:
    """Refuse a folder that the engines' account cannot enter, instead of opening it."""
    if account.uid is None:
        return
    for folder in (path, *path.parents):
        if folder.exists() and not _may_enter(folder, account):
            raise LocalError(
                f"The engines run as {account.name!r}, who may not enter {folder}. Set "
                f"YICHUANG_DATA to a folder that this account can reach, such as {SYSTEM_FOLDER}."
            )


def _may_enter(folder: Path, account: Account) -> bool:
    state = folder.stat()
    if state.st_uid == account.uid:
        return bool(state.st_mode & 0o100)
    if state.st_gid == account.gid:
        return bool(state.st_mode & 0o010)
    return bool(state.st_mode & 0o001)


def remove_tree(path: Path) -> None:
    """Remove a folder that belongs to us, quietly when it is not there."""
    shutil.rmtree(path, ignore_errors=True)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read (0600), whole or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half.replace(path)
