# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The receipt as it is printed: a tlog-proof@v1 text that one QR code holds.

`extra` is the canonical JSON `{"leaf": the log entry, "salt": hex}`. The body is left out, as the
letter itself tells it; with body and salt anybody can compute the entry's commitment again.
"""

from __future__ import annotations

from dataclasses import dataclass

from kodeks.ledger import checkpoint, note, policy
from kodeks.ledger.canonical import JsonValue, canonical_json, parse_canonical
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.cosignature import Cosignature
from kodeks.ledger.encoding import decode_utf8, encode_utf8
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import leaf_hash, verify_inclusion
from kodeks.ledger.proof import format_proof, parse_proof
from kodeks.ledger.receipt import commitment, parts_of

MAX_SIZE = 2953
"""Bytes in the largest QR code: version 40, level L, 8-bit bytes (ISO/IEC 18004, table 7)."""


@dataclass(frozen=True)
class VerifiedSlip:
    """A slip that holds: what stands in the log, and where. `salt` opens its commitment."""

    leaf: dict[str, JsonValue]
    salt: bytes
    index: int
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]

    def is_about(self, body: dict[str, JsonValue]) -> bool:
        """Whether `body` is what the log entry commits to."""
        return self.leaf.get("commitment") == commitment(salt=self.salt, body=body)


def format_slip(receipt: bytes) -> str:
    """The slip of a receipt file; raises VerificationError when it is not one."""
    leaf, salt, text = parts_of(receipt)
    proof = parse_proof(text)
    extra = canonical_json({"leaf": decode_utf8(leaf), "salt": salt.hex()})
    return format_proof(
        index=proof.index, hashes=proof.hashes, checkpoint=proof.checkpoint, extra=extra
    )


def verify_slip(
    data: bytes, *, trusted_key: str | None = None, trusted_policy: policy.Policy | None = None
) -> VerifiedSlip:
    """Check a slip; raises VerificationError with the reason.

    One of the two must be given, as a slip has no room for keys: `trusted_policy` also says which
    witnesses must have seen the log.
    """
    proof = parse_proof(decode_utf8(data))
    if trusted_policy is not None:
        believed = policy.require(trusted_policy, proof.checkpoint)
        head, cosignatures = believed.checkpoint, believed.cosignatures
    elif trusted_key is not None:
        head = checkpoint.open_signed(proof.checkpoint, key=note.parse_verifier_key(trusted_key))
        cosignatures = ()
    else:
        raise VerificationError(
            "Koden fra et brev kan kun kontrolleres med kommunens nøgle. Angiv den med --key."
        )
    leaf, salt = _opened(proof.extra)
    verify_inclusion(
        leaf=leaf_hash(leaf),
        index=proof.index,
        size=head.size,
        proof=proof.hashes,
        root=head.root,
    )
    value = parse_canonical(leaf)
    if not isinstance(value, dict):
        raise VerificationError("Posten i loggen er ikke skrevet rigtigt.")
    return VerifiedSlip(value, salt, proof.index, head, cosignatures)


def is_slip(data: bytes) -> bool:
    """Whether `data` looks like the text of a slip, and not like a receipt file."""
    return data.startswith(b"c2sp.org/tlog-proof@")


def _opened(extra: bytes | None) -> tuple[bytes, bytes]:
    value = None if extra is None else parse_canonical(extra)
    if isinstance(value, dict) and value.keys() == {"leaf", "salt"}:
        leaf, salt = value["leaf"], value["salt"]
        if isinstance(leaf, str) and isinstance(salt, str):
            try:
                return encode_utf8(leaf), bytes.fromhex(salt)
            except ValueError:
                pass
    raise VerificationError("Koden har ikke posten fra loggen med.")
