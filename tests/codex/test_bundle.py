# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An edition reads the same from its folder and from the database, and nothing else is read."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import shutil
import statistics
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from kodeks.codex import bundle
from kodeks.codex.legal_rows import CATEGORIES, PHASES
from kodeks.codex.reader import CardError
from kodeks.language.lix import lix

SHIPPED = bundle.shipped()
CONTENT = json.loads(json.dumps(SHIPPED.content))
KEYS = [
    "number",
    "title",
    "effective_from",
    "limits",
    "clauses",
    "controls",
    "legal_bases",
    "linkings",
    "rulings",
    "duties",
    "incident_kinds",
    "protected",
    "proxies",
    "policies",
    "schema",
]
TOML = [
    "codex.toml",
    "clauses.toml",
    "controls.toml",
    "legal_bases.toml",
    "duties.toml",
    "incidents.toml",
    "protected.toml",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped edition that a test may change."""
    copied = tmp_path / "edition"
    shutil.copytree(str(files("kodeks.codex") / "edition"), copied)
    return copied


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys(one)}
    return {key for one in value for key in keys(one)} if isinstance(value, list) else set()


# The two forms


def test_the_database_gives_back_the_same_edition():
    assert bundle.of_content(CONTENT) == SHIPPED


def test_a_folder_on_disk_gives_the_same_edition(folder):
    assert bundle.load(folder) == SHIPPED


def test_the_content_is_plain_json_with_plain_keys():
    assert list(CONTENT) == KEYS
    assert {type(leaf) for leaf in leaves(CONTENT)} == {str, int, bool, type(None)}
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", key) for key in keys(CONTENT))


def test_the_hash_is_of_the_content_and_not_in_it():
    text = json.dumps(CONTENT, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert SHIPPED.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert "sha256" not in CONTENT


def test_the_order_of_keys_does_not_change_the_hash():
    turned = dict(reversed(CONTENT.items()))
    assert bundle.of_content(turned).sha256 == SHIPPED.sha256


def test_a_changed_word_changes_the_hash(folder):
    change(folder / "policies.cedar", "//", "// changed")
    assert bundle.load(folder).sha256 != SHIPPED.sha256


# What the shipped edition holds


def test_the_limits_are_those_the_kernel_holds():
    assert SHIPPED.limits == {
        "permit_minutes": 15,
        "vacancy_days": 0,
        "absence_days": 14,
        "attestation_months": 6,
        "supervision_grace_days": 0,
        "review_days": 14,
        "blind_first_days": 28,
        "blind_least_percent": 5,
        "influence_most_percent": 10,
        "alarm_days": 14,
        "drill_wrong_cases": 18,
        "drill_caught_cases": 13,
        "drill_right_cases": 6,
        "drill_followed_cases": 4,
        "drill_persons": 3,
        "drill_round_days": 28,
    }


def test_it_has_a_row_for_each_system_and_phase():
    found = {(row.system, row.phase) for row in SHIPPED.bases}
    solutions = {"inquiries", "accessrequests"}
    systems = solutions | {"building", "job_match", "interventions", "control", "waste"}
    assert found == {(system, phase) for system in systems for phase in PHASES}


def test_ids_are_unique_across_the_law():
    ids = [row.id for row in (*SHIPPED.bases, *SHIPPED.linkings)]
    assert len(set(ids)) == len(ids)


def test_a_permission_to_link_is_for_a_use_that_has_a_row():
    uses = {(row.system, row.phase, row.purpose) for row in SHIPPED.bases}
    assert {(link.system, link.phase, link.purpose) for link in SHIPPED.linkings} <= uses


def test_every_row_tells_the_lawyer_what_to_confirm():
    for row in (*SHIPPED.bases, *SHIPPED.linkings):
        assert "Skal bekræftes af en jurist." in row.note, row.id
        assert not row.basis.endswith("."), row.id


def test_every_purpose_on_a_system_card_has_a_row():
    from kodeks.codex import card

    found = card.load((files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8"))
    rows = {(b.purpose, b.data_category) for b in SHIPPED.bases if b.system == found.id}
    used = {(p, field.category) for field in found.data_fields for p in field.purposes}
    assert used <= rows
    assert set(found.purposes) == {purpose for purpose, _ in rows}


def test_no_allowed_basis_rests_on_consent():
    assert not [b.id for b in SHIPPED.bases if b.status == "allowed" and "samtykke" in b.basis]


def test_what_a_citizen_or_clerk_reads_is_plain_danish():
    texts = {
        "clauses": [clause.text for clause in SHIPPED.clauses],
        "controls": [control.text for control in SHIPPED.controls],
        "rulings": [ruling.consequence for ruling in SHIPPED.rulings],
        "duties": [duty.text for duty in SHIPPED.duties],
        "proxies": [proxy.why for proxy in SHIPPED.proxies],
        "notes": [row.note for row in (*SHIPPED.bases, *SHIPPED.linkings)],
        "categories": [f"Her er {name}." for name in CATEGORIES.values()],
    }
    for name, found in texts.items():
        if name != "categories":
            assert statistics.median(map(lix, found)) <= 35, name


# What is refused


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("codex.toml", "number = 1", "number = 0", "number"),
        ("codex.toml", "number = 1", "number = 1.0", "number"),
        ("codex.toml", "number = 1", "number = true", "number"),
        ("codex.toml", "2026-07-01", '"2026-07-01"', "effective_from"),
        ("codex.toml", "2026-07-01", "2026-07-01T00:00:00", "effective_from"),
        ("codex.toml", "permit_minutes = 15", "permit_minutes = -1", "permit_minutes"),
        ("codex.toml", "permit_minutes = 15", "", "permit_minutes"),
        ("codex.toml", "[limits]", "[limits]\nmore = 1", "more"),
        ("codex.toml", "[limits]", "more = 1\n[limits]", "more"),
        ("codex.toml", "[limits]", "[", "codex.toml kan ikke læses"),
        ("codex.toml", "number = 1", "number = 1" + "0" * 5000, "codex.toml kan ikke læses"),
        ("clauses.toml", '"G1.1"', '"G1.2"', "samme navn"),
        ("clauses.toml", '"G1.1"', '"G1.9"', "rækkefølge"),
        ("clauses.toml", '"G1.1"', '"G6.1"', "G6.1"),
        ("clauses.toml", '"G1.1"', '"P1.1"', "kilden"),
        ("clauses.toml", "quote = ", "quotation = ", "quote"),
        ("clauses.toml", 'quote = "', f'quote = "{"ord " * 25}', "citatet"),
        ("clauses.toml", '"public_register"', '"public_register", "public_register"', "to gange"),
        ("clauses.toml", '"public_register"', '"Public"', "Public"),
        ("clauses.toml", '["public_register", "codex_page"]', "[]", "controls"),
        ("clauses.toml", 'text = "Enhver', 'text = "a | b', "streg"),
        ("clauses.toml", 'text = "Enhver', 'text = "a\\nb', "linjeskift"),
        ("clauses.toml", 'text = "Enhver', 'text = "a\\u0000b', "gemmes"),
        ("controls.toml", '"tests/codex/test_g1_1', '"../codex/test_g1_1', "prøve"),
        ("controls.toml", '"workbench:register"', '"se koden"', "where"),
        ("controls.toml", "[[control]]", "[[controls]]", "controls"),
        ("legal_bases.toml", 'status = "allowed"', 'status = "perhaps"', "status"),
        ("legal_bases.toml", 'phase = "operation"', 'phase = "drift"', "phase"),
        ("legal_bases.toml", '"ordinary"', '"art9"', "data_category"),
        ("legal_bases.toml", "valid_from = 2018-05-25", "", "valid_from"),
        (
            "legal_bases.toml",
            "valid_from = 2018-05-25",
            "valid_from = 2018-05-25\nvalid_to = 2018-05-24",
            "den første",
        ),
        (
            "legal_bases.toml",
            "valid_from = 2018-05-25",
            "valid_from = 2018-05-25\nvalid_to = 9999-12-31",
            "for sent",
        ),
        (
            "legal_bases.toml",
            "valid_from = 2018-05-25",
            "valid_from = 2018-05-25\nvalidto = 2027-01-01",
            "validto",
        ),
        ("legal_bases.toml", '["cv", "jobopslag"]', '["cv"]', "to kilder"),
        ("legal_bases.toml", '["cv", "jobopslag"]', '["cv", "cv"]', "to gange"),
        ("legal_bases.toml", "date = 1987-01-01", "date = 2030-01-01", "efter dato"),
        ("legal_bases.toml", 'concerns = ["*"]', 'concerns = ["*", "waste"]', "concerns"),
        ("duties.toml", 'kind = "dpia"', 'kind = "opinion"', "kind"),
        ("duties.toml", "personal_data = true", "personal_data = 1", "personal_data"),
        ("duties.toml", "most_months = 24", "most_months = 0", "most_months"),
        ("duties.toml", 'signer = "system_owner"', 'signer = "citizen"', "signer"),
        ("duties.toml", "valid_from = 2026-07-01", "valid_from = true", "valid_from"),
        ("protected.toml", '"etnic*"', '"*etnic"', "stjerne"),
        ("protected.toml", '"etnic*"', '"Etnic"', "stjerne"),
        ("protected.toml", '"etnic*"', '"etnic  x"', "stjerne"),
        ("protected.toml", 'attribute = "ethnicity"', 'attribute = "age"', "age"),
        ("protected.toml", 'field = "citizenship"', 'field = "nationality"', "samme navn"),
        ("protected.toml", 'system = "*"', 'system = "**"', "system"),
        ("policies.cedar", "// written by the lead", " ", "policies"),
    ],
)
def test_faults_are_told_with_the_place(folder, file, old, new, told):
    if file == "policies.cedar":
        (folder / file).write_text(new, encoding="utf-8")
    else:
        change(folder / file, old, new)
    with pytest.raises(CardError, match=re.escape(told)):
        bundle.load(folder)


@pytest.mark.parametrize("file", [*TOML, "policies.cedar", "schema.cedarschema"])
def test_a_missing_or_foreign_file_is_told_by_name(folder, file):
    (folder / file).write_bytes(b"\xff\xfe")
    with pytest.raises(CardError, match=re.escape(file)):
        bundle.load(folder)
    (folder / file).unlink()
    with pytest.raises(CardError, match=re.escape(file)):
        bundle.load(folder)


def test_consent_is_no_basis_anywhere(folder):
    change(folder / "legal_bases.toml", "jf. forvaltningslovens § 7", "jf. borgerens Samtykke")
    with pytest.raises(CardError, match="2022-212-3676"):
        bundle.load(folder)


def test_a_barred_row_may_name_consent(folder):
    text = (folder / "legal_bases.toml").read_text(encoding="utf-8")
    assert "samtykke" in text
    assert bundle.load(folder)


@pytest.mark.parametrize("key", KEYS)
def test_no_part_of_the_content_may_be_left_out(key):
    with pytest.raises(CardError):
        bundle.of_content({name: value for name, value in CONTENT.items() if name != key})


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "x",
        {},
        CONTENT | {"more": 1},
        CONTENT | {"number": 1.0},
        CONTENT | {"number": True},
        CONTENT | {"effective_from": "2026-7-1"},
        CONTENT | {"effective_from": "2026-02-30"},
        CONTENT | {"effective_from": "20260701"},
        CONTENT | {"title": CONTENT["title"] + " "},
        CONTENT | {"title": "\ud800"},
        CONTENT | {"policies": "\x00"},
        CONTENT | {1: 2},
        CONTENT | {"limits": CONTENT["limits"] | {"permit_minutes": 15.0}},
        CONTENT | {"clauses": CONTENT["clauses"][::-1]},
    ],
    ids=lambda content: type(content).__name__,
)
def test_content_that_the_program_did_not_write_is_refused(content):
    with pytest.raises(CardError):
        bundle.of_content(content)


def test_a_basis_without_a_last_day_has_null_and_not_nothing():
    content = copy.deepcopy(CONTENT)
    del content["legal_bases"][0]["valid_to"]
    with pytest.raises(CardError):
        bundle.of_content(content)
