# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our log read by a program that is not ours: the Go project's code for notes and trees.

Somebody may change the files, or hold the log's own key as well. The first is found by what the log
has signed; the second only by a checkpoint that another has kept. The tables say which, class by
class, and each reason printed is the one that the table names.
"""

import re
import shutil
import subprocess
from types import SimpleNamespace

import foreign
import pytest
from exported import CLASSES, head, leaf, leaves, signer, tree, witness, write_log

from kodeks.ledger import note
from kodeks.ledger.encoding import encode_base64
from kodeks.ledger.entries import format_entries, parse_entries
from kodeks.ledger.merkle import EMPTY_ROOT, leaf_hash
from kodeks.ledger.tiles import levels

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

KEY = signer()
WITNESS = witness()
STRANGER = signer("anden.opdigtet.example")
FORGER = signer(KEY.name)
LEAVES = leaves(700)
OTHERS = leaves(900, said="opdigtet igen")
OLD = leaf(99, said="opdigtet bagefter")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return foreign.compiled(tmp_path_factory.mktemp("go"))


@pytest.fixture
def ask(program, tmp_path):
    """What the verifier says of a log: its one line and whether it accepts."""

    def of(folder, *, since=None, key=KEY.verifier.text):
        kept = []
        if since is not None:
            (tmp_path / "kept").write_bytes(since)
            kept = ["-since", str(tmp_path / "kept")]
        done = subprocess.run(
            [program, *kept, folder, key], env={}, capture_output=True, text=True, timeout=60
        )
        said = done.stdout if done.returncode == 0 else done.stderr
        assert [done.returncode, done.stdout + done.stderr] in ([0, said], [1, said])
        assert re.fullmatch(r"[^\n]+\n", said)
        return SimpleNamespace(accepts=done.returncode == 0, line=said.removesuffix("\n"))

    return of


@pytest.fixture
def accepted(ask):
    def check(folder, size, **how):
        answer = ask(folder, **how)
        assert (answer.accepts, answer.line) == (True, f"OK {size}")

    return check


@pytest.fixture
def refused(ask):
    def check(folder, reason, **how):
        answer = ask(folder, **how)
        assert not answer.accepts
        assert answer.line.startswith(reason)

    return check


@pytest.fixture
def log(tmp_path):
    """A log of 700 entries; at level 0 two full tiles and one of 188."""
    return write_log(tmp_path / "log", LEAVES, KEY)


def kept(size):
    """The checkpoint that a witness saw, cosigned and kept, when the log had `size` entries."""
    return head(LEAVES[:size], KEY, cosigners=[WITNESS])


def change(path, how):
    path.write_bytes(how(path.read_bytes()))


def flipped(data, place=0):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# What is accepted.


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 700])
def test_our_log_is_accepted_whatever_its_size_and_since(accepted, tmp_path, size):
    folder = write_log(tmp_path / "log", LEAVES[:size], KEY)
    accepted(folder, size)
    for older in (0, 1, 2, 3, 128, 255, 256, 257, 512, 699, 700):
        if older <= size:
            accepted(folder, size, since=kept(older))


@pytest.mark.parametrize("tidied", [False, True])
def test_a_log_that_grew_is_accepted_with_and_without_its_older_tiles(accepted, tmp_path, tidied):
    for size in (3, 250, 500, 600, 700):
        folder = write_log(tmp_path / "log", LEAVES[:size], KEY)
    older = {"tile/0/000.p/3", "tile/0/001.p/244", "tile/entries/002.p/88", "tile/1/000.p/1"}
    for path in older:
        assert (folder / path).is_file()
        if tidied:
            (folder / path).unlink()
    accepted(folder, 700)
    for size in (3, 250, 500, 600):
        accepted(folder, 700, since=kept(size))


def test_seventy_thousand_entries_on_three_levels(accepted, refused, tmp_path):
    many = leaves(70_000)
    assert list(levels(len(many))) == [0, 1, 2]
    folder = write_log(tmp_path / "log", many, KEY)
    accepted(folder, 70_000)
    for older in (700, 65_535, 65_536, 70_000):
        accepted(folder, 70_000, since=head(many[:older], KEY))
    refused(
        folder,
        "Loggen bygger ikke videre på det gemte kontrolpunkt med 65537 poster.",
        since=head([*many[:65_536], OLD], KEY),
    )
    last = "De sidste filer på hvert trin passer ikke med kontrolpunktet"
    for path, reason in {
        "tile/2/000.p/1": last,
        "tile/1/001.p/17": last,
        "tile/1/000": "Filen tile/1/000 passer ikke med kontrolpunktet",
        "tile/0/100": "Filen tile/0/100 passer ikke med kontrolpunktet",
        "tile/entries/200": "Post 51200 er ikke den, loggen har en hash af.",
    }.items():
        change(folder / path, lambda data: flipped(data, 20))
        refused(folder, reason)
        change(folder / path, lambda data: flipped(data, 20))
    accepted(folder, 70_000)


def test_the_verifier_reads_the_log_of_another_program(accepted, vectors):
    log = vectors / "tessera-log/testdata/log"
    for size in range(1, 16):
        since = (log / f"checkpoint.{size}").read_bytes()
        accepted(log, 15, since=since, key=TESSERA_KEY)


def test_other_signatures_and_unknown_lines_are_no_hindrance(accepted, log):
    for extensions in ((), ("opdigtet linje",), ("en", "to")):
        (log / "checkpoint").write_bytes(
            head(LEAVES, KEY, cosigners=[WITNESS], extensions=extensions)
        )
        accepted(log, 700, since=kept(500))


# The eight classes of tampering.

NOT_GROWN = "Loggen bygger ikke videre på det gemte kontrolpunkt med {} poster."
SMALLER = "Loggen har {} poster, men havde {} i det gemte kontrolpunkt."
OTHER_ROOT = "Loggen har en anden rod end det gemte kontrolpunkt med {} poster."

# Who holds the log's key can sign any other log: class, its entries, size of the kept checkpoint,
# and what is found by comparing with that.
WITH_THE_KEY = [
    ("delete and rehash", LEAVES[:100] + LEAVES[101:], 500, NOT_GROWN.format(500)),
    ("delete and rehash", LEAVES[1:], 1, NOT_GROWN.format(1)),
    ("edit and rehash all", [*LEAVES[:100], OLD, *LEAVES[101:]], 500, NOT_GROWN.format(500)),
    ("edit and rehash all", [*LEAVES[:100], OLD, *LEAVES[101:]], 700, OTHER_ROOT.format(700)),
    ("truncate tail", LEAVES[:450], 500, SMALLER.format(450, 500)),
    ("truncate tail", [], 500, SMALLER.format(0, 500)),
    ("swap two entries", [LEAVES[1], LEAVES[0], *LEAVES[2:]], 500, NOT_GROWN.format(500)),
    ("swap two entries", [*LEAVES[:498], LEAVES[499], LEAVES[498], *LEAVES[500:]], 500,
     NOT_GROWN.format(500)),
    ("back-dated insert", [*LEAVES[:100], OLD, *LEAVES[100:]], 500, NOT_GROWN.format(500)),
    ("back-dated insert", [OLD, *LEAVES], 700, NOT_GROWN.format(700)),
    ("rebuilt history", OTHERS, 500, NOT_GROWN.format(500)),
    ("rebuilt history", OTHERS[:700], 700, OTHER_ROOT.format(700)),
    ("drop newest", LEAVES[:699], 700, SMALLER.format(699, 700)),
    ("drop newest", [*LEAVES[:699], OLD], 700, OTHER_ROOT.format(700)),
    ("drop newest", [*LEAVES[:699], *OTHERS[699:]], 700, NOT_GROWN.format(700)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entries", "size", "reason"), WITH_THE_KEY, ids=[kind for kind, *_ in WITH_THE_KEY]
)
def test_with_the_key_only_a_kept_checkpoint_finds_it(
    accepted, refused, tmp_path, kind, entries, size, reason
):
    folder = write_log(tmp_path / "log", entries, KEY)
    # The control: by itself each is a flawless log. This is what witnesses are for.
    accepted(folder, len(entries))
    refused(folder, reason, since=kept(size))


def edited(log):
    change(log / "tile/entries/000", lambda data: data.replace(b"act", b"ACT", 1))


def edited_with_its_hash(log):
    """The reader in Debian 12's x/mod (0.7.0) accepts this tile by itself."""
    edited(log)
    entry = parse_entries((log / "tile/entries/000").read_bytes())[2]
    change(log / "tile/0/000", lambda data: data[:64] + leaf_hash(entry) + data[96:])


