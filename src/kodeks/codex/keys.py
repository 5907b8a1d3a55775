# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Ed25519 keys of the people who sign: private ones in PEM files, public ones on one line.

Sources: RFC 8032 (Ed25519), RFC 5958 (PKCS #8). The text of a public key follows C2SP's signed
notes: name, id and key with `+` between, so that it can be read aloud and pasted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC_LENGTH = 32
_NAME = "kodeks-key"


class SignatureError(Exception):
    """A key or an envelope cannot be used; the text is a Danish sentence."""


@dataclass(frozen=True)
class PublicKey:
    """A public key as its 32 raw bytes."""

    raw: bytes

    @property
    def keyid(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the raw key."""
        return hashlib.sha256(self.raw).hexdigest()[:16]


@dataclass(frozen=True)
class Signer:
    """A private key that can sign; it is never shown, not even in a traceback."""

    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._key.sign(message)


def generate(passphrase: str | None) -> bytes:
    """A new private key as a PKCS #8 PEM file, locked when a passphrase is given.

    Raises SignatureError for an empty passphrase, which would lock nothing.
    """
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        if not passphrase:
            raise SignatureError("Adgangskoden er tom. Skriv en adgangskode, eller undlad den.")
        lock = serialization.BestAvailableEncryption(passphrase.encode(errors="surrogateescape"))
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock
    )


def load_private(pem: bytes, passphrase: str | None) -> Signer:
    """Read a private key. Raises SignatureError when file and passphrase do not fit."""
    password = passphrase.encode(errors="surrogateescape") if passphrase else None
    try:
        key = serialization.load_pem_private_key(pem, password)
    except TypeError as error:
        told = "Nøglen er ikke låst. Undlad adgangskoden." if password else ""
        raise SignatureError(told or "Nøglen er låst. Skriv adgangskoden.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError(
            "Nøglen kan ikke læses. Filen er forkert, eller adgangskoden passer ikke."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError("Nøglen er af en anden slags. Lav en ny med dette program.")
    return Signer(key)


def public_text(key: PublicKey) -> str:
    """The key on one line: kodeks-key+<key id>+<base64 of the raw key>."""
    return f"{_NAME}+{key.keyid}+{base64.b64encode(key.raw).decode()}"


def parse_public(text: str) -> PublicKey:
    """Read a public key from its line; blanks around it are allowed.

    Raises SignatureError when it is none, or when id and key do not fit: a slip in copying.
    """
    name, _, rest = text.strip().partition("+")
    _, _, encoded = rest.partition("+")
    try:
        key = PublicKey(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _not_a_key() from error
    if name != _NAME or len(key.raw) != PUBLIC_LENGTH or public_text(key) != text.strip():
        raise _not_a_key()
    return key


def _not_a_key() -> SignatureError:
    return SignatureError(
        f"Det er ikke en nøgle. Den skal begynde med {_NAME}+ og være kopieret helt."
    )
