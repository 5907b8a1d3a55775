# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Columns of many rows as one value of the database, and as arrays here.

A bin's month is 700 readings and a round has millions: as rows of Python objects they would cost
more than all that is done with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Column = tuple[str, str, str]
"""A name, WHOLE or REAL, and its SQL."""
WHOLE, REAL = "whole", "real"
_SENT = {WHOLE: "int8send({})", REAL: "float8send(coalesce({}, 'NaN'))"}
_KINDS = {WHOLE: ">i8", REAL: ">f8"}


def aggregate(columns: Sequence[Column], *, order: str) -> str:
    """SQL of an aggregate over rows in an order, for `arrays`. Whole numbers may not be NULL; real
    ones that are become NaN."""
    row = " || ".join(_SENT[kind].format(sql) for _, kind, sql in columns)
    return f"string_agg({row}, ''::bytea ORDER BY {order})"


def arrays(columns: Sequence[Column], content: bytes | None) -> Mapping[str, np.ndarray[Any, Any]]:
    """By name, each (n,), in this machine's byte order; empty for None, which no rows give."""
    kinds = np.dtype([(name, _KINDS[kind]) for name, kind, _ in columns])
    rows = np.frombuffer(content or b"", dtype=kinds)
    return {
        name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in kinds.names or ()
    }
