# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a fake ESDH system holds: objects in a SQLite file, which survives the process."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLE = """
    CREATE TABLE IF NOT EXISTS object (
        kind TEXT, id TEXT, case_id TEXT, body TEXT, content BLOB, PRIMARY KEY (kind, id))
"""


class Taken(Exception):
    """The id is in use."""


@dataclass(frozen=True)
class Thing:
    kind: str
    id: str
    case_id: str
    body: dict[str, Any]
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Store:
    """Used by many threads at once; each call is one transaction."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self.locked = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_TABLE)

    def close(self) -> None:
        self._connection.close()

    def new_number(self, kind: str) -> int:
        with self.locked:
            row = self._connection.execute(
                "SELECT coalesce(max(CAST(id AS INTEGER)), 0) + 1 FROM object WHERE kind = ?",
                [kind],
            ).fetchone()
            return int(row[0])

    def add(
        self, kind: str, id: str, body: dict[str, Any], *, case_id: str = "", content: bytes = b""
    ) -> Thing:
        """Raises Taken."""
        with self.locked:
            try:
                self._connection.execute(
                    "INSERT INTO object VALUES (?, ?, ?, ?, ?)",
                    [kind, id, case_id, json.dumps(body), content],
                )
            except sqlite3.IntegrityError:
                raise Taken from None
        return Thing(kind, id, case_id, body, content)

    def add_numbered(
        self, kind: str, body: dict[str, Any], *, case_id: str = "", content: bytes = b""
    ) -> Thing:
        with self.locked:
            return self.add(
                kind, str(self.new_number(kind)), body, case_id=case_id, content=content
            )

    def put(self, thing: Thing) -> None:
        """In the place of what has the kind and id."""
        with self.locked:
            self._connection.execute(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)",
                [thing.kind, thing.id, thing.case_id, json.dumps(thing.body), thing.content],
            )

    def replaced(self, there: Thing | None, content: bytes) -> None:
        """Keep count of what gets other bytes than it had."""
        if there is not None and there.content != content:
            self.add_numbered("replaced", {"id": there.id})

    def get(self, kind: str, id: str) -> Thing | None:
        return next(iter(self._select("kind = ? AND id = ?", [kind, id])), None)

    def all(self, kind: str, *, case_id: str | None = None) -> list[Thing]:
        if case_id is None:
            return self._select("kind = ?", [kind])
        return self._select("kind = ? AND case_id = ?", [kind, case_id])

    def _select(self, where: str, values: list[str]) -> list[Thing]:
        with self.locked:
            rows = self._connection.execute(
                f"SELECT kind, id, case_id, body, content FROM object WHERE {where} ORDER BY rowid",
                values,
            ).fetchall()
        return [
            Thing(kind, id, case_id, json.loads(body), bytes(content))
            for kind, id, case_id, body, content in rows
        ]
