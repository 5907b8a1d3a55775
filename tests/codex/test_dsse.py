# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Signed envelopes: the standard's vector, both alphabets, and every way of mangling one.

The keys are those of RFC 8032, section 7.1, tests 1 and 2, so that signatures are always the same.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kodeks.codex import dsse
from kodeks.codex.dsse import Envelope, Signature
from kodeks.codex.keys import SignatureError, Signer

KIND = "application/vnd.kodeks.codex+json"
RFC_1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
RFC_2 = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"


def signer_of(seed: str) -> Signer:
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))


MERETE, TORBEN = signer_of(RFC_1), signer_of(RFC_2)
TRUSTED = {one.public.keyid: one.public.raw for one in (MERETE, TORBEN)}
BOTH = frozenset(TRUSTED)
PAYLOAD = b'{"number":1}'
ENVELOPE = dsse.sign(PAYLOAD, payload_type=KIND, signers=[MERETE, TORBEN])
TEXT = ENVELOPE.as_text()


# The standard


def test_the_vector_of_the_protocol():
    assert dsse.pre_authentication("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_lengths_are_of_bytes_and_an_empty_payload_keeps_its_blank():
    assert dsse.pre_authentication("æ", "ø!".encode()) == b"DSSEv1 2 \xc3\xa6 3 \xc3\xb8!"
    assert dsse.pre_authentication("a", b"") == b"DSSEv1 1 a 0 "


def test_the_public_key_is_that_of_the_rfc():
    assert MERETE.public.raw.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )


def test_the_signature_is_over_the_encoding_and_nothing_else():
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_1)).public_key()
    key.verify(ENVELOPE.signatures[0].sig, b"DSSEv1 33 " + KIND.encode() + b" 12 " + PAYLOAD)


def test_an_envelope_of_the_standard_is_read():
    """protocol.md's own example; it is signed with another kind of key, so nobody trusts it."""
    text = (
        '{"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",'
        ' "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJ'
        'PcIAriEGAHTVeCUjW2JIZA=="}]}'
    )
    envelope = dsse.parse(text)
    assert envelope.payload == b"hello world"
    assert dsse.verify(envelope, keys=TRUSTED) == frozenset()


def test_both_alphabets_are_read_but_only_one_at_a_time():
    payload = b"\xfb\xff\xbf>?"
    text = dsse.sign(payload, payload_type=KIND, signers=[MERETE]).as_text()
    values = json.loads(text)
    assert values["payload"] == "+/+/Pj8="
    values["payload"] = "-_-_Pj8="
    assert dsse.verify(dsse.parse(json.dumps(values)), keys=TRUSTED) == {MERETE.public.keyid}
    values["payload"] = "+_+_Pj8="
    with pytest.raises(SignatureError, match="base64"):
        dsse.parse(json.dumps(values))


def test_fields_that_are_not_known_are_left_out():
    values = json.loads(TEXT)
    values["more"] = 1
    values["signatures"][0]["cert"] = "x"
    assert dsse.parse(json.dumps(values)) == ENVELOPE


@pytest.mark.parametrize("hint", ["", None])
def test_a_signature_without_a_hint_is_tried_with_every_key(hint):
    values = json.loads(TEXT)
    for one in values["signatures"]:
        if hint is None:
            del one["keyid"]
        else:
            one["keyid"] = hint
    assert dsse.verify(dsse.parse(json.dumps(values)), keys=TRUSTED) == BOTH


# Signing and verifying


def test_two_people_sign_one_after_the_other():
    first = dsse.sign(PAYLOAD, payload_type=KIND, signers=[MERETE])
    assert dsse.verify(first, keys=TRUSTED, payload_type=KIND) == {MERETE.public.keyid}
    both = dsse.add_signature(first, signer=TORBEN)
    assert both == ENVELOPE
    assert dsse.verify(both, keys=TRUSTED, payload_type=KIND) == BOTH


