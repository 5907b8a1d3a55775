# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rule that queues and step results hold ids only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kodeks.language.cpr import looks_like_cpr
from kodeks.robots.errors import ResultRefused

LONGEST_TEXT = 200
LONGEST_NAME = 60
MOST_VALUES = 30
_LARGEST_INTEGER = 2**63 - 1


def validate(values: object) -> dict[str, str | int | bool | None]:
    """The same values, known to be a flat JSON object of ids.

    Raises ResultRefused, whose text names the key's position but never a value, on: anything
    but a mapping; more than 30 values; keys that are not text of 1-60 signs; values other than
    text, integer (64 bits), truth value or None; text over 200 signs, with NUL or with a lone
    surrogate (PostgreSQL cannot store them); anything that looks like a CPR number.
    """
    if not isinstance(values, Mapping):
        raise ResultRefused(f"expected a dict of ids, got {type(values).__name__}")
    if len(values) > MOST_VALUES:
        raise ResultRefused(f"more than {MOST_VALUES} values")
    for position, (name, value) in enumerate(values.items()):
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
            raise ResultRefused(f"key {position} is not text of 1-{LONGEST_NAME} signs")
        _check(name, position)
        _check(value, position)
    return dict(values)


def _check(value: Any, position: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise ResultRefused(f"value {position} does not fit in 64 bits")
        # A CPR number kept as an integer has lost its leading zero.
        text = f"{abs(value):010d}" if abs(value) >= 10**8 else ""
    elif isinstance(value, str):
        text = value
    else:
        raise ResultRefused(f"value {position} is a {type(value).__name__}, not an id")
    if len(text) > LONGEST_TEXT:
        raise ResultRefused(f"value {position} is longer than {LONGEST_TEXT} signs")
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ResultRefused(f"value {position} holds signs that cannot be stored")
    if looks_like_cpr(text):
        raise ResultRefused(f"value {position} looks like a CPR number")
