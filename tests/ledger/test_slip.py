# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The receipt as it is printed in a QR code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger import cosignature, merkle, note, policy, receipt, slip
from kodeks.ledger.canonical import canonical_json
from kodeks.ledger.checkpoint import Checkpoint, sign
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.proof import format_proof, parse_proof

SIGNER = note.SignerKey("proevekommune/kodeks", bytes(range(32)))
WITNESSES = [
    note.SignerKey(f"nabo-{number}/vidne", bytes([number]) * 32, note.COSIGNATURE)
    for number in (1, 2, 3)
]
KEY = SIGNER.verifier.text
POLICY = policy.k_of_n(
    log=SIGNER.verifier, witnesses=[policy.Witness(one.verifier) for one in WITNESSES], k=2
)
SALT = bytes(range(100, 132))
BODY = {"id": "1", "own_consideration": "Prøvetekst.", "sag": "2026-17"}
LEAF = canonical_json(
    {
        "at": "2026-01-02T03:04:05.678901Z",
        "commitment": receipt.commitment(salt=SALT, body=BODY),
        "id": "00000000-0000-4000-8000-000000000001",
        "kind": "decision",
        "system": "proevesystem",
    }
)


def receipt_of(*, size: int = 11, index: int = 6, witnesses=WITNESSES) -> bytes:
    """A receipt in a log of `size` entries, of which only the path to `index` is computed."""
    leaf = merkle.leaf_hash(LEAF)
    ranges = merkle.inclusion_ranges(index=index, size=size)
    hashes = [merkle.leaf_hash(repr(one).encode()) for one in ranges]
    root = leaf
    for (low, _), sibling in zip(ranges, hashes, strict=True):
        root = merkle.node_hash(root, sibling) if low > index else merkle.node_hash(sibling, root)
    signed = sign(checkpoint=Checkpoint(SIGNER.name, size, root), signer=SIGNER)
    text = note.parse(signed).text
    lines = [cosignature.sign(text, signer=one, timestamp=1_700_000_000) for one in witnesses]
    return receipt.build(
        kind="decision",
        key=KEY,
        leaf=LEAF,
        salt=SALT,
        body=BODY,
        proof=format_proof(
            index=index, hashes=hashes, checkpoint=cosignature.add(signed, signatures=lines)
        ),
        witnesses=[one.verifier.text for one in witnesses],
    )


SLIP = slip.format_slip(receipt_of()).encode()


def test_it_says_what_stands_in_the_log_and_opens_the_commitment():
    found = slip.verify_slip(SLIP, trusted_policy=POLICY)
    assert found.leaf["id"] == "00000000-0000-4000-8000-000000000001"
    assert (found.index, found.checkpoint.size) == (6, 11)
    assert [one.key for one in found.cosignatures] == [one.verifier for one in WITNESSES]
    assert found.is_about(BODY)
    assert not found.is_about(BODY | {"sag": "2026-18"})
    assert slip.is_slip(SLIP)
    assert not slip.is_slip(receipt_of())


def test_with_the_log_s_key_alone_nothing_is_said_of_witnesses():
    assert slip.verify_slip(SLIP, trusted_key=KEY).cosignatures == ()


def test_without_any_key_it_proves_nothing():
    with pytest.raises(VerificationError, match="--key"):
        slip.verify_slip(SLIP)


def test_too_few_witnesses_are_refused_under_a_policy():
    few = slip.format_slip(receipt_of(witnesses=WITNESSES[:1])).encode()
    assert slip.verify_slip(few, trusted_key=KEY)
    with pytest.raises(VerificationError, match="For få vidner"):
        slip.verify_slip(few, trusted_policy=POLICY)


def test_another_log_s_key_is_refused():
    other = note.SignerKey(SIGNER.name, bytes(32)).verifier.text
    with pytest.raises(VerificationError):
        slip.verify_slip(SLIP, trusted_key=other)


def test_the_largest_log_asked_for_fits_one_code():
    """Ten million entries and five witnesses: 24 hashes."""
    many = [
        note.SignerKey(
            f"en-ret-lang-kommune-{number}/vidne", bytes([number]) * 32, note.COSIGNATURE
        )
        for number in range(1, 6)
    ]
    text = slip.format_slip(receipt_of(size=10_000_000, index=9_999_998 // 2, witnesses=many))
    assert len(parse_proof(text).hashes) == 24
    assert len(text.encode()) <= slip.MAX_SIZE


def test_every_changed_byte_of_what_is_proved_is_found():
    """The salt by the body's commitment; a witness's name too, which then is nobody's."""
    for place in range(len(SLIP)):
        changed = SLIP[:place] + bytes([SLIP[place] ^ 1]) + SLIP[place + 1 :]
        try:
            found = slip.verify_slip(changed, trusted_policy=POLICY)
        except VerificationError:
            continue
        assert not found.is_about(BODY) or len(found.cosignatures) == 2


@pytest.mark.parametrize(
    "extra",
    [
        None,
        b"",
        b"{}",
        b"[]",
        b'{"leaf":"x"}',
        b'{"leaf":1,"salt":"00"}',
        b'{"leaf":"x","salt":"0"}',
    ],
)
def test_an_extra_that_is_not_ours_is_refused(extra):
    proof = parse_proof(SLIP.decode())
    text = format_proof(
        index=proof.index, hashes=proof.hashes, checkpoint=proof.checkpoint, extra=extra
    )
    with pytest.raises(VerificationError):
        slip.verify_slip(text.encode(), trusted_key=KEY)


@given(
    st.binary(max_size=200)
    | st.tuples(st.integers(0, len(SLIP)), st.binary(max_size=20)).map(
        lambda cut: SLIP[: cut[0]] + cut[1] + SLIP[cut[0] + len(cut[1]) + 1 :]
    )
)
def test_foreign_texts_raise_nothing_but_verification_errors(data):
    try:
        found = slip.verify_slip(data, trusted_key=KEY)
    except VerificationError:
        return
    # Lines of witnesses are not looked at with the log's key alone.
    assert canonical_json(found.leaf) == LEAF


@given(st.binary(max_size=200))
def test_only_a_receipt_becomes_a_slip(data):
    with pytest.raises(VerificationError):
        slip.format_slip(data)
