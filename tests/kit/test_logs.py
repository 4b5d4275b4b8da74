"""A log call returns, whatever is logged: each of ours is made here as in production."""

import ast
import io
import json
import logging
import sys
import uuid
from dataclasses import dataclass
from datetime import date

import pytest
import structlog

from kit.logs import LEVELS, OWN, LibraryLines, configure_logs, log_class, render
from tests.architecture.source import ROOT, modules, trees


@dataclass(frozen=True)
class Call:
    """One log call of the source: where, how, what it says and under which names."""

    place: str
    level: str
    event: str
    fields: tuple[str, ...]


def _calls():
    for file, tree in trees(modules("kit", "services", "gateway", "deploy", "simulators")):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "logger")
            ):
                event = node.args[0]
                yield Call(
                    f"{file.relative_to(ROOT)}:{node.lineno}",
                    node.func.attr,
                    event.value if isinstance(event, ast.Constant) else "",
                    tuple(k.arg for k in node.keywords if k.arg not in (None, "exc_info")),
                )


CALLS = list(_calls())


class Unshowable:
    def __repr__(self) -> str:
        raise ValueError("not to be shown")


def _circle():
    found: list[object] = []
    found.append(found)
    return found


HOSTILE = [
    uuid.UUID(int=1), date(2026, 12, 1), 2**80, "\ud800 lone", {uuid.UUID(int=2): {1, 2}}, b"\xff",
    Unshowable(), _circle(), {"a": Unshowable()}, float("nan"), ValueError("x"), None,
]  # fmt: skip


@pytest.fixture
def stderr(capfd):
    """What the process has written, under the configuration of every process."""
    before = structlog.get_config()
    configure_logs()
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    structlog.configure(**before)


def test_the_house_has_the_log_calls_that_this_file_drives():
    assert len(CALLS) > 40
    assert {"info", "warning", "error"} <= {call.level for call in CALLS}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.place}-{call.event}")
def test_each_log_call_of_the_house_writes_its_line_with_all_it_names(call, stderr):
    assert call.event, f"{call.place}: the event is one literal, so that a reader can search for it"
    assert OWN.isdisjoint(call.fields), f"{call.place}: a field takes a name of the line's own"
    log = structlog.get_logger("anew")
    for value in HOSTILE:
        getattr(log, call.level)(call.event, **dict.fromkeys(call.fields, value))
    lines = stderr()
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert "log_broken" not in line
        assert line["event"] == call.event
        assert {*call.fields, *OWN} <= line.keys()


@pytest.mark.parametrize(
    "name", [*sorted(OWN), "self", "method_name", "args", "logger", "exc_info", "name"]
)
def test_no_name_of_a_field_is_taken(name, stderr):
    structlog.get_logger("anew").info("said", **{name: "theirs"})
    (line,) = stderr()
    assert line["event"] == "said"
    assert line["level"] == "info"
    if name != "exc_info":
        assert "theirs" in (line.get(name), line.get(f"{name}_"))


def test_a_stream_that_is_closed_breaks_no_work(monkeypatch, stderr):
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    structlog.get_logger("anew").error("said", exc_info=ValueError("x"))


def test_an_error_that_cannot_be_shown_leaves_a_line_that_says_so(stderr):
    class Bad(Exception):
        def __str__(self) -> str:
            raise RuntimeError("worse")

        __repr__ = __str__

    def broken(*_):
        raise Bad

    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[broken, *processors])
    structlog.get_logger("anew").exception("said", a=1)
    (line,) = stderr()
    assert (line["event"], line["level"], line["log_broken"]) == ("said", "error", "Bad")


def test_what_is_below_the_level_is_not_written_and_not_looked_at():
    written = []

    class Kept:
        def msg(self, line):
            written.append(line)

        info = error = msg

    log = log_class(logging.ERROR)(Kept(), [render], {})
    log.info("quiet", event="x", level="y")
    log.error("loud")
    assert [json.loads(line)["event"] for line in written] == ["loud"]


def test_a_library_says_its_lines_in_the_same_shape():
    try:
        raise ValueError("x")
    except ValueError:
        failure = sys.exc_info()
    record = logging.LogRecord("lib", logging.ERROR, "f", 1, "%s of %d", ("\ud800", "x"), failure)
    line = json.loads(LibraryLines().format(record))
    assert (line["logger"], line["level"], line["event"]) == ("lib", "error", "%s of %d")
    assert "ValueError: x" in line["exception"]
    assert line["timestamp"].endswith("Z")
