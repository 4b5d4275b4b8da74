"""The bank's memory: one SQLite file, so that a killed process goes on where it stopped.

A request is written down before it is sent, with the key and body that it will have for ever; a bank that
dies in between sends the very same again. Nothing is decided here.
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS dossiers (
  application_id TEXT PRIMARY KEY, reference TEXT NOT NULL, scenario TEXT NOT NULL,
  state TEXT NOT NULL, loan_id TEXT, claim_id TEXT, finished INTEGER NOT NULL DEFAULT 0,
  trouble TEXT
);
CREATE TABLE IF NOT EXISTS requests (
  key TEXT PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0, status INTEGER, reply TEXT
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS heard (message_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(slots=True)
class Dossier:
    """One application as the bank keeps it; what is true is asked of the platform each time."""

    application_id: str
    reference: str
    scenario: str
    state: str
    loan_id: str | None = None
    claim_id: str | None = None
    finished: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A request as it was written down, and its answer where there was a final one."""

    key: str
    method: str
    path: str
    body: dict[str, Any]
    sent: int
    status: int | None
    reply: dict[str, Any] | None


class Store:
    """Every query of the sandbox bank."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def dossier(self, application_id: str) -> Dossier | None:
        """The dossier of an application."""
        row = self._db.execute(
            "SELECT * FROM dossiers WHERE application_id = ?", (application_id,)
        ).fetchone()
        return _dossier(row) if row else None

    def open_dossiers(self) -> list[Dossier]:
        """Dossiers that the bank still works on, in order of arrival."""
        rows = self._db.execute("SELECT * FROM dossiers WHERE finished = 0 ORDER BY rowid")
        return [_dossier(row) for row in rows]

    def dossiers(self) -> list[Dossier]:
        """All of them."""
        return [_dossier(row) for row in self._db.execute("SELECT * FROM dossiers ORDER BY rowid")]

    def keep_dossier(self, dossier: Dossier) -> None:
        """Insert or overwrite."""
        self._db.execute(
            "INSERT OR REPLACE INTO dossiers (rowid, application_id, reference, scenario, state,"
            " loan_id, claim_id, finished, trouble)"
            " VALUES ((SELECT rowid FROM dossiers WHERE application_id = ?1),"
            " ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (dossier.application_id, dossier.reference, dossier.scenario, dossier.state,
             dossier.loan_id, dossier.claim_id, int(dossier.finished), dossier.trouble),
        )  # fmt: skip

    def set_scenario(self, application_id: str, scenario: str) -> Dossier:
        """Play this application so from now on, whether or not a dossier is open already."""
        self._db.execute(
            "INSERT INTO dossiers (application_id, reference, scenario, state)"
            " VALUES (?1, '', ?2, 'unknown') ON CONFLICT (application_id)"
            " DO UPDATE SET scenario = ?2, finished = 0, trouble = NULL",
            (application_id, scenario),
        )
        dossier = self.dossier(application_id)
        assert dossier is not None
        return dossier

    def kept(self, key: str) -> Kept | None:
        """A request by its key."""
        row = self._db.execute("SELECT * FROM requests WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        reply = json.loads(row["reply"]) if row["reply"] else None
        return Kept(
            row["key"], row["method"], row["path"], json.loads(row["body"]), row["sent"],
            row["status"], reply,
        )  # fmt: skip

    def write_down(self, key: str, method: str, path: str, body: dict[str, Any]) -> Kept:
        """Keep a request before it is sent; one that is known stays as it was."""
        self._db.execute(
            "INSERT OR IGNORE INTO requests (key, method, path, body) VALUES (?, ?, ?, ?)",
            (key, method, path, json.dumps(body, ensure_ascii=False, sort_keys=True)),
        )
        kept = self.kept(key)
        assert kept is not None
        return kept

    def note_sent(self, key: str) -> None:
        """It goes out once more."""
        self._db.execute("UPDATE requests SET sent = sent + 1 WHERE key = ?", (key,))

    def note_answer(self, key: str, status: int, reply: dict[str, Any]) -> None:
        """A final answer: it will not be sent again."""
        text = json.dumps(reply, ensure_ascii=False)
        self._db.execute(
            "UPDATE requests SET status = ?, reply = ? WHERE key = ?", (status, text, key)
        )

    def hear(self, message_id: str) -> bool:
        """Note a message; True where it was heard before."""
        done = self._db.execute("INSERT OR IGNORE INTO heard VALUES (?)", (message_id,))
        return done.rowcount == 0

    def count(self, name: str) -> None:
        """One more of something, for tests that count effects."""
        self._db.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", (name,)
        )

    def counters(self) -> dict[str, int]:
        """How often what happened."""
        return {row["name"]: row["n"] for row in self._db.execute("SELECT * FROM counters")}

    def fact(self, name: str) -> str | None:
        """A single remembered value."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Remember a single value."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def reset(self) -> None:
        """Forget every dossier and request; the webhook endpoint stays registered."""
        for table in ("dossiers", "requests", "counters", "heard"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names from this line)


def _dossier(row: sqlite3.Row) -> Dossier:
    return Dossier(
        application_id=row["application_id"], reference=row["reference"],
        scenario=row["scenario"], state=row["state"], loan_id=row["loan_id"],
        claim_id=row["claim_id"], finished=bool(row["finished"]), trouble=row["trouble"],
    )  # fmt: skip
