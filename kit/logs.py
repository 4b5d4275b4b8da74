"""Logs: one JSON line per event on stderr, ours and the libraries' alike. No personal data goes in.

A log line is never worth the work that it tells of. Whatever is logged, in whatever state the process is, the
call returns: a field that is named like one of the line's own gets an underscore, a value that is no JSON is
written as text, and a line that cannot be written at all is lost. (A field named `event` once raised
TypeError after each webhook had been sent, and had it sent again.)
"""

import contextlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

OWN = frozenset({"event", "level", "timestamp"})
"""The names that every line has."""
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
LONGEST_TEXT = 2000
_DEEPEST = 6
_WRITING = threading.Lock()
_OPTIONS = orjson.OPT_NON_STR_KEYS


def configure_logs() -> None:
    """As every process does first. `LOG_LEVEL` (INFO) is for our own lines; libraries begin at WARNING."""
    level = getattr(logging, os.environ.get("LOG_LEVEL", "INFO").upper(), logging.INFO)
    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=log_class(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        logger_factory=_Stderr,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LibraryLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _Stderr:
    """Where lines go: the stderr of the moment, so that who replaces it is heeded."""

    def __init__(self, *_: Any) -> None:
        """A logger's name is no part of a line."""

    def msg(self, line: bytes) -> None:
        with _WRITING:
            sys.stderr.buffer.write(line + b"\n")
            sys.stderr.buffer.flush()

    debug = info = warning = error = critical = exception = msg


class Log(structlog.BoundLoggerBase):
    """What `structlog.get_logger` gives. No method of it raises; see `log_class`."""

    def _say(self, level: str, event: Any, args: tuple[Any, ...], fields: dict[str, Any]) -> None:
        try:
            if not OWN.isdisjoint(fields):
                fields = {f"{name}_" if name in OWN else name: v for name, v in fields.items()}
            if args:
                fields["args"] = args
            words, named = self._process_event(level, event, fields)
            getattr(self._logger, level)(*words, **named)
        except structlog.DropEvent:
            return
        except Exception as error:  # the work goes on, and the reader is told what is missing
            with contextlib.suppress(Exception):
                self._logger.msg(_broken_line(level, event, error))


def log_class(threshold: int) -> type[Log]:
    """A logger whose methods below a level do nothing. The event is positional only: no field's name is
    taken from who logs."""
    methods = {level: _method(level, threshold) for level in LEVELS}
    return type("Log", (Log,), {**methods, "warn": methods["warning"]})


def _method(level: str, threshold: int) -> Callable[..., None]:
    number = logging.ERROR if level == "exception" else logging.getLevelName(level.upper())
    if number < threshold:

        def silent(_: Log, event: Any = None, /, *args: Any, **fields: Any) -> None:
            """Below the level."""

        return silent

    def say(self: Log, event: Any = None, /, *args: Any, **fields: Any) -> None:
        if level == "exception":
            fields.setdefault("exc_info", True)
        self._say(level, event, args, fields)

    return say


def render(_: Any, __: str, line: Any) -> bytes:
    """The last processor: a line as JSON, whatever is in it."""
    try:
        return orjson.dumps(line, default=_as_text, option=_OPTIONS)
    except (TypeError, ValueError, RecursionError):
        return orjson.dumps(plain(line))


def _as_text(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return list(value)
    return plain(value)


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON knows it: what is too big, too deep or unknown becomes text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, dict) and depth < _DEEPEST:
        return {str(plain(str(name))): plain(v, depth + 1) for name, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [plain(each, depth + 1) for each in value]
    try:
        text = value if isinstance(value, str) else repr(value)
    except Exception as error:  # an object that cannot be shown is still named
        text = f"<{type(value).__name__}: {type(error).__name__}>"
    return text.encode(errors="backslashreplace").decode()[:LONGEST_TEXT]


def _broken_line(level: str, event: Any, error: Exception) -> bytes:
    line = {
        "event": plain(event),
        "log_broken": type(error).__name__,
        "level": "error" if level == "exception" else level,
        "timestamp": _now(),
    }
    return orjson.dumps(line)


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class LibraryLines(logging.Formatter):
    """What libraries say by the standard library, in the same shape as our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            said = record.getMessage()
        except Exception:  # arguments that do not fit their text
            said = str(record.msg)
        line = {"event": said, "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return render(None, "", line | {"timestamp": _now()}).decode()
