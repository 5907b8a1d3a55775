# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness's answer: each rule of C2SP tlog-witness, and that no fork is ever signed."""

from base64 import b64encode
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from witnessed import (
    ANOTHER,
    AT,
    FORGER,
    LOG,
    REWRITTEN,
    WITNESS,
    ask,
    head,
    proof,
    request,
    signed,
    tree,
)

from kodeks.ledger import cosignature, merkle, note, witness
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.witness import SIZE_TYPE, TEXT_TYPE, Answer, Request


def test_a_first_head_of_any_size_is_signed():
    for size in (0, 1, 2, 7, 64):
        asked = request(0, size)
        answer = ask(asked)
        assert answer.seen == signed(answer, asked) == tree(size)
        assert answer.content_type == TEXT_TYPE


def test_the_answer_is_the_witness_s_line_and_nothing_else():
    line = cosignature.sign(note.parse(head(7)).text, signer=WITNESS, timestamp=AT).line
    assert ask(request(0, 7)) == Answer(200, line, TEXT_TYPE, tree(7))


@pytest.mark.parametrize("old", [1, 2, 3, 4, 7, 8, 32, 33, 63])
def test_a_head_that_continues_what_was_seen_is_signed(old):
    for new in (old, old + 1, old + 5, 64, 70):
        if new < old:
            continue
        asked = request(old, new)
        answer = ask(asked, seen=tree(old))
        assert answer.seen == signed(answer, asked) == tree(new)


def test_every_tree_continues_the_empty_one():
    asked = request(0, 7)
    assert ask(asked, seen=tree(0)).seen == tree(7)
    again = request(0, 0)
    assert ask(again, seen=tree(0)).seen == tree(0)


def test_a_log_that_is_not_followed_is_not_found():
    stranger = note.SignerKey("fremmed/kodeks", bytes(32))
    for by in (stranger, note.SignerKey(LOG.name + " ", LOG.seed)):
        answer = ask(request(0, 7, checkpoint=note.sign(
            text=f"{by.name}\n7\n{'A' * 43}=\n", signers=[stranger])))  # fmt: skip
        assert (answer.status, answer.seen) == (404, None)
    # Also when the log's own key signed it: the first line says whose it is.
    text = note.parse(head(7)).text.replace(LOG.name, "fremmed/kodeks")
    answer = ask(request(0, 7, checkpoint=note.sign(text=text, signers=[LOG])))
    assert (answer.status, answer.seen) == (404, None)


@pytest.mark.parametrize("seen", [None, tree(5)])
def test_a_head_without_the_log_s_signature_is_forbidden(seen):
    right = head(7)
    text = note.parse(right).text
    unsigned = note.Signature(LOG.name, LOG.verifier.key_id, bytes(64))
    for data in (
        head(7, by=FORGER),
        note.sign(text=text, signers=[ANOTHER]),
        f"{text}\n{unsigned.line}".encode(),
        right.replace(b"\n7\n", b"\n8\n"),
        # Signed by somebody, and by the witness itself.
        f"{text}\n{cosignature.sign(text, signer=WITNESS, timestamp=AT).line}".encode(),
        # A wrong signature of the log beside a right one.
        cosignature.add(right, signatures=[unsigned]),
    ):
        for old in (0, 5, 6, 9):
            answer = ask(request(5, 7, old_size=old, checkpoint=data), seen=seen)
            assert (answer.status, answer.seen) == (403, None)


def test_signatures_of_others_are_ignored():
    text = note.parse(head(7)).text
    data = note.sign(text=text, signers=[ANOTHER, FORGER, LOG])
    forged = cosignature.sign("noget andet\n", signer=WITNESS, timestamp=AT)
    data = cosignature.add(data, signatures=[forged])
    assert ask(request(0, 7, checkpoint=data)).status == 200


def test_two_logs_are_kept_apart():
    asked = request(0, 7, checkpoint=head(7, by=ANOTHER))
    assert ask(asked).seen == Checkpoint(ANOTHER.name, 7, tree(7).root)


def test_extension_lines_are_signed_with_the_rest():
    text = note.parse(head(7)).text + "en linje mere\n"
    asked = request(0, 7, checkpoint=note.sign(text=text, signers=[LOG]))
    assert signed(ask(asked), asked).extensions == ("en linje mere",)


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"\n\n", head(7)[:-1], note.parse(head(7)).text.encode(),
     note.sign(text="ikke et hoved\n", signers=[LOG]),
     note.sign(text=f"{LOG.name}\n07\n{'A' * 43}=\n", signers=[LOG]),
     note.sign(text=f"{LOG.name}\n7\nAA\n", signers=[LOG]),
     note.sign(text=f"{LOG.name}\n7\n", signers=[LOG])],
)  # fmt: skip
def test_what_is_no_checkpoint_is_a_bad_request(data):
    answer = ask(Request(0, (), data))
    assert (answer.status, answer.seen) == (400, None)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_root_of_another_length_is_not_signed(size):
    root = b64encode(bytes(size or 1)).decode()
    data = note.sign(text=f"{LOG.name}\n7\n{root}\n", signers=[LOG])
    assert ask(Request(0, (), data)).status in (400, 403)


@pytest.mark.parametrize("seen", [None, tree(5), tree(7), tree(8)])
def test_an_old_size_above_the_new_is_a_bad_request(seen):
    answer = ask(request(7, 7, old_size=8), seen=seen)
    assert (answer.status, answer.seen) == (400, None)


