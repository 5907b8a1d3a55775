# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks connector check`: whether the journal can be reached, in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from commands import Installed, one_sentence
from esdh_stage import SHAPES
from fake_esdh.serving import CLIENT, SECRET, serving
from fake_esdh.store import Store


def test_the_journal_of_files_can_be_written(installed: Installed) -> None:
    said = installed.done("connector", "check")
    assert "Journalen føres i filer" in said
    assert said.endswith("Forbindelsen virker.\n")


def test_an_esdh_system_that_is_not_described_or_not_there(
    installed: Installed, tmp_path: Path
) -> None:
    file = tmp_path / "afdelinger.toml"
    file.write_text('["*"]\nid = 1\nname = "Alle"\n')
    given = {
        "KODEKS_JOURNAL_SYSTEM": SHAPES["getorganized"].connector,
        "KODEKS_ESDH_CLIENT": CLIENT,
        "KODEKS_ESDH_DEPARTMENTS": str(file),
    }
    assert "KODEKS_ESDH_URL mangler" in one_sentence(_checked(installed, given))
    with serving(SHAPES["getorganized"].make(Store())) as server:
        given["KODEKS_ESDH_URL"] = server.url
        answer = _checked(installed, given)
    assert answer.returncode == 1
    assert "credential set visitator esdh" in answer.stderr.decode()
    assert SECRET not in answer.stdout.decode()


def _checked(installed: Installed, given: dict[str, str]) -> Any:
    other = Installed(
        folder=installed.folder, settings=installed.settings | given, owner=installed.owner
    )
    return other.run("connector", "check")