def instead(entries):
    """All files of another log, under the checkpoint that was signed."""

    def put(log):
        signed = (log / "checkpoint").read_bytes()
        write_log(log, entries, KEY)
        (log / "checkpoint").write_bytes(signed)

    return put


def bundled(how):
    """Entries moved about in the first file of them, its hashes as they were."""

    def put(log):
        change(log / "tile/entries/000", lambda data: format_entries(how(parse_entries(data))))

    return put


def cut_off(log):
    for path in ("tile/0/002.p/188", "tile/entries/002.p/188"):
        (log / path).unlink()


def short(log):
    """The last entry is gone, and its hash is not."""
    path = log / "tile/entries/002.p/188"
    change(path, lambda data: format_entries(parse_entries(data)[:-1]))


def rebuilt(log):
    shutil.rmtree(log)
    write_log(log, OTHERS, FORGER)


NOT_THIS = "Post {} er ikke den, loggen har en hash af."
LAST_TILES = "De sidste filer på hvert trin passer ikke med kontrolpunktet"
UNSIGNED = "Kontrolpunktet er ikke underskrevet af loggen"

# Who can only change files: what the log has signed finds it, and nobody need have kept anything.
WITH_THE_FILES = [
    ("edit in place", edited, NOT_THIS.format(2)),
    ("edit in place", edited_with_its_hash, "Filen tile/0/000 passer ikke med kontrolpunktet"),
    ("delete and rehash", bundled(lambda them: them[:100] + them[101:]), NOT_THIS.format(100)),
    ("delete and rehash", instead(LEAVES[1:] + LEAVES[:1]), LAST_TILES),
    ("edit and rehash all", instead([OLD, *LEAVES[1:]]), LAST_TILES),
    ("truncate tail", cut_off, "Filen tile/0/002.p/188 mangler."),
    ("swap two entries", bundled(lambda them: [*them[:7], them[8], them[7], *them[9:]]),
     NOT_THIS.format(7)),
    ("back-dated insert", bundled(lambda them: [*them[:9], OLD, *them[9:-1]]), NOT_THIS.format(9)),
    ("rebuilt history", rebuilt, UNSIGNED),
    ("rebuilt history", instead(OTHERS[:700]), LAST_TILES),
    ("drop newest", short, "Filen tile/entries/002.p/188 har 187 poster og ikke 188."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "attack", "reason"), WITH_THE_FILES, ids=[kind for kind, *_ in WITH_THE_FILES]
)
def test_without_the_key_the_signed_root_finds_it(accepted, refused, log, kind, attack, reason):
    accepted(log, 700)
    attack(log)
    refused(log, reason)
    refused(log, reason, since=kept(500))


