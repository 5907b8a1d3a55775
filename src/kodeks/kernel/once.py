# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is asked of the database once while a page is shown, and never kept for the next.

A page asks again and again for the same: the person's rights of today, the codex in force. Inside
`page` the first answer stands until the page is done; outside, in a form that is sent, a job or a
command, everybody asks anew each time, and so does every gate before something is written. The
policies of row-level security ask by themselves at each statement, whatever is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_ANSWERS: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def page() -> Iterator[None]:
    """One page for one visitor; another inside it begins with nothing."""
    before = _ANSWERS.set({})
    try:
        yield
    finally:
        _ANSWERS.reset(before)


@contextmanager
def part() -> Iterator[None]:
    """A part of a page, such as the menu: of the page that is shown, or by itself, as on the
    answer to a form that was sent."""
    if _ANSWERS.get() is not None:
        yield
        return
    with page():
        yield


def once(key: Hashable, ask: Callable[[], T]) -> T:
    """The answer, which must depend on nothing but `key` and the database; errors are not kept."""
    answers = _ANSWERS.get()
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    found: T = answers[key]
    return found
