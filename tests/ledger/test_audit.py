# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our own check of a whole log: the same attacks that the foreign verifier is tried with."""

import pytest
from exported import CLASSES, head, leaf, leaves, signer, tree, witness, write_log
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.ledger import checkpoint, note, policy
from kodeks.ledger.audit import HEAD, audit
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.encoding import encode_base64
from kodeks.ledger.entries import format_entries, parse_entries
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import EMPTY_ROOT, leaf_hash

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
KEY = signer()
FORGER = signer(KEY.name)
WITNESSES = [witness(f"vidne-{number}.opdigtet.example") for number in (1, 2, 3)]
RULES = policy.k_of_n(
    log=KEY.verifier, witnesses=[policy.Witness(one.verifier) for one in WITNESSES], k=2
)
LEAVES = leaves(700)
OTHERS = leaves(900, said="opdigtet igen")
OLD = leaf(99, said="opdigtet bagefter")


@pytest.fixture
def written(tmp_path):
    """Makes logs: their files by path, as anybody could have fetched them."""

    def write(entries, *, key=KEY, cosigners=()):
        folder = write_log(tmp_path / f"log-{len(list(tmp_path.iterdir()))}", entries, key)
        (folder / HEAD).write_bytes(head(entries, key, cosigners=cosigners))
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    return write


def reading(files):
    def read(path):
        if path not in files:
            raise VerificationError(f"Filen {path} mangler.")
        return files[path]

    return read


def audited(files, *, key=KEY.verifier, **how):
    return audit(reading(files), key=key, **how)


def refused(files, reason=r".\.$", **how):
    with pytest.raises(VerificationError, match=reason):
        audited(files, **how)


# What holds.


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 700])
def test_a_log_of_any_size_holds_with_every_earlier_head(written, size):
    files = written(LEAVES[:size], cosigners=WITNESSES[:2])
    found = audited(files, trusted_policy=RULES)
    assert found.head == Checkpoint(KEY.name, size, tree(LEAVES[:size]).root)
    assert [one.key for one in found.cosignatures] == [one.verifier for one in WITNESSES[:2]]
    assert audited(files).cosignatures == ()
    for older in (0, 1, 2, 3, 128, 255, 256, 257, 512, 699, 700):
        since = head(LEAVES[:older], KEY)
        if older <= size:
            assert audited(files, since=since, trusted_policy=RULES) == found
        else:
            reason = f"Loggen har {size} poster, men havde {older}"
            refused(files, reason, since=since, trusted_policy=RULES)


def test_seventy_thousand_entries_on_three_levels(written):
    many = [b"%d" % number for number in range(70_000)]
    files = written(many)
    assert {"tile/2/000.p/1", "tile/1/000", "tile/0/272"} <= files.keys()
    for older in (700, 65_536):
        assert audited(files, since=head(many[:older], KEY)).head.size == 70_000
    refused(files, "65537 poster er ikke dem", since=head([*many[:65_536], OLD], KEY))
    for path in ("tile/2/000.p/1", "tile/1/001.p/17", "tile/1/000", "tile/0/100"):
        refused(files | {path: flipped(files[path], 20)}, path)
    refused(files | {"tile/entries/200": flipped(files["tile/entries/200"], 20)}, "tile/0/200")


def test_the_log_of_another_program_holds(vectors):
    folder = vectors / "tessera-log/testdata/log"
    key = note.parse_verifier_key(TESSERA_KEY)
    heads = [(folder / f"checkpoint.{size}").read_bytes() for size in range(16)]
    for size in range(16):

        def read(path, size=size):
            return heads[size] if path == HEAD else (folder / path).read_bytes()

        for since in heads[: size + 1]:
            assert audit(read, key=key, since=since).head.size == size


def test_progress_is_told_file_by_file_and_ends_at_the_size(written):
    told = []
    audited(written(LEAVES), progress=told.append)
    assert told == [256, 512, 700]
    told.clear()
    audited(written([]), progress=told.append)
    assert told == []


