# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Two calls of the kernel of which the second begins while the first is not yet committed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from gate import Call, Denied, call

Step = Callable[[psycopg.Connection], Any]


def overlapped(stage: Any, first: Call, second: Call) -> Any:
    """What the second call gives: its answer, or the code of what it was refused with.

    It waits for the first, where the kernel makes it wait; the first is committed when it does, or
    when the second has ended without waiting.
    """
    return one_after_the_other(
        stage, stage.url, lambda earlier: call(earlier, *first), lambda later: call(later, *second)
    )


def one_after_the_other(stage: Any, url: str, first: Step, second: Step) -> Any:
    """The same of two that are done with a connection of their own."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(second(later))
        except Denied as denied:
            found.append(denied.code)
        except psycopg.Error as error:
            found.append(error.sqlstate)

    with (
        psycopg.connect(url) as earlier,
        psycopg.connect(url, autocommit=True) as later,
    ):
        first(earlier)
        thread = threading.Thread(target=run)
        thread.start()
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"
        while thread.is_alive() and not stage.as_owner(waits, later.info.backend_pid):
            pass
        earlier.commit()
        thread.join()
    return found[0]


def goes_through(stage: Any, first: Call, second: Call) -> bool:
    """Whether the second call need not wait for the first to be committed."""
    with (
        psycopg.connect(stage.url) as earlier,
        psycopg.connect(stage.url, autocommit=True) as later,
    ):
        call(earlier, *first)
        later.execute("SET lock_timeout = '2s'")
        try:
            call(later, *second)
        except psycopg.errors.LockNotAvailable:
            return False
    return True
