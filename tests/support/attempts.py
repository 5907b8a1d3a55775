# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Generated attempts to get round the codex, and how it is found out whether one succeeded.

An attempt has succeeded when it wrote to a kernel table, or when it was let through: a `try_` that
comes back without an error, unless it is `silent` (a statement that PostgreSQL answers without an
error although nothing came of it, as an UPDATE of no rows, or a page that answers 403).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOTAL = 10_000
CLASSES = frozenset(
    {
        "admin",
        "api",
        "clock",
        "codex",
        "concurrency",
        "model",
        "orm",
        "owner",
        "replay",
        "restart",
        "shell",
        "sql",
    }
)
FOLDER = "bypass"
BATCH = 50
"""The tables are compared after so many attempts; and one by one when they have changed."""


@contextmanager
def unheard(*loggers: str) -> Iterator[None]:
    """Refused attempts are logged, and thousands of lines tell nobody anything.

    The levels come back: one that stays hides from later tests what they read in the log.
    """
    before = {name: logging.getLogger(name).level for name in loggers}
    for name in loggers:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt. `try_` raises when it is refused."""

    name: str
    try_: Callable[[], object]
    silent: bool = False


def none_succeeds(
    stage: Any,
    attempts: Iterable[Attempt],
    *,
    kind: str,
    refusals: tuple[type[BaseException], ...],
) -> int:
    """Make all attempts; fails with the names of those that succeeded. Returns their number.

    `kind` is the class that they are counted in, `refusals` are the errors that count as being
    refused; another error is a fault of the test or of the kernel and is raised.
    """
    assert kind in CLASSES
    succeeded: list[str] = []
    seen: set[str] = set()
    before, batch = stage.contents(), []
    for attempt in attempts:
        assert attempt.name not in seen, f"twice: {attempt.name}"
        seen.add(attempt.name)
        batch.append(attempt.name)
        try:
            attempt.try_()
        except refusals:
            pass
        else:
            if not attempt.silent:
                succeeded.append(f"{attempt.name} (let through)")
        if len(batch) == BATCH:
            before = _compared(stage, before, batch, succeeded)
            batch = []
    _compared(stage, before, batch, succeeded)
    assert succeeded == []
    count(kind, len(seen))
    return len(seen)


def _compared(stage: Any, before: Any, batch: list[str], succeeded: list[str]) -> Any:
    after = stage.contents()
    changed = [table for table in after if after[table] != before[table]]
    if changed:
        succeeded.append(f"{', '.join(changed)} changed by one of {batch}")
    return after


def count(kind: str, number: int) -> None:
    """Add to the number of attempts of a class in this run."""
    folder = _folder()
    folder.mkdir(exist_ok=True)
    (folder / f"{kind}.{os.getpid()}.{number}.{len(list(folder.iterdir()))}").touch()


def counted() -> dict[str, int]:
    """Class -> attempts made so far in this run, by all its workers."""
    found: dict[str, int] = {}
    for path in sorted(_folder().glob("*")):
        kind, _, number, _ = path.name.split(".")
        found[kind] = found.get(kind, 0) + int(number)
    return found


def _folder() -> Path:
    return Path(os.environ["KODEKS_TEST_HOME"]) / FOLDER
