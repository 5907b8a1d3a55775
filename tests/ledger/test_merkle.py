# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Merkle proofs: published vectors, a foreign implementation, and properties."""

import json
from base64 import b64decode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from kodeks.ledger import merkle
from kodeks.ledger.errors import VerificationError

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(130)]


def hashes(values):
    return [b64decode(value) for value in values or []]


def accepts(verify, **arguments):
    try:
        verify(**arguments)
    except VerificationError:
        return False
    return True


def inclusion(index, size):
    return {
        "leaf": LEAVES[index],
        "index": index,
        "size": size,
        "proof": merkle.inclusion_proof(LEAVES[:size], index),
        "root": merkle.root_hash(LEAVES[:size]),
    }


def consistency(old, new):
    return {
        "old_size": old,
        "old_root": merkle.root_hash(LEAVES[:old]),
        "new_size": new,
        "new_root": merkle.root_hash(LEAVES[:new]),
        "proof": merkle.consistency_proof(LEAVES[:new], old),
    }


@st.composite
def two_sizes(draw):
    new = draw(st.integers(1, len(LEAVES)))
    return draw(st.integers(1, new)), new


def flip(value, bit):
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_inclusion_vectors(vectors):
    cases = [
        json.loads(path.read_text()) for path in (vectors / "merkle/inclusion").rglob("*.json")
    ]
    for case in cases:
        accepted = accepts(
            merkle.verify_inclusion,
            leaf=b64decode(case["leafHash"]),
            index=case["leafIdx"],
            size=case["treeSize"],
            proof=hashes(case["proof"]),
            root=b64decode(case["root"]),
        )
        assert accepted is not case["wantErr"], case["desc"]
    assert (len(cases), sum(case["wantErr"] for case in cases)) == (35, 32)


def test_consistency_vectors(vectors):
    paths = (vectors / "merkle/consistency").rglob("*.json")
    cases = [json.loads(path.read_text()) for path in paths]
    for case in cases:
        accepted = accepts(
            merkle.verify_consistency,
            old_size=case["size1"],
            old_root=b64decode(case["root1"]),
            new_size=case["size2"],
            new_root=b64decode(case["root2"]),
            proof=hashes(case["proof"]),
        )
        assert accepted is not case["wantErr"], case["desc"]
    assert (len(cases), sum(case["wantErr"] for case in cases)) == (22, 20)


def test_vectors_of_the_go_implementation(vectors):
    data = json.loads((vectors / "tlog-roots-and-proofs.json").read_text())
    leaves = [merkle.leaf_hash(value) for value in hashes(data["leaves"])]
    roots = [merkle.EMPTY_ROOT, *hashes(data["roots"])]
    for case in data["inclusion"]:
        index, size, proof = case["I"], case["N"], hashes(case["Proof"])
        merkle.verify_inclusion(
            leaf=leaves[index], index=index, size=size, proof=proof, root=roots[size]
        )
        if size % 50 == 0:
            assert merkle.inclusion_proof(leaves[:size], index) == proof
    for case in data["consistency"]:
        old, new, proof = case["M"], case["N"], hashes(case["Proof"])
        merkle.verify_consistency(
            old_size=old, old_root=roots[old], new_size=new, new_root=roots[new], proof=proof
        )
        if new % 50 == 0:
            assert merkle.consistency_proof(leaves[:new], old) == proof
    for size in [*range(1, 200), *range(200, 3001, 97), 3000]:
        assert merkle.root_hash(leaves[:size]) == roots[size]
    counts = [len(data[name]) for name in ("leaves", "roots", "inclusion", "consistency")]
    assert counts == [3000, 3000, 1200, 1213]


def test_same_tree_and_proofs_as_pymerkle():
    tree = InmemoryTree(algorithm="sha256")
    for number in range(70):
        tree.append_entry(b"%d" % number)
    for size in range(1, 71):
        root = merkle.root_hash(LEAVES[:size])
        assert tree.get_root(size) == root
        for index in range(0, size, 7):
            theirs = [
                bytes.fromhex(v) for v in tree.prove_inclusion(index + 1, size).serialize()["path"]
            ]
            theirs.remove(LEAVES[index])
            assert merkle.inclusion_proof(LEAVES[:size], index) == theirs
        for old in range(1, size, 5):
            # pymerkle's consistency proofs have another form, so each checks the other's roots.
            proof = consistency(old, size)
            merkle.verify_consistency(**proof)
            their_proof = tree.prove_consistency(old, size)
            verify_consistency(proof["old_root"], proof["new_root"], their_proof)


def test_the_empty_tree():
    empty = merkle.EMPTY_ROOT
    assert empty.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root_hash([]) == empty
    assert merkle.consistency_proof([], 0) == []
    merkle.verify_consistency(old_size=0, old_root=empty, new_size=0, new_root=empty, proof=[])
    other = LEAVES[0]
    for old_root, new_size, new_root in [(other, 0, other), (empty, 1, other), (other, 1, other)]:
        with pytest.raises(VerificationError):
            merkle.verify_consistency(
                old_size=0, old_root=old_root, new_size=new_size, new_root=new_root, proof=[]
            )


