# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The 63 requirements: all are mapped, and what is shown as evidence is there at that moment."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import drilled
import nearby
import pytest
import yaml
from django.test import Client
from kernel_stage import today
from register_card import register_card
from staff_pages import words_of

from kodeks.codex import duties
from kodeks.codex.reader import CardError
from kodeks.kernel.models import Release
from kodeks.language.lix import lix
from kodeks.workbench import proofs, proving, requirements
from kodeks.workbench.requirements import MET, MISSING, NOT_RELEVANT

PAGE = "/register/krav-og-beviser/"
ALL = {one.id: one for one in requirements.requirements()}
REFERENCES = sorted({name for one in ALL.values() for name in one.proofs})


def standing(name: str) -> requirements.Standing:
    return requirements.standing(ALL[name], proving.now())


def test_every_requirement_of_the_catalogue_is_here_and_no_other(data_folder: Path) -> None:
    files = (data_folder / "governance" / "nl-task-registry" / "requirements").glob("*.yaml")
    urns = {yaml.safe_load(file.read_text(encoding="utf-8"))["urn"] for file in files}
    assert len(urns) == 63
    assert {one.urn for one in ALL.values()} == urns


def test_there_are_63_with_words_of_their_own() -> None:
    assert len(ALL) == 63
    titles = [one.title for one in ALL.values()]
    assert len(set(titles)) == 63
    reasons = [one.reason for one in ALL.values() if one.reason]
    assert len(set(reasons)) == len(reasons) > 15
    assert lix(" ".join(titles)) <= 35
    assert lix(" ".join(reasons)) <= 35


@pytest.mark.parametrize("reference", REFERENCES)
def test_each_reference_finds_something_that_is_there(stage, reference) -> None:
    if reference == "ledger":
        nearby.publish()
    if reference == "document:fria":
        slug = stage.register(risk_class="high")
        stage.evidence(slug, kind="fria")
    found = proofs.find(reference, proving.now())
    assert found
    for one in found:
        assert one.text.endswith((".", "?"))
        if one.url.startswith("/"):
            assert Client().get(one.url).status_code == 200
    if reference.startswith(("control:", "page:")):
        assert all(one.holds for one in found)
    if reference.startswith("document:"):
        assert reference.partition(":")[2] in duties.KINDS


def test_a_condition_makes_a_requirement_relevant(stage) -> None:
    other = next(n for n in ALL if ALL[n].when == "high_risk" and not ALL[n].proofs)
    at = proving.now()
    low = dataclasses.replace(
        at, systems=tuple(s for s in at.systems if s.card["risk_class"] != "high")
    )
    assert requirements.standing(ALL[other], low).state == NOT_RELEVANT
    assert requirements.standing(ALL["aia-02"], low).state != NOT_RELEVANT
    stage.register(risk_class="high")
    found = standing(other)
    assert (found.state, found.reason) == (MISSING, ALL[other].missing)
    assert standing("aia-27").state != NOT_RELEVANT


def only(slug: str) -> proving.Now:
    """The running state with this system alone."""
    at = proving.now()
    systems = tuple(one for one in at.systems if one.slug == slug)
    return dataclasses.replace(at, systems=systems)


def state_of(name: str, slug: str) -> str:
    return requirements.standing(ALL[name], only(slug)).state


def test_evidence_that_is_withdrawn_is_missing_at_once(stage) -> None:
    slug = stage.register()
    assert state_of("avg-13", slug) == MET
    stage.evidence(slug, kind="dpia", withdrawn=True)
    assert state_of("avg-13", slug) == MISSING
    assert "Trukket tilbage" in words_of(Client().get(PAGE))
    stage.evidence(slug, kind="dpia")
    assert state_of("avg-13", slug) == MET


def test_what_stops_a_system_is_seen_in_its_requirements(stage) -> None:
    slug = stage.register()
    assert state_of("aia-21", slug) == MISSING
    drilled.registered(stage, slug)
    unit, _ = drilled.team(stage)
    drilled.answered(stage, drilled.opened(stage, slug, unit), caught=18, followed=6)
    assert [state_of(name, slug) for name in ("aia-21", "avg-01", "grw-02")] == [MET] * 3
    stage.assign(slug=slug, manager=None)
    assert state_of("aia-21", slug) == MISSING
    content = stage.content()
    for row in content["legal_bases"]:
        if row["system"] == slug:
            row["valid_to"] = "2020-01-01"
    stage.register_codex(content)
    assert state_of("avg-01", slug) == MISSING
    assert Release.objects.filter(system_id=slug).exists()
    assert all(one.holds for one in proofs.find("release", only(slug)))
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Prøve.')", slug, stage.user_id("dorte")
    )
    assert not any(one.holds for one in proofs.find("release", only(slug)))


