# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness protocol: each rule of C2SP tlog-witness, and that no fork is ever signed."""

from base64 import b64encode
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from kodeks.ledger import checkpoint, cosignature, merkle, note, witness
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.witness import SIZE_TYPE, TEXT_TYPE, Answer, Request

LOG = note.SignerKey("proevekommune/kodeks", bytes(range(32)))
FORGER = note.SignerKey(LOG.name, bytes([9]) * 32)
ANOTHER = note.SignerKey("anden-kommune/kodeks", bytes(32))
WITNESS = note.SignerKey("nabo-1/vidne", bytes([1]) * 32, note.COSIGNATURE)
LOGS = {one.name: one.verifier for one in (LOG, ANOTHER)}
AT = 1_700_000_000
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(70)]
REWRITTEN = [*LEAVES[:2], merkle.leaf_hash(b"rewritten"), *LEAVES[3:]]

# The example of the standard.
EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa \
opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()
EXAMPLE_ANSWER = """\
— witness.example/w1 \
CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up\
69HVOw==
— witness.example/w1 \
I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/l\
CAsmlw==
— witness.example/w2 \
AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysA\
dyP3wQ==
""".encode()


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


# The request.


def test_the_example_of_the_standard_is_read_and_written_alike():
    asked = witness.parse_request(EXAMPLE)
    assert (asked.old_size, len(asked.proof)) == (20852014, 4)
    assert b64encode(asked.proof[3]) == b"/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0="
    assert witness.origin_of(asked) == "example.com/behind-the-sofa"
    assert len(note.parse(asked.checkpoint).signatures) == 2
    assert witness.format_request(asked) == EXAMPLE


def test_a_request_as_it_is_written():
    asked = Request(0, (), b"head\n\nlines\n")
    assert witness.format_request(asked) == b"old 0\n\nhead\n\nlines\n"
    data = witness.format_request(Request(5, (bytes(32),), head(7)))
    assert data == b"old 5\n" + b"A" * 43 + b"=\n\n" + head(7)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\n\n", b"old 0", b"old 0\n", b"old \n\n", b"old\n\n", b"old  0\n\n",
        b"old 00\n\n", b"old 01\n\n", b"old -1\n\n", b"old +1\n\n", b"old 1 \n\n", b"old 1.0\n\n",
        b"old 18446744073709551616\n\n", "old ٧\n\n".encode(), b"OLD 1\n\n", b" old 1\n\n",
        b"old 1\r\n\r\n", b"new 1\n\n", b"\nold 1\n\n", b"1\n\n", b"old 1\nA\n\n",
        b"old 1\nAAAA\n\n", b"old 1\n" + b"A" * 43 + b"\n\n", b"old 1\n" + b"A" * 42 + b"B=\n\n",
        b"old 1\n" + b"A" * 44 + b"\n\n", b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\n",
        b"old 1\n\n\xff", b"\xff\n\n",
    ],
)  # fmt: skip
def test_other_spellings_are_refused(data):
    with pytest.raises(VerificationError):
        witness.parse_request(data + (head(7) if data.endswith(b"\n\n") else b""))


def test_sixty_three_hashes_are_read():
    asked = Request(1, (bytes(32),) * 63, head(7))
    assert witness.parse_request(witness.format_request(asked)) == asked


def test_a_request_that_is_too_long_is_refused():
    room = witness.MAX_SIZE - len(b"old 0\n\n")
    longest = b"old 0\n\n" + b"x" * room
    assert witness.parse_request(longest).checkpoint == b"x" * room
    with pytest.raises(VerificationError, match="for stor"):
        witness.parse_request(longest + b"x")


def test_there_is_room_for_sixteen_signatures_of_the_largest_kind():
    """What C2SP signed-note asks everybody to take: post-quantum ones are nearly 5 kB."""
    others = [note.Signature("pq.invalid/log", bytes(4), bytes(5000)) for _ in range(15)]
    asked = request(0, 7, checkpoint=cosignature.add(head(7), signatures=others))
    assert ask(witness.parse_request(witness.format_request(asked))).status == 200


