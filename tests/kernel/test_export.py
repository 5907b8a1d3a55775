# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log as a folder of files: whole, continued, and read by programs that are not ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import foreign
import nearby
import pytest

from kodeks.kernel import export, sequencer, signing, storage, witnessing
from kodeks.ledger import audit, cosignature, policy
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import TileId, parse_tile_path


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign.compiled(tmp_path_factory.mktemp("go"))


def grow(stage, number: int) -> None:
    stage.owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf)"
        " SELECT convert_to('leaf ' || gen_random_uuid(), 'UTF8') FROM generate_series(1, %s)",
        (number,),
    )
    nearby.publish()


def audited(folder: Path, *, since: bytes | None = None) -> audit.Audited:
    return audit.audit(
        lambda path: (folder / path).read_bytes(),
        key=signing.signer().verifier,
        trusted_policy=witnessing.in_force(),
        since=since,
    )


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_growing_log_is_continued_and_holds_for_both_verifiers(stage, tmp_path, verifier):
    folder, since = tmp_path / "log", None
    for number in (1, 200, 255, 1, 300, 700):
        grow(stage, number)
        done = export.write(folder)
        found = audited(folder, since=since)
        assert found.head.size == done.size == storage.latest_checkpoint().size
        assert len(found.cosignatures) == done.witnesses == 3
        arguments = [str(folder), signing.verifier_key()]
        if since is not None:
            (tmp_path / "kept").write_bytes(since)
            arguments = ["-since", str(tmp_path / "kept"), *arguments]
        said = subprocess.run(
            [verifier, *arguments], env={}, capture_output=True, text=True, timeout=60
        )
        assert (said.stdout, said.returncode) == (f"OK {done.size}\n", 0), said.stderr
        since = (folder / "checkpoint").read_bytes()
    # Nothing but what the head names is left: no earlier partial tile, no half-written file.
    names = files(folder) - {"checkpoint"}
    for name in names:
        tile = parse_tile_path(name)
        level = tile.level or 0
        assert tile.width == min(256, (done.size >> 8 * level) - tile.index * 256), name
    assert TileId(1, 0, done.size >> 8).path in names


def test_writing_it_again_changes_nothing(stage, tmp_path):
    grow(stage, 300)
    export.write(tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    export.write(tmp_path)
    full = {name for name in before if ".p/" not in name and name != "checkpoint"}
    assert len(full) >= 2
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in full} == {
        name: before[name] for name in full
    }
    assert files(tmp_path) == set(before)
    audited(tmp_path)


def test_one_that_was_cut_off_is_made_whole(stage, tmp_path):
    grow(stage, 300)
    export.write(tmp_path)
    grow(stage, 600)

    class Killed(Exception):
        pass

    def kill(done: int, size: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        export.write(tmp_path, progress=kill)
    # The checkpoint of before stands, with every file that it names.
    assert audited(tmp_path).head.size < storage.latest_checkpoint().size
    export.write(tmp_path)
    assert audited(tmp_path).head.size == storage.latest_checkpoint().size


def test_only_what_enough_witnesses_have_seen_is_exported(stage, tmp_path):
    grow(stage, 3)
    seen = storage.latest_checkpoint().size
    stage.register()
    assert sequencer.integrate()
    assert export.write(tmp_path).size == seen < storage.latest_checkpoint().size


def test_a_folder_with_another_log_is_left_alone(stage, tmp_path):
    grow(stage, 3)
    (tmp_path / "checkpoint").write_bytes(b"noget andet\n")
    with pytest.raises(export.ExportError, match="en anden log"):
        export.write(tmp_path)
    assert files(tmp_path) == {"checkpoint"}


def test_a_folder_with_more_than_the_log_is_left_alone(stage, tmp_path, monkeypatch):
    grow(stage, 3)
    older = storage.latest_checkpoint()
    grow(stage, 300)
    export.write(tmp_path)
    before = files(tmp_path)
    monkeypatch.setattr(
        witnessing, "newest_seen", lambda: witnessing.Seen(older.size, older.note.encode(), ())
    )
    with pytest.raises(export.ExportError, match="gammel kopi"):
        export.write(tmp_path)
    assert files(tmp_path) == before
    audited(tmp_path)


@contextmanager
def witnesses(stage, listed: list[dict[str, str]], quorum: int) -> Iterator[None]:
    """Other witnesses for a while; the module's log goes on with its own."""

    def register(payload: dict[str, object]) -> None:
        stage.owner.execute("SELECT kernel.register_witnesses(%s::jsonb)", (json.dumps(payload),))

    register({"witnesses": listed, "quorum": quorum})
    try:
        yield
    finally:
        own = [{"key": one.key.text, "url": one.url} for one in nearby.WITNESSES]
        register({"witnesses": own, "quorum": nearby.QUORUM})


@pytest.fixture
def unseen(stage) -> Iterator[None]:
    stranger = cosignature.parse_signer_key(cosignature.generate_key("fremmed/vidne"))
    one = {"key": stranger.verifier.text, "url": "http://fremmed.invalid"}
    with witnesses(stage, [one], 1):
        yield


def test_a_log_that_nobody_has_seen_is_not_exported_as_if_they_had(unseen, tmp_path):
    sequencer.integrate()
    with pytest.raises(export.ExportError, match="vidnerne har ikke set"):
        export.write(tmp_path)
    assert files(tmp_path) == set()


def test_without_witnesses_the_newest_head_is_exported_and_no_policy_accepts_it(stage, tmp_path):
    rules = witnessing.in_force()
    with witnesses(stage, [], 0):
        sequencer.integrate()
        done = export.write(tmp_path)
        assert (done.size, done.witnesses) == (storage.latest_checkpoint().size, 0)
        assert audited(tmp_path).head.size == done.size
    with pytest.raises(VerificationError, match="For få vidner"):
        policy.require(rules, (tmp_path / "checkpoint").read_bytes())
