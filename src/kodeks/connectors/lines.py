# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""``journal.jsonl``: one line of JSON per document of a case, readable without kodeks."""

import datetime
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kodeks.casework.ports import JournalRecord, PortError

Line = dict[str, Any]
_PATH = re.compile(r"([0-9a-f]{32}|[0-9]{4}-[0-9]{7,})/[0-9a-f]{32}\.[a-z]{3,4}")
_TYPES = {"key": str, "path": str, "sha256": str, "number": int}


def line(
    record: JournalRecord, *, number: int, path: str, journalised_at: datetime.datetime
) -> Line:
    """Return the record, all but its content and what is told to the robot alone, with its number
    in the case and its file."""
    fields = asdict(record)
    for name in ("content", "case_key", "esdh_case_id"):
        del fields[name]
    if fields["party"] is not None:
        del fields["party"]["cpr"]
    return fields | {
        "letter_date": record.letter_date.isoformat(),
        "received_or_sent_on": record.received_or_sent_on.isoformat(),
        "journalised_at": journalised_at.isoformat(),
        "number": number,
        "path": path,
    }


def read(file: Path) -> list[Line]:
    """Return the lines; none when there is no file. Raises PortError when the file is damaged."""
    if not file.is_file():
        return []
    try:
        lines = [json.loads(text) for text in file.read_text("utf-8").split("\n") if text]
    except (ValueError, RecursionError):
        lines = [None]
    if not all(map(_is_line, lines)):
        # No cause and no quotation: a line holds names.
        raise PortError(f"Filen {file.parent.name}/{file.name} er ødelagt. Hent en sikkerhedskopi.")
    return lines


def to_bytes(lines: list[Line]) -> bytes:
    """Return the file's content, in the order of the documents' numbers."""
    ordered = sorted(lines, key=lambda line: line["number"])
    return "".join(
        json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in ordered
    ).encode()


def _is_line(value: Any) -> bool:
    # The path is followed when a file is replaced, so a forged one must not lead elsewhere.
    return (
        isinstance(value, dict)
        and all(type(value.get(name)) is kind for name, kind in _TYPES.items())
        and _PATH.fullmatch(value["path"]) is not None
    )