def test_every_class_is_tried():
    assert {kind for kind, *_ in WITH_THE_FILES} == CLASSES
    # An edit that is not hashed again needs no key, and a key does not help it.
    assert {kind for kind, *_ in WITH_THE_KEY} == CLASSES - {"edit in place"}


def test_a_day_before_put_back_needs_no_key_and_is_found_by_what_was_kept(
    accepted, refused, tmp_path
):
    folder = write_log(tmp_path / "log", LEAVES[:500], KEY)
    accepted(folder, 500)
    refused(folder, SMALLER.format(500, 501), since=kept(501))


def test_what_nobody_had_seen_can_vanish(accepted, tmp_path):
    """The limit: a receipt is worth something when another has kept a checkpoint after it."""
    folder = write_log(tmp_path / "log", [*LEAVES[:500], *OTHERS[500:600]], KEY)
    accepted(folder, 600, since=kept(500))


# Single files and checkpoints.


def flip_is_found_by(name):
    """What is said, or either of two: a flipped length moves where the entries are cut."""
    if name == "checkpoint":
        return UNSIGNED
    if name.startswith("tile/entries/"):
        return ("Post ", f"Filen {name} er afbrudt.")
    return LAST_TILES if ".p/" in name else f"Filen {name} passer ikke med kontrolpunktet"


