# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Strict reading of TOML tables: every key is asked for once, what is left over is refused."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


class CardError(Exception):
    """The card cannot be used; the text is a Danish sentence that says what to mend."""


class Reader:
    """One TOML table; `where` names it in messages."""

    def __init__(self, values: Mapping[str, Any], *, where: str) -> None:
        self.where = where
        self._values = dict(values)

    @classmethod
    def of_toml(cls, text: str, *, where: str) -> Reader:
        """The whole of a TOML text. Raises CardError when it is no TOML."""
        try:
            return cls(tomllib.loads(text), where=where)
        except tomllib.TOMLDecodeError as error:
            raise CardError(f"{where.capitalize()} kan ikke læses som TOML: {error}.") from error

    def _take(self, key: str) -> Any:
        if key not in self._values:
            raise CardError(f"I {self.where} mangler `{key}`. Tilføj det.")
        return self._values.pop(key)

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise CardError(f"I {self.where} skal `{key}` være en tekst, der ikke er tom.")
        return value.strip()

    def match(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise CardError(
                f"I {self.where} må `{key}` kun bestå af små bogstaver a-z, tal og "
                f"understreg og skal begynde med et bogstav. Der står: {value}"
            )
        return value

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise CardError(
                f"I {self.where} er `{key}` sat til {value}. Det skal være et af: "
                f"{', '.join(allowed)}."
            )
        return value

    def list(self, key: str) -> tuple[str, ...]:
        values = self._take(key)
        valid = isinstance(values, list) and values
        if not valid or not all(isinstance(value, str) and value.strip() for value in values):
            raise CardError(f"I {self.where} skal `{key}` være en liste med tekster.")
        return tuple(values)

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        values = self.list(key)
        for value in values:
            if value not in allowed:
                raise CardError(
                    f"I {self.where} nævner `{key}` {value}, som ikke findes. "
                    f"Vælg blandt: {', '.join(allowed)}."
                )
        return values

    def date(self, key: str) -> dt.date:
        value = self._take(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise CardError(f"I {self.where} skal `{key}` være en dato som 2026-01-31.")
        return value

    def optional_date(self, key: str) -> dt.date | None:
        return self.date(key) if key in self._values else None

    def texts(self) -> dict[str, str]:
        """All keys of the table, each a text."""
        return {key: self.text(key) for key in list(self._values)}

    def table(self, key: str) -> Reader:
        value = self._take(key)
        if not isinstance(value, dict):
            raise CardError(f"I {self.where} skal `{key}` være en tabel: [{key}].")
        return Reader(value, where=f"[{key}]")

    def optional_table(self, key: str) -> Reader | None:
        return self.table(key) if key in self._values else None

    def tables(self, key: str) -> Iterator[Reader]:
        values = self._take(key)
        if not isinstance(values, list) or not values:
            raise CardError(f"I {self.where} skal der være mindst én [[{key}]].")
        for number, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise CardError(f"I {self.where} skal `{key}` bestå af tabeller.")
            yield Reader(value, where=f"[[{key}]] nr. {number}")

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt key must not be ignored."""
        if self._values:
            unknown = ", ".join(sorted(self._values))
            raise CardError(f"I {self.where} står der noget, som ikke kendes: {unknown}.")
