# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks register`: the evidence for programs and people, and the register as files."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Installed
from kernel_stage import card_text

SYSTEMS = ("accessrequests", "inquiries", "waste")


def test_evidence_and_files_until_a_card_is_registered_that_cannot_be_published(
    installed: Installed, tmp_path: Path
) -> None:
    """One test, as a system that is registered stays in the database of this module."""
    evidence_as_text(installed)
    evidence_as_json(installed)
    files(installed, tmp_path / "register")
    (tmp_path / "system.toml").write_text(card_text("halvt"), encoding="utf-8")
    said = installed.done("system", "register", tmp_path / "system.toml")
    assert "Registret kan ikke udgives uden dem." in said
    said = installed.refused("register", "export", tmp_path / "andet")
    assert said.startswith("halvt kan ikke udgives efter standarden.")
    assert not (tmp_path / "andet").exists()


def evidence_as_text(installed: Installed) -> None:
    said = installed.done("register", "evidence").splitlines()
    assert len([line for line in said if line[3:4] == "-"]) == 63
    assert said[-1].endswith(" ikke relevant.")
    assert any(line.startswith("aia-29 IKKE RELEVANT") for line in said)
    assert any(line.startswith("    NEJ  ") for line in said)


def evidence_as_json(installed: Installed) -> None:
    answer = installed.run("register", "evidence", "--as", "json", "--strict")
    assert answer.stderr == b""
    told = json.loads(answer.stdout)
    assert len(told["requirements"]) == sum(told["counts"].values()) == 63
    found = {one["id"]: one for one in told["requirements"]}
    assert found["avg-13"]["urn"] == "urn:nl:ak:ver:avg-13"
    assert found["avg-13"]["state"] == "opfyldt"
    assert all(one["holds"] and one["record"] for one in found["avg-13"]["evidence"])
    assert found["aut-01"]["state"] == "opfyldt"
    papers = found["aut-01"]["evidence"]
    assert len(papers) == len(SYSTEMS)
    assert all("Ret til de tekster" in paper["text"] for paper in papers)
    assert found["aia-19"]["state"] == "mangler"
    assert found["aia-19"]["reason"] == ""
    assert found["aia-30"]["reason"]
    # As long as something is missing, --strict fails.
    assert told["counts"]["mangler"] > 0
    assert answer.returncode == 1


def files(installed: Installed, folder: Path) -> None:
    said = installed.done("register", "export", folder, "--address", "https://ai.proeve.example/")
    assert said == f"{4 * len(SYSTEMS)} filer er skrevet i {folder}.\n"
    written = {str(file.relative_to(folder)) for file in folder.rglob("*.json")}
    danish = {f"register/{one}{suffix}" for one in SYSTEMS for suffix in (".json", ".nl.json")}
    assert written == danish | {f"en/{name}" for name in danish}
    told = json.loads((folder / "en/register/inquiries.json").read_text(encoding="utf-8"))
    assert told["name"] == "Sorting of inquiries from citizens"
    dutch = json.loads((folder / "register/inquiries.nl.json").read_text(encoding="utf-8"))
    assert dutch["source_link"] == "https://ai.proeve.example/register/inquiries.json"
    assert "findes allerede" in installed.refused("register", "export", folder)


def test_an_address_without_tls_is_refused(installed: Installed, tmp_path: Path) -> None:
    arguments = ("register", "export", tmp_path / "x", "--address", "http://ai.proeve.example")
    assert installed.refused(*arguments) == "Adressen skal begynde med https://."