def test_one_person_signing_twice_is_one_person():
    twice = dsse.add_signature(ENVELOPE, signer=MERETE)
    assert len(twice.signatures) == 2
    double = replace(ENVELOPE, signatures=(ENVELOPE.signatures[0],) * 2)
    assert dsse.verify(double, keys=TRUSTED) == {MERETE.public.keyid}


def test_a_key_under_two_names_is_not_two_people():
    with pytest.raises(SignatureError, match="to navne"):
        dsse.verify(ENVELOPE, keys={"a": MERETE.public.raw, "b": MERETE.public.raw})


def test_only_trusted_keys_count():
    assert dsse.verify(ENVELOPE, keys={}) == frozenset()
    only = {TORBEN.public.keyid: TORBEN.public.raw}
    assert dsse.verify(ENVELOPE, keys=only) == {TORBEN.public.keyid}
    swapped = {MERETE.public.keyid: TORBEN.public.raw}
    assert dsse.verify(ENVELOPE, keys=swapped) == frozenset()


def test_another_type_is_refused_and_does_not_verify():
    with pytest.raises(SignatureError, match="en anden slags"):
        dsse.verify(ENVELOPE, keys=TRUSTED, payload_type="application/vnd.kodeks.release+json")
    other = replace(ENVELOPE, payload_type="application/vnd.kodeks.release+json")
    assert dsse.verify(other, keys=TRUSTED) == frozenset()


def test_a_trusted_key_of_the_wrong_length_is_told():
    with pytest.raises(SignatureError, match="længde"):
        dsse.verify(ENVELOPE, keys={"a": b"short"})


@pytest.mark.parametrize("values", [{"signers": []}, {"payload_type": ""}])
def test_nothing_is_signed_without_a_signer_or_a_type(values):
    with pytest.raises(ValueError, match="envelope"):
        dsse.sign(PAYLOAD, **({"payload_type": KIND, "signers": [MERETE]} | values))


def test_the_text_is_the_same_for_the_same_envelope():
    assert dsse.parse(TEXT) == dsse.parse(TEXT.encode()) == ENVELOPE
    assert dsse.parse(TEXT).as_text() == TEXT
    assert TEXT.startswith('{"payload":"eyJudW1iZXIiOjF9","payloadType":"application/')
    assert " " not in TEXT
    assert '"payloadType":"æ"' in dsse.sign(PAYLOAD, payload_type="æ", signers=[MERETE]).as_text()


# Mangling


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"payload":', '"body":'),
        ('"payloadType":', '"type":'),
        ('"signatures":', '"signature":'),
        ('"sig":', '"signature":'),
        ("eyJudW1iZXIiOjF9", "eyJudW1iZXIiOjF"),
        ("eyJudW1iZXIiOjF9", "eyJudW1iZXIiOjF9=="),
        ("eyJudW1iZXIiOjF9", "eyJudW1i ZXIiOjF9"),
        ("eyJudW1iZXIiOjF9", "eyJudW1iZXIiOjFæ"),
        ("{", '{"payload":"",'),
        ('"signatures":[', '"signatures":[1,'),
        ('"keyid":"', '"keyid":1,"x":"'),
        (KIND, "\\ud800"),
        (KIND, '",'),
        ("}]}", "}]"),
    ],
)
def test_a_malformed_envelope_is_refused(old, new):
    assert old in TEXT
    with pytest.raises(SignatureError, match="Underskriften kan ikke læses"):
        dsse.parse(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "1", "{}", '{"signatures":[]}', "[" * 100_000, "9" * 5000, b"\xff"]
)
def test_what_is_no_envelope_is_refused(text):
    with pytest.raises(SignatureError):
        dsse.parse(text)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff", '{"a":1,"a":1}'])
def test_what_is_not_json_is_told(text):
    with pytest.raises(SignatureError, match="den er ikke JSON"):
        dsse.parse(text)


