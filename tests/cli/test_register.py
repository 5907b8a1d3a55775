# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks register`: the evidence for programs and people, and the register as files."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Installed


def test_the_evidence_as_text_ends_with_the_counts(installed: Installed) -> None:
    said = installed.done("register", "evidence").splitlines()
    starts = [line for line in said if line.startswith(("a", "b", "d", "g", "w"))]
    assert len([line for line in starts if line[3:4] == "-"]) == 63
    assert said[-1].endswith(" ikke relevant.")
    assert "aia-29 IKKE RELEVANT" in "\n".join(said)
    assert any("NEJ  " in line for line in said)


def test_the_evidence_as_json_and_strict_fails_as_long_as_something_is_missing(
    installed: Installed,
) -> None:
    answer = installed.run("register", "evidence", "--as", "json", "--strict")
    assert answer.stderr == b""
    told = json.loads(answer.stdout)
    assert len(told["requirements"]) == sum(told["counts"].values()) == 63
    found = {one["id"]: one for one in told["requirements"]}
    assert found["avg-13"]["urn"] == "urn:nl:ak:ver:avg-13"
    assert found["avg-13"]["state"] == "opfyldt"
    assert all(one["holds"] and one["record"] for one in found["avg-13"]["evidence"])
    assert found["aut-01"]["state"] == "mangler"
    assert found["aia-30"]["reason"]
    assert told["counts"]["mangler"] > 0
    assert answer.returncode == 1


def test_the_register_is_written_as_the_site_shows_it(installed: Installed, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    said = installed.done("register", "export", folder, "--address", "https://ai.proeve.example/")
    assert said == f"4 filer er skrevet i {folder}.\n"
    written = {str(file.relative_to(folder)) for file in folder.rglob("*.json")}
    danish = {"register/inquiries.json", "register/inquiries.nl.json"}
    assert written == danish | {f"en/{name}" for name in danish}
    told = json.loads((folder / "en/register/inquiries.json").read_text(encoding="utf-8"))
    assert told["name"] == "Sorting of inquiries from citizens"
    dutch = json.loads((folder / "register/inquiries.nl.json").read_text(encoding="utf-8"))
    assert dutch["source_link"] == "https://ai.proeve.example/register/inquiries.json"
    assert "findes allerede" in installed.refused("register", "export", folder)


def test_nothing_is_written_when_a_record_is_not_whole(
    installed: Installed, tmp_path: Path
) -> None:
    card = {"id": "halvt", "name": "Et halvt system", "sha256": "1" * 64}
    installed.owner.execute(
        "SELECT kernel.register_card((SELECT (card - 'register' - 'english') || %s::jsonb"
        " FROM kernel_cardrevision WHERE system_id = 'inquiries' LIMIT 1))",
        (json.dumps(card),),
    )
    said = installed.refused("register", "export", tmp_path / "register")
    assert said.startswith("halvt kan ikke udgives efter standarden.")
    assert not (tmp_path / "register").exists()


def test_an_address_without_tls_is_refused(installed: Installed, tmp_path: Path) -> None:
    arguments = ("register", "export", tmp_path / "x", "--address", "http://ai.proeve.example")
    assert installed.refused(*arguments) == "Adressen skal begynde med https://."
