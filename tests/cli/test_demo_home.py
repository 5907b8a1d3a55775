# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The demo's folder: made anew when another version made it; a real one is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
import warm
from commands import Installed, environment, one_sentence

from kodeks.cli import demo_home, versions


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KODEKS_DATABASE_URL", raising=False)


def holding(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "noget").write_text("noget")
    return folder


# Which folder is the demo's


def test_an_empty_folder_becomes_the_demos_and_stays_so(tmp_path: Path) -> None:
    assert demo_home.take(tmp_path, is_default=False)
    holding(tmp_path, "database", "keys")
    demo_home.record(tmp_path, {"kernel.0001": "ab"})
    assert demo_home.take(tmp_path, is_default=False)
    assert demo_home.recorded(tmp_path) == {"kernel.0001": "ab"}


@pytest.mark.parametrize("there", [("database",), ("keys",), ("database", "keys", "journal")])
def test_a_folder_that_may_be_a_real_installation_is_refused(
    tmp_path: Path, there: tuple[str, ...]
) -> None:
    before = holding(tmp_path, *there)
    with pytest.raises(demo_home.DemoHomeError, match="ikke lavet af `kodeks demo`"):
        demo_home.take(tmp_path, is_default=False)
    assert {path.name for path in before.iterdir()} == set(there)


def test_a_demo_from_before_the_mark_runs_but_is_not_emptied(tmp_path: Path) -> None:
    holding(tmp_path, "database", "keys")
    (tmp_path / "keys" / "demo-signer-merete.pem").write_text("x")
    assert not demo_home.take(tmp_path, is_default=False)
    assert not demo_home.is_marked(tmp_path)


def test_the_folder_that_nobody_has_chosen_is_the_demos(tmp_path: Path) -> None:
    assert demo_home.take(holding(tmp_path, "database", "keys"), is_default=True)
    assert demo_home.is_marked(tmp_path)


def test_another_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KODEKS_DATABASE_URL", "postgresql://a@b/c")
    with pytest.raises(demo_home.DemoHomeError, match="sin egen database"):
        demo_home.take(tmp_path, is_default=True)


def test_emptying_removes_what_an_installation_makes_and_nothing_else(tmp_path: Path) -> None:
    demo_home.take(tmp_path, is_default=False)
    demo_home.record(tmp_path, {"kernel.0001": "ab"})
    holding(tmp_path, "keys", "journal", "models", "static", "witnesses", "mine-egne-ting")
    demo_home.empty(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo-home.json", "mine-egne-ting"]
    assert demo_home.recorded(tmp_path) == {}


@pytest.mark.parametrize("content", ["", "[]", "{", "\xff"])
def test_a_mark_that_cannot_be_read_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "demo-home.json").write_text(content, encoding="latin-1")
    assert demo_home.recorded(tmp_path) == {}


def test_the_command_refuses_a_real_installation_in_one_sentence(tmp_path: Path) -> None:
    home = holding(tmp_path / "home", "database", "keys")
    for more in ((), ("--fresh",)):
        answer = warm.run(["-m", "kodeks", "demo", *more], env=environment(home), timeout=60)
        assert answer.returncode == 1
        assert "bliver ikke rørt" in one_sentence(answer)
        assert (home / "database" / "noget").exists()


# Which version made it


def test_a_migration_that_this_program_has_not_is_told_of(installed: Installed) -> None:
    installed.owner.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '0001_old', now())"
    )
    try:
        said = installed.refused("migrate")
        assert "lavet af en anden udgave af kodeks (kernel.0001_old). Intet er ændret." in said
        answer = installed.run("demo-prepare")
        assert answer.returncode == 3
        assert "lavet af en anden udgave" in one_sentence(answer)
    finally:
        installed.owner.execute("DELETE FROM django_migrations WHERE name = '0001_old'")


@pytest.mark.django_db
def test_a_migration_that_says_something_else_now_is_found() -> None:
    found = versions.fingerprints()
    assert {"kernel.0008_fairness", "casework.0004_retention", "kernel.sql"} <= set(found)
    assert versions.unknown_migrations() == []
    assert versions.changed(found) == []
    assert versions.changed({}) == []
    for name in ("casework.0001_initial", "kernel.sql"):
        assert versions.changed(found | {name: "0" * 64}) == [name]
    # One that is gone from the program is unknown, and not changed.
    assert versions.changed({"kernel.0001_old": "0" * 64}) == []
