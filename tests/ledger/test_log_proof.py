# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Offline proofs in the tlog-proof format."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger import merkle, note
from kodeks.ledger.checkpoint import Checkpoint, sign
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.proof import TlogProof, format_proof, parse_proof, verify_proof

SIGNER = note.SignerKey("kodeks.example/log", bytes(range(32)))
ENTRIES = [b"entry %d" % number for number in range(11)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
HEAD = Checkpoint(SIGNER.name, len(LEAVES), merkle.root_hash(LEAVES))
SIGNED = sign(checkpoint=HEAD, signer=SIGNER)


def prove(index, **more):
    hashes = merkle.inclusion_proof(LEAVES, index)
    return format_proof(index=index, hashes=hashes, checkpoint=SIGNED, **more)


def test_bad_proof_vectors(vectors):
    cases = json.loads((vectors / "signed-notes.json").read_text())["tlog_proof_bad"]
    for case in cases:
        with pytest.raises(VerificationError):
            parse_proof(case["text"])
    assert len(cases) == 7


def test_the_text_is_as_in_the_specification():
    text = format_proof(index=3, hashes=[bytes(32)], checkpoint=b"head\n", extra=b"abc")
    assert text == f"c2sp.org/tlog-proof@v1\nextra YWJj\nindex 3\n{'A' * 43}=\n\nhead\n"
    assert parse_proof(text) == TlogProof(3, (bytes(32),), b"head\n", b"abc")
    assert format_proof(index=0, hashes=[], checkpoint=b"") == "c2sp.org/tlog-proof@v1\nindex 0\n\n"


@pytest.mark.parametrize("index", range(11))
def test_proofs_verify_for_their_own_entry_and_log_only(index):
    proof = parse_proof(prove(index, extra=b"not authenticated"))
    assert verify_proof(proof, leaf=ENTRIES[index], key=SIGNER.verifier) == HEAD
    with pytest.raises(VerificationError):
        verify_proof(proof, leaf=ENTRIES[index - 1], key=SIGNER.verifier)
    other = note.SignerKey(SIGNER.name, bytes(32)).verifier
    with pytest.raises(VerificationError):
        verify_proof(proof, leaf=ENTRIES[index], key=other)


def test_every_changed_bit_fails():
    text = prove(5).encode()
    for bit in range(8 * len(text)):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VerificationError):
            verify_proof(
                parse_proof(changed.decode("utf-8", "surrogateescape")),
                leaf=ENTRIES[5],
                key=SIGNER.verifier,
            )


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\n\n",
     "c2sp.org/tlog-proof@v1\nindex 01\n\n", "c2sp.org/tlog-proof@v1\nextra YWJj\n\n",
     "c2sp.org/tlog-proof@v1\nindex 1\nextra YWJj\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n",
     "c2sp.org/tlog-proof@v1\r\nindex 1\n\n", "c2sp.org/tlog-proof@v2\nindex 1\n\n",
     "c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\n",
     "c2sp.org/tlog-proof@v1\nindex 1\n" + ("A" * 43 + "=\n") * 65 + "\nhead\n"],
)  # fmt: skip
def test_malformed_proofs_are_refused(text):
    with pytest.raises(VerificationError):
        parse_proof(text)


@pytest.mark.parametrize(
    "fields",
    [{"index": -1}, {"index": 2**64}, {"hashes": [b"short"]}, {"hashes": [bytes(32)] * 65},
     {"checkpoint": b"\xff"}],
)  # fmt: skip
def test_what_would_not_parse_is_not_written(fields):
    with pytest.raises(VerificationError):
        format_proof(**{"index": 0, "hashes": [], "checkpoint": SIGNED} | fields)


@given(
    st.integers(0, 2**64 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=64),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.binary(max_size=40),
)
def test_proofs_round_trip(index, hashes, checkpoint, extra):
    proof = TlogProof(index, tuple(hashes), checkpoint.encode(), extra)
    text = format_proof(index=index, hashes=hashes, checkpoint=proof.checkpoint, extra=extra)
    assert parse_proof(text) == proof


parts = st.sampled_from(
    ["c2sp.org/tlog-proof@v1\n", "extra ", "index ", "0", "\n", "\n\n", "A" * 43 + "=\n", "\ud800"]
)


@given(st.lists(parts | st.text(max_size=6), max_size=12).map("".join))
def test_foreign_proofs_parse_exactly_or_are_refused(text):
    for candidate in (text, "c2sp.org/tlog-proof@v1\nindex 0\n" + text):
        try:
            proof = parse_proof(candidate)
        except VerificationError:
            continue
        assert candidate == format_proof(
            index=proof.index,
            hashes=proof.hashes,
            checkpoint=proof.checkpoint,
            extra=proof.extra,
        )
        with pytest.raises(VerificationError):
            verify_proof(proof, leaf=b"", key=SIGNER.verifier)
