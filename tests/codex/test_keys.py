# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keys of the people who sign: files with and without a passphrase, and keys on one line."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.codex import dsse, keys
from kodeks.codex.keys import PublicKey, SignatureError, Signer

KIND = "application/vnd.kodeks.codex+json"
PAYLOAD = b'{"number":1}'
# RFC 8032, section 7.1, tests 1 and 2.
RFC_1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
RFC_2 = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"


def signer_of(seed: str) -> Signer:
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))


MERETE, TORBEN = signer_of(RFC_1), signer_of(RFC_2)


@pytest.mark.parametrize("passphrase", [None, "hest æble 17"])
def test_a_key_is_made_stored_and_read(passphrase):
    pem = keys.generate(passphrase)
    kind = (
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----" if passphrase else b"-----BEGIN PRIVATE KEY-----"
    )
    assert pem.startswith(kind)
    signer = keys.load_private(pem, passphrase)
    envelope = dsse.sign(PAYLOAD, payload_type=KIND, signers=[signer])
    trusted = {signer.public.keyid: signer.public.raw}
    assert dsse.verify(envelope, keys=trusted) == {signer.public.keyid}


def test_two_keys_are_not_the_same():
    made = {keys.load_private(keys.generate(None), None).public for _ in range(2)}
    assert len(made) == 2


def test_a_signer_does_not_show_its_key():
    assert RFC_1[:16] not in repr(MERETE)
    assert repr(MERETE) == "Signer()"


LOCKED = keys.generate("rigtig")
OPEN = keys.generate(None)
CURVE = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


@pytest.mark.parametrize(
    ("pem", "passphrase", "told"),
    [
        (LOCKED, None, "låst"),
        (LOCKED, "", "låst"),
        (LOCKED, "forkert", "passer ikke"),
        (OPEN, "rigtig", "ikke låst"),
        (CURVE, None, "en anden slags"),
        (b"", None, "kan ikke læses"),
        (b"\xff\x00", "x", "kan ikke læses"),
        (OPEN[:60], None, "kan ikke læses"),
    ],
    ids=range(8),
)
def test_a_key_file_that_does_not_fit_is_told(pem, passphrase, told):
    with pytest.raises(SignatureError, match=told):
        keys.load_private(pem, passphrase)


def test_an_empty_passphrase_locks_nothing_and_is_refused():
    with pytest.raises(SignatureError, match="tom"):
        keys.generate("")


def test_a_public_key_is_one_line_and_comes_back():
    text = keys.public_text(MERETE.public)
    assert text == f"kodeks-key+{MERETE.public.keyid}+11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert keys.parse_public(f"  {text}\n") == MERETE.public
    assert len(MERETE.public.keyid) == 16


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text.replace("kodeks-key", "other-key"),
        lambda text: text.replace("+11qY", "+11qZ"),
        lambda text: text.replace(MERETE.public.keyid, TORBEN.public.keyid),
        lambda text: text.replace(MERETE.public.keyid, MERETE.public.keyid.upper()),
        lambda text: text.replace("=", ""),
        lambda text: text + "\nx",
        lambda text: text.replace("+", " "),
        lambda text: keys.public_text(PublicKey(b"short")),
        lambda text: "kodeks-key+æ+ø",
    ],
)
def test_a_line_that_is_no_key_is_refused(change):
    with pytest.raises(SignatureError, match="ikke en nøgle"):
        keys.parse_public(change(keys.public_text(MERETE.public)))


@given(st.text(max_size=60) | st.from_regex(r"kodeks-key\+[0-9a-f]{16}\+[A-Za-z0-9+/=]{40,48}"))
def test_foreign_lines_raise_only_our_error(text):
    with pytest.raises(SignatureError):
        keys.parse_public(text)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.none() | st.text(max_size=8))
def test_foreign_key_files_raise_only_our_error(pem, passphrase):
    with pytest.raises(SignatureError):
        keys.load_private(pem, passphrase)
