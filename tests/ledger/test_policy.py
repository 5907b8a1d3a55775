# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Policies: each rule of C2SP tlog-policy, and who must have seen a head before it counts."""

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.ledger import checkpoint, cosignature, note
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import (
    MOST_LINES,
    Group,
    Policy,
    Witness,
    format_policy,
    k_of_n,
    parse_policy,
    require,
)

LOG = note.SignerKey("proevekommune/kodeks", bytes(range(32)))
ANOTHER = note.SignerKey("anden-kommune/kodeks", bytes(32))
WITNESSES = [
    note.SignerKey(f"nabo-{number}/vidne", bytes([number]) * 32, note.COSIGNATURE)
    for number in range(1, 7)
]
KEYS = [one.verifier.text for one in WITNESSES]
AT = 1_700_000_000
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def head(*, by=LOG, witnesses=(), size=7):
    signed = checkpoint.sign(checkpoint=Checkpoint(by.name, size, bytes(range(32))), signer=by)
    return seen(signed, witnesses)


def seen(signed, witnesses):
    text = note.parse(signed).text
    lines = [cosignature.sign(text, signer=one, timestamp=AT) for one in witnesses]
    return cosignature.add(signed, signatures=lines)


def parse(*lines):
    return parse_policy("".join(f"{line}\n" for line in lines).encode())


def believes(policy, data):
    try:
        require(policy, data)
    except VerificationError:
        return False
    return True


def subsets(found):
    return chain.from_iterable(combinations(found, size) for size in range(len(found) + 1))


# The standard's example, with keys.

