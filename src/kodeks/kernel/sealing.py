# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealing: AES-256-GCM bound to its place, and a keyed blind index to find equal numbers.

An unkeyed hash of a CPR number is no protection (all 461 million can be tried in an hour), so the
index is HMAC-SHA-256 with a key of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kodeks.kernel import keyring
from kodeks.kernel.keyring import NONCE, SealingError
from kodeks.ledger.canonical import canonical_json


def seal(key: bytes, *, place: str, row: str, content: bytes) -> bytes:
    """Encrypt so that the content opens only in its own place (municipality, place, row).

    `place` names table and column, `row` the row.
    """
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, _bound(place, row))


def open_sealed(key: bytes, *, place: str, row: str, sealed: bytes) -> bytes:
    """The inverse of `seal`.

    Raises SealingError when the content was changed, moved or sealed by another key.
    """
    value = bytes(sealed)
    try:
        return AESGCM(key).decrypt(value[:NONCE], value[NONCE:], _bound(place, row))
    except (InvalidTag, ValueError) as error:
        raise SealingError(
            "Det forseglede kan ikke åbnes. Det er ændret eller hører til et andet sted."
        ) from error


def blind_index(number: str) -> bytes:
    """32 bytes that are equal for equal numbers and tell nothing without the key."""
    return hmac.new(_index_key(), number.encode(), hashlib.sha256).digest()


def access_code(*, purpose: str, row: str) -> str:
    """A code for a letter that opens one page: 50 bits of HMAC as ten characters in two groups.

    Derived, not stored, so that a copy of the database does not hold the citizens' codes.
    """
    digest = hmac.new(_index_key(), f"{purpose}|{row}".encode(), hashlib.sha256).digest()
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    number = int.from_bytes(digest[:8], "big")
    signs = [alphabet[(number >> (5 * place)) % 32] for place in range(10)]
    return "".join(signs[:5]) + "-" + "".join(signs[5:])


def _index_key() -> bytes:
    return keyring.read_key(keyring.folder() / "index-key")


def _bound(place: str, row: str) -> bytes:
    # A form in which no two places are written alike, whatever characters their names have.
    return canonical_json([settings.KODEKS_MUNICIPALITY, place, row])