def test_the_register_itself_is_evidence(stage) -> None:
    slug = stage.register()
    assert state_of("bzk-01", slug) == MISSING
    stage.register_card(register_card(slug))
    assert state_of("bzk-01", slug) == MET


def test_free_text_asks_for_a_basis_for_special_data(stage) -> None:
    slug = stage.register()
    assert state_of("avg-08", slug) == MISSING
    row = {
        "data_category": "special",
        "id": f"{slug}_special",
        "system": slug,
        "phase": "operation",
        "purpose": "triage",
        "status": "allowed",
        "autonomy": "advise",
        "basis": "Artikel 9, stk. 2, litra g",
        "source": "Forordning (EU) 2016/679",
        "note": "Prøve.",
        "valid_from": "2018-05-25",
        "valid_to": None,
    }
    stage.revise(legal_bases=[row])
    assert state_of("avg-08", slug) == MET


def test_training_that_ended_is_missing(stage) -> None:
    person = stage.new_user(role="caseworker", trained=False)
    (found,) = proofs.find("trained", proving.now())
    assert not found.holds
    stage.train(person)
    (found,) = proofs.find("trained", proving.now())
    assert found.holds


def test_the_accessibility_statement_must_be_the_municipalitys_own(settings) -> None:
    at = proving.Now(today=today(), codex=None, systems=(), documents={})
    (found,) = proofs.find("accessibility", at)
    assert not found.holds
    settings.KODEKS_WAS_URL = "https://www.was.digst.dk/eksempelkoebing-dk"
    (found,) = proofs.find("accessibility", at)
    assert found.holds


STANDING = {"page", "trained", "ledger", "erasure_rules", "corrected"}
"""Proofs that are about the installation and not about a system or the codex."""


def test_without_codex_or_systems_nothing_is_shown_as_met(stage) -> None:
    empty = proving.Now(today=today(), codex=None, systems=(), documents={})
    kinds = {name.partition(":")[0] for name in REFERENCES}
    for name in REFERENCES:
        if name.partition(":")[0] in kinds - STANDING:
            assert not any(one.holds for one in proofs.find(name, empty)), name


@pytest.mark.parametrize("reference", ["control", "owner:x", "hvad:x", "control:findes_ikke"])
def test_a_reference_to_nothing_is_not_evidence(stage, reference) -> None:
    if reference == "control:findes_ikke":
        assert not any(one.holds for one in proofs.find(reference, proving.now()))
        return
    with pytest.raises(KeyError):
        proofs.find(reference, proving.now())


ROW = '[[requirement]]\nid = "x-01"\ntitle = "T"\nlaw = "L"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW, "grund"),
        (ROW + 'reason = "R"\nproofs = ["owner"]\n', "grund"),
        (ROW + 'when = "high_risk"\nproofs = ["owner"]\n', "grund"),
        (ROW + 'when = "high_risk"\nreason = "R"\n', "beviser"),
        (ROW + 'when = "altid"\nreason = "R"\nmissing = "M"\n', "altid"),
        (ROW + 'proofs = ["hvad"]\n', "hvad"),
        (ROW + 'proofs = ["owner:x"]\n', "owner:x"),
        (ROW + 'proofs = ["control"]\n', "control"),
        (ROW + 'reason = "R"\n' + ROW + 'reason = "R"\n', "to gange"),
        (ROW + 'reason = "R"\nother = "x"\n', "other"),
    ],
)
def test_a_list_that_is_not_in_order_is_refused(text, said) -> None:
    with pytest.raises(CardError, match=re.escape(said)):
        requirements.read(text)


def test_the_page_shows_every_requirement_and_is_easy_danish(stage, own_sentences) -> None:
    response = Client().get(PAGE)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    page = words_of(response)
    for found in requirements.standings():
        assert found.requirement.title in page
        assert f"{found.state} {found.requirement.id}." in page
        assert found.reason in page
    assert lix(own_sentences(response)) <= 35
    assert f'href="{PAGE}"' in Client().get("/register/").content.decode()