def test_only_the_files_that_the_head_names_are_read(written):
    files = written(LEAVES[:300])
    asked = []

    def read(path):
        asked.append(path)
        return files[path]

    audit(read, key=KEY.verifier)
    assert sorted(asked) == sorted(files)
    older = {"tile/0/000.p/3": b"x", "tile/entries/001.p/9": b"x", "index.html": b"x"}
    assert audited(files | older).head.size == 300


# The eight classes of tampering.


REMOVED = "Loggen har {} poster, men havde {}. Der er fjernet poster."
REWRITTEN = "Loggen er skrevet om: dens første {} poster"

# Whoever holds the log's key can sign any other log: class, entries, size of the head that was
# kept, and what is found by comparing with that.
WITH_THE_KEY = [
    ("delete and rehash", LEAVES[:100] + LEAVES[101:], 500, REWRITTEN.format(500)),
    ("delete and rehash", LEAVES[1:], 1, REWRITTEN.format(1)),
    ("edit and rehash all", [*LEAVES[:100], OLD, *LEAVES[101:]], 500, REWRITTEN.format(500)),
    ("edit and rehash all", [*LEAVES[:100], OLD, *LEAVES[101:]], 700, REWRITTEN.format(700)),
    ("truncate tail", LEAVES[:450], 500, REMOVED.format(450, 500)),
    ("truncate tail", [], 500, REMOVED.format(0, 500)),
    ("swap two entries", [LEAVES[1], LEAVES[0], *LEAVES[2:]], 500, REWRITTEN.format(500)),
    ("swap two entries", [*LEAVES[:498], LEAVES[499], LEAVES[498], *LEAVES[500:]], 500,
     REWRITTEN.format(500)),
    ("back-dated insert", [*LEAVES[:100], OLD, *LEAVES[100:]], 500, REWRITTEN.format(500)),
    ("back-dated insert", [OLD, *LEAVES], 700, REWRITTEN.format(700)),
    ("rebuilt history", OTHERS, 500, REWRITTEN.format(500)),
    ("rebuilt history", OTHERS[:700], 700, REWRITTEN.format(700)),
    ("drop newest", LEAVES[:699], 700, REMOVED.format(699, 700)),
    ("drop newest", [*LEAVES[:699], OLD], 700, REWRITTEN.format(700)),
    ("drop newest", [*LEAVES[:699], *OTHERS[699:]], 700, REWRITTEN.format(700)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entries", "size", "reason"), WITH_THE_KEY, ids=[kind for kind, *_ in WITH_THE_KEY]
)
def test_with_the_key_only_what_others_have_seen_finds_it(written, kind, entries, size, reason):
    files = written(entries)
    # By itself each is a flawless log: it needs a head that was kept, or witnesses.
    assert audited(files).head.size == len(entries)
    refused(files, reason, since=head(LEAVES[:size], KEY))
    refused(files, "For få vidner", trusted_policy=RULES)
    # Those who saw the right log put their names to that one, and they fit no other.
    for by in (1, 2, 3):
        seen = note.parse(head(LEAVES[:size], KEY, cosigners=WITNESSES[:by])).signatures[1:]
        lines = "".join(one.line for one in seen).encode()
        refused(files | {HEAD: files[HEAD] + lines}, "vidnet", trusted_policy=RULES)


def changed(path, how):
    return lambda files: files | {path: how(files[path])}


def flipped(data, place=0):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def edited(files):
    path = "tile/entries/000"
    return files | {path: files[path].replace(b"act", b"ACT", 1)}


def edited_with_its_hash(files):
    """The leaf's own hash is changed too, and nothing above it."""
    files = edited(files)
    entry = parse_entries(files["tile/entries/000"])[2]
    data = files["tile/0/000"]
    return files | {"tile/0/000": data[:64] + leaf_hash(entry) + data[96:]}


def bundled(how):
    """Entries moved about in the first file of them, its hashes as they were."""
    return changed("tile/entries/000", lambda data: format_entries(how(parse_entries(data))))


def cut_off(files):
    gone = {"tile/0/002.p/188", "tile/entries/002.p/188"}
    return {path: data for path, data in files.items() if path not in gone}


NOT_ITS_TILE = "Filen tile/0/000 passer ikke til de poster"
NOT_ITS_ROOT = "Loggens underskrevne rod er ikke roden af dens poster"

# Who can only change files; the first item after the class makes them, or is the other log's
# entries, put in place under the head that was signed.
WITH_THE_FILES = [
    ("edit in place", edited, NOT_ITS_TILE),
    ("edit in place", edited_with_its_hash, "Filen tile/1/000.p/2 passer ikke"),
    ("delete and rehash", bundled(lambda them: them[:100] + them[101:]),
     "Filen tile/entries/000 har 255 poster og skal have 256"),
    ("delete and rehash", LEAVES[1:] + LEAVES[:1], NOT_ITS_ROOT),
    ("edit and rehash all", [OLD, *LEAVES[1:]], NOT_ITS_ROOT),
    ("truncate tail", cut_off, r"Filen tile/entries/002\.p/188 mangler"),
    ("swap two entries", bundled(lambda them: [*them[:7], them[8], them[7], *them[9:]]),
     NOT_ITS_TILE),
    ("back-dated insert", bundled(lambda them: [*them[:9], OLD, *them[9:-1]]), NOT_ITS_TILE),
    ("rebuilt history", OTHERS[:700], NOT_ITS_ROOT),
    ("drop newest", changed("tile/entries/002.p/188",
                            lambda data: format_entries(parse_entries(data)[:-1])),
     "har 187 poster og skal have 188"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "attack", "reason"), WITH_THE_FILES, ids=[kind for kind, *_ in WITH_THE_FILES]
)
def test_without_the_key_the_signed_root_finds_it(written, kind, attack, reason):
    files = written(LEAVES, cosigners=WITNESSES)
    audited(files, trusted_policy=RULES)
    instead = isinstance(attack, list)
    attacked = written(attack) | {HEAD: files[HEAD]} if instead else attack(files)
    for how in ({}, {"since": head(LEAVES[:500], KEY)}, {"trusted_policy": RULES}):
        refused(attacked, reason, **how)


def test_every_class_is_tried():
    assert {kind for kind, *_ in WITH_THE_FILES} == CLASSES
    assert {kind for kind, *_ in WITH_THE_KEY} == CLASSES - {"edit in place"}


def test_a_log_that_another_has_signed_is_refused(written):
    for entries in (LEAVES, OTHERS):
        refused(written(entries, key=FORGER), "Ingen kendt nøgle")
    refused(written(LEAVES, key=signer("anden.opdigtet.example")), "Ingen kendt nøgle")


# Single files.


def test_every_flipped_byte_of_a_small_log_is_found(written):
    files = written([b"a", b"", b"ccc"])
    assert audited(files).head.size == 3
    tried = 0
    for path, data in files.items():
        for place in range(len(data)):
            refused(files | {path: flipped(data, place)})
            tried += 1
    assert tried == sum(map(len, files.values())) > 300


def test_flipped_bytes_of_a_log_with_two_levels_are_found(written):
    files = written([b"%d" % number for number in range(300)])
    assert sorted(files) == [
        *("checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/44"),
    ]
    audited(files)
    for path, data in files.items():
        places = {*range(0, len(data), 37), *range(max(len(data) - 3, 0), len(data))}
        for place in places if len(data) > 200 else range(len(data)):
            refused(files | {path: flipped(data, place)})


def test_a_file_that_is_missing_empty_shorter_or_longer_is_found(written):
    files = written(LEAVES)
    assert len(files) == 8
    for path, data in files.items():
        missing = {one: found for one, found in files.items() if one != path}
        refused(missing, f"Filen {path} mangler")
        for wrong in (b"", data[:-1], data[1:], data + b"\0", data + data, data[: len(data) // 2]):
            refused(files | {path: wrong})
        for other in files.keys() - {path}:
            refused(files | {path: files[other]})


def test_a_bundle_holds_exactly_its_entries(written):
    files = written(LEAVES)
    for path, count in (("tile/entries/000", 256), ("tile/entries/002.p/188", 188)):
        fewer = format_entries(parse_entries(files[path])[:-1])
        refused(files | {path: fewer}, f"har {count - 1} poster og skal have {count}")
        longer = files[path] + format_entries([OLD])
        refused(files | {path: longer}, r"poster")


# Heads.


def under(files, size, root):
    """The files under another head that the log itself has signed."""
    signed = checkpoint.sign(checkpoint=Checkpoint(KEY.name, size, root), signer=KEY)
    return files | {HEAD: signed}


@pytest.mark.parametrize("size", [699, 701, 512, 768, 256, 0, 2**63, 2**64 - 1])
def test_a_size_that_the_files_do_not_have_is_refused(written, size):
    files = written(LEAVES)
    root = tree(LEAVES).root
    refused(under(files, size, root))
    assert audited(under(files, 700, root)).head.size == 700


def test_a_root_that_the_entries_do_not_have_is_refused(written):
    for entries in ([], LEAVES[:1], LEAVES[:256], LEAVES):
        for root in (leaf_hash(b""), EMPTY_ROOT, tree(OTHERS).root):
            if root != tree(entries).root:
                refused(under(written(entries), len(entries), root), NOT_ITS_ROOT)


def test_the_head_that_was_kept_must_be_the_log_s_own(written):
    files = written(LEAVES)
    for since in (
        head(LEAVES[:500], FORGER),
        head(LEAVES[:500], signer("x")),
        b"",
        b"x\n\n",
        LEAVES[0],
    ):
        refused(files, since=since)
    text = f"{KEY.name}\n0\n{encode_base64(leaf_hash(b''))}\n"
    refused(files, "skrevet om", since=note.sign(text=text, signers=[KEY]))


def test_a_server_that_answers_the_second_question_otherwise_is_found(written):
    """It shows the log that was written anew, and then the tiles of the one that was kept."""
    anew, kept = written([*LEAVES[:100], OLD, *LEAVES[101:]]), written(LEAVES)
    asked = set()

    def read(path):
        source = kept if path in asked else anew
        asked.add(path)
        return source[path]

    with pytest.raises(VerificationError):
        audit(read, key=KEY.verifier, since=head(LEAVES[:500], KEY))


# Properties.

SMALL = leaves(3)


@settings(max_examples=150)
@given(st.data())
def test_foreign_files_raise_nothing_but_verification_errors(data):
    batch = tree(SMALL)
    files = {
        HEAD: head(SMALL, KEY, cosigners=WITNESSES),
        "tile/0/000.p/3": batch.tiles[0].data,
        "tile/entries/000.p/3": format_entries(SMALL),
    }
    audited(files, trusted_policy=RULES)
    path = data.draw(st.sampled_from(sorted(files)))
    right = files[path]
    start = data.draw(st.integers(0, len(right)))
    rest = right[data.draw(st.integers(start, len(right))) :]
    wrong = data.draw(st.binary(max_size=100)) if data.draw(st.booleans()) else (
        right[:start] + data.draw(st.binary(max_size=9)) + rest
    )  # fmt: skip
    since = data.draw(st.none() | st.binary(max_size=60))
    try:
        found = audited(files | {path: wrong}, trusted_policy=RULES, since=since)
    except VerificationError:
        return
    # Lines of unknown signers may come and go, and the third of three witnesses may be left out.
    assert (path, since) == (HEAD, None) or wrong == right
    assert found.head.root == batch.root
