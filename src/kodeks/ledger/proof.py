# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Offline proofs (C2SP tlog-proof@v1): index, inclusion proof and checkpoint in one text."""

from collections.abc import Sequence
from dataclasses import dataclass

from kodeks.ledger.checkpoint import Checkpoint, open_signed
from kodeks.ledger.encoding import (
    decode_base64,
    decode_utf8,
    encode_base64,
    encode_utf8,
    parse_decimal,
)
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from kodeks.ledger.note import VerifierKey

_HEADER = "c2sp.org/tlog-proof@v1"
# A path is at most 64 hashes in a log of at most 2^64 entries.
_MAX_HASHES = 64


@dataclass(frozen=True)
class TlogProof:
    """Proof that an entry is number `index`; `checkpoint` is the signed note, still unverified.

    `extra` is for the application and is not authenticated.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(
    *, index: int, hashes: Sequence[bytes], checkpoint: bytes, extra: bytes | None = None
) -> str:
    """The proof as text, extension `.tlog-proof`; `checkpoint` is the signed note, verbatim."""
    proof = TlogProof(index, tuple(hashes), checkpoint, extra)
    lines = [_HEADER]
    if extra is not None:
        lines.append(f"extra {encode_base64(extra)}")
    lines += [f"index {index}", *(encode_base64(value) for value in hashes), ""]
    text = "\n".join(lines) + "\n" + decode_utf8(checkpoint)
    if parse_proof(text) != proof:
        raise VerificationError("Beviset har et felt, som ikke kan skrives.")
    return text


def parse_proof(text: str) -> TlogProof:
    """The proof in `text`; raises VerificationError if it is malformed. Verifies nothing."""
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != _HEADER:
        raise VerificationError("Teksten er ikke et bevis fra en log.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise VerificationError("Beviset mangler postens nummer.")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    hashes = tuple(decode_base64(line) for line in lines)
    if len(hashes) > _MAX_HASHES or any(len(value) != HASH_SIZE for value in hashes):
        raise VerificationError("Beviset har en linje, som ikke er en hash.")
    return TlogProof(index, hashes, encode_utf8(checkpoint), extra)


def verify_proof(proof: TlogProof, *, leaf: bytes, key: VerifierKey) -> Checkpoint:
    """The signed checkpoint of `proof`, if the entry `leaf` (its data) is in the log with `key`."""
    checkpoint = open_signed(proof.checkpoint, key=key)
    verify_inclusion(
        leaf=leaf_hash(leaf),
        index=proof.index,
        size=checkpoint.size,
        proof=proof.hashes,
        root=checkpoint.root,
    )
    return checkpoint
