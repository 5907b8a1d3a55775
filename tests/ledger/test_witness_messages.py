# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness protocol: requests and answers as they are written, and foreign ones."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from witnessed import AT, WITNESS, ask, head, request, signed, tree

from kodeks.ledger import cosignature, note, witness
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.witness import Request

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