def test_bits_that_base64_does_not_use_must_be_zero():
    values = json.loads(TEXT)
    sig = values["signatures"][0]["sig"]
    assert sig.endswith("==")
    other = "BCDEFGHIJKLMNOP"[0] if sig[-3] == "A" else chr(ord(sig[-3]) + 1)
    values["signatures"][0]["sig"] = sig[:-3] + other + "=="
    assert base64.b64decode(values["signatures"][0]["sig"]) == ENVELOPE.signatures[0].sig
    with pytest.raises(SignatureError, match="base64"):
        dsse.parse(json.dumps(values))


def test_more_signatures_than_anybody_needs_are_refused():
    many = replace(ENVELOPE, signatures=ENVELOPE.signatures * 17)
    with pytest.raises(SignatureError, match="for mange"):
        dsse.parse(many.as_text())


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_of_the_payload_is_found(bit):
    for at in range(len(PAYLOAD)):
        flipped = bytearray(PAYLOAD)
        flipped[at] ^= 1 << bit
        changed = replace(ENVELOPE, payload=bytes(flipped))
        assert dsse.verify(dsse.parse(changed.as_text()), keys=TRUSTED) == frozenset()


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_of_a_signature_is_found(bit):
    for at in range(64):
        flipped = bytearray(ENVELOPE.signatures[0].sig)
        flipped[at] ^= 1 << bit
        first = replace(ENVELOPE.signatures[0], sig=bytes(flipped))
        changed = replace(ENVELOPE, signatures=(first, ENVELOPE.signatures[1]))
        assert dsse.verify(changed, keys=TRUSTED) == {TORBEN.public.keyid}


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_is_found(length):
    one = Signature(keyid=MERETE.public.keyid, sig=bytes(length))
    changed = replace(ENVELOPE, signatures=(one,))
    assert dsse.verify(changed, keys=TRUSTED) == frozenset()


def verified(text: str | bytes) -> Envelope | None:
    """The envelope when at least one trusted key holds; None when not, or when it is refused."""
    try:
        envelope = dsse.parse(text)
        return envelope if dsse.verify(envelope, keys=TRUSTED, payload_type=KIND) else None
    except SignatureError:
        return None


def says_the_same(text: str | bytes) -> bool:
    """What verifies has the payload and type that were signed: nothing else can be smuggled in."""
    envelope = verified(text)
    return envelope is None or (envelope.payload, envelope.payload_type) == (PAYLOAD, KIND)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(TEXT) - 1), new=st.characters() | st.sampled_from('"{}[]:,\\-_+/=A'))
def test_a_changed_character_changes_nothing_that_verifies(at, new):
    assert says_the_same(TEXT[:at] + new + TEXT[at + 1 :])


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(TEXT) - 1), end=st.integers(0, len(TEXT)), new=st.text(max_size=8))
def test_a_piece_cut_out_or_put_in_changes_nothing_that_verifies(at, end, new):
    assert says_the_same(TEXT[:at] + new + TEXT[max(at, end) :])


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(TEXT) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_file_changes_nothing_that_verifies(at, bit):
    flipped = bytearray(TEXT.encode())
    flipped[at] ^= 1 << bit
    assert says_the_same(bytes(flipped))


@given(content=st.binary(max_size=80) | st.text(max_size=80))
def test_foreign_input_raises_only_our_error(content):
    assert verified(content) is None


@given(
    values=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["payload", "payloadType", "signatures", "sig", "keyid"]), inner
            )
        ),
        max_leaves=8,
    )
)
@example(values={"payload": "", "payloadType": "", "signatures": [{"sig": ""}]})
def test_foreign_json_raises_only_our_error(values):
    assert verified(json.dumps(values)) is None


@settings(max_examples=50, deadline=None)
@given(payload=st.binary(max_size=200), kind=st.text(min_size=1, max_size=20))
def test_whatever_is_signed_verifies_and_comes_back(payload, kind):
    try:
        kind.encode()
    except UnicodeEncodeError:
        return
    envelope = dsse.sign(payload, payload_type=kind, signers=[MERETE])
    again = dsse.parse(envelope.as_text())
    assert again == envelope
    assert dsse.verify(again, keys=TRUSTED, payload_type=kind) == {MERETE.public.keyid}