def test_a_proof_too_long_for_the_stated_size_is_refused_though_it_leads_to_the_root():
    two = merkle.node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(VerificationError, match="for langt"):
        merkle.verify_inclusion(leaf=LEAVES[1], index=0, size=1, proof=[LEAVES[0]], root=two)
    three = merkle.node_hash(LEAVES[2], two)
    with pytest.raises(VerificationError, match="for langt"):
        merkle.verify_consistency(
            old_size=1,
            old_root=merkle.node_hash(LEAVES[2], LEAVES[0]),
            new_size=2,
            new_root=three,
            proof=[LEAVES[1], LEAVES[2]],
        )


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_no_proof_for_an_entry_that_is_not_there(index, size):
    with pytest.raises(VerificationError):
        merkle.inclusion_proof(LEAVES[:size], index)
    with pytest.raises(VerificationError):
        merkle.verify_inclusion(leaf=LEAVES[0], index=index, size=size, proof=[], root=LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3), (-1, -1)])
def test_no_consistency_proof_from_nothing_or_backwards(old, new):
    with pytest.raises(VerificationError):
        merkle.consistency_ranges(old_size=old, new_size=new)
    with pytest.raises(VerificationError):
        merkle.verify_consistency(
            old_size=old, old_root=LEAVES[0], new_size=new, new_root=LEAVES[0], proof=[]
        )


@given(two_sizes(), st.data())
def test_inclusion_proofs_verify_and_every_flipped_bit_fails(sizes, data):
    last, size = sizes
    proof = inclusion(last - 1, size)
    merkle.verify_inclusion(**proof)
    bit = data.draw(st.integers(0, 255))
    for name in ("leaf", "root"):
        assert not accepts(merkle.verify_inclusion, **proof | {name: flip(proof[name], bit)})
    for place, value in enumerate(proof["proof"]):
        changed = [*proof["proof"][:place], flip(value, bit), *proof["proof"][place + 1 :]]
        assert not accepts(merkle.verify_inclusion, **proof | {"proof": changed})
    for changed in (proof["proof"][:-1], proof["proof"][1:], [*proof["proof"], LEAVES[0]]):
        if changed != proof["proof"]:
            assert not accepts(merkle.verify_inclusion, **proof | {"proof": changed})
    index = proof["index"] ^ 1 << data.draw(st.integers(0, 64))
    assert not accepts(merkle.verify_inclusion, **proof | {"index": index})


@given(two_sizes(), st.integers(0, 64))
def test_a_changed_size_fails_unless_the_leaf_has_the_same_path_there(sizes, bit):
    last, size = sizes
    proof = inclusion(last - 1, size)
    changed = size ^ 1 << bit
    accepted = accepts(merkle.verify_inclusion, **proof | {"size": changed})
    # RFC 6962 binds the size by the checkpoint's signature, not by the root.
    assert accepted is (path(last - 1, size) == path(last - 1, changed))


def path(index, size):
    """From the leaf: is the sibling on the right? None for a leaf that is not there."""
    if index >= size:
        return None
    return [low > index for low, _ in merkle.inclusion_ranges(index=index, size=size)]


@given(two_sizes(), st.data())
def test_consistency_proofs_verify_and_every_flipped_bit_fails(sizes, data):
    proof = consistency(*sizes)
    merkle.verify_consistency(**proof)
    bit = data.draw(st.integers(0, 255))
    for name in ("old_root", "new_root"):
        assert not accepts(merkle.verify_consistency, **proof | {name: flip(proof[name], bit)})
    for place, value in enumerate(proof["proof"]):
        changed = [*proof["proof"][:place], flip(value, bit), *proof["proof"][place + 1 :]]
        assert not accepts(merkle.verify_consistency, **proof | {"proof": changed})
    for changed in (proof["proof"][:-1], [*proof["proof"], LEAVES[0]]):
        if changed != proof["proof"]:
            assert not accepts(merkle.verify_consistency, **proof | {"proof": changed})


@given(two_sizes(), st.integers(0, 129))
def test_a_rewritten_entry_is_not_consistent(sizes, index):
    old, new = sizes
    assume(index < old)
    rewritten = [*LEAVES[:index], merkle.leaf_hash(b"rewritten"), *LEAVES[index + 1 : new]]
    forged = consistency(old, new) | {
        "new_root": merkle.root_hash(rewritten),
        "proof": merkle.consistency_proof(rewritten, old),
    }
    assert not accepts(merkle.verify_consistency, **forged)


@given(
    st.integers(-2, 2**65),
    st.integers(-2, 2**65),
    st.lists(st.binary(max_size=40) | st.binary(min_size=32, max_size=32), max_size=70),
)
def test_foreign_proofs_raise_nothing_but_verification_errors(one, other, proof):
    first = LEAVES[0]
    accepts(merkle.verify_inclusion, leaf=first, index=one, size=other, proof=proof, root=first)
    accepts(
        merkle.verify_consistency,
        old_size=one,
        old_root=first,
        new_size=other,
        new_root=first,
        proof=proof,
    )
