# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Changes of a payload that is in order, each at one place: what no entrance may take."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
CPR = "010190-1234"
LONG = "x" * 5001
"""Longer than any text that an entrance takes, but for what is sealed."""

_GONE = object()
VALUES: dict[str, Any] = {
    "gone": _GONE,
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "negative": -1,
    "fraction": 1.5,
    "big": 10**15,
    "huge": 10**30,
    "exponent": 1e300,
    "empty": "",
    "blank": " \t\n\u00a0",
    "zero-width": "\u200b\ufeff",
    "dots": "...",
    "quote": "'; DELETE FROM kernel_switch; --",
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "long": LONG,
    "cpr": f"Borger {CPR}",
    "cpr-bare": "0101901234",
    "cpr-apart": "010190 1234",
    "list": [],
    "object": {},
    "list-of-null": [None],
    "deep": [[[[[[[[[[]]]]]]]]]],
}
INTRUDERS: dict[str, Any] = {
    "id2": "1",
    "issued_at": "2020-01-01T00:00:00Z",
    "decided_at": "2020-01-01T00:00:00Z",
    "at": "2020-01-01T00:00:00Z",
    "owner": {"unit": "Ingen", "manager": "Ingen"},
    "bases": [],
    "release": {"version": "9"},
    "body": {},
    "role": "system_owner",
    "approved": True,
    "force": True,
    "USER_ID": 1,
    "": "",
    "æøå": "",
}


def mutations(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and payload of each change; the payload that is given stays as it is."""
    for path in paths(payload):
        found = at(payload, path)
        for name, value in (VALUES | _of_its_own(found)).items():
            # JSON's true is not 1, which Python's is.
            if type(value) is type(found) and value == found:
                continue
            yield f"{written(path)} {name}", changed(payload, path, value)
        if isinstance(found, dict):
            for key, value in INTRUDERS.items():
                yield f"{written(path)} with {key}", changed(payload, (*path, key), value)
    for key, value in INTRUDERS.items():
        yield f"with {key}", payload | {key: value}


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Where the values of a payload are: each key, and of a list the first."""
    parts: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list) and value:
        parts = [(0, value[0])]
    for key, inner in parts:
        yield (*before, key)
        yield from paths(inner, (*before, key))


def at(payload: Any, path: Path) -> Any:
    for key in path:
        payload = payload[key]
    return payload


def changed(payload: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy with another value at a place, or without it."""
    new = copy.deepcopy(payload)
    place = at(new, path[:-1])
    if value is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = copy.deepcopy(value)
    return new


def written(path: Path) -> str:
    return ".".join(str(key) for key in path)


def _of_its_own(found: Any) -> dict[str, Any]:
    """Changes that follow from what the value is."""
    changes: dict[str, Any] = {"listed": [found], "nested": {"value": found}}
    if isinstance(found, str):
        changes |= {
            "padded": f" {found}",
            "with-a-line": f"{found}\n",
            "shorter": found[:-1],
            "upper": found.upper() if found.upper() != found else f"{found}X",
            "fullwidth": "".join(chr(ord(sign) + 0xFEE0) for sign in found if "!" <= sign <= "~"),
        }
    elif isinstance(found, bool):
        changes |= {"as-text": str(found).lower(), "as-number": int(found)}
    elif isinstance(found, int):
        changes |= {"as-text": str(found), "as-fraction": found + 0.25}
    elif isinstance(found, list):
        changes |= {"with-null": [*found, None], "with-text": [*found, "x"]}
        changes |= {"as-object": dict(enumerate(found))}
    return changes
