# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Find before create, where the system takes no key of ours.

When an answer is lost, by a timeout or because our process was killed, the system may still be at
work: a search at once would find nothing, and what is made then would be there twice. So each such
call is written down before it is made, in a transaction of its own that no rollback takes back, and
nothing is made again under the same key until the first call has had its time.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors.esdh.calling import AlreadyThere, NoAnswer

T = TypeVar("T")
B = TypeVar("B")

_YOUNG = "SELECT began_at > clock_timestamp() - %s FROM connectors_esdhattempt WHERE key = %s"
_BEGIN = (
    "INSERT INTO connectors_esdhattempt (key, began_at) VALUES (%s, clock_timestamp())"
    " ON CONFLICT (key) DO UPDATE SET began_at = clock_timestamp()"
)
_END = "DELETE FROM connectors_esdhattempt WHERE key = %s OR began_at < clock_timestamp() - %s"
_FORGOTTEN = datetime.timedelta(days=7)


class Attempts:
    """The list of what has been begun, on a connection besides the caller's. Closed by `with`."""

    def __init__(self) -> None:
        self._other: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._other is not None:
            self._other.close()

    def once(
        self,
        *,
        key: str,
        find: Callable[[], T | None],
        body: Callable[[], B],
        make: Callable[[B], T],
        seconds: float,
    ) -> T:
        """What `find` finds, or else what `make` makes of `body`, exactly once for the key.

        The caller holds the lock of the case. `body` may ask the system, `make` is the one call
        that makes something. `seconds` is how long the system may be at work on that call when we
        no longer hear of it. Raises PortError while such a call may still end, and what the three
        functions raise.
        """
        # Before the search: an attempt must not grow old between the two.
        begun = self._run(_YOUNG, datetime.timedelta(seconds=seconds), key)
        found = find()
        if found is not None:
            if begun is not None:
                self._end(key)
            return found
        if begun == (True,):
            raise PortError("Robotten venter på, at ESDH-systemet bliver færdig med første forsøg.")
        given = body()
        self._run(_BEGIN, key)
        try:
            made = make(given)
        except NoAnswer:
            raise
        except AlreadyThere:
            self._end(key)
            found = find()
            if found is None:
                raise
            return found
        except (PortError, PortRejected):
            self._end(key)
            raise
        self._end(key)
        return made

    def _end(self, key: str) -> None:
        self._run(_END, key, _FORGOTTEN)

    def _run(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """Committed at once; the first row, if there is one."""
        if self._other is None:
            self._other = connection.copy()
        with self._other.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone() if cursor.description else None
