# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealing of CPR numbers: AES-256-GCM bound to its place, and a keyed blind index to find them.

An unkeyed hash of a CPR number is no protection (all 461 million can be tried in an hour), so
the index is HMAC-SHA-256 with a key of its own. Both keys lie in the home folder's `keys/`,
which neither the database nor its backups hold.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kodeks.kernel import keyfiles
from kodeks.ledger.canonical import canonical_json

_NONCE = 12
_KEY = 32


class SealingError(Exception):
    """A sealed value cannot be opened, or the key is missing. The text is Danish."""


def seal(*, table: str, row: str, plaintext: str) -> bytes:
    """Encrypt so that the value opens only in its own place (municipality, table, row)."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key("sealing-key")).encrypt(nonce, plaintext.encode(), _place(table, row))
    return nonce + sealed


def open_sealed(*, table: str, row: str, sealed: bytes) -> str:
    """The inverse of `seal`.

    Raises SealingError when the value was changed, moved to another row or sealed by another key.
    """
    value = bytes(sealed)
    try:
        opened = AESGCM(_key("sealing-key")).decrypt(
            value[:_NONCE], value[_NONCE:], _place(table, row)
        )
    except (InvalidTag, ValueError) as error:
        raise SealingError(
            "Det forseglede nummer kan ikke åbnes. Det er ændret eller hører til et andet sted."
        ) from error
    return opened.decode()


def blind_index(number: str) -> bytes:
    """32 bytes that are equal for equal numbers and tell nothing without the key."""
    return hmac.new(_key("index-key"), number.encode(), hashlib.sha256).digest()


def access_code(*, purpose: str, row: str) -> str:
    """A code for a letter that opens one page: 50 bits of HMAC as ten characters in two groups.

    Derived, not stored, so that a copy of the database does not hold the citizens' codes.
    """
    digest = hmac.new(_key("index-key"), f"{purpose}|{row}".encode(), hashlib.sha256).digest()
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    number = int.from_bytes(digest[:8], "big")
    signs = [alphabet[(number >> (5 * place)) % 32] for place in range(10)]
    return "".join(signs[:5]) + "-" + "".join(signs[5:])


def make_keys(folder: Path) -> None:
    """Make the keys that are missing in `folder`, readable by the installation's user only."""
    for name in ("sealing-key", "index-key"):
        keyfiles.make_once(folder / name, content=secrets.token_bytes(_KEY))


def _place(table: str, row: str) -> bytes:
    # A form in which no two places are written alike, whatever characters their names have.
    return canonical_json([settings.KODEKS_MUNICIPALITY, table, row])


def _key(name: str) -> bytes:
    return _read_key(Path(settings.KODEKS_HOME) / "keys" / name)


@lru_cache(maxsize=8)
def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SealingError(
            f"Nøglen {path.name} mangler i installationens nøglemappe. Kør `kodeks init`."
        ) from error
    if len(key) != _KEY:
        raise SealingError(f"Nøglen {path.name} har forkert længde. Hent den fra jeres kopi.")
    return key
