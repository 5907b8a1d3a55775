# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Strict reading of tables: every key is asked for once, what is left over is refused.

The tables come from TOML files or, as they are stored in the database, from JSON. The two differ
in dates only: TOML has a type for them, JSON has text such as 2026-01-31 and null for no date.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SLUG = re.compile(r"[a-z][a-z0-9_]{0,79}")
_FOR_EVER = dt.date(9000, 1, 1)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# PostgreSQL's jsonb refuses the zero character, and half of a surrogate pair has no UTF-8.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class CardError(Exception):
    """The card cannot be used; the text is a Danish sentence that says what to mend."""


class Reader:
    """One table; `where` names it in messages, `iso_dates` says that dates are text."""

    def __init__(self, values: Mapping[str, Any], *, where: str, iso_dates: bool = False) -> None:
        self.where = where
        self._values = dict(values)
        self._iso_dates = iso_dates

    @classmethod
    def of_toml(cls, text: str, *, where: str) -> Reader:
        """The whole of a TOML text. Raises CardError when it is no TOML."""
        try:
            return cls(tomllib.loads(text), where=where)
        except (ValueError, RecursionError) as error:
            # ValueError also for a number with more digits than Python takes.
            head = where[:1].upper() + where[1:]
            raise CardError(f"{head} kan ikke læses som TOML: {error}.") from error

    def _take(self, key: str) -> Any:
        if key not in self._values:
            raise CardError(f"I {self.where} mangler `{key}`. Tilføj det.")
        return self._values.pop(key)

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise CardError(f"I {self.where} skal `{key}` være en tekst, der ikke er tom.")
        return self._storable(key, value.strip())

    def raw_text(self, key: str) -> str:
        """A text with its blanks and line breaks as they are: another program's source."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise CardError(f"I {self.where} skal `{key}` være en tekst, der ikke er tom.")
        return self._storable(key, value)

    def _storable(self, key: str, value: str) -> str:
        if _UNSTORABLE.search(value):
            raise CardError(f"I {self.where} har `{key}` et tegn, som ikke kan gemmes. Slet det.")
        return value

    def line(self, key: str) -> str:
        """A text that fits a cell of a table: one line without a vertical bar."""
        value = self.text(key)
        if "|" in value or "\n" in value:
            raise CardError(
                f"I {self.where} må `{key}` hverken have lodret streg eller linjeskift."
            )
        return value

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

    def list(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        values = self._take(key)
        valid = isinstance(values, list) and (values or may_be_empty)
        if not valid or not all(isinstance(value, str) and value.strip() for value in values):
            raise CardError(f"I {self.where} skal `{key}` være en liste med tekster.")
        return tuple(self._storable(key, value) for value in values)

    def distinct(self, key: str) -> tuple[str, ...]:
        """A list in which nothing stands twice."""
        values = self.list(key)
        if len(set(values)) != len(values):
            raise CardError(f"I {self.where} står noget to gange i `{key}`. Slet det ene.")
        return values

    def choices(
        self, key: str, allowed: Sequence[str], *, may_be_empty: bool = False
    ) -> tuple[str, ...]:
        values = self.list(key, may_be_empty=may_be_empty)
        for value in values:
            if value not in allowed:
                raise CardError(
                    f"I {self.where} nævner `{key}` {value}, som ikke findes. "
                    f"Vælg blandt: {', '.join(allowed)}."
                )
        return values

    def integer(self, key: str, *, least: int, most: int) -> int:
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise CardError(f"I {self.where} skal `{key}` være et helt tal fra {least} til {most}.")
        return value

    def optional_integer(self, key: str, *, least: int, most: int) -> int | None:
        """As `integer`; None when the key is left out, or null in JSON."""
        if self._values.get(key) is None:
            self._values.pop(key, None)
            return None
        return self.integer(key, least=least, most=most)

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise CardError(f"I {self.where} skal `{key}` være true eller false.")
        return value

    def has(self, key: str) -> bool:
        """Whether a key that may be left out is there."""
        return key in self._values

    def date(self, key: str) -> dt.date:
        value = self._take(key)
        if self._iso_dates:
            value = _of_iso(value)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise CardError(f"I {self.where} skal `{key}` være en dato som 2026-01-31.")
        return value

    def optional_date(self, key: str) -> dt.date | None:
        if self._iso_dates and key in self._values and self._values[key] is None:
            return self._take(key)  # type: ignore[no-any-return]
        return self.date(key) if key in self._values else None

    def texts(self) -> dict[str, str]:
        """All keys of the table, each a text."""
        return {key: self.text(key) for key in list(self._values)}

    def table(self, key: str) -> Reader:
        value = self._take(key)
        if not isinstance(value, dict):
            raise CardError(f"I {self.where} skal `{key}` være en tabel: [{key}].")
        return Reader(value, where=f"[{key}]", iso_dates=self._iso_dates)

    def optional_table(self, key: str) -> Reader | None:
        return self.table(key) if key in self._values else None

    def tables(self, key: str) -> Iterator[Reader]:
        values = self._take(key)
        if not isinstance(values, list) or not values:
            raise CardError(f"I {self.where} skal der være mindst én [[{key}]].")
        for number, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise CardError(f"I {self.where} skal `{key}` bestå af tabeller.")
            yield Reader(value, where=f"[[{key}]] nr. {number}", iso_dates=self._iso_dates)

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt key must not be ignored."""
        if self._values:
            unknown = ", ".join(sorted(map(str, self._values)))
            raise CardError(f"I {self.where} står der noget, som ikke kendes: {unknown}.")


def check_period(row: Reader, first: dt.date, last: dt.date | None) -> None:
    """Raises CardError when a row ends before it begins, or says "for ever" as a date."""
    if last is not None and last < first:
        raise CardError(f"I {row.where} ligger den sidste dag før den første. Ret datoerne.")
    if last is not None and last >= _FOR_EVER:
        # The day after a row's last must be a date too, and nobody should have to guess.
        raise CardError(f"I {row.where} er `valid_to` for sent. Slet linjen, hvis intet slutter.")


def _of_iso(value: object) -> dt.date | None:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
