# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Checkpoints."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger import note
from kodeks.ledger.checkpoint import Checkpoint, format_body, open_signed, parse_body, sign
from kodeks.ledger.errors import VerificationError

SIGNER = note.SignerKey("kodeks.example/log", bytes(range(32)))
ROOT = bytes(range(32))
HEAD = Checkpoint(SIGNER.name, 7, ROOT)


def test_body_vectors(vectors):
    cases = json.loads((vectors / "signed-notes.json").read_text())["checkpoint_body"]
    for case in cases:
        if case["ok"]:
            assert format_body(parse_body(case["text"])) == case["text"]
        else:
            with pytest.raises(VerificationError):
                parse_body(case["text"])
    assert (len(cases), sum(case["ok"] for case in cases)) == (11, 4)


@pytest.mark.parametrize(
    "text",
    ["Log\n007\nAAAA\n", "Log\n+7\nAAAA\n", "Log\n7 \nAAAA\n", "Log\n٧\nAAAA\n", "Log\n7\nAAB=\n",
     "Log\n7\nAA==\n\n", "Log\n7\nAA==\nx\n\ny\n", "Log\n18446744073709551616\nAAAA\n", "", "\n"],
)  # fmt: skip
def test_other_spellings_are_refused(text):
    with pytest.raises(VerificationError):
        parse_body(text)


def test_signed_checkpoints_open_with_the_log_key_only():
    data = sign(checkpoint=HEAD, signer=SIGNER)
    assert open_signed(data, key=SIGNER.verifier) == HEAD
    for other in (note.SignerKey(SIGNER.name, bytes(32)), note.SignerKey("x", SIGNER.seed)):
        with pytest.raises(VerificationError):
            open_signed(data, key=other.verifier)


def test_cosignatures_do_not_disturb():
    witness = note.SignerKey("witness.example", bytes(32))
    data = note.sign(text=format_body(HEAD), signers=[witness, SIGNER])
    assert open_signed(data, key=SIGNER.verifier) == HEAD
    with pytest.raises(VerificationError, match="hører ikke til"):
        open_signed(data, key=witness.verifier)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("other.example", 7, ROOT),
        Checkpoint(SIGNER.name, -1, ROOT),
        Checkpoint(SIGNER.name, 2**64, ROOT),
        Checkpoint(SIGNER.name, 7, ROOT[:-1]),
        Checkpoint(SIGNER.name, 7, ROOT, ("",)),
        Checkpoint(SIGNER.name, 7, ROOT, ("a\nb",)),
        Checkpoint(SIGNER.name, 7, ROOT, ("\t",)),
    ],
)
def test_what_would_not_open_is_not_signed(checkpoint):
    with pytest.raises(VerificationError):
        sign(checkpoint=checkpoint, signer=SIGNER)


def test_a_signed_root_of_another_length_is_refused():
    data = note.sign(text=f"{SIGNER.name}\n7\nAAAA\n", signers=[SIGNER])
    with pytest.raises(VerificationError):
        open_signed(data, key=SIGNER.verifier)
    data = note.sign(text="not a checkpoint\n", signers=[SIGNER])
    with pytest.raises(VerificationError):
        open_signed(data, key=SIGNER.verifier)


words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)


@given(words, st.integers(0, 2**64 - 1), st.binary(max_size=40), st.lists(words, max_size=3))
def test_bodies_round_trip(origin, size, root, extensions):
    if not root:
        with pytest.raises(VerificationError):
            format_body(Checkpoint(origin, size, root, tuple(extensions)))
        return
    head = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_body(format_body(head)) == head


@given(
    st.lists(st.sampled_from(["Log", "7", "AAAA", "\n", "0"]) | st.text(max_size=6)).map("".join)
)
def test_foreign_bodies_parse_exactly_or_are_refused(text):
    try:
        head = parse_body(text)
    except VerificationError:
        return
    assert format_body(head) == text
