"""The house keeps its own manner; and the finders would see it if it did not."""

import warnings
from pathlib import Path

from tests.architecture import lock, source


def _file(folder: Path, text: str, name: str = "routes.py") -> list[Path]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return [file]


def test_only_the_kit_commits() -> None:
    files = source.modules("kit", "services", "gateway", "contracts")
    assert source.commits(f for f in files if f != source.ROOT / "kit" / "db.py") == []


def test_a_commit_elsewhere_would_be_seen(tmp_path: Path) -> None:
    dirty = _file(tmp_path, "async def save(session):\n    await session.commit()\n")
    assert source.commits(dirty) == [f"{dirty[0]}:2 commits a transaction"]


def test_no_rule_or_service_speaks_http() -> None:
    rooms = {"rules.py", "service.py", "store.py", "workflow.py"}
    files = [f for f in source.modules("services", "gateway") if f.name in rooms]
    assert source.names_used(files, forbidden={"HTTPException"}) == []


def test_an_http_exception_in_a_rule_would_be_seen(tmp_path: Path) -> None:
    dirty = _file(tmp_path, "from fastapi import HTTPException\n", "rules.py")
    assert source.names_used(dirty, forbidden={"HTTPException"}) == [
        f"{dirty[0]}:1 uses HTTPException"
    ]


def test_no_slow_middleware_is_used() -> None:
    assert source.names_used(source.modules(), forbidden={"BaseHTTPMiddleware"}) == []


def test_no_route_returns_a_table() -> None:
    files = source.modules("services", "gateway", "kit")
    assert source.tables_returned(files, tables=source.tables(files)) == []


def test_a_returned_table_would_be_seen(tmp_path: Path) -> None:
    dirty = _file(
        tmp_path,
        "class Loan(Base, table=True): ...\n"
        "@router.get('/loans', response_model=list[Loan])\n"
        "async def loans() -> object: ...\n",
    )
    assert source.tables(dirty) == {"Loan"}
    assert source.tables_returned(dirty, tables={"Loan"}) == [
        f"{dirty[0]}:3 returns the table Loan"
    ]


def test_every_route_declares_its_reply() -> None:
    assert source.routes_without_reply(source.modules("services", "gateway", "kit")) == []


def test_a_route_without_reply_would_be_seen(tmp_path: Path) -> None:
    dirty = _file(tmp_path, "@router.get('/x')\nasync def x(): ...\n")
    assert len(source.routes_without_reply(dirty)) == 1


def test_every_module_says_why_it_exists() -> None:
    assert source.without_docstring(source.modules()) == []


def test_nothing_secret_is_committed() -> None:
    assert source.secrets(source.tracked()) == []


def test_a_committed_secret_would_be_seen(tmp_path: Path) -> None:
    key = "-----BEGIN EC " + "PRIVATE KEY-----\n"
    login = "postgresql://app:" + "Zx81-qwerty-0192@db/x\n"
    assert len(source.secrets(_file(tmp_path, key + login))) == 2


def test_no_file_names_a_place_on_one_machine() -> None:
    files = [f for f in source.tracked() if f.name != "requirements.lock"]
    assert source.places(files) == []


def test_a_place_on_one_machine_would_be_seen(tmp_path: Path) -> None:
    assert len(source.places(_file(tmp_path, "DATA = '" + "/home/" + "alice/data'\n"))) == 1


def test_the_lock_pins_by_hash_and_names_no_host() -> None:
    assert lock.offences((source.ROOT / "requirements.lock").read_text()) == []


def test_a_lock_with_a_host_or_without_a_hash_would_be_seen() -> None:
    assert lock.offences("--index-url https://example.org/simple\nx==1 \\\n    --hash=sha256:0\n")
    assert lock.offences("x @ https://example.org/x.whl\n")
    assert lock.offences("x==1\n    # via y\n") == ["without a hash: x==1"]


def test_files_stay_short_enough_to_read() -> None:
    """300 lines is the wish (a warning), 600 the wall."""
    files = source.modules()
    for long in source.too_long(files, limit=300):
        warnings.warn(f"longer than 300 lines: {long}", stacklevel=1)
    assert source.too_long(files, limit=600) == []
