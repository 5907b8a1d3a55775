# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A small log and its witness: requests of it, and what the witness answers."""

from kodeks.ledger import checkpoint, cosignature, merkle, note, witness
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.witness import Request

LOG = note.SignerKey("proevekommune/kodeks", bytes(range(32)))
FORGER = note.SignerKey(LOG.name, bytes([9]) * 32)
ANOTHER = note.SignerKey("anden-kommune/kodeks", bytes(32))
WITNESS = note.SignerKey("nabo-1/vidne", bytes([1]) * 32, note.COSIGNATURE)
LOGS = {one.name: one.verifier for one in (LOG, ANOTHER)}
AT = 1_700_000_000
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(70)]
REWRITTEN = [*LEAVES[:2], merkle.leaf_hash(b"rewritten"), *LEAVES[3:]]


def tree(size, leaves=LEAVES):
    return Checkpoint(LOG.name, size, merkle.root_hash(leaves[:size]))


def head(size, leaves=LEAVES, *, by=LOG):
    root = merkle.root_hash(leaves[:size])
    return checkpoint.sign(checkpoint=Checkpoint(by.name, size, root), signer=by)


def proof(old, new, leaves=LEAVES):
    return tuple(merkle.consistency_proof(leaves[:new], old)) if old else ()


def request(old, new, leaves=LEAVES, **changes):
    made = {"old_size": old, "proof": proof(old, new, leaves), "checkpoint": head(new, leaves)}
    return Request(**made | changes)


def ask(asked, *, seen=None):
    """What a witness answers that has last signed the checkpoint `seen`."""
    return witness.answer(asked, logs=LOGS, latest=seen, signer=WITNESS, timestamp=AT)


def signed(answer, asked):
    """The cosignature in an answer that must be one."""
    assert answer.status == 200, answer
    data = asked.checkpoint + answer.body.encode()
    (found,) = cosignature.verify(note.parse(data), keys=[WITNESS.verifier])
    assert found.timestamp == AT
    return checkpoint.open_signed(data, key=LOG.verifier)
