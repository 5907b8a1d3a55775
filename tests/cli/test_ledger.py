# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks ledger` and `kodeks receipt` as an auditor and a citizen meet them."""

from __future__ import annotations

from pathlib import Path

import nearby
import pytest
from commands import Installed, Run, one_sentence
from exported import head, leaves, signer, tree, witness, write_log

from kodeks.ledger import cosignature, note, policy

KEY = signer()
WITNESSES = [witness(f"vidne-{number}.opdigtet.example") for number in (1, 2, 3)]
RULES = policy.k_of_n(
    log=KEY.verifier, witnesses=[policy.Witness(one.verifier) for one in WITNESSES], k=2
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    write_log(folder, leaves(600), KEY)
    (tmp_path / "regler").write_text(policy.format_policy(RULES), encoding="utf-8")
    (tmp_path / "gammelt").write_bytes(head(leaves(300), KEY))
    return folder


def cosigned(folder: Path, *, by: int, timestamp: int = 1_700_000_000) -> None:
    path = folder / "checkpoint"
    text = note.parse(path.read_bytes()).text
    lines = [cosignature.sign(text, signer=one, timestamp=timestamp) for one in WITNESSES[:by]]
    path.write_bytes(cosignature.add(path.read_bytes(), signatures=lines))


def test_a_log_is_checked_without_an_installation(kodeks: Run, tmp_path: Path, log: Path) -> None:
    answer = kodeks("ledger", "verify", "log", "--key", KEY.verifier.text)
    assert (answer.returncode, answer.stderr) == (0, b"")
    said = answer.stdout.decode()
    assert f"Loggen {KEY.name} holder: 600 poster." in said
    assert "--since FIL" in said
    assert not (tmp_path / "home").exists()


def test_since_a_head_that_was_kept(kodeks: Run, log: Path) -> None:
    key = KEY.verifier.text
    answer = kodeks("ledger", "verify", "log", "--key", key, "--since", "gammelt")
    assert answer.returncode == 0
    assert "Den bygger videre på det hoved, du har gemt." in answer.stdout.decode()


def test_a_log_that_was_written_anew_by_who_holds_its_key(kodeks: Run, log: Path) -> None:
    write_log(log, leaves(700, said="opdigtet igen"), KEY)
    key = KEY.verifier.text
    assert kodeks("ledger", "verify", "log", "--key", key).returncode == 0
    answer = kodeks("ledger", "verify", "log", "--key", key, "--since", "gammelt")
    assert answer.returncode == 1
    assert "skrevet om" in one_sentence(answer)


def test_a_log_that_was_shortened(kodeks: Run, tmp_path: Path, log: Path) -> None:
    shorter = tmp_path / "kort"
    write_log(shorter, leaves(200), KEY)
    key = KEY.verifier.text
    answer = kodeks("ledger", "verify", "kort", "--key", key, "--since", "gammelt")
    assert answer.returncode == 1
    assert "har 200 poster, men havde 300" in one_sentence(answer)


def test_under_a_policy_enough_witnesses_must_have_seen_it(kodeks: Run, log: Path) -> None:
    cosigned(log, by=1)
    answer = kodeks("ledger", "verify", "log", "--policy", "regler")
    assert answer.returncode == 1
    assert one_sentence(answer) == "For få vidner har set loggens hoved."
    write_log(log, leaves(600), KEY)
    cosigned(log, by=2)
    answer = kodeks("ledger", "verify", "log", "--policy", "regler")
    assert answer.returncode == 0
    assert answer.stdout.decode().count("Set af vidnet") == 2


def test_a_witness_whose_clock_is_mad_is_told_as_it_is(kodeks: Run, log: Path) -> None:
    cosigned(log, by=2, timestamp=2**62)
    answer = kodeks("ledger", "verify", "log", "--policy", "regler")
    assert answer.returncode == 0
    assert f"{2**62} sekunder efter 1970" in answer.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--key"),
        (("--key", "x"), "Nøglen"),
        (("--key", WITNESSES[0].verifier.text), "Ed25519"),
        (("--key", signer(KEY.name).verifier.text), "Ingen kendt nøgle"),
        (("--policy", "gammelt"), "linje 1"),
        (("--policy", "findes-ikke"), "findes-ikke"),
        (("--key", KEY.verifier.text, "--since", "regler"), "note"),
        (("--key", KEY.verifier.text, "--since", "log"), "mappe"),
    ],
)
def test_what_cannot_be_used_is_named(
    kodeks: Run, log: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = kodeks("ledger", "verify", "log", *arguments)
    assert answer.returncode == 1
    assert said in one_sentence(answer)


def test_a_folder_without_a_log_is_named(kodeks: Run, tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    for folder in ("tom", "findes-ikke"):
        answer = kodeks("ledger", "verify", folder, "--key", KEY.verifier.text)
        assert answer.returncode == 1
        assert f"checkpoint mangler i mappen {folder}" in one_sentence(answer)


def test_every_file_of_the_log_is_needed_and_named_when_it_is_wrong(kodeks: Run, log: Path) -> None:
    key = KEY.verifier.text
    paths = [tile.path for tile in _tiles()]
    for path in paths[:2]:
        whole = (log / path).read_bytes()
        (log / path).write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        answer = kodeks("ledger", "verify", "log", "--key", key)
        assert answer.returncode == 1
        assert path in one_sentence(answer)
        (log / path).write_bytes(whole)


def _tiles() -> list[object]:
    from kodeks.ledger.tiles import TileId

    return [TileId(tile.level, tile.index, tile.width) for tile in tree(leaves(600)).tiles]


def test_the_installation_s_log_is_exported_and_checked(
    installed: Installed, tmp_path: Path
) -> None:
    """First with witnesses that have not seen it, then as a log that has none."""
    installed.run("worker", "--until-idle")
    out = tmp_path / "ud"
    assert "vidnerne har ikke set den" in installed.refused("ledger", "export", out)
    assert not out.exists()
    for one in nearby.WITNESSES:
        installed.done("witness", "remove", one.key.name)
    installed.run("worker", "--until-idle")
    assert "ingen vidner har set den" in installed.done("ledger", "export", out)
    rules = installed.done("ledger", "policy")
    assert rules.endswith("quorum none\n")
    (tmp_path / "regler").write_text(rules, encoding="utf-8")
    assert "holder" in installed.done("ledger", "verify", out, "--policy", tmp_path / "regler")
    installed.done("ledger", "export", out)
    (out / "checkpoint").write_text("en anden log\n", encoding="utf-8")
    assert "en anden log" in installed.refused("ledger", "export", out)
    (tmp_path / "fil").write_text("", encoding="utf-8")
    assert "fil" in installed.refused("ledger", "export", tmp_path / "fil")
