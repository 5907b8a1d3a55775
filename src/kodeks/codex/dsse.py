# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Signed envelopes: DSSE, the Dead Simple Signing Envelope, with Ed25519.

Source: secure-systems-lab/dsse, protocol and envelope version 1.0.0; RFC 8032 for Ed25519. What is
signed is the pre-authentication encoding of type and payload, so that a payload signed as one
type cannot pass as another. An envelope says nothing about who is trusted: `verify` is told the
trusted keys and answers which of them have signed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kodeks.codex.keys import PUBLIC_LENGTH, SignatureError, Signer

MOST_SIGNATURES = 32
_MALFORMED = "Underskriften kan ikke læses: {}. Hent filen igen hos den, der har skrevet under."


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature; `keyid` is a hint about whose it is and may be empty."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A payload, what kind of thing it is, and signatures over both."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    def as_text(self) -> str:
        """The envelope as JSON with sorted keys and no blanks; equal envelopes, equal text."""
        signatures = [
            {"keyid": one.keyid, "sig": base64.b64encode(one.sig).decode()}
            for one in self.signatures
        ]
        return json.dumps(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": self.payload_type,
                "signatures": signatures,
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """PAE: the bytes that are signed. Lengths are of bytes, not of characters."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, *, payload_type: str, signers: Sequence[Signer]) -> Envelope:
    """An envelope signed by each of `signers`.

    Raises ValueError without a signer or a type: such an envelope would mean nothing.
    """
    if not signers or not payload_type:
        raise ValueError("an envelope needs a type and at least one signer")
    envelope = Envelope(payload=payload, payload_type=payload_type, signatures=())
    for signer in signers:
        envelope = add_signature(envelope, signer=signer)
    return envelope


def add_signature(envelope: Envelope, *, signer: Signer) -> Envelope:
    """The envelope with `signer`'s signature as the last; one that it bore already is replaced."""
    message = pre_authentication(envelope.payload_type, envelope.payload)
    keyid = signer.public.keyid
    others = tuple(one for one in envelope.signatures if one.keyid != keyid)
    return replace(envelope, signatures=(*others, Signature(keyid=keyid, sig=signer.sign(message))))


def verify(
    envelope: Envelope, *, keys: Mapping[str, bytes], payload_type: str | None = None
) -> frozenset[str]:
    """Ids of the trusted `keys` (id -> 32 raw bytes) of which a signature holds; maybe none.

    A signature's key id only narrows which keys are tried; one without is tried with all. Raises
    SignatureError when the envelope is of another type than `payload_type`, when a trusted key is
    none, or when one key stands under two ids, as it would count as two persons.
    """
    if payload_type is not None and envelope.payload_type != payload_type:
        raise SignatureError(
            f"Filen er af en anden slags end ventet: {envelope.payload_type}. "
            f"Den skal være {payload_type}."
        )
    trusted = _trusted(keys)
    message = pre_authentication(envelope.payload_type, envelope.payload)
    return frozenset(
        keyid
        for one in envelope.signatures
        for keyid, key in trusted.items()
        if one.keyid in ("", keyid) and _holds(key, one.sig, message)
    )


def parse(text: str | bytes) -> Envelope:
    """Read an envelope from JSON. Raises SignatureError for anything that is none.

    Fields it does not know are left out, as the standard demands. Base64 may use either alphabet
    but must be written in the one way that gives the bytes.
    """
    values = _object(_json(text), "filen")
    signatures = values.get("signatures")
    if not isinstance(signatures, list) or not 0 < len(signatures) <= MOST_SIGNATURES:
        raise _malformed("den har ingen underskrifter eller for mange")
    return Envelope(
        payload=_bytes(values, "payload"),
        payload_type=_string(values, "payloadType"),
        signatures=tuple(_signature(one) for one in signatures),
    )


def _trusted(keys: Mapping[str, bytes]) -> dict[str, Ed25519PublicKey]:
    if len(set(keys.values())) != len(keys):
        raise SignatureError("Den samme nøgle står under to navne. Slet den ene.")
    if any(len(raw) != PUBLIC_LENGTH for raw in keys.values()):
        raise SignatureError("En af nøglerne har ikke den rette længde. Indlæs den igen.")
    return {keyid: Ed25519PublicKey.from_public_bytes(raw) for keyid, raw in keys.items()}


def _holds(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _signature(value: Any) -> Signature:
    values = _object(value, "en underskrift")
    keyid = _string(values, "keyid") if values.get("keyid") is not None else ""
    return Signature(keyid=keyid, sig=_bytes(values, "sig"))


def _json(text: str | bytes) -> Any:
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(plain, object_pairs_hook=_pairs_once)
    except (ValueError, RecursionError) as error:
        raise _malformed("den er ikke JSON") from error


def _pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may pick different ones of two equal keys, so there may be only one."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _malformed(f"{what} er ikke et objekt")
    return value


def _string(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str):
        raise _malformed(f"{key} mangler")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _malformed(f"{key} har et ukendt tegn") from error
    return value


def _bytes(values: Mapping[str, Any], key: str) -> bytes:
    text = _string(values, key)
    standard = text if set(text) & set("+/") else text.translate(str.maketrans("-_", "+/"))
    try:
        value = base64.b64decode(standard, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(f"{key} er ikke base64") from error
    if base64.b64encode(value).decode() != standard:
        raise _malformed(f"{key} er ikke base64")
    return value


def _malformed(what: str) -> SignatureError:
    return SignatureError(_MALFORMED.format(what))
