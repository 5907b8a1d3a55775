# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Envelope encryption: each subject, sealed number and model has a key of its own, wrapped by ours.

The keys that wrap (`kek-0001`, `kek-0002`, ...; the highest is in use) lie in the home folder's
`keys/`, which neither the database nor its backups hold. Wrapping is AES-256-GCM bound to what the
key is for, so that a wrapped key cannot be put to use in another place. After an erasure the old
wrapped key may linger in a page or a backup of the database: `kodeks key rotate` wraps what is
left anew and destroys the old wrapping key, and nothing opens it any more.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kodeks.kernel import keyfiles
from kodeks.ledger.canonical import canonical_json

NONCE = 12
KEY = 32
_NAME = re.compile(r"kek-([0-9]{4})")


class SealingError(Exception):
    """A sealed value cannot be opened, or a key is missing. The text is Danish."""


@dataclass(frozen=True, kw_only=True)
class Wrapped:
    """A key as the database keeps it; `kek` is the number of the key that wraps it."""

    wrapped: bytes
    kek: int


def folder() -> Path:
    """Where the installation's keys lie."""
    return Path(settings.KODEKS_HOME) / "keys"


def make_keys(where: Path) -> None:
    """Make the keys that are missing in the folder, readable by the installation's user only."""
    keyfiles.make_once(where / "index-key", content=secrets.token_bytes(KEY))
    if not _numbers(where):
        make_next(where)


def make_next(where: Path) -> int:
    """A new wrapping key, in use from now on; returns its number."""
    number = max(_numbers(where), default=0) + 1
    keyfiles.make_once(where / f"kek-{number:04d}", content=secrets.token_bytes(KEY))
    return number


def destroy(where: Path, *, number: int) -> None:
    """Overwrite and remove a wrapping key; what only it wraps is lost for good."""
    path = where / f"kek-{number:04d}"
    with path.open("r+b") as file:
        file.write(os.urandom(KEY))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    read_key.cache_clear()


def in_use() -> int:
    """The number of the wrapping key in use. Raises SealingError when there is none."""
    found = _numbers(folder())
    if not found:
        raise SealingError("Nøglerne mangler i installationens nøglemappe. Kør `kodeks init`.")
    return max(found)


def new_key() -> bytes:
    return secrets.token_bytes(KEY)


def wrap(key: bytes, *, purpose: str, of: tuple[str, ...]) -> Wrapped:
    """Wrap a key with the one in use, bound to what it is for."""
    number = in_use()
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_kek(number)).encrypt(nonce, key, _bound(purpose, of))
    return Wrapped(wrapped=nonce + sealed, kek=number)


def unwrap(found: Wrapped, *, purpose: str, of: tuple[str, ...]) -> bytes:
    """The inverse. Raises SealingError when it was changed, moved or its wrapping key is gone."""
    try:
        return AESGCM(_kek(found.kek)).decrypt(
            found.wrapped[:NONCE], found.wrapped[NONCE:], _bound(purpose, of)
        )
    except (InvalidTag, ValueError) as error:
        raise SealingError(
            "En nøgle kan ikke åbnes. Den er ændret eller hører til et andet sted."
        ) from error


def _bound(purpose: str, of: tuple[str, ...]) -> bytes:
    return canonical_json([settings.KODEKS_MUNICIPALITY, purpose, *of])


def _kek(number: int) -> bytes:
    return read_key(folder() / f"kek-{number:04d}")


def _numbers(where: Path) -> list[int]:
    names = (_NAME.fullmatch(path.name) for path in where.glob("kek-*"))
    return sorted(int(name[1]) for name in names if name)


@lru_cache(maxsize=16)
def read_key(path: Path) -> bytes:
    """A key file's content. Raises SealingError when it is missing or of the wrong length."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SealingError(
            f"Nøglen {path.name} mangler i installationens nøglemappe. Kør `kodeks init`, eller "
            "hent den fra jeres kopi."
        ) from error
    if len(key) != KEY:
        raise SealingError(f"Nøglen {path.name} har forkert længde. Hent den fra jeres kopi.")
    return key
