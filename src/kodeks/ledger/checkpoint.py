# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Checkpoints (C2SP tlog-checkpoint): the signed size and root of a log."""

from dataclasses import dataclass

from kodeks.ledger import note
from kodeks.ledger.encoding import decode_base64, encode_base64, parse_decimal
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import HASH_SIZE


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: `origin` names the log, `size` counts its entries, `root` is its root hash."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def format_body(checkpoint: Checkpoint) -> str:
    """The note text of `checkpoint`; raises VerificationError if it would not parse back."""
    lines = [
        checkpoint.origin,
        str(checkpoint.size),
        encode_base64(checkpoint.root),
        *checkpoint.extensions,
    ]
    body = "".join(f"{line}\n" for line in lines)
    if parse_body(body) != checkpoint:
        raise VerificationError("Kontrolpunktet har et felt, som ikke kan skrives.")
    return body


def parse_body(text: str) -> Checkpoint:
    """The checkpoint in a note text. The length of the root is left to `open_signed`."""
    if not text.endswith("\n"):
        raise VerificationError("Kontrolpunktet skal slutte med linjeskift.")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise VerificationError("Kontrolpunktet mangler en linje.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, parse_decimal(size), decode_base64(root), tuple(extensions))


def sign(*, checkpoint: Checkpoint, signer: note.SignerKey) -> bytes:
    """The signed note of `checkpoint`, signed by the log's own key (name = origin)."""
    _require_log(checkpoint, signer.name)
    return note.sign(text=format_body(checkpoint), signers=[signer])


def open_signed(data: bytes, *, key: note.VerifierKey) -> Checkpoint:
    """The checkpoint in the note `data`, if the log with `key` signed it; others may cosign."""
    checkpoint = parse_body(note.verify(data, keys=[key]).text)
    _require_log(checkpoint, key.name)
    return checkpoint


def _require_log(checkpoint: Checkpoint, name: str) -> None:
    if checkpoint.origin != name:
        raise VerificationError(f"Kontrolpunktet hører ikke til loggen {name}.")
    if len(checkpoint.root) != HASH_SIZE:
        raise VerificationError(f"Loggens rod skal fylde {HASH_SIZE} byte.")