def test_a_flipped_byte_or_a_missing_file_anywhere_is_found(accepted, refused, log):
    files = sorted(path for path in log.rglob("*") if path.is_file())
    assert len(files) == 8
    for path in files:
        data = path.read_bytes()
        name = path.relative_to(log).as_posix()
        for place in {0, 1, len(data) // 2, len(data) - 33, len(data) - 1}:
            path.write_bytes(flipped(data, place))
            refused(log, flip_is_found_by(name))
        for damaged in (b"", data[:-1], data + b"\0", data + data):
            path.write_bytes(damaged)
            refused(log, f"Filen {name}" if "tile" in name else UNSIGNED)
        path.unlink()
        missing = f"Filen {name} mangler." if "tile" in name else "Kontrolpunktet kan ikke læses"
        refused(log, missing)
        path.write_bytes(data)
    accepted(log, 700)


@pytest.mark.parametrize(
    ("path", "count"), [("tile/entries/000", 256), ("tile/entries/002.p/188", 188)]
)
def test_a_bundle_holds_exactly_its_entries(refused, log, path, count):
    data = (log / path).read_bytes()
    (log / path).write_bytes(data + format_entries([OLD]))
    refused(log, f"Filen {path} har mere end sine {count} poster.")
    (log / path).write_bytes(format_entries(parse_entries(data)[:-1]))
    refused(log, f"Filen {path} har {count - 1} poster og ikke {count}.")
    (log / path).write_bytes(data[:-1])
    refused(log, f"Filen {path} er afbrudt.")


def test_a_forged_signature_is_refused(refused, log):
    signed = (log / "checkpoint").read_bytes()
    forged = head(LEAVES, FORGER)
    text, _, line = signed.decode().rpartition(f"— {KEY.name} ")
    wrong = encode_base64(KEY.verifier.key_id + bytes(64))
    for data in (
        forged,
        f"{text}— {KEY.name} {wrong}\n".encode(),
        head(LEAVES, STRANGER),
        signed.replace(b"\n700\n", b"\n701\n"),
        text.encode(),
        line.encode(),
    ):
        refused(log, "Det gemte kontrolpunkt er ikke underskrevet af loggen", since=data)
        (log / "checkpoint").write_bytes(data)
        refused(log, UNSIGNED)
        (log / "checkpoint").write_bytes(signed)


def signed_text(*lines):
    return note.sign(text="".join(f"{line}\n" for line in lines), signers=[KEY])


def test_the_checkpoint_of_another_log_is_refused_even_when_the_key_signed_it(refused, log):
    root = encode_base64(tree(LEAVES).root)
    other = signed_text("log.anden.example", 700, root)
    refused(log, "Det gemte kontrolpunkt hører til en anden log: log.anden.example", since=other)
    (log / "checkpoint").write_bytes(other)
    refused(log, "Kontrolpunktet hører til en anden log: log.anden.example")
    refused(log, UNSIGNED, key=signer("log.anden.example").verifier.text)


@pytest.mark.parametrize("size", ["0700", "-1", "+700", "7e2", "", "700 ", str(2**63), str(2**41)])
def test_a_size_that_is_no_size_is_refused(refused, log, size):
    root = encode_base64(tree(LEAVES).root)
    (log / "checkpoint").write_bytes(signed_text(KEY.name, size, root))
    refused(log, "Kontrolpunktet er ikke skrevet rigtigt.")


@pytest.mark.parametrize(
    "lines",
    [
        [KEY.name, "700"],
        [KEY.name, "700", encode_base64(bytes(31))],
        [KEY.name, "700", encode_base64(bytes(33))],
        [KEY.name, "700", encode_base64(bytes(32)).replace("A=", "B=")],
        [KEY.name, "0", encode_base64(bytes(32))],
        [KEY.name, "700", encode_base64(bytes(32)), "", "linje"],
        ["", KEY.name, "700", encode_base64(bytes(32))],
    ],
)
def test_a_checkpoint_of_another_form_is_refused(refused, log, lines):
    refused(log, "Det gemte kontrolpunkt er ikke skrevet rigtigt.", since=signed_text(*lines))
    (log / "checkpoint").write_bytes(signed_text(*lines))
    refused(log, "Kontrolpunktet er ikke skrevet rigtigt.")


def test_a_root_or_a_size_that_the_tiles_do_not_give_is_refused(refused, log):
    root = tree(LEAVES).root
    for size, value, reason in (
        (700, leaf_hash(b""), LAST_TILES),
        (699, root, "Filen tile/0/002.p/187 mangler."),
        (512, root, LAST_TILES),
        (768, root, "Filen tile/1/000.p/3 mangler."),
        (700, EMPTY_ROOT, LAST_TILES),
    ):
        (log / "checkpoint").write_bytes(signed_text(KEY.name, size, encode_base64(value)))
        refused(log, reason)


def test_a_key_that_is_no_key_is_refused(refused, log):
    for key in ("", "x", KEY.name, KEY.verifier.text[:-4], KEY.verifier.text.replace("+", "-", 1)):
        refused(log, "Nøglen er ikke skrevet rigtigt", key=key)
