# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A witness's folder: nothing is signed that is not kept, and what is kept is never forgotten."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from served import Log

from kodeks.ledger import checkpoint, cosignature, note
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.witness import Answer
from kodeks.witness.store import Followed, Store, WitnessProblem

NAME = "nabo-1/vidne"
AT = 1_700_000_000
PLAIN = note.SignerKey("x", bytes(32))
RIVAL = """
import sys
from pathlib import Path
from kodeks.witness.store import Store

store = Store(Path(sys.argv[1]))
for line in sys.stdin:
    answer = store.add_checkpoint(bytes.fromhex(line), clock=lambda: 1)
    print(answer.status, flush=True)
"""


@pytest.fixture
def log() -> Log:
    found = Log("proevekommune/kodeks")
    found.grow(7)
    return found


@pytest.fixture
def store(tmp_path: Path, log: Log) -> Store:
    found = Store(tmp_path / "vidne")
    found.make_key(NAME)
    found.follow(log.key.verifier.text)
    return found


def ask(store: Store, body: bytes, *, at: float = AT) -> Answer:
    return store.add_checkpoint(body, clock=lambda: at)


def kept(store: Store) -> Path:
    """The file with the newest head of the one log that is followed."""
    (folder,) = (store.folder / "logs").iterdir()
    return folder / "checkpoint"


def contents(store: Store) -> dict[str, tuple[int, int, bytes]]:
    """Every file with its inode, its time and its bytes: equal means that nothing was written."""
    return {
        str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in store.folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


# Keys and logs


def test_a_key_is_made_once_for_the_witness_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "a" / "b")
    assert not store.has_key()
    store.make_key(NAME)
    assert store.has_key()
    file = store.folder / "key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    before = file.read_bytes()
    store.make_key(NAME)
    assert file.read_bytes() == before
    assert cosignature.parse_signer_key(before.decode().strip()) == store.signer()
    with pytest.raises(WitnessProblem, match=r"Vidnet hedder nabo-1/vidne\."):
        store.make_key("nabo-2/vidne")
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_name_that_a_key_cannot_have_makes_no_key(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "vidne")
    with pytest.raises(VerificationError, match="navn"):
        store.make_key(name)
    assert not store.has_key()


def test_without_a_key_nothing_is_signed(store: Store, log: Log) -> None:
    (store.folder / "key").unlink()
    with pytest.raises(WitnessProblem, match="kodeks witness key"):
        ask(store, log.request(old=0))
    assert not kept(store).exists()


@pytest.mark.parametrize(
    "broken", [b"", b"x\n", b"\xff\n", note.SignerKey("x", bytes(32)).text.encode()]
)
def test_a_key_that_cannot_be_read_is_not_made_anew(store: Store, log: Log, broken: bytes) -> None:
    (store.folder / "key").write_bytes(broken)
    for use in (store.signer, lambda: store.make_key(NAME), lambda: ask(store, log.request(old=0))):
        with pytest.raises(WitnessProblem, match="sikkerhedskopi"):
            use()
    assert (store.folder / "key").read_bytes() == broken
    assert not kept(store).exists()


def test_a_log_is_followed_under_one_key_alone(store: Store, log: Log) -> None:
    before = contents(store)
    assert store.follow(log.key.verifier.text) == log.key.verifier
    assert {path: data for path, (*_, data) in contents(store).items()} == {
        path: data for path, (*_, data) in before.items()
    }
    another = note.SignerKey(log.key.name, bytes([9]) * 32).verifier.text
    with pytest.raises(WitnessProblem, match="med en anden nøgle"):
        store.follow(another)
    assert [one.key for one in store.followed()] == [log.key.verifier]


@pytest.mark.parametrize(
    "text",
    ["", "x", PLAIN.text, PLAIN.verifier.text[:-1],
     note.SignerKey("x", bytes(32), note.COSIGNATURE).verifier.text],
)  # fmt: skip
def test_what_is_no_log_s_key_is_not_followed(store: Store, text: str) -> None:
    before = contents(store)
    with pytest.raises(VerificationError):
        store.follow(text)
    assert contents(store) == before


def test_logs_are_told_by_name_with_what_was_signed(store: Store, log: Log) -> None:
    first, last = Log("a/kodeks", seed=1), Log("å/kodeks", seed=2)
    for one in (last, first):
        store.follow(one.key.verifier.text)
    assert ask(store, log.request(old=0)).status == 200
    signed = cosignature.Cosignature(store.signer().verifier, AT)
    assert store.followed() == [
        Followed(first.key.verifier, None, None),
        Followed(log.key.verifier, log.head(), signed),
        Followed(last.key.verifier, None, None),
    ]


# What is answered and kept