@pytest.mark.parametrize(("known", "old"), [(0, 3), (5, 0), (5, 4), (5, 6), (5, 7), (9, 7)])
def test_another_old_size_is_told_what_was_seen(known, old):
    answer = ask(request(old, 7), seen=tree(known) if known else None)
    assert answer == Answer(409, f"{known}\n", SIZE_TYPE)
    assert witness.parse_size(answer.body.encode()) == known


def test_who_knows_nothing_may_ask_from_zero_whatever_the_proof():
    for hashes in ((), proof(5, 7)):
        answer = ask(request(0, 7, proof=hashes), seen=tree(5))
        assert answer == Answer(409, "5\n", SIZE_TYPE)


def test_another_root_of_the_same_size_is_a_conflict():
    assert tree(5) != tree(5, REWRITTEN)
    answer = ask(request(5, 5, REWRITTEN), seen=tree(5))
    assert answer == Answer(409, "5\n", SIZE_TYPE)
    empty = Request(0, (), note.sign(text=f"{LOG.name}\n0\n{'A' * 43}=\n", signers=[LOG]))
    assert ask(empty, seen=tree(0)) == Answer(409, "0\n", SIZE_TYPE)


def unprocessable(asked, *, seen=None):
    answer = ask(asked, seen=seen)
    assert (answer.status, answer.seen) == (422, None)
    assert answer.content_type == TEXT_TYPE
    assert answer.body.endswith(".\n")


@pytest.mark.parametrize(("old", "new"), [*pairwise([1, 2, 3, 5, 8, 13, 21, 64, 70])])
def test_a_proof_that_does_not_hold_is_unprocessable(old, new):
    right = proof(old, new)
    flipped = [
        (*right[:at], bytes([right[at][0] ^ 1]) + right[at][1:], *right[at + 1 :])
        for at in range(len(right))
    ]
    for wrong in (*flipped, right[:-1], right[1:], (*right, bytes(32)), right[::-1], ()):
        if wrong != right:
            unprocessable(request(old, new, proof=wrong), seen=tree(old))


@pytest.mark.parametrize("old", [3, 5, 64])
def test_a_log_that_was_rewritten_is_never_signed(old):
    for new in range(old + 1, 70, 7):
        unprocessable(request(old, new, REWRITTEN), seen=tree(old))
        unprocessable(request(old, new, REWRITTEN, proof=proof(old, new)), seen=tree(old))


def test_a_proof_where_none_belongs_is_unprocessable():
    unprocessable(request(0, 7, proof=(bytes(32),)))
    unprocessable(request(0, 7, proof=proof(5, 7)), seen=tree(0))
    unprocessable(request(5, 5, proof=(bytes(32),)), seen=tree(5))


def test_an_empty_log_with_another_root_is_not_signed():
    data = note.sign(text=f"{LOG.name}\n0\n{'A' * 43}=\n", signers=[LOG])
    unprocessable(Request(0, (), data))


class Model(RuleBasedStateMachine):
    """A log that may fork, and whoever holds its key, against one witness.

    What the witness has signed must always be heads of one log, each the beginning of the next.
    """

    histories = Bundle("histories")

    def __init__(self):
        super().__init__()
        self.latest = None
        self.signed = [()]
        self.number = 0

    def _grown(self, leaves, by):
        self.number += 1
        new = [merkle.leaf_hash(b"%d %d" % (self.number, at)) for at in range(by)]
        return (*leaves, *new)

    @initialize(target=histories, size=st.integers(0, 9))
    def begin(self, size):
        return self._grown((), size)

    @rule(target=histories, leaves=histories, by=st.integers(0, 9))
    def grow(self, leaves, by):
        return self._grown(leaves, by)

    @rule(target=histories, leaves=histories, at=st.integers(0, 40), by=st.integers(0, 9))
    def fork(self, leaves, at, by):
        return self._grown(leaves[:at], by)

    def _submit(self, asked, leaves):
        answer = ask(asked, seen=self.latest)
        known = self.latest.size if self.latest else 0
        if answer.status == 200:
            assert answer.seen == signed(answer, asked) == tree(len(leaves), leaves)
            self.latest = answer.seen
            self.signed.append(leaves)
        else:
            assert answer.seen is None
        if answer.status == 409:
            assert (answer.body, answer.content_type) == (f"{known}\n", SIZE_TYPE)
        return answer.status

    @rule(leaves=histories, at=st.integers(0, 40), proved=st.sampled_from(["right", "none", "cut"]))
    def submit(self, leaves, at, proved):
        """A head of any history, from the size where the witness is or from another."""
        for old in (self.latest.size if self.latest else 0, at):
            hashes = proof(old, len(leaves), leaves) if old <= len(leaves) else ()
            hashes = {"right": hashes, "none": (), "cut": hashes[:-1]}[proved]
            self._submit(Request(old, hashes, head(len(leaves), leaves)), leaves)

    @rule(leaves=histories, other=histories)
    def mix(self, leaves, other):
        """The head of one history with the proof of another."""
        old = self.latest.size if self.latest else 0
        if old <= len(other):
            hashes = proof(old, len(other), other)
            self._submit(Request(old, hashes, head(len(leaves), leaves)), leaves)

    @rule(by=st.integers(0, 9))
    def go_on(self, by):
        """Whoever continues what was signed last is always signed."""
        leaves = self._grown(self.signed[-1], by)
        old = len(self.signed[-1])
        assert self._submit(request(old, len(leaves), leaves), leaves) == 200

    @invariant()
    def one_log(self):
        # The rest was compared before.
        if len(self.signed) > 1:
            earlier, later = self.signed[-2:]
            assert later[: len(earlier)] == earlier


Model.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestModel = Model.TestCase
