"""The simulator's memory: one SQLite file, so that a killed process knows its duplicates again.

Plain synchronous SQLite on the event loop: a write takes microseconds, and one thread makes
"look, then insert" atomic. It decides nothing; filings.py does.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from simulators.departments.behaviour import Behaviour

_SCHEMA = """
CREATE TABLE IF NOT EXISTS filings (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  department TEXT NOT NULL, reference TEXT NOT NULL, uscc TEXT NOT NULL,
  digest TEXT NOT NULL, verdict TEXT NOT NULL, reason_code TEXT,
  received_at TEXT NOT NULL, decide_at TEXT NOT NULL,
  UNIQUE (department, reference)
);
CREATE INDEX IF NOT EXISTS filings_by_enterprise ON filings (department, uscc);
CREATE TABLE IF NOT EXISTS callbacks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  filing INTEGER NOT NULL REFERENCES filings (number), message_id TEXT NOT NULL,
  url TEXT NOT NULL, sequence INTEGER NOT NULL, due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, settled_at TEXT, delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (due_at) WHERE settled_at IS NULL;
CREATE TABLE IF NOT EXISTS requests (
  department TEXT NOT NULL, reference TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (department, reference)
);
CREATE TABLE IF NOT EXISTS overlays (department TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Filing:
    """One stored filing; its state is a question of time (`decide_at`)."""

    number: int
    department: str
    reference: str
    uscc: str
    digest: str
    verdict: str  # receipted | rejected, known from the start, told from `decide_at` on
    reason_code: str | None
    received_at: datetime
    decide_at: datetime


@dataclass(frozen=True, slots=True)
class Callback:
    """One copy of one message that is still to be delivered."""

    id: int
    filing: int
    message_id: str
    url: str
    sequence: int
    due_at: datetime
    attempts: int


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Store:
    """Every query of the simulator."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def count_request(self, department: str, reference: str) -> int:
        """Note one more request for this reference and say which one it is (from 1)."""
        row = self._db.execute(
            "INSERT INTO requests VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
            (department, reference),
        ).fetchone()
        return int(row["n"])

    def overlay(self, department: str) -> Behaviour | None:
        """What the switchboard laid over the department's profile, if anything."""
        row = self._db.execute(
            "SELECT body FROM overlays WHERE department = ?", (department,)
        ).fetchone()
        return Behaviour.model_validate_json(row["body"]) if row else None

    def set_overlay(self, department: str, behaviour: Behaviour | None) -> None:
        """Lay a behaviour over the profile, or take it off."""
        self._db.execute("DELETE FROM overlays WHERE department = ?", (department,))
        if behaviour is not None:
            self._db.execute(
                "INSERT INTO overlays VALUES (?, ?)", (department, behaviour.model_dump_json())
            )

    def add_filing(
        self, *, department: str, reference: str, uscc: str, digest: str, verdict: str,
        reason_code: str | None, received_at: datetime, decide_at: datetime,
    ) -> Filing:  # fmt: skip
        """Store a filing; the caller has made sure that the reference is new."""
        row = self._db.execute(
            "INSERT INTO filings (department, reference, uscc, digest, verdict, reason_code,"
            " received_at, decide_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
            (department, reference, uscc, digest, verdict, reason_code, _text(received_at),
             _text(decide_at)),
        ).fetchone()  # fmt: skip
        return _filing(row)

    def by_reference(self, department: str, reference: str) -> Filing | None:
        """The filing under a sender's reference."""
        row = self._db.execute(
            "SELECT * FROM filings WHERE department = ? AND reference = ?", (department, reference)
        ).fetchone()
        return _filing(row) if row else None

    def by_number(self, number: int) -> Filing | None:
        """The filing with our running number."""
        row = self._db.execute("SELECT * FROM filings WHERE number = ?", (number,)).fetchone()
        return _filing(row) if row else None

    def standing(self, department: str, uscc: str) -> Filing | None:
        """A filing of this enterprise that was, or will be, receipted."""
        row = self._db.execute(
            "SELECT * FROM filings WHERE department = ? AND uscc = ? AND verdict = 'receipted'",
            (department, uscc),
        ).fetchone()
        return _filing(row) if row else None

    def add_callback(
        self, filing: Filing, *, message_id: str, url: str, sequence: int, due_at: datetime
    ) -> None:
        """Plan one copy of one message."""
        self._db.execute(
            "INSERT INTO callbacks (filing, message_id, url, sequence, due_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (filing.number, message_id, url, sequence, _text(due_at)),
        )

    def due_callbacks(self, now: datetime, *, limit: int = 50) -> list[Callback]:
        """Messages whose time has come, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM callbacks WHERE settled_at IS NULL AND due_at <= ?"
            " ORDER BY due_at, id LIMIT ?",
            (_text(now), limit),
        ).fetchall()
        return [_callback(row) for row in rows]

    def next_callback_at(self) -> datetime | None:
        """When the next message is due."""
        row = self._db.execute(
            "SELECT min(due_at) AS at FROM callbacks WHERE settled_at IS NULL"
        ).fetchone()
        return datetime.fromisoformat(row["at"]) if row["at"] else None

    def settle_callback(self, callback: Callback, *, at: datetime, delivered: bool) -> None:
        """Close a message: delivered, or given up."""
        self._db.execute(
            "UPDATE callbacks SET settled_at = ?, delivered = ?, attempts = attempts + 1"
            " WHERE id = ?",
            (_text(at), int(delivered), callback.id),
        )

    def postpone_callback(self, callback: Callback, *, until: datetime) -> None:
        """Try a message again later."""
        self._db.execute(
            "UPDATE callbacks SET due_at = ?, attempts = attempts + 1 WHERE id = ?",
            (_text(until), callback.id),
        )

    def counts(self, department: str, now: datetime) -> dict[str, int]:
        """How much this department has seen, for tests that count effects."""
        row = self._db.execute(
            "SELECT (SELECT coalesce(sum(n), 0) FROM requests WHERE department = :d) AS requests,"
            " count(*) AS filings,"
            " count(*) FILTER (WHERE verdict = 'receipted' AND decide_at <= :now) AS receipted,"
            " count(*) FILTER (WHERE verdict = 'rejected' AND decide_at <= :now) AS rejected,"
            " (SELECT count(*) FROM callbacks c JOIN filings f ON f.number = c.filing"
            "  WHERE f.department = :d AND c.delivered = 1) AS callbacks_sent"
            " FROM filings WHERE department = :d",
            {"d": department, "now": _text(now)},
        ).fetchone()
        return dict(row)

    def reset(self) -> None:
        """Forget everything, running numbers included."""
        for table in ("callbacks", "filings", "requests", "overlays", "sqlite_sequence"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names from this line)


def _filing(row: sqlite3.Row) -> Filing:
    return Filing(
        number=row["number"], department=row["department"], reference=row["reference"],
        uscc=row["uscc"], digest=row["digest"], verdict=row["verdict"],
        reason_code=row["reason_code"], received_at=datetime.fromisoformat(row["received_at"]),
        decide_at=datetime.fromisoformat(row["decide_at"]),
    )  # fmt: skip


def _callback(row: sqlite3.Row) -> Callback:
    return Callback(
        id=row["id"], filing=row["filing"], message_id=row["message_id"], url=row["url"],
        sequence=row["sequence"], due_at=datetime.fromisoformat(row["due_at"]),
        attempts=row["attempts"],
    )  # fmt: skip
