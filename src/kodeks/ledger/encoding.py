# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Strict text encodings: exactly one text for each value, so a changed character never passes."""

import base64
import re

from kodeks.ledger.errors import VerificationError

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_LARGEST_UINT64 = 2**64 - 1


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Bytes of `text`; refuses other alphabets, missing padding and padding bits other than 0."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise VerificationError("Teksten er ikke gyldig base64.") from error
    if encode_base64(data) != text:
        raise VerificationError("Teksten er ikke gyldig base64.")
    return data


def parse_decimal(text: str) -> int:
    """A number from 0 to 2^64 - 1 in ASCII digits, without sign or leading zeros."""
    if not _DECIMAL.fullmatch(text) or (number := int(text)) > _LARGEST_UINT64:
        raise VerificationError("Her skal stå et helt tal uden foranstillede nuller.")
    return number


def encode_utf8(text: str) -> bytes:
    """UTF-8 of `text`; refuses lone surrogates, which have none."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise VerificationError("Teksten har tegn, som ikke kan gemmes.") from error


def decode_utf8(data: bytes) -> str:
    """Text of `data`, which must be valid UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VerificationError("Filen er ikke en gyldig tekstfil (UTF-8).") from error
