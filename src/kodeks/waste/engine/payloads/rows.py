# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rows of a foreign CSV, and the numbers in them as Danes and ISO write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kodeks.files import tables
from kodeks.waste.engine.payloads.results import Unusable

MOST_BYTES = 200_000_000
_NUMBER = re.compile(r"-?([0-9]{1,15}([.,][0-9]{0,20})?|[.,][0-9]{1,20})(e-[0-9]{1,2})?", re.I)
"""Programs write all the decimals they have (33.333333333333336), and 1e-05 for next to nothing."""
Row = tuple[int, list[str]]
"""A row's number, where the first is 1, and its fields."""


def rows(content: bytes) -> Iterator[Row]:
    """Each row that is not blank, the header first. Raises Unusable, also for what begins well and
    goes wrong later."""
    if len(content) > MOST_BYTES:
        raise Unusable("too-large", "Filen er større end 200 MB. Del den i flere filer.")
    try:
        for number, row in enumerate(tables.records_of(tables.decoded(content)), start=1):
            if any(field.strip() for field in row):
                yield number, row
    except tables.TableError as error:
        raise Unusable("csv", str(error)) from None


def named(row: list[str], header: list[str], number: int) -> Mapping[str, str]:
    """The row by its columns' names. Raises Unusable."""
    if len(row) != len(header):
        raise Unusable(
            "columns", f"Række {number} har {len(row)} felter, men der er {len(header)} kolonner."
        )
    return dict(zip(header, row, strict=True))


def decimal(text: str) -> float | str | None:
    """A number as Danes or ISO write it (43,5 or 43.5, perhaps with %), None for nothing.

    Anything else, also what could be thousands (1.234,5), comes back as it is.
    """
    stripped = text.strip().removesuffix("%").strip()
    if not stripped:
        return None
    return float(stripped.replace(",", ".")) if _NUMBER.fullmatch(stripped) else text