def test_a_head_is_kept_with_the_line_that_is_answered(store: Store, log: Log) -> None:
    for old, size, at in ((0, 3, AT), (3, 7, AT + 1.9), (7, 7, AT + 5)):
        body = log.request(old=old, size=size)
        answer = ask(store, body, at=at)
        assert answer.status == 200
        data = kept(store).read_bytes()
        assert data == body.partition(b"\n\n")[2] + answer.body.encode()
        assert checkpoint.open_signed(data, key=log.key.verifier) == log.head(size)
        (seen,) = cosignature.verify(note.parse(data), keys=[store.signer().verifier])
        assert seen.timestamp == int(at)
        assert stat.S_IMODE(kept(store).stat().st_mode) == 0o600


def test_no_line_that_a_stranger_adds_makes_what_is_kept_unreadable(store: Store, log: Log) -> None:
    """Anyone can send a published head again, with lines of their own."""
    witness, size = store.signer(), 0
    for number, lines in enumerate(
        (
            [note.Signature("x", bytes(4), bytes(64))] * 99,
            [note.Signature(witness.name, witness.verifier.key_id, bytes(72))],
            [cosignature.sign("en anden tekst\n", signer=witness, timestamp=AT + 9)],
            [cosignature.sign(log.head_text(5), signer=witness, timestamp=AT + 9)],
            note.parse(log.signed(5)).signatures * 99,
        )
    ):
        body = cosignature.add(log.request(old=size, size=5), signatures=lines)
        assert ask(store, body).status == 200, number
        size = 5
        (one,) = store.followed()
        assert (one.latest, one.signed and one.signed.timestamp) == (log.head(5), AT), number
        assert len(note.parse(kept(store).read_bytes()).signatures) == 2
    assert ask(store, log.request(old=5)).status == 200


def test_what_is_not_signed_changes_nothing(store: Store, log: Log) -> None:
    assert ask(store, log.request(old=0, size=5)).status == 200
    before = contents(store)
    fork = log.fork(4, said="fork", by=3)
    stranger = Log("fremmed/kodeks")
    forged = Log(log.key.name, seed=9)
    for body, status in (
        (b"", 400),
        (b"old 0\n\n", 400),
        (b"old 0\n\nx\n", 400),
        (log.request(old=0)[:-1], 400),
        (stranger.request(old=0), 404),
        (forged.request(old=0), 403),
        (log.request(old=5, size=5).replace(b"old 5", b"old 6"), 400),
        (log.request(old=0), 409),
        (log.request(old=3), 409),
        (log.request(old=4, size=4), 409),
        (fork.request(old=5), 422),
        (log.fork(4, said="fork", by=1).request(old=5), 409),
    ):
        answer = ask(store, body)
        assert (answer.status, answer.seen) == (status, None), body
    assert contents(store) == before


def test_a_log_that_is_not_followed_leaves_no_folder(store: Store) -> None:
    assert ask(store, Log("fremmed/kodeks").request(old=0)).status == 404
    assert len(list((store.folder / "logs").iterdir())) == 1


def test_two_logs_are_kept_apart(store: Store, log: Log) -> None:
    other = Log("anden-kommune/kodeks", seed=1)
    other.grow(3, said="other")
    store.follow(other.key.verifier.text)
    assert ask(store, log.request(old=0)).status == 200
    assert ask(store, other.request(old=0)).status == 200
    assert {one.key.name: one.latest for one in store.followed()} == {
        log.key.name: log.head(),
        other.key.name: other.head(),
    }


# Forced to disk


