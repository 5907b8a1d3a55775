# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519, `cosignature/v1`).

A witness says: at this time, this is the largest tree of this log that I have seen, and it only
adds to those that I saw before. Its keys have the algorithm byte 0x04.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kodeks.ledger import note
from kodeks.ledger.encoding import encode_utf8
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import COSIGNATURE, SignedNote, SignerKey, VerifierKey

_TIME_SIZE = 8
_LATEST = 2**63 - 1


@dataclass(frozen=True)
class Cosignature:
    """A witness's verified signature; `timestamp` is POSIX time in seconds."""

    key: VerifierKey
    timestamp: int


def parse_verifier_key(text: str) -> VerifierKey:
    """A witness's public key; raises VerificationError if any character of it is wrong."""
    return note.parse_verifier_key(text, algorithm=COSIGNATURE)


def parse_signer_key(text: str) -> SignerKey:
    """A witness's private key; raises VerificationError, never with the key in the text."""
    return note.parse_signer_key(text, algorithm=COSIGNATURE)


def generate_key(name: str) -> str:
    """A new random witness key as text; keep it secret."""
    return note.generate_key(name, algorithm=COSIGNATURE)


def sign(text: str, *, signer: SignerKey, timestamp: int) -> note.Signature:
    """The witness's signature on the checkpoint body `text` at `timestamp` (seconds)."""
    if signer.algorithm != COSIGNATURE:
        raise VerificationError(f"Nøglen {signer.name} er ikke et vidnes.")
    if not 0 <= timestamp <= _LATEST:
        raise VerificationError("Tidspunktet kan ikke skrives.")
    signature = note.sign_bytes(_message(text, timestamp), signer=signer)
    stamped = timestamp.to_bytes(_TIME_SIZE, "big") + signature
    return note.Signature(signer.name, signer.verifier.key_id, stamped)


def verify(signed: SignedNote, *, keys: Sequence[VerifierKey]) -> tuple[Cosignature, ...]:
    """The cosignatures of `keys` on the note, at most one for each key (the latest).

    Signatures of unknown keys are ignored. Raises VerificationError for a wrong signature of a
    known key. None at all is no error: how many are needed is for `kodeks.ledger.policy` to say.
    """
    known = {(key.name, key.key_id): key for key in keys if key.algorithm == COSIGNATURE}
    found: dict[VerifierKey, Cosignature] = {}
    for signature in signed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        one = _opened(signed.text, key=key, data=signature.signature)
        if key not in found or found[key].timestamp < one.timestamp:
            found[key] = one
    return tuple(found.values())


def add(data: bytes, *, signatures: Sequence[note.Signature]) -> bytes:
    """The note `data` with more signature lines; verifies nothing."""
    return data + encode_utf8("".join(signature.line for signature in signatures))


def _opened(text: str, *, key: VerifierKey, data: bytes) -> Cosignature:
    timestamp = int.from_bytes(data[:_TIME_SIZE], "big")
    message = _message(text, timestamp)
    if timestamp > _LATEST or not note.is_signed(message, signature=data[_TIME_SIZE:], key=key):
        raise VerificationError(f"Underskriften fra vidnet {key.name} er forkert.")
    return Cosignature(key, timestamp)


def _message(text: str, timestamp: int) -> bytes:
    return encode_utf8(f"cosignature/v1\ntime {timestamp}\n{text}")
