# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness protocol (C2SP tlog-witness), pure: the request, and what a witness answers to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kodeks.ledger import cosignature, merkle, note
from kodeks.ledger.checkpoint import Checkpoint, open_signed, parse_body
from kodeks.ledger.encoding import (
    decode_base64,
    decode_utf8,
    encode_base64,
    encode_utf8,
    parse_decimal,
)
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import SignerKey, VerifierKey

PATH = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
MAX_SIZE = 256 * 1024
"""Bytes in a request: room for 16 signatures, also of post-quantum kinds of nearly 5 kB each."""
_MAX_HASHES = 63


@dataclass(frozen=True)
class Request:
    """A checkpoint (the signed note, still unverified) with the proof from `old_size`."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True)
class Answer:
    """The HTTP answer; with status 200 `seen` is to be kept before it is sent."""

    status: int
    body: str
    content_type: str = TEXT_TYPE
    seen: Checkpoint | None = None


def format_request(request: Request) -> bytes:
    """The body of the POST to `<submission prefix>/add-checkpoint`."""
    lines = [f"old {request.old_size}", *map(encode_base64, request.proof), "", ""]
    return encode_utf8("\n".join(lines)) + request.checkpoint


def parse_request(data: bytes) -> Request:
    """The request in a body; raises VerificationError if it is malformed. Verifies nothing."""
    if len(data) > MAX_SIZE:
        raise VerificationError("Forespørgslen er for stor.")
    head, separator, checkpoint = decode_utf8(data).partition("\n\n")
    first, *lines = head.split("\n")
    if not separator or not first.startswith("old ") or len(lines) > _MAX_HASHES:
        raise VerificationError("Forespørgslen er ikke skrevet rigtigt.")
    hashes = tuple(decode_base64(line) for line in lines)
    if any(len(value) != merkle.HASH_SIZE for value in hashes):
        raise VerificationError("Beviset har en linje, som ikke er en hash.")
    return Request(parse_decimal(first.removeprefix("old ")), hashes, encode_utf8(checkpoint))


def answer(
    request: Request,
    *,
    logs: Mapping[str, VerifierKey],
    latest: Checkpoint | None,
    signer: SignerKey,
    timestamp: int,
) -> Answer:
    """What a witness with the key `signer`, which follows `logs` (origin to key), answers.

    `latest` is the checkpoint of the request's origin that it cosigned last. Status 404 for a log
    it does not follow, 403 without the log's signature, 400 for a malformed request, 409 when it
    has seen another size or root, 422 when the proof does not hold or there is nothing to prove.
    """
    try:
        claimed = origin_of(request)
        if claimed not in logs:
            return Answer(404, "Vidnet følger ikke denne log.\n")
        checkpoint = open_signed(request.checkpoint, key=logs[claimed])
    except VerificationError as error:
        malformed = not _is_checkpoint(request.checkpoint)
        return Answer(400 if malformed else 403, f"{error}\n")
    if request.old_size > checkpoint.size:
        return Answer(400, "Beviset passer ikke til størrelserne.\n")
    known = latest.size if latest is not None else 0
    if request.old_size != known:
        return Answer(409, f"{known}\n", SIZE_TYPE)
    refused = _refused(request, checkpoint=checkpoint, latest=latest)
    if refused is not None:
        return refused
    text = note.parse(request.checkpoint).text
    line = cosignature.sign(text, signer=signer, timestamp=timestamp).line
    return Answer(200, line, seen=checkpoint)


def origin_of(request: Request) -> str:
    """The log that the request says it is about; raises VerificationError if it cannot be read."""
    return parse_body(note.parse(request.checkpoint).text).origin


def parse_size(body: bytes) -> int | None:
    """The size in the body of an answer with status 409; None when it is not one."""
    try:
        text = decode_utf8(body)
        return parse_decimal(text[:-1]) if text.endswith("\n") else None
    except VerificationError:
        return None


def cosignatures_in(body: bytes, *, checkpoint: bytes, keys: Sequence[VerifierKey]) -> list[str]:
    """The signature lines of `keys` in an answer's body, verified; others are left out.

    Raises VerificationError when a line is malformed or a signature of `keys` is wrong.
    """
    text = decode_utf8(body)
    if not text.endswith("\n"):
        raise VerificationError("Vidnets svar er afbrudt.")
    signatures = [note.parse_signature(line) for line in text[:-1].split("\n")]
    if len(signatures) > note.MAX_SIGNATURES:
        raise VerificationError(f"Der er flere end {note.MAX_SIGNATURES} underskrifter.")
    signed = note.SignedNote(note.parse(checkpoint).text, tuple(signatures))
    wanted = {(one.key.name, one.key.key_id) for one in cosignature.verify(signed, keys=keys)}
    return [one.line for one in signatures if (one.name, one.key_id) in wanted]


def _is_checkpoint(data: bytes) -> bool:
    try:
        parse_body(note.parse(data).text)
    except VerificationError:
        return False
    return True


def _refused(
    request: Request, *, checkpoint: Checkpoint, latest: Checkpoint | None
) -> Answer | None:
    """Why the witness does not cosign a checkpoint that begins where it is; None when it does."""
    if latest is not None and latest.size == checkpoint.size and latest.root != checkpoint.root:
        return Answer(409, f"{latest.size}\n", SIZE_TYPE)
    if latest is None or latest.size == 0:
        # Nothing has been seen but the empty tree, which every tree continues without a proof.
        if request.proof:
            return Answer(422, "Fra en tom log er der intet at bevise.\n")
        empty = checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT
        return Answer(422, "En tom log har en anden rod.\n") if empty else None
    try:
        merkle.verify_consistency(
            old_size=latest.size,
            old_root=latest.root,
            new_size=checkpoint.size,
            new_root=checkpoint.root,
            proof=request.proof,
        )
    except VerificationError as error:
        return Answer(422, f"{error}\n")
    return None
