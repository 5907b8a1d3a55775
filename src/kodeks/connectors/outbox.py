# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Letters laid in a folder for the municipality's own printing: for small installations and the
demo. It is not Digital Post.

Folder ``KODEKS_OUTBOX_FOLDER``: ``klar/`` has the letters to be fetched, each a PDF and a file of
JSON with the same name, which follows from the key, and what goes with the letter in files of that
name and a number. ``sendt/`` keeps the JSON of all of them:
whoever fetches a letter may take it away from ``klar/``, and it is still not laid there again. The
JSON is written to ``sendt/`` last, so a letter is never held to be sent that was not laid out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from kodeks.casework.ports import (
    UNREACHED,
    DispatchReceipt,
    Enclosed,
    LetterRecord,
    PortError,
    PortRejected,
)
from kodeks.files import write_atomic

CHANNEL = "outbox"
READY = "klar"
SENT = "sendt"
_NAMESPACE = uuid.UUID("0d3f6f0e-3b6a-4b4e-9a6a-6c1de7f3a5b1")


class OutboxFolder:
    """Implements kodeks.casework.ports.LetterDispatch with files."""

    description = (
        "Breve lægges i en mappe til kommunens egen udskrivning. De bliver ikke sendt med "
        "Digital Post."
    )
    needs_number = False
    answering = ()

    def __init__(self, *, folder: Path | None = None) -> None:
        """Use ``folder``, or the setting KODEKS_OUTBOX_FOLDER."""
        self._folder = Path(folder if folder is not None else settings.KODEKS_OUTBOX_FOLDER)

    def find(self, *, key: str) -> DispatchReceipt | None:
        """Return the receipt of a letter that was laid out under the key."""
        path = self._folder / SENT / f"{_name(key)}.json"
        try:
            line = json.loads(path.read_bytes())
            sent_at = dt.datetime.fromisoformat(line["sent_at"])
            return DispatchReceipt(str(line["message_id"]), CHANNEL, sent_at)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unwritable(error) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise PortError(f"Filen {SENT}/{path.name} er ødelagt. Hent en kopi af den.") from None

    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        """Lay the letter out. Who has no known number has no known address either: not reached."""
        if hashlib.sha256(record.content).hexdigest() != record.sha256:
            raise PortRejected("Brevets indhold passer ikke til dets kontrolsum. Hent det igen.")
        now = timezone.now()
        if record.recipient.kind == "none":
            return DispatchReceipt("", UNREACHED, now)
        name, receipt = _name(record.key), DispatchReceipt(_message_id(record), CHANNEL, now)
        line = json.dumps(_line(record, receipt), ensure_ascii=False, indent=1).encode()
        try:
            for file, one in _enclosed(record):
                write_atomic(path=self._folder / READY / file, content=one.content)
            write_atomic(path=self._folder / READY / f"{name}.pdf", content=record.content)
            write_atomic(path=self._folder / READY / f"{name}.json", content=line)
            write_atomic(path=self._folder / SENT / f"{name}.json", content=line)
        except OSError as error:
            raise _unwritable(error) from None
        return receipt


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _message_id(record: LetterRecord) -> str:
    return str(uuid.uuid5(_NAMESPACE, record.key))


def _enclosed(record: LetterRecord) -> list[tuple[str, Enclosed]]:
    """What goes with the letter, each with the name of its file."""
    name = _name(record.key)
    return [
        (f"{name}-{number:03d}{Path(one.file_name).suffix}", one)
        for number, one in enumerate(record.enclosed, 1)
    ]


def _line(record: LetterRecord, receipt: DispatchReceipt) -> dict[str, Any]:
    """What the printing needs to know. The recipient's number and name stand in no file of ours."""
    return {
        "message_id": receipt.message_id,
        "sent_at": receipt.sent_at.isoformat(),
        "case_number": record.case_number,
        "kle_number": record.kle_number,
        "facet": record.facet,
        "department": record.department,
        "letter_date": record.letter_date.isoformat(),
        "subject": record.subject,
        "sha256": record.sha256,
        "recipient": record.recipient.kind,
        "enclosed": [
            {"file": file, "sha256": hashlib.sha256(one.content).hexdigest()}
            for file, one in _enclosed(record)
        ],
    }


def _unwritable(error: OSError) -> PortError:
    # The operating system's text may name a path; the number of the error is enough.
    return PortError(f"Mappen med breve kan ikke bruges (fejl {error.errno}). Kontrollér disken.")