class Order:
    """What was forced to disk and named, in order; told by path, as it was at that time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[str, str]] = []
        self._fsync, self._replace = os.fsync, Path.replace
        monkeypatch.setattr(os, "fsync", self._forced)
        monkeypatch.setattr(Path, "replace", lambda path, to: self._named(path, to))

    def _forced(self, descriptor: int) -> None:
        self.seen.append(("forced", os.readlink(f"/proc/self/fd/{descriptor}")))
        self._fsync(descriptor)

    def _named(self, path: Path, to: Path) -> Path:
        self.seen.append(("named", str(path)))
        return self._replace(path, to)


def test_the_answer_comes_after_file_and_name_are_forced_to_disk(
    store: Store, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(monkeypatch)
    assert ask(store, log.request(old=0)).status == 200
    (_, written), *_ = order.seen
    assert Path(written).parent == kept(store).parent
    assert order.seen == [
        ("forced", written),
        ("named", written),
        ("forced", str(kept(store).parent)),
    ]
    order.seen.clear()
    assert ask(store, log.request(old=5)).status == 409
    assert order.seen == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_disk_that_fails_gives_no_answer(
    store: Store, log: Log, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    """First the file cannot be forced to disk, then its name; neither head is forgotten."""
    assert ask(store, log.request(old=0, size=5)).status == 200
    calls = iter(range(9))

    def fails(descriptor: int) -> None:
        if next(calls) == which:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(OSError, match="No space"):
            ask(store, log.request(old=5))
    assert not list(kept(store).parent.glob(".ny-*"))
    # Whatever was kept, the other history is never signed.
    fork = log.fork(4, said="fork", by=4)
    assert {ask(store, fork.request(old=old)).status for old in range(8)} <= {409, 422}
    (one,) = store.followed()
    assert one.latest == (log.head(5) if which == 0 else log.head(7))
    again = ask(store, log.request(old=one.latest.size))
    assert again.status == 200


# What cannot be read


def damage(data: bytes) -> list[bytes]:
    lines = data.splitlines(keepends=True)
    return [
        b"", b"\n", data[:-1], data + b"\n", data + b"x", data[: len(data) // 2], b"\xff" + data,
        b"".join(lines[:-1]), b"".join(lines[:-2] + lines[-1:]), b"".join(lines[:-2]),
    ]  # fmt: skip


def test_a_head_that_cannot_be_read_is_never_replaced(store: Store, log: Log) -> None:
    """A witness that has forgotten must not sign anew, before a person has helped it."""
    assert ask(store, log.request(old=0, size=5)).status == 200
    path, right = kept(store), kept(store).read_bytes()
    flipped = [right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :] for at in range(len(right))]
    fork = log.fork(2, said="fork", by=9)
    for wrong in (*damage(right), *flipped, *others(store, log)):
        path.write_bytes(wrong)
        for body in (log.request(old=5), log.request(old=0), fork.request(old=0)):
            with pytest.raises(WitnessProblem, match="sikkerhedskopi"):
                ask(store, body)
        with pytest.raises(WitnessProblem):
            store.followed()
        assert path.read_bytes() == wrong
    path.write_bytes(right)
    assert ask(store, log.request(old=5)).status == 200


def others(store: Store, log: Log) -> list[bytes]:
    """Heads that are in order, but not what this witness has signed of this log."""
    stranger = note.SignerKey(NAME, bytes([9]) * 32, note.COSIGNATURE)
    found = []
    for by, witness in ((Log(log.key.name, seed=9), store.signer()),
                        (Log("anden/kodeks"), store.signer()), (log, stranger)):  # fmt: skip
        data = by.request(old=0).partition(b"\n\n")[2]
        line = cosignature.sign(note.parse(data).text, signer=witness, timestamp=AT)
        found.append(cosignature.add(data, signatures=[line]))
    return found


def test_a_head_that_is_a_folder_or_a_log_without_its_key_is_not_signed(
    store: Store, log: Log
) -> None:
    path = kept(store)
    path.mkdir()
    with pytest.raises(WitnessProblem):
        ask(store, log.request(old=0))
    path.rmdir()
    for wrong in (b"", b"\xff", b"x\n", store.signer().verifier.text.encode()):
        (path.parent / "key").write_bytes(wrong)
        with pytest.raises(WitnessProblem):
            ask(store, log.request(old=0))
    assert not path.exists()


def test_a_witness_with_a_new_key_does_not_go_on_from_the_old_one_s_heads(
    store: Store, log: Log
) -> None:
    assert ask(store, log.request(old=0, size=5)).status == 200
    (store.folder / "key").unlink()
    store.make_key(NAME)
    with pytest.raises(WitnessProblem):
        ask(store, log.request(old=5))


def test_another_reads_the_same_folder(store: Store, log: Log, tmp_path: Path) -> None:
    """It can be moved to another machine."""
    assert ask(store, log.request(old=0, size=5)).status == 200
    shutil.copytree(store.folder, tmp_path / "flyttet")
    moved = Store(tmp_path / "flyttet")
    assert moved.followed() == store.followed()
    assert ask(moved, log.request(old=0)).body == "5\n"
    assert ask(moved, log.request(old=5)).status == 200


# Several at once


class Rival:
    """Another process with the same folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, body: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(body.hex() + "\n")
        self.process.stdin.flush()

    def status(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=30)


def test_of_two_heads_that_exclude_each_other_one_is_signed(store: Store, log: Log) -> None:
    """By processes that are asked at the same moment, again and again."""
    rivals = [Rival(store.folder) for _ in range(4)]
    try:
        assert ask(store, log.request(old=0)).status == 200
        for number in range(40):
            forks = [log.fork(log.size, said=f"{number} {side}") for side in "ab"]
            for place, rival in enumerate(rivals):
                rival.ask(forks[place % 2].request(old=log.size))
            found = [rival.status() for rival in rivals]
            assert found.count(200) == 1, number
            assert found.count(409) == 3, number
            log = forks[found.index(200) % 2]
            (one,) = store.followed()
            assert one.latest == log.head()
    finally:
        for rival in rivals:
            rival.end()


def test_threads_of_one_process_wait_for_each_other_too(store: Store, log: Log) -> None:
    for number in range(20):
        forks = [log.fork(log.size, said=f"{number} {side}") for side in range(4)]
        bodies = [fork.request(old=log.size if number else 0) for fork in forks]
        found: list[int] = [0] * len(bodies)
        barrier = threading.Barrier(len(bodies))

        def run(
            place: int,
            *,
            barrier: threading.Barrier = barrier,
            bodies: list[bytes] = bodies,
            found: list[int] = found,
        ) -> None:
            barrier.wait()
            found[place] = ask(store, bodies[place]).status

        threads = [threading.Thread(target=run, args=(place,)) for place in range(len(bodies))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [200, 409, 409, 409]
        log = forks[found.index(200)]
