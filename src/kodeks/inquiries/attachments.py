# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files that came with an inquiry: sealed with the inquiry's key, so that they go when it does.

Nobody can mask a CPR number in a photograph, so names and contents are both sealed, and what is in
them is never given to an engine.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from kodeks.inquiries import selectors
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Attachment, Inquiry
from kodeks.kernel import api as kernel

MOST = 100
MOST_BYTES = 40_000_000
_LONGEST_NAME = 150
_PLACE = "inquiries_attachment/sealed"
_NAME_PLACE = "inquiries_attachment/sealed_name"
_UNNAMED = "uden navn"


@dataclass(frozen=True, kw_only=True)
class NewAttachment:
    """A file as it came; `media_type` is what the sender calls it."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file without its content; `size` in bytes."""

    id: uuid.UUID
    number: int
    name: str = field(repr=False)
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file with its content; `sha256` in hex."""

    number: int
    name: str = field(repr=False)
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


def require_storable(attachments: Sequence[NewAttachment]) -> None:
    """Raises InquiryError when they are too many or too large."""
    if len(attachments) > MOST:
        raise InquiryError(f"Der er flere end {MOST} bilag. Send dem i flere henvendelser.")
    if sum(len(one.content) for one in attachments) > MOST_BYTES:
        raise InquiryError("Bilagene fylder mere end 40 MB. Send dem i flere henvendelser.")


def keep(inquiry: Inquiry, attachments: Sequence[NewAttachment]) -> None:
    """Store the files of a new inquiry, in the caller's transaction."""
    subject = selectors.subject_of(inquiry)
    for number, one in enumerate(attachments, start=1):
        key = uuid.uuid4()
        Attachment.objects.create(
            id=key,
            inquiry=inquiry,
            number=number,
            media_type=_media_type(one.media_type),
            size=len(one.content),
            sha256=hashlib.sha256(one.content).hexdigest(),
            sealed_name=_sealed(subject, _NAME_PLACE, key, _name(one.name).encode()),
            sealed=_sealed(subject, _PLACE, key, one.content),
        )


def listed(inquiry: Inquiry) -> list[Listed]:
    """The inquiry's files in their order; none when it is erased."""
    if inquiry.erased_at is not None:
        return []
    found = Attachment.objects.filter(inquiry=inquiry).defer("sealed").order_by("number")
    return [
        Listed(
            id=one.id,
            number=one.number,
            name=_opened_name(one, inquiry),
            media_type=one.media_type,
            size=one.size,
        )
        for one in found
    ]


def opened(attachment_id: uuid.UUID) -> Opened:
    """One file. Raises Attachment.DoesNotExist, also when the inquiry is erased."""
    found = Attachment.objects.select_related("inquiry").get(id=attachment_id)
    content = kernel.open_file(
        subject=selectors.subject_of(found.inquiry),
        place=_PLACE,
        row=str(found.id),
        sealed=bytes(found.sealed),
    )
    if content is None:
        raise Attachment.DoesNotExist
    return Opened(
        number=found.number,
        name=_opened_name(found, found.inquiry),
        media_type=found.media_type,
        sha256=found.sha256,
        content=content,
    )


def _opened_name(attachment: Attachment, inquiry: Inquiry) -> str:
    name = kernel.open_file(
        subject=selectors.subject_of(inquiry),
        place=_NAME_PLACE,
        row=str(attachment.id),
        sealed=bytes(attachment.sealed_name),
    )
    return _UNNAMED if name is None else name.decode()


def _sealed(subject: kernel.Subject, place: str, row: uuid.UUID, content: bytes) -> bytes:
    return kernel.seal_file(subject=subject, place=place, row=str(row), content=content)


def _name(name: str) -> str:
    """The last part of a path, printable, its ending kept when it is shortened."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = " ".join("".join(sign for sign in last if sign.isprintable()).split())
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= _LONGEST_NAME or not dot or len(ending) > 10:
        return plain[:_LONGEST_NAME] or _UNNAMED
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def _media_type(text: str) -> str:
    """What the sender calls it, if it has the form of a media type (RFC 6838)."""
    plain = text.strip().lower()
    kind, slash, subtype = plain.partition("/")
    known = slash and all(
        part
        and part.isascii()
        and part.replace("-", "").replace(".", "").replace("+", "").isalnum()
        for part in (kind, subtype)
    )
    return plain if known and len(plain) <= 100 else "application/octet-stream"
