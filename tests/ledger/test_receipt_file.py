# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's receipt: every byte is bound, and the reasons are told in Danish."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.ledger import merkle, note, receipt
from kodeks.ledger.canonical import canonical_json
from kodeks.ledger.checkpoint import Checkpoint, format_body, sign
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.proof import format_proof

SIGNER = note.SignerKey("kodeks.example/log", bytes(range(32)))
KEY = SIGNER.verifier.text
SALT = bytes(range(100, 116))
BODY = {"sag": "2026-17", "hensyn": ["Barnets alder vægter.", "Æ"], "sikkerhed": "0.83"}
SIZE, INDEX = 11, 6


def entry(body=BODY, salt=SALT, kind="decision"):
    return canonical_json(
        {"commitment": receipt.commitment(salt=salt, body=body), "kind": kind, "unit": "bs-1"}
    )


def prove(leaf, *, signers=(SIGNER,), **more):
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(SIZE)]
    leaves[INDEX] = merkle.leaf_hash(leaf)
    head = Checkpoint(SIGNER.name, SIZE, merkle.root_hash(leaves))
    if signers == (SIGNER,):
        signed = sign(checkpoint=head, signer=SIGNER)
    else:
        signed = note.sign(text=format_body(head), signers=signers)
    hashes = merkle.inclusion_proof(leaves, INDEX)
    return format_proof(index=INDEX, hashes=hashes, checkpoint=signed, **more)


def fields(**changed):
    leaf = entry()
    values = {"kind": "decision", "key": KEY, "leaf": leaf, "salt": SALT, "body": BODY}
    return values | {"proof": prove(leaf)} | changed


RECEIPT = receipt.build(**fields())


def test_a_receipt_tells_what_was_recorded_and_where():
    verified = receipt.verify(RECEIPT, trusted_key=KEY)
    assert verified == receipt.VerifiedReceipt(
        kind="decision",
        body=BODY,
        leaf=json.loads(entry()),
        origin="kodeks.example/log",
        tree_size=SIZE,
        index=INDEX,
        key=KEY,
        trusted=True,
    )
    assert not receipt.verify(RECEIPT, trusted_key=None).trusted


def test_the_file_is_one_line_of_plain_json():
    assert RECEIPT.count(b"\n") == 1
    value = json.loads(RECEIPT)
    assert sorted(value) == [
        *("body", "format", "key", "kind", "leaf", "proof", "salt", "witnesses")
    ]
    assert value["format"] == "kodeks-receipt@v1"
    assert value["body"] == BODY
    body = json.dumps(BODY, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert json.loads(entry())["commitment"] == sha256(SALT + body.encode()).hexdigest()


def test_every_changed_byte_fails():
    for place, byte in enumerate(RECEIPT):
        for new in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("0"), ord("A"), ord(" "), 0} - {byte}:
            changed = RECEIPT[:place] + bytes([new]) + RECEIPT[place + 1 :]
            with pytest.raises(VerificationError):
                receipt.verify(changed, trusted_key=None)


def test_every_left_out_and_every_repeated_byte_fails():
    for place in range(len(RECEIPT)):
        for changed in (
            RECEIPT[:place] + RECEIPT[place + 1 :],
            RECEIPT[: place + 1] + RECEIPT[place:],
            RECEIPT[:place],
        ):
            with pytest.raises(VerificationError):
                receipt.verify(changed, trusted_key=None)