@given(
    st.integers(0, 2**64 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_requests_round_trip(old, hashes, text):
    asked = Request(old, tuple(hashes), text.encode())
    assert witness.parse_request(witness.format_request(asked)) == asked


pieces = st.sampled_from(
    [b"old ", b"0", b"1", b"\n", b"\n\n", b"A" * 43 + b"=\n", head(7), "— ".encode(), b"=", b"\r"]
)
VALID = witness.format_request(request(5, 7))


@st.composite
def mutated(draw):
    """A valid request with a part of it replaced."""
    start = draw(st.integers(0, len(VALID)))
    end = draw(st.integers(start, min(len(VALID), start + 60)))
    return VALID[:start] + draw(st.binary(max_size=8) | pieces) + VALID[end:]


@given(
    st.binary(max_size=60)
    | st.lists(pieces | st.binary(max_size=4), max_size=10).map(b"".join)
    | mutated()
)
def test_foreign_requests_are_read_exactly_or_refused(data):
    try:
        asked = witness.parse_request(data)
    except VerificationError:
        return
    assert witness.format_request(asked) == data
    # A request that differs from the right one is answered, and signed only for the same head.
    answer = ask(asked, seen=tree(5))
    assert answer.status in (200, 400, 403, 404, 409, 422)
    if answer.status == 200:
        assert signed(answer, asked) == tree(7)


# The answer.


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


# What comes back.


def lines_in(body, *, keys=(WITNESS.verifier,), data=None):
    return witness.cosignatures_in(body, checkpoint=data or head(7), keys=keys)


def test_the_lines_of_the_keys_that_are_known_are_taken():
    text = note.parse(head(7)).text
    other = note.SignerKey("nabo-2/vidne", bytes([2]) * 32, note.COSIGNATURE)
    ours, others = (
        cosignature.sign(text, signer=one, timestamp=AT).line for one in (WITNESS, other)
    )
    later = cosignature.sign(text, signer=WITNESS, timestamp=AT + 1).line
    assert lines_in(ours.encode()) == [ours]
    assert lines_in((others + ours).encode()) == [ours]
    assert lines_in((others + ours + later).encode()) == [ours, later]
    assert lines_in((others + ours).encode(), keys=(WITNESS.verifier, other.verifier)) == [
        others, ours,
    ]  # fmt: skip
    assert lines_in(others.encode()) == []
    assert lines_in(EXAMPLE_ANSWER) == []
    assert lines_in(ask(request(0, 7)).body.encode()) == [
        cosignature.sign(text, signer=WITNESS, timestamp=AT).line
    ]


def test_a_wrong_signature_and_a_broken_line_refuse_the_answer():
    text = note.parse(head(7)).text
    right = cosignature.sign(text, signer=WITNESS, timestamp=AT).line
    elsewhere = cosignature.sign(note.parse(head(8)).text, signer=WITNESS, timestamp=AT).line
    for body in (
        elsewhere.encode(),
        (right + elsewhere).encode(),
        right.encode()[:-1],
        right.encode() + b"\n",
        b"\n" + right.encode(),
        b"x\n" + right.encode(),
        right.replace("—", "-").encode(),
        right.encode() * 101,
        b"",
        b"\n",
        b"\xff\n",
    ):
        with pytest.raises(VerificationError):
            lines_in(body)


@given(
    st.binary(max_size=80)
    | st.lists(
        st.sampled_from(["— ", "nabo-1/vidne ", "\n", "AAAAAA==", WITNESS.name, "AAAAAAA=\n"])
        | st.text(max_size=5),
        max_size=10,
    ).map(lambda found: "".join(found).encode())
)
def test_foreign_answers_give_no_line_of_a_key_that_did_not_sign(body):
    for candidate in (body, body + b"\n"):
        try:
            found = lines_in(candidate)
        except VerificationError:
            continue
        assert found == []


@given(st.binary(max_size=25) | st.integers(-5, 2**65).map(lambda number: b"%d\n" % number))
def test_a_size_is_a_number_on_a_line_or_nothing(body):
    size = witness.parse_size(body)
    assert size is None or (body == b"%d\n" % size and 0 <= size < 2**64)


@pytest.mark.parametrize(
    "body",
    [b"", b"7", b"\n", b"07\n", b"-7\n", b"7\n\n", b"7\r\n", b" 7\n", b"18446744073709551616\n",
     b"\xff\n", "٧\n".encode()],
)  # fmt: skip
def test_other_spellings_of_a_size_are_none(body):
    assert witness.parse_size(body) is None
    assert witness.parse_size(b"7\n") == 7
