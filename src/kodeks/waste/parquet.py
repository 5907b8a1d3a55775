# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Parquet files of readings, written and read with DuckDB in this process.

Sorted by bin and time, so that one bin's readings lie in a few row groups of each month.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

Arrays = dict[str, np.ndarray[Any, Any]]
COLUMNS = (
    ("bin", "VARCHAR"),
    ("device", "VARCHAR"),
    ("session", "VARCHAR"),
    ("number", "BIGINT"),
    ("measured_at", "TIMESTAMP"),
    ("flags", "INTEGER"),
    ("level", "FLOAT"),
    ("level_pct", "FLOAT"),
    ("distance_mm", "FLOAT"),
    ("temperature_c", "FLOAT"),
    ("battery_pct", "FLOAT"),
    ("battery_v", "FLOAT"),
)
"""Times are UTC. `level` is what was known of the level when it was archived (percent)."""
ROW_GROUP = 20_480
_KINDS = {"VARCHAR": object, "BIGINT": np.int64, "INTEGER": np.int32, "FLOAT": np.float32}
_COPY = f"""
    COPY (SELECT * FROM readings ORDER BY bin, measured_at) TO $file
    (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})
"""  # noqa: S608


def write(file: Path, chunks: Iterable[Sequence[tuple[Any, ...]]]) -> int:
    """Write rows of `COLUMNS` (times aware); how many."""
    return write_arrays(file, map(_arrays, chunks))


def write_arrays(file: Path, chunks: Iterable[Arrays]) -> int:
    """Write arrays of `COLUMNS`, masked where there is nothing; how many rows."""
    count = 0
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        connection = _connected(folder)
        try:
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
            connection.execute(f"CREATE TABLE readings ({columns})")
            for arrays in chunks:
                connection.register("chunk", arrays)
                connection.execute("INSERT INTO readings SELECT * FROM chunk")
                connection.unregister("chunk")
                count += len(arrays[COLUMNS[0][0]])
            connection.execute(_COPY, {"file": str(file)})
        finally:
            connection.close()
    return count


def arrays(files: Sequence[Path], sql: str, values: Sequence[Any]) -> Arrays | None:
    """What the files say, by SQL over the relation `{readings}`, as columns of numbers by name, NaN
    where there is nothing; None without files."""
    if not files:
        return None
    # To start DuckDB takes longer than what it is asked, so a process does that once.
    connection = _shared().cursor()
    try:
        source = "read_parquet($files)"
        named = {f"v{at}": value for at, value in enumerate(values)}
        names = [str(file) for file in files]
        given = {"files": names, **named}
        found = connection.execute(sql.format(readings=source), given).fetchnumpy()
    finally:
        connection.close()
    return {
        name: column.filled(np.nan) if np.ma.isMaskedArray(column) and column.mask.any() else column
        for name, column in found.items()
    }


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return _connected()


def _connected(folder: str = "") -> duckdb.DuckDBPyConnection:
    # One thread: the web serves others meanwhile. No extension is loaded from anywhere.
    return duckdb.connect(
        config={
            "threads": 1,
            "temp_directory": folder,
            "memory_limit": "512MB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def _arrays(rows: Sequence[tuple[Any, ...]]) -> Arrays:
    found: Arrays = {}
    for (name, kind), column in zip(COLUMNS, zip(*rows, strict=True), strict=True):
        if kind == "TIMESTAMP":
            found[name] = np.array([_plain(one) for one in column], dtype="datetime64[us]")
        elif kind == "FLOAT":
            found[name] = np.ma.masked_invalid(np.array(column, dtype=np.float32))
        else:
            found[name] = np.array(column, dtype=_KINDS[kind])
    return found


def _plain(at: dt.datetime) -> dt.datetime:
    return at.astimezone(dt.UTC).replace(tzinfo=None)
