# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts on the kernel's entrances in bare SQL, and what they were refused for."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import psycopg
from attempts import Attempt
from bypass_honest import FUNCTIONS

REFUSED = ("KDREF", "KDSTP")
BARE = ("22P05", "22P02", "22003", "23505", "54001")
"""PostgreSQL's own refusals: of what jsonb does not hold, of a number too large for its
column and of a number that is used already."""
OF_THE_STAGE = frozenset(
    {
        *("permit_expired", "stopped", "decided", "reversed", "reviewed", "isolation"),
        *("no_codex", "no_owner"),
    }
)
"""Refusals that would say that the honest payload was in no order either."""


class Unexpected(Exception):
    """Refused for a reason that is none: the attempt was none."""


class Calls:
    """Makes attempts, and counts what they were refused for."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.codes: Counter[str] = Counter()

    def attempt(
        self, way: str, name: str, payload: Any, *, expected: str = "", silent: bool = False
    ) -> Attempt:
        """To call the entrance; with `expected`, only that refusal counts."""

        def try_() -> None:
            try:
                self.call(way, payload)
            except psycopg.Error as error:
                code = self.code_of(error)
                if expected and code != expected:
                    raise Unexpected(f"{way} {name}: {code}, not {expected}") from error
                self.codes[code] += 1
                raise

        return Attempt(name=f"{way} {name}", try_=try_, silent=silent)

    def call(self, way: str, payload: Any) -> Any:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        statement = f"SELECT kernel.{FUNCTIONS[way]}(%s::jsonb)"
        return self.connection.execute(statement, (text,)).fetchone()[0]

    def would_take(self, way: str, payload: Any) -> bool:
        """Whether the entrance takes it; nothing is kept."""
        self.connection.execute("BEGIN")
        try:
            self.call(way, payload)
        except psycopg.Error:
            return False
        finally:
            self.connection.execute("ROLLBACK")
        return True

    @staticmethod
    def code_of(error: psycopg.Error) -> str:
        if error.sqlstate in REFUSED:
            return str(error.diag.message_detail)
        if error.sqlstate in BARE:
            return str(error.sqlstate)
        raise Unexpected(f"{error.sqlstate} {error}") from error
