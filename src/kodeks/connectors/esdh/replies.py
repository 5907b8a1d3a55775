# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Replies are foreign text: what is taken out has the expected type and size, or PortError."""

from __future__ import annotations

import json
from typing import Any

from kodeks.casework.ports import PortError

LONGEST = 200
MOST_ROWS = 10_000
_LARGEST = 2**63 - 1


def parsed(body: bytes) -> Any:
    """The JSON value of a reply."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # No cause and no quotation: a reply may hold names.
        raise broken() from None


def broken() -> PortError:
    return PortError("ESDH-systemet svarede med noget, der ikke kan læses. Robotten prøver igen.")


def at(value: Any, *names: str) -> Any:
    """What stands under the names, one inside the other; an object is expected at each."""
    for name in names:
        if not isinstance(value, dict) or name not in value:
            raise broken()
        value = value[name]
    return value


def rows(value: Any) -> list[dict[str, Any]]:
    """A list of objects."""
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise broken()
    if not all(isinstance(row, dict) for row in value):
        raise broken()
    return value


def text(value: Any) -> str:
    """Printable text of 1-200 signs."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        raise broken()
    return value


def number(value: Any) -> int:
    """A whole number over 0 of at most 64 bits, also when it is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < LONGEST:
        value = int(value)
    if type(value) is not int or not 0 < value <= _LARGEST:
        raise broken()
    return value
