# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's receipt: one file that proves what the municipality has written in its log.

One canonical JSON object and a newline:

    {"body": what was recorded, "format": "kodeks-receipt@v1", "key": the log's verifier key,
     "kind": "recommendation" | "decision" | "act" | ..., "leaf": base64 of the log entry,
     "proof": tlog-proof@v1, "salt": hex, "witnesses": the witnesses' verifier keys}

The log entry holds no personal data, only `commitment` = hex(SHA-256(salt || canonical body)).
Whoever has the receipt can show that the body is the one committed to; the municipality can erase
body and salt, and the log still verifies. Every byte of the file is bound: the proof has no
`extra`, and each signature in it is the log's own or that of one of `witnesses`, in their order.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from kodeks.ledger import cosignature, note, policy
from kodeks.ledger.canonical import JsonValue, canonical_json, parse_canonical
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.cosignature import Cosignature
from kodeks.ledger.encoding import decode_base64, encode_base64
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.proof import TlogProof, parse_proof, verify_proof

FORMAT = "kodeks-receipt@v1"
MAX_SIZE = 4 * 1024 * 1024
MIN_SALT_SIZE = 16
_FIELDS = frozenset({"body", "format", "key", "kind", "leaf", "proof", "salt", "witnesses"})
_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_SALT = re.compile(rf"(?:[0-9a-f]{{2}}){{{MIN_SALT_SIZE},64}}")
_CHANGED = "Kvitteringen er ændret: "


@dataclass(frozen=True)
class VerifiedReceipt:
    """A receipt that holds. Only when `trusted` is it known *whose* log `key` is.

    `cosignatures` are right, but only a policy says whether their keys belong to anybody.
    """

    kind: str
    body: dict[str, JsonValue]
    leaf: dict[str, JsonValue]
    origin: str
    tree_size: int
    index: int
    key: str
    trusted: bool
    cosignatures: tuple[Cosignature, ...] = ()


@dataclass(frozen=True)
class _Parts:
    kind: str
    key: str
    leaf: bytes
    salt: bytes
    body: dict[str, JsonValue]
    proof: str
    witnesses: tuple[str, ...]


def commitment(*, salt: bytes, body: dict[str, JsonValue]) -> str:
    """The salted commitment that stands in the log entry: 64 hex digits.

    The salt (16 to 64 random bytes, one for each entry) keeps others from guessing the body.
    """
    if not _SALT.fullmatch(salt.hex()):
        raise VerificationError(f"Saltet skal fylde fra {MIN_SALT_SIZE} til 64 byte.")
    return sha256(salt + canonical_json(body)).hexdigest()


def build(
    *,
    kind: str,
    key: str,
    leaf: bytes,
    salt: bytes,
    body: dict[str, JsonValue],
    proof: str,
    witnesses: Sequence[str] = (),
) -> bytes:
    """The receipt file, extension `.json`. Raises VerificationError if it would not verify.

    `witnesses` are the verifier keys of all who cosigned the proof's checkpoint, in that order.
    """
    value = {
        "body": body,
        "format": FORMAT,
        "key": key,
        "kind": kind,
        "leaf": encode_base64(leaf),
        "proof": proof,
        "salt": salt.hex(),
        "witnesses": list(witnesses),
    }
    data = canonical_json(value) + b"\n"
    verify(data, trusted_key=key)
    return data


def verify(
    data: bytes, *, trusted_key: str | None, trusted_policy: policy.Policy | None = None
) -> VerifiedReceipt:
    """Check every byte of the receipt file `data`; raises VerificationError with the reason.

    `trusted_key` is the verifier key that the municipality publishes, and `trusted_policy` that
    key with the witnesses who must have seen the log. Without either the receipt is only shown to
    agree with the keys inside it, which anyone could have made.
    """
    parts = _parse(data)
    trusted = [] if trusted_key is None else [trusted_key]
    if trusted_policy is not None:
        trusted += [key.text for key in trusted_policy.logs]
    if trusted and parts.key not in trusted:
        raise VerificationError(
            "Kvitteringen er ikke udstedt med kommunens nøgle. Du kan ikke stole på den."
        )
    leaf = _check_leaf(parts)
    proof, checkpoint, cosignatures = _check_proof(parts)
    if trusted_policy is not None:
        policy.require(trusted_policy, proof.checkpoint)
    return VerifiedReceipt(
        kind=parts.kind,
        body=parts.body,
        leaf=leaf,
        origin=checkpoint.origin,
        tree_size=checkpoint.size,
        index=proof.index,
        key=parts.key,
        trusted=bool(trusted),
        cosignatures=cosignatures,
    )


def parts_of(data: bytes) -> tuple[bytes, bytes, str]:
    """Log entry, salt and proof of a receipt file, read and not verified."""
    parts = _parse(data)
    return parts.leaf, parts.salt, parts.proof


@contextmanager
def _explained(sentence: str) -> Iterator[None]:
    """Tell a citizen what an error from the parts below means for the receipt."""
    try:
        yield
    except VerificationError as error:
        raise VerificationError(_CHANGED + sentence) from error


def _parse(data: bytes) -> _Parts:
    if len(data) > MAX_SIZE:
        raise VerificationError("Filen er for stor til at være en kvittering.")
    with _explained("filen er ikke, som den blev udstedt."):
        if not data.endswith(b"\n"):
            raise VerificationError("Filen mangler det sidste linjeskift.")
        value = parse_canonical(data[:-1])
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise VerificationError("Filen er ikke en kvittering, som vi kan læse.")
    if value.keys() != _FIELDS:
        raise VerificationError(_CHANGED + "den har ikke de felter, den skal have.")
    witnesses = value["witnesses"]
    salt = _string(value, "salt")
    kind = _string(value, "kind")
    body = value["body"]
    if not _SALT.fullmatch(salt) or not _KIND.fullmatch(kind) or not isinstance(body, dict):
        raise VerificationError(_CHANGED + "et felt er ikke skrevet rigtigt.")
    if not isinstance(witnesses, list):
        raise VerificationError(_CHANGED + "et felt er ikke skrevet rigtigt.")
    with _explained("posten fra loggen er ikke skrevet rigtigt."):
        leaf = decode_base64(_string(value, "leaf"))
    return _Parts(
        kind=kind,
        key=_string(value, "key"),
        leaf=leaf,
        salt=bytes.fromhex(salt),
        body=body,
        proof=_string(value, "proof"),
        witnesses=tuple(str(one) for one in witnesses),
    )


def _string(value: dict[str, JsonValue], field: str) -> str:
    text = value[field]
    if not isinstance(text, str):
        raise VerificationError(_CHANGED + "et felt er ikke skrevet rigtigt.")
    return text


def _check_leaf(parts: _Parts) -> dict[str, JsonValue]:
    """The log entry, which must commit to kind and body."""
    with _explained("posten fra loggen er ikke skrevet rigtigt."):
        leaf = parse_canonical(parts.leaf)
        if not isinstance(leaf, dict):
            raise VerificationError("Posten er ikke et objekt.")
    if leaf.get("kind") != parts.kind:
        raise VerificationError(_CHANGED + "den handler om noget andet end posten i loggen.")
    if leaf.get("commitment") != commitment(salt=parts.salt, body=parts.body):
        raise VerificationError(_CHANGED + "indholdet er ikke det, som står i kommunens log.")
    return leaf


def _check_proof(parts: _Parts) -> tuple[TlogProof, Checkpoint, tuple[Cosignature, ...]]:
    """The parsed proof, the signed checkpoint that it leads to, and who else has seen that."""
    with _explained("nøglen er ikke skrevet rigtigt."):
        key = note.parse_verifier_key(parts.key)
        witnesses = [cosignature.parse_verifier_key(text) for text in parts.witnesses]
    with _explained("beviset fra loggen er ikke skrevet rigtigt."):
        proof = parse_proof(parts.proof)
        signed = note.parse(proof.checkpoint)
    with _explained("beviset passer ikke med kommunens log."):
        checkpoint = verify_proof(proof, leaf=parts.leaf, key=key)
        cosignatures = cosignature.verify(signed, keys=witnesses)
    expected = [(one.name, one.key_id) for one in (key, *witnesses)]
    if proof.extra is not None or expected != [(s.name, s.key_id) for s in signed.signatures]:
        raise VerificationError(_CHANGED + "beviset har noget, som ikke kan kontrolleres.")
    if len(cosignatures) != len(witnesses):
        raise VerificationError(_CHANGED + "det samme vidne står der to gange.")
    return proof, checkpoint, cosignatures
