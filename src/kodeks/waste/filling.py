# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files of history and sheets, taken in as messages are: the same checks, the same quarantine."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils import timezone

from kodeks.files import tables
from kodeks.waste import ingesting
from kodeks.waste.messages import Message
from kodeks.waste.sources import FILE

ROWS = 2_000
"""Rows of a CSV that are one message. Another number would put the same row aside again."""
LINES = 500
_FIRST = 1_000
"""Bytes in which the first sign of a file is looked for."""
_PART_ROW = re.compile(r"^Række [0-9]+: ")


@dataclass
class Filled:
    """What became of a file's parts; `reasons` counts what was put in quarantine, by why."""

    stored: int = 0
    seen: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def fill(*, path: Path, progress: Callable[[int], None] = lambda count: None) -> Filled:
    """Store what a file says of devices on the list, in lots that are committed each by itself; the
    same file again changes nothing. `progress` is told how many readings were looked at.

    Raises TableError before anything is stored, when the file cannot be read to its end.
    """
    content = tables.read(path)
    if _is_table(content):
        # To its end, so that nothing of it is stored when a quote is open.
        for _ in tables.records_of(tables.decoded(content)):
            pass
    found = Filled()
    for lot in _lots(content):
        received = timezone.now()
        outcome = ingesting.take(
            messages=[Message(source=FILE, content=one, received=received) for one in lot]
        )
        found.stored += outcome.stored
        found.seen += outcome.seen
        found.quarantined += outcome.quarantined
        found.reasons.update(_PART_ROW.sub("", reason) for _, reason in outcome.problems)
        progress(found.stored + found.seen + found.quarantined)
    return found


def _is_table(content: bytes) -> bool:
    """Whether it is a CSV: neither JSON, also behind a byte order mark, nor a sheet (a zip)."""
    first = content[:_FIRST].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return first not in (b"{", b"[") and not content.startswith(b"PK\x03\x04")


def _lots(content: bytes) -> Iterator[list[bytes]]:
    """Messages of one lot: lines of JSON, rows of a CSV with its header, or the file as it is."""
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.strip()[:1] + line.strip()[-1:] == b"{}" for line in lines):
        yield from (lines[at : at + LINES] for at in range(0, len(lines), LINES))
        return
    if not _is_table(content):
        yield [content]
        return
    records = tables.records_of(tables.decoded(content))
    header = next(records, [])
    while rows := list(islice(records, ROWS)):
        yield [_csv([header, *rows])]


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()
