# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Signed notes: vectors of Go's sumdb/note, and properties."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger import note
from kodeks.ledger.errors import VerificationError

SIGNER = note.SignerKey("kodeks.example/log", bytes(range(32)))
OTHER = note.SignerKey("witness.example", bytes(32))
NOTE = note.sign(text="første linje\n\nanden\n", signers=[SIGNER, OTHER])


def load(vectors):
    return json.loads((vectors / "signed-notes.json").read_text())


def test_note_vectors(vectors):
    cases = load(vectors)["notes"]
    for case in cases:
        keys = [note.parse_verifier_key(key) for key in case["vkeys"]]
        try:
            verified = note.verify(case["note"].encode(), keys=keys)
        except VerificationError:
            assert not case["ok"], case["name"]
        else:
            assert case["ok"], case["name"]
            assert [key.name for key in verified.verified] == case["verified"]
            assert case["note"].startswith(verified.text + "\n— ")
    assert (len(cases), sum(case["ok"] for case in cases)) == (15, 4)


def test_key_vectors(vectors):
    data = load(vectors)
    for text in data["vkey_ok"]:
        assert note.parse_verifier_key(text).text == text
    for text in data["vkey_bad"]:
        with pytest.raises(VerificationError):
            note.parse_verifier_key(text)
    assert (len(data["vkey_ok"]), len(data["vkey_bad"])) == (2, 1139)


def test_signer_key_published_by_tessera():
    # Public test key from Tessera's test log.
    text = (
        "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
    )
    key = note.parse_signer_key(text)
    assert key.text == text
    expected = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    assert key.verifier.text == expected


def test_a_signer_key_needs_its_prefix():
    for text in (SIGNER.text.removeprefix("PRIVATE+KEY+"), SIGNER.verifier.text):
        with pytest.raises(VerificationError, match="ikke en privat nøgle"):
            note.parse_signer_key(text)


def test_generated_keys_differ_and_sign():
    one, other = (note.parse_signer_key(note.generate_key("a.example/ø")) for _ in range(2))
    assert one != other
    signed = note.sign(text="x\n", signers=[one])
    assert note.verify(signed, keys=[one.verifier, other.verifier]).verified == (one.verifier,)


def test_the_secret_is_neither_shown_nor_told_in_an_error():
    text = SIGNER.text
    assert SIGNER.seed.hex() not in repr(SIGNER)
    assert repr(SIGNER.seed) not in repr(SIGNER)
    with pytest.raises(VerificationError) as caught:
        note.parse_signer_key(text.replace("kodeks", "codex"))
    assert text.split("+", 4)[4] not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\x01b", "a\nb", "\ud800"]
)
def test_bad_names_are_refused(name):
    with pytest.raises(VerificationError):
        note.generate_key(name)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "cr\r\n", "\x00\n", "\ud800\n"])
def test_bad_texts_are_not_signed(text):
    with pytest.raises(VerificationError):
        note.sign(text=text, signers=[SIGNER])


@pytest.mark.parametrize("count", [0, 101])
def test_a_note_has_1_to_100_signatures(count):
    with pytest.raises(VerificationError):
        note.sign(text="x\n", signers=[SIGNER] * count)


def test_unknown_signatures_are_ignored_and_told():
    verified = note.verify(NOTE, keys=[OTHER.verifier])
    assert verified.text == "første linje\n\nanden\n"
    assert verified.verified == (OTHER.verifier,)
    assert [(s.name, s.key_id) for s in verified.unknown] == [(SIGNER.name, SIGNER.verifier.key_id)]
    both = note.verify(NOTE, keys=[OTHER.verifier, SIGNER.verifier])
    assert both.verified == (SIGNER.verifier, OTHER.verifier)


def test_same_name_with_another_key_is_unknown():
    impostor = note.SignerKey(SIGNER.name, bytes([7] * 32))
    with pytest.raises(VerificationError, match="Ingen kendt nøgle"):
        note.verify(NOTE, keys=[impostor.verifier])


def test_a_wrong_signature_of_a_known_key_refuses_the_note_though_another_is_right():
    wrong = note.sign(text="other\n", signers=[OTHER]).rpartition(b"\n\n")[2]
    right = note.sign(text="x\n", signers=[SIGNER])
    assert note.verify(right + wrong, keys=[SIGNER.verifier]).unknown
    with pytest.raises(VerificationError, match="forkert"):
        note.verify(right + wrong, keys=[SIGNER.verifier, OTHER.verifier])


def test_every_changed_bit_of_a_note_with_one_signature_fails():
    signed = note.sign(text="æ\n", signers=[SIGNER])
    for bit in range(8 * len(signed)):
        changed = bytearray(signed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VerificationError):
            note.verify(bytes(changed), keys=[SIGNER.verifier])


@pytest.mark.parametrize(
    "line",
    [
        f"{SIGNER.name} {'A' * 96}\n",
        "witness.example AAAAAAA=\n",
        "— witness.example AAAAAA==\n",
        "— witness.example \n",
        "— witness.example\n",
        "—  AAAAAAA=\n",
        "\n",
    ],
)
def test_a_malformed_line_beside_a_right_signature_refuses_the_note(line):
    right = note.sign(text="x\n", signers=[SIGNER])
    assert note.verify(right + "— witness.example AAAAAAA=\n".encode(), keys=[SIGNER.verifier])
    with pytest.raises(VerificationError):
        note.verify(right + line.encode(), keys=[SIGNER.verifier])


@pytest.mark.parametrize(
    "kind_and_key", [b"\x01" + bytes(31), b"\x01" + bytes(33), b"\x04" + bytes(32)]
)
def test_keys_of_another_kind_or_length_are_refused_though_their_number_fits(kind_and_key):
    key_id = sha256(b"x\n" + kind_and_key).hexdigest()[:8]
    with pytest.raises(VerificationError, match="Ed25519"):
        note.parse_verifier_key(f"x+{key_id}+{b64encode(kind_and_key).decode()}")


lines = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20))


@given(
    st.lists(lines, min_size=1).map("\n".join),
    st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3, unique=True),
)
def test_sign_and_verify_round_trip(text, seeds):
    signers = [note.SignerKey(f"log{number}", seed) for number, seed in enumerate(seeds)]
    signed = note.sign(text=text + "\n", signers=signers)
    verified = note.verify(signed, keys=[signer.verifier for signer in signers])
    assert verified == note.VerifiedNote(text + "\n", tuple(s.verifier for s in signers), ())


pieces = st.lists(
    st.sampled_from(["\n", "\n\n", "— ", " ", "+", "kodeks.example/log", "AAAAAA==", "\ud800", "="])
    | st.text(max_size=8),
    max_size=12,
).map("".join)


@given(pieces)
def test_foreign_text_raises_nothing_but_verification_errors(text):
    for parse in (note.parse_verifier_key, note.parse_signer_key):
        for prefix in ("", "PRIVATE+KEY+", "kodeks.example/log+"):
            with pytest.raises(VerificationError):
                parse(prefix + text)
    data = text.encode("utf-8", "surrogatepass")
    with pytest.raises(VerificationError):
        note.verify(data, keys=[SIGNER.verifier])
    with pytest.raises(VerificationError):
        note.verify(data + NOTE[:-1], keys=[SIGNER.verifier])
