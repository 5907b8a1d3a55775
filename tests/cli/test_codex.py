# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks codex` without an installation: an edition is checked, shown, written out and signed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Run, one_sentence

from kodeks.codex import bundle, dsse, keys, tables

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return made_key(tmp_path, "min.pem")


def made_key(folder: Path, name: str, passphrase: str | None = None) -> Path:
    path = folder / name
    path.write_bytes(keys.generate(passphrase))
    return path


def exported(kodeks: Run, tmp_path: Path) -> Path:
    assert kodeks("codex", "export", "kodeks").returncode == 0
    return tmp_path / "kodeks"


def renumbered(folder: Path, number: int = 2) -> Path:
    file = folder / "codex.toml"
    text = file.read_text(encoding="utf-8")
    assert "\nnumber = 1\n" in text
    file.write_text(text.replace("\nnumber = 1\n", f"\nnumber = {number}\n"), encoding="utf-8")
    return folder


def raw(path: Path) -> keys.PublicKey:
    return keys.load_private(path.read_bytes(), None).public


# Reading


def test_every_clause_is_shown_with_its_controls(kodeks: Run, tmp_path: Path) -> None:
    answer = kodeks("codex", "show")
    assert (answer.returncode, answer.stderr) == (0, b"")
    shown, codex = answer.stdout.decode(), bundle.shipped()
    for clause in codex.clauses:
        assert clause.text in shown
    for control in codex.controls:
        assert control.text in shown
    assert not (tmp_path / "home").exists()


def test_it_is_shown_as_the_page_of_the_docs(kodeks: Run) -> None:
    shown = kodeks("codex", "show", "--markdown").stdout.decode()
    assert shown == tables.as_markdown(bundle.shipped())


def test_an_edition_is_written_out_whole_and_never_over_another(
    kodeks: Run, tmp_path: Path
) -> None:
    folder = exported(kodeks, tmp_path)
    assert bundle.load(folder).sha256 == bundle.shipped().sha256
    (folder / "codex.toml").write_text("rettet")
    again = kodeks("codex", "export", "kodeks")
    assert again.returncode == 1
    assert "findes allerede" in one_sentence(again)
    assert (folder / "codex.toml").read_text() == "rettet"


# Checking


