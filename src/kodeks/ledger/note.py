# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Signed notes (C2SP signed-note): text with Ed25519 signatures, one line each.

A verifier key is `<name>+<key id>+<base64(algorithm || public key)>`; a signer key is
`PRIVATE+KEY+<name>+<key id>+<base64(algorithm || seed)>`. Both are the forms of Go's sumdb/note.
The algorithm is 0x01 for Ed25519 over the text; 0x04 says that the key makes cosignatures
(`kodeks.ledger.cosignature`) and keeps the two kinds of signature apart.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kodeks.ledger.encoding import decode_base64, decode_utf8, encode_base64, encode_utf8
from kodeks.ledger.errors import VerificationError

MAX_SIGNATURES = 100
ED25519 = b"\x01"
COSIGNATURE = b"\x04"
_KEY_SIZE = 32
_ID_SIZE = 4
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNER_PREFIX = "PRIVATE+KEY+"
_LINE_PREFIX = "— "


@dataclass(frozen=True)
class VerifierKey:
    """A public key and its name; `text` is the form that people exchange."""

    name: str
    key_id: bytes
    public: bytes
    algorithm: bytes = ED25519

    @property
    def text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self.algorithm + self.public)}"


@dataclass(frozen=True)
class SignerKey:
    """A private key and its name. `seed` is secret and left out of the representation."""

    name: str
    seed: bytes = field(repr=False)
    algorithm: bytes = ED25519

    @property
    def verifier(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        key_id = _key_id(self.name, public, self.algorithm)
        return VerifierKey(self.name, key_id, public, self.algorithm)

    @property
    def text(self) -> str:
        seed = encode_base64(self.algorithm + self.seed)
        return f"{_SIGNER_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{seed}"


@dataclass(frozen=True)
class Signature:
    """One signature line: who says they signed, and the raw signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_LINE_PREFIX}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class SignedNote:
    """A parsed note. Nothing in it is verified; see `verify`."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class VerifiedNote:
    """A note's text, the known keys that signed it, and the signatures of unknown keys."""

    text: str
    verified: tuple[VerifierKey, ...]
    unknown: tuple[Signature, ...]


def _key_id(name: str, public: bytes, algorithm: bytes) -> bytes:
    return sha256(encode_utf8(name) + b"\n" + algorithm + public).digest()[:_ID_SIZE]


def _require_name(name: str) -> None:
    bad = not name or "+" in name or _CONTROL.search(name) or any(c.isspace() for c in name)
    if bad:
        raise VerificationError("Nøglens navn må ikke være tomt eller have mellemrum eller plus.")
    encode_utf8(name)


def _parse_key(text: str, algorithm: bytes) -> tuple[str, bytes, bytes]:
    """Name, key id and 32 key bytes of `name+id+base64`."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    _require_name(name)
    if not _KEY_ID.fullmatch(key_id):
        raise VerificationError("Nøglen er ikke skrevet rigtigt.")
    key = decode_base64(encoded)
    if len(key) != 1 + _KEY_SIZE or key[:1] != algorithm:
        what = "en Ed25519-nøgle" if algorithm == ED25519 else "et vidnes nøgle"
        raise VerificationError(f"Nøglen er ikke {what}.")
    return name, bytes.fromhex(key_id), key[1:]


def parse_verifier_key(text: str, *, algorithm: bytes = ED25519) -> VerifierKey:
    """The public key in `text`; raises VerificationError if any character of it is wrong."""
    name, key_id, public = _parse_key(text, algorithm)
    if key_id != _key_id(name, public, algorithm):
        raise VerificationError("Nøglens nummer passer ikke til nøglen.")
    return VerifierKey(name, key_id, public, algorithm)


def parse_signer_key(text: str, *, algorithm: bytes = ED25519) -> SignerKey:
    """The private key in `text`; raises VerificationError, never with the key in the text."""
    if not text.startswith(_SIGNER_PREFIX):
        raise VerificationError("Dette er ikke en privat nøgle.")
    name, key_id, seed = _parse_key(text.removeprefix(_SIGNER_PREFIX), algorithm)
    key = SignerKey(name, seed, algorithm)
    if key_id != key.verifier.key_id:
        raise VerificationError("Nøglens nummer passer ikke til nøglen.")
    return key


def name_of(owner: str, what: str) -> str:
    """The name of a key that an owner signs with, as `eksempelkoebing-kommune/kodeks`."""
    plain = owner.lower()
    for letter, ascii_letters in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        plain = plain.replace(letter, ascii_letters)
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')}/{what}"


def generate_key(name: str, *, algorithm: bytes = ED25519) -> str:
    """A new random signer key as text; keep it secret. `name` as in the log's origin."""
    _require_name(name)
    return SignerKey(name, Ed25519PrivateKey.generate().private_bytes_raw(), algorithm).text


def sign(*, text: str, signers: Sequence[SignerKey]) -> bytes:
    """The note `text` (ending in a newline) with one signature line for each of `signers`."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise VerificationError("Teksten skal slutte med linjeskift og må ikke have styretegn.")
    if not 0 < len(signers) <= MAX_SIGNATURES:
        raise VerificationError(f"Der skal være fra 1 til {MAX_SIGNATURES} underskrifter.")
    message = encode_utf8(text)
    lines = []
    for signer in signers:
        _require_plain(signer)
        signature = sign_bytes(message, signer=signer)
        lines.append(Signature(signer.name, signer.verifier.key_id, signature).line)
    return message + encode_utf8("\n" + "".join(lines))


def sign_bytes(message: bytes, *, signer: SignerKey) -> bytes:
    """The bare Ed25519 signature (RFC 8032), 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(signer.seed).sign(message)


def is_signed(message: bytes, *, signature: bytes, key: VerifierKey) -> bool:
    """Whether `signature` is the bare Ed25519 signature of `key` on `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _require_plain(key: VerifierKey | SignerKey) -> None:
    if key.algorithm != ED25519:
        raise VerificationError(f"Nøglen {key.name} er et vidnes og kan ikke skrive under her.")


def parse_signature(line: str) -> Signature:
    """The signature in a line (without its newline); raises VerificationError."""
    if not line.startswith(_LINE_PREFIX):
        raise VerificationError("En linje med underskrift er ikke skrevet rigtigt.")
    name, _, encoded = line.removeprefix(_LINE_PREFIX).partition(" ")
    _require_name(name)
    data = decode_base64(encoded)
    if len(data) <= _ID_SIZE:
        raise VerificationError("Underskriften er for kort.")
    return Signature(name, data[:_ID_SIZE], data[_ID_SIZE:])


def parse(data: bytes) -> SignedNote:
    """Text and signature lines of a note; raises VerificationError if it is malformed."""
    message = decode_utf8(data)
    text, separator, block = message.rpartition("\n\n")
    if _CONTROL.search(message) or not separator or not block.endswith("\n"):
        raise VerificationError("Teksten er ikke en underskrevet note.")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise VerificationError(f"Der er flere end {MAX_SIGNATURES} underskrifter.")
    return SignedNote(text + "\n", tuple(parse_signature(line) for line in lines))


def verify(data: bytes, *, keys: Sequence[VerifierKey]) -> VerifiedNote:
    """The note in `data` if at least one of `keys` signed it.

    Signatures of unknown keys are ignored, as the standard demands. A wrong signature of a known
    key, or one that two of `keys` could have made, refuses the whole note.
    """
    for key in keys:
        _require_plain(key)
    note = parse(data)
    message = encode_utf8(note.text)
    known = {(key.name, key.key_id): key for key in keys}
    count = Counter((key.name, key.key_id) for key in keys)
    verified: dict[VerifierKey, None] = {}
    unknown = []
    for signature in note.signatures:
        identity = (signature.name, signature.key_id)
        if identity not in known:
            unknown.append(signature)
            continue
        key = known[identity]
        valid = is_signed(message, signature=signature.signature, key=key)
        if count[identity] > 1 or not valid:
            raise VerificationError(f"Underskriften fra {signature.name} er forkert.")
        verified[key] = None
    if not verified:
        raise VerificationError("Ingen kendt nøgle har skrevet under.")
    return VerifiedNote(note.text, tuple(verified), tuple(unknown))
