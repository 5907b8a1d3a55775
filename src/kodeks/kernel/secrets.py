# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the installation itself must be able to read back: passwords and keys to other systems.

Each has a key of its own, wrapped by the installation's (see `keyring`), so that a copy of the
database opens none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kodeks.kernel import keyring, sealing
from kodeks.kernel.keyring import Wrapped

_PURPOSE = "secret"


@dataclass(frozen=True, kw_only=True)
class SealedSecret:
    """A secret as another room's table keeps it; `kek` is the number of the key that wraps its
    key."""

    sealed: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    kek: int


def seal_secret(*, place: str, row: str, text: str) -> SealedSecret:
    """Seal a text for one place (table and column) and row."""
    key = keyring.new_key()
    wrapped = keyring.wrap(key, purpose=_PURPOSE, of=(place, row))
    sealed = sealing.seal(key, place=place, row=row, content=text.encode())
    return SealedSecret(sealed=sealed, wrapped=wrapped.wrapped, kek=wrapped.kek)


def open_secret(*, place: str, row: str, secret: SealedSecret) -> str:
    """The text. Raises SealingError when it was changed or moved, or its wrapping key is gone."""
    key = keyring.unwrap(_wrapped(secret), purpose=_PURPOSE, of=(place, row))
    return sealing.open_sealed(key, place=place, row=row, sealed=secret.sealed).decode()


def rewrap_secret(*, place: str, row: str, secret: SealedSecret) -> SealedSecret:
    """The same secret with its key wrapped by the key in use (for `kodeks key rotate`)."""
    of = (place, row)
    key = keyring.unwrap(_wrapped(secret), purpose=_PURPOSE, of=of)
    renewed = keyring.wrap(key, purpose=_PURPOSE, of=of)
    return SealedSecret(sealed=secret.sealed, wrapped=renewed.wrapped, kek=renewed.kek)


def _wrapped(secret: SealedSecret) -> Wrapped:
    return Wrapped(wrapped=secret.wrapped, kek=secret.kek)
