# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""For whom the database is asked: a person, or a named service of the house.

Tables with personal data show a person what one of their rights of today covers, a service all, and
nobody nothing (the policies of row-level security stand with the tables). The database is told in
each transaction and for that transaction only (`SET LOCAL`), never for the session, so a connection
that goes on to the next request or job brings nobody along. Whoever has not said for whom they ask
sees no rows.

The database believes what it is told here: docs/security.md says what that protects and what not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import Cursor
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL

from kodeks.kernel.models import User

SETTING = "kodeks.viewer"
_NOBODY = ""
_NAME = re.compile("[a-z-]+")

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


@contextmanager
def viewer(user: User) -> Iterator[None]:
    """What is read and written inside is for this person. The innermost of several counts."""
    with _seen_by(f"person:{user.pk}"):
        yield


@contextmanager
def as_service(name: str) -> Iterator[None]:
    """What is read and written inside is for a part of the house that serves everybody.

    For robots, intake, a citizen's own matter, erasing and the command line: the caller has asked
    who may. `name` says which, in plain letters and dashes, or it raises ValueError.
    """
    with _seen_by(_service(name)):
        yield


def serve_as(name: str) -> None:
    """As `as_service`, from now on: for a process that does nothing else, such as a command."""
    _teller().wanted = _service(name)


@contextmanager
def nobody() -> Iterator[None]:
    """Inside, nothing is seen until somebody says for whom they ask."""
    with _seen_by(_NOBODY):
        yield


def _service(name: str) -> str:
    # The database would know no other name, and show nothing without a word.
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a service")
    return f"service:{name}"


@contextmanager
def _seen_by(wanted: str) -> Iterator[None]:
    teller = _teller()
    before, teller.wanted = teller.wanted, wanted
    try:
        yield
    finally:
        teller.wanted = before


def _teller() -> _Teller:
    """The one of this thread's connection; it stays with it, and lies outermost."""
    wrappers = connection.execute_wrappers
    for one in wrappers:
        if isinstance(one, _Teller):
            return one
    made = _Teller()
    # First: who adds a wrapper for a while takes the last one away again.
    wrappers.insert(0, made)
    return made


class _Teller:
    """Tells the database before a statement, when the transaction has not been told already.

    Both go in one trip. What is sent together is one transaction, so a statement outside
    transactions gets one of its own with its telling.
    """

    def __init__(self) -> None:
        self.wanted = _NOBODY
        # What the running transaction was told; None when that is not known.
        self._told: str | None = _NOBODY
        # How somebody is told of, and who: made once for as long as the same one asks.
        self._telling, self._tells_of = "", _NOBODY

    def __call__(
        self, execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        # As Django's own statements do: what goes wrong here is one of its errors.
        with context["connection"].wrap_database_errors:
            return self._told_first(execute, sql, params, many, context)

    def _told_first(
        self, execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        raw = context["connection"].connection
        status = raw.info.transaction_status
        alone = status == TransactionStatus.IDLE and raw.autocommit
        if status == TransactionStatus.IDLE:
            self._told = _NOBODY
        if status == TransactionStatus.INERROR or self.wanted == self._told:
            done = execute(sql, params, many, context)
        elif isinstance(sql, str) and not many and isinstance(context["cursor"].cursor, Cursor):
            done = execute(f"{self._words(raw)}; {sql}", params, many, context)
            # Past the answer to the telling, to that of the statement.
            context["cursor"].nextset()
        elif alone:
            done = self._alone(raw, lambda: execute(sql, params, many, context))
        else:
            raw.execute(self._words(raw), prepare=False)
            done = execute(sql, params, many, context)
        if isinstance(sql, str) and sql.startswith("ROLLBACK TO"):
            # Back to what was told before the savepoint, whatever that was.
            self._told = None
        elif not alone and status != TransactionStatus.INERROR:
            self._told = self.wanted
        return done

    def _words(self, raw: Any) -> str:
        if self._tells_of != self.wanted or not self._telling:
            telling = SQL("SELECT set_config({}, {}, true)").format(SETTING, self.wanted)
            self._telling, self._tells_of = telling.as_string(raw), self.wanted
        return self._telling

    def _alone(self, raw: Any, execute: Callable[[], Any]) -> Any:
        """Several at once, or a cursor that is kept in the database, cannot be sent with another.

        The transaction is begun and told in one trip.
        """
        try:
            raw.execute(f"BEGIN; {self._words(raw)}", prepare=False)
            done = execute()
        except BaseException:
            if raw.info.transaction_status != TransactionStatus.UNKNOWN:
                raw.rollback()
            raise
        raw.commit()
        return done