def test_a_control_whose_test_is_gone_is_told(kodeks: Run, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    answer = kodeks("codex", "check", "--root", tmp_path)
    assert answer.returncode == 1
    told = answer.stdout.decode()
    assert "FEJL  Prøven tests/codex/test_p1_2_stop_button.py findes ikke." in told
    faults = told.count("FEJL  ")
    assert one_sentence(answer) == f"Kodekset har {faults} fejl."


def test_a_rule_that_is_taken_out_is_told(kodeks: Run, tmp_path: Path) -> None:
    folder = renumbered(exported(kodeks, tmp_path))
    before = kodeks("codex", "check", "--folder", folder, "--root", CHECKOUT).stdout.decode()
    assert "no_dpia" not in before
    file = folder / "policies.cedar"
    rules = file.read_text(encoding="utf-8")
    begin = rules.index('@id("no_dpia")')
    file.write_text(rules[:begin] + rules[rules.index("\n@id(", begin) :], encoding="utf-8")
    answer = kodeks("codex", "check", "--folder", folder, "--root", CHECKOUT)
    assert answer.returncode == 1
    assert "Der mangler en regel no_dpia" in answer.stdout.decode()


@pytest.mark.parametrize("name", ["codex.toml", "policies.cedar", "legal_bases.toml"])
@pytest.mark.parametrize("command", ["check", "show"])
def test_an_edition_with_a_file_missing_is_refused(
    kodeks: Run, tmp_path: Path, command: str, name: str
) -> None:
    (exported(kodeks, tmp_path) / name).unlink()
    answer = kodeks("codex", command, "--folder", "kodeks")
    assert answer.returncode == 1
    assert name in one_sentence(answer)


def test_a_file_that_is_no_toml_is_refused_in_words(kodeks: Run, tmp_path: Path) -> None:
    (exported(kodeks, tmp_path) / "clauses.toml").write_text("[[[")
    answer = kodeks("codex", "show", "--folder", "kodeks")
    assert answer.returncode == 1
    one_sentence(answer)


# Signing


def test_two_people_sign_the_same_edition(kodeks: Run, tmp_path: Path, key: Path) -> None:
    other = made_key(tmp_path, "anden.pem")
    first = kodeks("codex", "sign", "underskrevet.json", "--key", key)
    assert (first.returncode, first.stderr) == (0, b"")
    codex = bundle.shipped()
    assert first.stdout.decode() == (
        f"Udgave {codex.number} bærer nu 1 underskrift(er). Aftryk: {codex.sha256[:16]} ...\n"
    )
    second = kodeks("codex", "sign", "underskrevet.json", "--key", other)
    assert "bærer nu 2 underskrift(er)" in second.stdout.decode()
    envelope = dsse.parse((tmp_path / "underskrevet.json").read_bytes())
    assert envelope.payload == codex.signed_bytes
    trusted = {raw(one).keyid: raw(one).raw for one in (key, other)}
    found = dsse.verify(envelope, keys=trusted, payload_type=bundle.PAYLOAD_TYPE)
    assert set(found) == set(trusted)


def test_signing_twice_is_one_signature(kodeks: Run, key: Path) -> None:
    for _ in range(2):
        answer = kodeks("codex", "sign", "underskrevet.json", "--key", key)
        assert "bærer nu 1 underskrift(er)" in answer.stdout.decode()


def test_a_locked_key_signs_with_its_passphrase_only(kodeks: Run, tmp_path: Path) -> None:
    made_key(tmp_path, "laast.pem", "tre træer")
    for typed in ("forkert\n", "\n", ""):
        answer = kodeks("codex", "sign", "ud.json", "--key", "laast.pem", typed=typed)
        assert answer.returncode == 1
        one_sentence(answer)
        assert not (tmp_path / "ud.json").exists()
    answer = kodeks("codex", "sign", "ud.json", "--key", "laast.pem", typed="tre træer\n")
    assert answer.returncode == 0
    assert (tmp_path / "ud.json").exists()


def test_a_signature_is_not_added_to_another_edition(
    kodeks: Run, tmp_path: Path, key: Path
) -> None:
    assert kodeks("codex", "sign", "ud.json", "--key", key).returncode == 0
    before = (tmp_path / "ud.json").read_bytes()
    renumbered(exported(kodeks, tmp_path))
    answer = kodeks("codex", "sign", "ud.json", "--key", key, "--folder", "kodeks")
    assert answer.returncode == 1
    assert "gælder et andet kodeks" in one_sentence(answer)
    assert (tmp_path / "ud.json").read_bytes() == before


@pytest.mark.parametrize("content", ["", "{}", "ikke json", '{"payload": "e30="}', "\x00"])
def test_a_file_that_is_no_signature_is_left_alone(
    kodeks: Run, tmp_path: Path, key: Path, content: str
) -> None:
    (tmp_path / "ud.json").write_text(content)
    answer = kodeks("codex", "sign", "ud.json", "--key", key)
    assert answer.returncode == 1
    one_sentence(answer)
    assert (tmp_path / "ud.json").read_text() == content


@pytest.mark.parametrize("name", ["findes-ikke", "mappe", "ikke-en-nøgle"])
def test_a_key_that_is_none_is_told(kodeks: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "mappe").mkdir()
    (tmp_path / "ikke-en-nøgle").write_text("hej")
    answer = kodeks("codex", "sign", "ud.json", "--key", name, typed="kode\n")
    assert answer.returncode == 1
    one_sentence(answer)
    assert not (tmp_path / "ud.json").exists()


# Files from others


@pytest.mark.parametrize("command", ["register", "impact"])
@pytest.mark.parametrize("content", [None, "", "ikke json", "{}"])
def test_a_file_that_is_no_signed_codex_is_refused_before_anything_is_asked(
    kodeks: Run, tmp_path: Path, command: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "fil.json").write_text(content)
    answer = kodeks("codex", command, "fil.json")
    assert answer.returncode == 1
    assert "kodeks init" not in one_sentence(answer)


@pytest.mark.parametrize("payload", [b"ikke json", b"[]", b"{}", b'{"number": 1}', b"null"])
def test_signed_bytes_that_are_no_codex_are_refused(
    kodeks: Run, tmp_path: Path, key: Path, payload: bytes
) -> None:
    signer = keys.load_private(key.read_bytes(), None)
    envelope = dsse.sign(payload, payload_type=bundle.PAYLOAD_TYPE, signers=[signer])
    (tmp_path / "fil.json").write_text(envelope.as_text())
    for command in ("register", "impact"):
        answer = kodeks("codex", command, "fil.json")
        assert answer.returncode == 1
        one_sentence(answer)


def test_the_file_of_signatures_says_what_was_signed(
    kodeks: Run, tmp_path: Path, key: Path
) -> None:
    kodeks("codex", "sign", "ud.json", "--key", key)
    content = json.loads((tmp_path / "ud.json").read_text())
    assert content["payloadType"] == bundle.PAYLOAD_TYPE