def rewritten(**changed):
    return canonical_json(json.loads(RECEIPT) | changed) + b"\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (RECEIPT.replace(b"0.83", b"0.93"), "indholdet er ikke det, som står i kommunens log"),
        (rewritten(salt="00" * 16), "indholdet er ikke det"),
        (rewritten(kind="act"), "handler om noget andet"),
        (rewritten(leaf=b64encode(entry(kind="act")).decode()), "handler om noget andet"),
        (rewritten(proof=prove(entry(kind="act"))), "passer ikke med kommunens log"),
        (rewritten(proof=prove(entry(), extra=b"x")), "ikke kan kontrolleres"),
        (rewritten(proof="x"), "beviset fra loggen er ikke skrevet rigtigt"),
        (rewritten(key=KEY + "A"), "nøglen er ikke skrevet rigtigt"),
        (rewritten(key=note.SignerKey(SIGNER.name, bytes(32)).verifier.text), "passer ikke"),
        (rewritten(leaf="AA"), "posten fra loggen"),
        (rewritten(leaf="AAAA"), "posten fra loggen"),
        (rewritten(leaf=b64encode(b"[]").decode()), "posten fra loggen"),
        (rewritten(salt="00" * 15), "et felt"),
        (rewritten(salt="AB" * 16), "et felt"),
        (rewritten(body=[]), "et felt"),
        (rewritten(kind="Act"), "et felt"),
        (rewritten(kind=1), "et felt"),
        (rewritten(key=None), "et felt"),
        (rewritten(more=1), "ikke de felter"),
        (rewritten(format="kodeks-receipt@v2"), "som vi kan læse"),
        (b"{}\n", "som vi kan læse"),
        (b"[]\n", "som vi kan læse"),
        (RECEIPT[:-1], "ikke, som den blev udstedt"),
        (RECEIPT + b"\n", "ikke, som den blev udstedt"),
        (b" " + RECEIPT, "ikke, som den blev udstedt"),
        (b"", "ikke, som den blev udstedt"),
        (b" " * (receipt.MAX_SIZE + 1), "for stor"),
    ],
)  # fmt: skip
def test_the_reason_is_told(data, reason):
    with pytest.raises(VerificationError, match=reason) as caught:
        receipt.verify(data, trusted_key=None)
    assert str(caught.value).startswith(("Kvitteringen er ændret: ", "Filen er "))


def test_a_receipt_from_another_key_is_valid_in_itself_but_not_trusted():
    foreign = note.SignerKey(SIGNER.name, bytes(32)).verifier.text
    with pytest.raises(VerificationError, match="ikke udstedt med kommunens nøgle"):
        receipt.verify(RECEIPT, trusted_key=foreign)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "act"},
        {"body": BODY | {"sag": "2026-18"}},
        {"salt": bytes(16)},
        {"salt": b"short"},
        {"leaf": entry(kind="act")},
        {"key": note.SignerKey("x", bytes(32)).verifier.text},
        {"body": BODY | {"tal": 0.5}},
    ],
)
def test_what_would_not_verify_is_not_built(changed):
    with pytest.raises(VerificationError):
        receipt.build(**fields(**changed))


def test_signatures_that_nobody_could_check_are_refused():
    witness = note.SignerKey("witness.example", bytes(32))
    proof = prove(entry(), signers=(SIGNER, witness))
    with pytest.raises(VerificationError, match="ikke kan kontrolleres"):
        receipt.build(**fields(proof=proof))


@pytest.mark.parametrize("size", [0, 15, 65])
def test_the_salt_must_be_long_enough(size):
    with pytest.raises(VerificationError):
        receipt.commitment(salt=bytes(size), body=BODY)


bodies = st.dictionaries(
    st.text("abc._-", min_size=1, max_size=5),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
    | st.integers(-100, 100)
    | st.lists(st.booleans() | st.none(), max_size=3),
    max_size=5,
)


@settings(max_examples=50)
@given(bodies, st.binary(min_size=16, max_size=64), bodies)
def test_any_body_round_trips_and_no_other_body_fits(body, salt, other):
    leaf = entry(body, salt, "recommendation")
    values = {"kind": "recommendation", "key": KEY, "leaf": leaf, "salt": salt}
    data = receipt.build(**values, body=body, proof=prove(leaf))
    assert receipt.verify(data, trusted_key=KEY).body == body
    if canonical_json(other) != canonical_json(body):
        with pytest.raises(VerificationError):
            receipt.build(**values, body=other, proof=prove(leaf))


@given(
    st.binary(max_size=100)
    | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.fixed_dictionaries(
        {
            "body": bodies,
            "format": st.just(receipt.FORMAT),
            "key": st.just(KEY) | st.text("a+A=", max_size=20),
            "kind": st.sampled_from(["act", "", "decision"]),
            "leaf": st.just(b64encode(entry()).decode()) | st.text("aA=", max_size=20),
            "proof": st.just(prove(entry())) | st.text("ab \n", max_size=20),
            "salt": st.just("00" * 16) | st.text("0f", max_size=40),
        }
    ).map(lambda value: canonical_json(value) + b"\n")
)
def test_foreign_files_raise_nothing_but_verification_errors(data):
    with pytest.raises(VerificationError):
        receipt.verify(data, trusted_key=None)
