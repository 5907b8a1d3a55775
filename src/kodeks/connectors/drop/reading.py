# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The files of the folder: by the ending of their name, what inquiries they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from kodeks.connectors.mail import reading as mail
from kodeks.connectors.mail.errors import UnreadableMail
from kodeks.inquiries import intake, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.files import (
    IncomingInquiry,
    InquiryFileError,
    incoming,
    inquiries_in_csv,
)
from kodeks.inquiries.models import Channel, Inquiry

MOST_BYTES = 100_000_000
_FIELDS = frozenset(
    (
        "text",
        "channel",
        "received_at",
        "sender_name",
        "sender_cpr",
        "sender_email",
        "district",
        "external_id",
    )
)

Receive = Callable[[], Sequence[Inquiry]]


def inquiries_of(name: str, raw: bytes, *, key: str) -> Receive:
    """What takes in the inquiries of a file, once the whole of it has been read and checked.

    `key` is the file's own. Raises InquiryError, whose Danish text may hold words of the file.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in _READERS:
        known = ", ".join(sorted(_READERS))
        raise InquiryFileError(f"Programmet kan ikke læse filer af den slags. Brug: {known}.")
    return _READERS[ending](raw, key)


def _text(raw: bytes, key: str) -> Receive:
    """A letter that was scanned and read: the whole file is the text."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InquiryFileError("Filen er ikke gemt som UTF-8. Gem den som UTF-8.") from None
    row = IncomingInquiry(external_id=f"drop:{key}", text=text, channel=Channel.LETTER)
    return _all_of([row])


def _csv(raw: bytes, key: str) -> Receive:
    return _all_of(inquiries_in_csv(raw))


def _json(raw: bytes, key: str) -> Receive:
    """One object, or a list of them, with the fields that a CSV has columns for."""
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InquiryFileError("Filen er ikke JSON i UTF-8. Ret den.") from None
    objects = found if isinstance(found, list) else [found]
    if not objects:
        raise InquiryFileError("Filen er tom. Skriv en henvendelse i den.")
    return _all_of(_objects(objects, hashlib.sha256(raw).hexdigest()))


def _objects(objects: list[Any], file_hash: str) -> Iterator[IncomingInquiry]:
    for number, one in enumerate(objects, start=1):
        if not isinstance(one, Mapping) or not all(isinstance(v, str) for v in one.values()):
            raise InquiryFileError(f"Nummer {number} er ikke et objekt med tekster. Ret det.")
        if unknown := sorted(set(one) - _FIELDS):
            raise InquiryFileError(
                f"Nummer {number} har et felt, der ikke kendes: {unknown[0][:40]}. "
                f"Brug: {', '.join(sorted(_FIELDS))}."
            )
        yield incoming({"text": "", **one}, number=number, file_hash=file_hash)


def _mail(raw: bytes, key: str) -> Receive:
    try:
        found = mail.read(raw)
    except UnreadableMail as error:
        raise InquiryFileError(str(error)) from None

    def receive() -> Sequence[Inquiry]:
        inquiry, _ = services.receive(
            # As the mailbox has it: a mail that comes by both ways is one.
            external_id=f"mail:{found.key}",
            text=found.text,
            channel=Channel.MAIL,
            sender_name=found.sender_name,
            # Whom no person wrote for is not acknowledged: two programs would go on for ever.
            address="" if found.automatic else found.address,
            files=found.files,
        )
        return [inquiry]

    return receive


def _all_of(rows: Sequence[IncomingInquiry] | Iterator[IncomingInquiry]) -> Receive:
    checked = intake.checked(rows)
    return lambda: [_taken_in(row) for row in checked]


def _taken_in(row: IncomingInquiry) -> Inquiry:
    try:
        return intake.take_in(row)[0]
    except InquiryError as error:
        where = f"Række {row.row_number}: " if row.row_number else ""
        raise InquiryFileError(f"{where}{error}") from None


_READERS: Mapping[str, Callable[[bytes, str], Receive]] = {
    ".txt": _text,
    ".csv": _csv,
    ".json": _json,
    ".eml": _mail,
}