EXAMPLE = f"""\
log {LOG.verifier.text}

witness X1 {KEYS[0]}
witness X2 {KEYS[1]}
witness X3 {KEYS[2]}
group X-witnesses 2 X1 X2 X3

witness Y1 {KEYS[3]}
witness Y2 {KEYS[4]}
witness Y3 {KEYS[5]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_example_of_the_standard_is_read():
    policy = parse_policy(EXAMPLE.encode())
    assert policy.logs == (LOG.verifier,)
    assert {name: one.key.text for name, one in policy.witnesses.items()} == dict(
        zip(("X1", "X2", "X3", "Y1", "Y2", "Y3"), KEYS, strict=True)
    )
    assert policy.groups == {
        "X-witnesses": Group(2, ("X1", "X2", "X3")),
        "Y-witnesses": Group(1, ("Y1", "Y2", "Y3")),
        "X-and-Y": Group(2, ("X-witnesses", "Y-witnesses")),
    }
    assert policy.quorum == "X-and-Y"
    assert [key.text for key in policy.keys] == KEYS


def test_the_example_of_the_standard_for_each_choice_of_witnesses():
    policy = parse_policy(EXAMPLE.encode())
    accepted = 0
    for chosen in subsets(WITNESSES):
        x, y = (len({one.name for one in chosen} & {two.name for two in group})
                for group in (WITNESSES[:3], WITNESSES[3:]))  # fmt: skip
        holds = believes(policy, head(witnesses=chosen))
        assert holds is (x >= 2 and y >= 1)
        accepted += holds
    assert accepted == 4 * 7


# Who must have seen it.


@pytest.mark.parametrize(("k", "n"), [(k, n) for n in range(1, 5) for k in range(1, n + 1)])
def test_k_of_n_for_each_choice_of_witnesses(k, n):
    policy = k_of_n(
        log=LOG.verifier, witnesses=[Witness(one.verifier) for one in WITNESSES[:n]], k=k
    )
    for chosen in subsets(WITNESSES[:n]):
        data = head(witnesses=chosen)
        if len(chosen) < k:
            with pytest.raises(VerificationError, match="For få vidner"):
                require(policy, data)
            continue
        believed = require(policy, data)
        assert believed.checkpoint == Checkpoint(LOG.name, 7, bytes(range(32)))
        expected = {cosignature.Cosignature(one.verifier, AT) for one in chosen}
        assert set(believed.cosignatures) == expected


@pytest.mark.parametrize("k", [-1, 0, 4])
def test_more_than_there_are_or_none_cannot_be_asked_for(k):
    witnesses = [Witness(one.verifier) for one in WITNESSES[:3]]
    with pytest.raises(VerificationError):
        k_of_n(log=LOG.verifier, witnesses=witnesses, k=k)


def test_k_of_n_takes_each_witness_once():
    namesake = note.SignerKey(WITNESSES[0].name, bytes([9]) * 32, note.COSIGNATURE)
    for two in (WITNESSES[0], namesake):
        witnesses = [Witness(one.verifier) for one in (WITNESSES[0], two)]
        for k in (1, 2):
            with pytest.raises(VerificationError):
                k_of_n(log=LOG.verifier, witnesses=witnesses, k=k)


def two_of_three(**changes):
    lines = {"log": f"log {LOG.verifier.text}"} | changes
    witnesses = [f"witness {number} {key}" for number, key in enumerate(KEYS[:3])]
    return parse(lines["log"], *witnesses, "group alle 2 0 1 2", "quorum alle")


def test_one_witness_twice_is_still_one():
    one, two = WITNESSES[:2]
    assert not believes(two_of_three(), head(witnesses=[one, one]))
    assert believes(two_of_three(), head(witnesses=[one, two, one]))


def test_only_the_witnesses_that_are_named_count():
    stranger, namesake = (
        note.SignerKey(name, bytes([9]) * 32, note.COSIGNATURE) for name in ("x", WITNESSES[1].name)
    )
    assert not believes(two_of_three(), head(witnesses=[WITNESSES[0], stranger, namesake]))
    assert not believes(two_of_three(), head(witnesses=WITNESSES[3:]))
    # Named, but not in the group that is asked for.
    lines = [f"witness {number} {key}" for number, key in enumerate(KEYS[:3])]
    policy = parse(f"log {LOG.verifier.text}", *lines, "group to all 0 1", "quorum to")
    assert not believes(policy, head(witnesses=[WITNESSES[0], WITNESSES[2]]))
    assert believes(policy, head(witnesses=WITNESSES[:3]))


def test_a_wrong_signature_of_a_named_witness_refuses_though_enough_are_right():
    right = head(witnesses=WITNESSES[:2])
    elsewhere = note.parse(head(size=8)).text
    wrong = cosignature.sign(elsewhere, signer=WITNESSES[2], timestamp=AT)
    assert believes(two_of_three(), right)
    assert not believes(two_of_three(), cosignature.add(right, signatures=[wrong]))


def test_a_single_witness_can_be_the_quorum():
    policy = parse(f"log {LOG.verifier.text}", f"witness kun {KEYS[0]}", "quorum kun")
    assert believes(policy, head(witnesses=WITNESSES[:1]))
    assert not believes(policy, head(witnesses=WITNESSES[1:]))


def test_without_a_quorum_the_log_s_own_signature_is_enough():
    policy = parse(f"log {LOG.verifier.text}", f"witness en {KEYS[0]}", "quorum none")
    assert require(policy, head()).cosignatures == ()
    believed = require(policy, head(witnesses=WITNESSES))
    assert [one.key.text for one in believed.cosignatures] == KEYS[:1]
    with pytest.raises(VerificationError):
        require(policy, head(by=ANOTHER))


def test_another_log_is_not_believed_whoever_has_seen_it():
    forged = note.SignerKey(LOG.name, bytes([9]) * 32)
    for signer in (ANOTHER, forged):
        data = head(by=signer, witnesses=WITNESSES)
        with pytest.raises(VerificationError, match="Ingen af de logge"):
            require(two_of_three(), data)
    wrong = head(witnesses=WITNESSES).replace(b"\n7\n", b"\n8\n")
    with pytest.raises(VerificationError, match="forkert"):
        require(two_of_three(), wrong)
    no_log = parse(f"witness en {KEYS[0]}", "quorum en")
    with pytest.raises(VerificationError, match="Ingen af de logge"):
        require(no_log, head(witnesses=WITNESSES))


def test_each_of_the_logs_is_believed_under_its_own_name():
    logs = [f"log {LOG.verifier.text}", f"log {ANOTHER.verifier.text}"]
    for order in (logs, logs[::-1]):
        policy = parse(*order, "quorum none")
        for signer in (LOG, ANOTHER):
            assert require(policy, head(by=signer)).checkpoint.origin == signer.name


def test_a_log_that_signs_another_s_head_does_not_hinder_it():
    """Anyone may add a line to a note; whose head it is, its first line says."""
    other = note.parse(head(by=ANOTHER)).text
    mixed = note.sign(text=other, signers=[LOG, ANOTHER])
    logs = [f"log {LOG.verifier.text}", f"log {ANOTHER.verifier.text}"]
    for order in (logs, logs[::-1]):
        assert require(parse(*order, "quorum none"), mixed).checkpoint.origin == ANOTHER.name
    # The log that is trusted has signed, but it is not the log of this name.
    alone = note.sign(text=other, signers=[LOG])
    assert not believes(parse(*logs, "quorum none"), alone)
    assert not believes(parse(logs[0], "quorum none"), mixed)


def test_the_head_of_another_program(vectors):
    signed = (vectors / "tessera-log/testdata/log/checkpoint").read_bytes()
    policy = two_of_three(log=f"log {TESSERA_KEY} https://example.com/log/")
    assert not believes(policy, seen(signed, WITNESSES[:1]))
    assert require(policy, seen(signed, WITNESSES[:2])).checkpoint.size == 15


# How a policy is written.

W = [f"witness w{number} {key}" for number, key in enumerate(KEYS)]


@pytest.mark.parametrize(
    "lines",
    [
        ["quorum none"],
        ["\tquorum \t none  "],
        ["", " ", "\t", "# en bemærkning", "  \t# quorum w0", "#quorum w0", "quorum none"],
        ["# \u00a0\u2028 \x85", "quorum none"],
        [W[0], "quorum w0"],
        [f"  witness\tw0 \t {KEYS[0]}\thttps://vidne.invalid/æ?#  ", "quorum w0"],
        [f"log {LOG.verifier.text} https://log.invalid/", f"log {ANOTHER.verifier.text}",
         "quorum none"],
        ["quorum none", W[0], f"log {LOG.verifier.text}"],
        [W[0], W[1], "group g 2 w1 w0", "quorum g"],
        [W[0], "group g all w0", "group h any g", "group i 1 h", "quorum i"],
        [W[0], W[1], "group g any w0", "quorum w1"],
        [W[0], W[1], "group g any w0", "quorum w0"],
        # The names that have a meaning elsewhere on a line are names like others.
        *([f"witness {name} {KEYS[0]}", f"group g{name} all {name}", f"quorum {name}"]
          for name in ("all", "any", "1", "log", "witness", "group", "quorum", "#", "None", "NONE",
                       "none.", "+", "\u00a0", "\u212a", "æøå", LOG.name, KEYS[0])),
        [f"witness K {KEYS[0]}", f"witness \u212a {KEYS[1]}", "group g all K \u212a", "quorum g"],
    ],
)  # fmt: skip
def test_what_the_standard_allows_is_read(lines):
    policy = parse(*lines)
    assert parse_policy(format_policy(policy).encode()) == policy


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "linjeskift"),
        ([""], "mangler linjen quorum"),
        (W, "mangler linjen quorum"),
        # One quorum, of something that stands before it.
        (["quorum none", "quorum none"], "linje 2: Linjen quorum"),
        ([W[0], "quorum none", "quorum w0"], "linje 3: Linjen quorum"),
        (["quorum w0", W[0]], "linje 1: w0 er ikke nævnt"),
        (["quorum"], "linje 1"),
        (["quorum none w0"], "linje 1"),
        ([W[0], W[1], "quorum w0 w1"], "linje 3"),
        # Each name is given once, to a witness or to a group, and `none` to neither.
        ([W[0], f"witness w0 {KEYS[1]}", "quorum w0"], "linje 2: Navnet w0"),
        ([W[0], "group w0 any w0", "quorum w0"], "linje 2: Navnet w0"),
        ([W[0], W[1], "group g any w0", "group g any w1", "quorum g"], "linje 4: Navnet g"),
        ([W[0], "group g any w0", f"witness g {KEYS[1]}", "quorum g"], "linje 3: Navnet g"),
        ([f"witness none {KEYS[0]}", "quorum none"], "linje 1: Navnet none"),
        ([W[0], "group none any w0", "quorum none"], "linje 2: Navnet none"),
        # Members stand before the group, and in no other.
        ([W[0], "group g any none", "quorum g"], "linje 2: none er ikke nævnt"),
        ([W[0], "group g any none w0", "quorum g"], "linje 2: none er ikke nævnt"),
        (["group g any w0", W[0], "quorum g"], "linje 1: w0 er ikke nævnt"),
        ([W[0], "group g any g", "quorum g"], "linje 2: g er ikke nævnt"),
        ([W[0], "group g any h", "group h any w0", "quorum g"], "linje 2: h er ikke nævnt"),
        ([W[0], "group g all w0 w0", "quorum g"], "linje 2: w0 er allerede med"),
        ([W[0], W[1], "group g all w0", "group h all w1 w0", "quorum h"],
         "linje 4: w0 er allerede med"),
        ([W[0], W[1], "group g all w0", "group h all g w1", "group i all g", "quorum i"],
         "linje 5: g er allerede med"),
        # Thresholds.
        ([W[0], "group g 0 w0", "quorum g"], "linje 2: Gruppen har 1"),
        ([W[0], "group g 2 w0", "quorum g"], "linje 2: Gruppen har 1"),
        *(([W[0], f"group g {k} w0", "quorum g"], "linje 2")
          for k in ("-1", "+1", "1.0", "0x1", "\u0661", "ALL", "Any", "one", "w0", "1" * 30)),
        ([W[0], "group g any", "quorum g"], "linje 2"),
        ([W[0], "group g", "quorum g"], "linje 2"),
        ([W[0], "group", "quorum w0"], "linje 2"),
        # Keys: of the right kind, each once, whatever name it goes by.
        ([f"log {KEYS[0]}", "quorum none"], "linje 1: Nøglen er ikke en Ed25519-nøgle"),
        ([f"witness w {LOG.verifier.text}", "quorum w"], "linje 1: Nøglen er ikke et vidnes"),
        ([f"log {LOG.text}", "quorum none"], "linje 1"),
        ([f"log {LOG.verifier.text[:-4]}", "quorum none"], "linje 1"),
        (["log", "quorum none"], "linje 1"),
        (["witness w0", "quorum none"], "linje 1"),
        ([f"witness {KEYS[0]}", "quorum none"], "linje 1"),
        ([f"log {LOG.verifier.text}"] * 2 + ["quorum none"], "linje 2: Loggen"),
        ([f"log {note.SignerKey(name, LOG.seed).verifier.text}" for name in "ab"]
         + ["quorum none"], "linje 2: Loggen"),
        ([W[0], f"witness w1 {KEYS[0]}", "quorum w0"], "linje 2: Vidnet"),
        ([f"witness {name} " + note.SignerKey(name, bytes(32), note.COSIGNATURE).verifier.text
          for name in "ab"] + ["quorum a"], "linje 2: Vidnet"),
        # Lines of another form.
        ([f"log {LOG.verifier.text} https://x y", "quorum none"], "linje 1"),
        ([f"{W[0]} https://x y", "quorum w0"], "linje 1"),
        (["LOG x", "quorum none"], "linje 1"),
        (["quorums none"], "linje 1"),
        (["quorum none # bemærkning"], "linje 1"),
        (["\u00a0", "quorum none"], "linje 1"),
        (["quorum\u00a0none"], "linje 1"),
    ],
)  # fmt: skip
def test_what_the_standard_forbids_is_refused_with_the_line(lines, reason):
    with pytest.raises(VerificationError, match=reason):
        parse(*lines)


@pytest.mark.parametrize("octet", [*(set(range(0x20)) - {0x09, 0x0A}), 0x7F])
def test_no_control_character_but_tab_and_newline(octet):
    for data in (b"# %c\nquorum none\n", b"quorum none%c\n", b"%cquorum none\n"):
        with pytest.raises(VerificationError, match="styretegn"):
            parse_policy(data % octet)


@pytest.mark.parametrize("end", [b"", b" ", b"\r", b"\n#", b"\nquorum none"])
def test_each_line_ends_with_a_newline(end):
    with pytest.raises(VerificationError, match=r"linjeskift|quorum"):
        parse_policy(b"quorum none" + end)


def test_we_ask_for_utf_8_where_the_standard_only_advises_it():
    for comment in (b"\xe6", b"\xff", b"\xed\xa0\x80"):
        with pytest.raises(VerificationError, match="UTF-8"):
            parse_policy(b"# %s\nquorum none\n" % comment)


def test_thirty_two_of_each_are_read():
    """What the standard asks everybody to manage."""
    logs = [note.SignerKey(f"l{number}", bytes([number]) * 32) for number in range(32)]
    witnesses = [
        note.SignerKey(f"w{number}", bytes([number]) * 32, note.COSIGNATURE) for number in range(32)
    ]
    policy = parse(
        *(f"log {one.verifier.text}" for one in logs),
        *(f"witness {one.name} {one.verifier.text}" for one in witnesses),
        "group g0 any w0",
        *(f"group g{number} all g{number - 1} w{number}" for number in range(1, 32)),
        "quorum g31",
    )
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (32, 32, 32)
    assert believes(policy, head(by=logs[31], witnesses=witnesses))
    assert not believes(policy, head(by=logs[31], witnesses=witnesses[:31]))


@pytest.mark.parametrize("line", ["# en bemærkning", "", W[0]])
def test_no_line_is_left_out_of_a_file_that_is_too_long(line):
    """Not even when the last line that is read says nothing."""
    whole = [W[1], "quorum w1", *["#"] * (MOST_LINES - 2)]
    assert len(parse(*whole).witnesses) == 1
    # Read to its end the file has two quorums, and without its end it is another policy.
    with pytest.raises(VerificationError, match=f"flere end {MOST_LINES} linjer"):
        parse(*whole, line, "quorum none")


# Properties.

opaque = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x7f ", min_codepoint=0x21),
    min_size=1,
    max_size=6,
)
names = opaque.filter(lambda name: name != "none")
urls = st.sampled_from(["", "https://vidne.invalid/\u3000"]) | opaque
key_names = st.text("abc/.-æ", min_size=1, max_size=6)
seeds = st.lists(st.integers(0, 255), max_size=6, unique=True).map(
    lambda found: [bytes([one]) * 32 for one in found]
)


@st.composite
def policies(draw):
    logs = tuple(note.SignerKey(draw(key_names), seed).verifier for seed in draw(seeds))
    free = iter(draw(st.lists(names, min_size=12, max_size=12, unique=True)))
    witnesses = {}
    for seed in draw(seeds):
        key = note.SignerKey(draw(key_names), seed, note.COSIGNATURE).verifier
        witnesses[next(free)] = Witness(key, draw(urls))
    loose, groups = list(witnesses), {}
    for _ in range(draw(st.integers(0, 3))):
        if not loose:
            break
        members = draw(st.lists(st.sampled_from(loose), min_size=1, unique=True))
        name = next(free)
        groups[name] = Group(draw(st.integers(1, len(members))), tuple(members))
        loose = [*(one for one in loose if one not in members), name]
    quorum = draw(st.sampled_from(["none", *witnesses, *groups]))
    return Policy(logs, witnesses, groups, quorum)


@settings(max_examples=60)
@given(policies())
def test_policies_round_trip(policy):
    assert parse_policy(format_policy(policy).encode()) == policy


pieces = st.sampled_from(
    [*W, "log ", LOG.verifier.text, "witness ", "group ", "quorum ", "none", "\n", " ", "\t", "#",
     "w0", "w1", "g", "any", "all", "1", "2", "group g 1 w0 w1\n", "quorum g\n", "quorum none\n"]
)  # fmt: skip


@given(
    st.binary(max_size=30)
    | st.lists(pieces | st.text(max_size=3), max_size=14).map(lambda found: "".join(found).encode())
)
def test_foreign_policies_are_read_exactly_or_refused(data):
    for candidate in (data, data + b"\n", data + b"\nquorum none\n"):
        try:
            policy = parse_policy(candidate)
        except VerificationError:
            continue
        assert parse_policy(format_policy(policy).encode()) == policy


@given(st.data())
def test_foreign_notes_are_refused(data):
    right = head(witnesses=WITNESSES[:2])
    at = data.draw(st.integers(0, len(right)))
    rest = right[data.draw(st.integers(at, len(right))) :]
    found = right[:at] + data.draw(st.binary(max_size=3)) + rest
    if not believes(two_of_three(), found):
        return
    # Lines of others may come between: what was believed is what the log and the witnesses signed.
    assert require(two_of_three(), found).checkpoint == require(two_of_three(), right).checkpoint
