# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The 63 requirements: all are mapped, and what is shown as evidence is there at that moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
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
from watched import watched

from kodeks.codex import bundle, duties
from kodeks.codex.reader import CardError
from kodeks.kernel import alarms, codices, selectors
from kodeks.kernel.models import Release
from kodeks.language.lix import lix
from kodeks.workbench import proofs, proving, requirements
from kodeks.workbench.requirements import MET, MISSING, NOT_RELEVANT

PAGE = "/register/krav-og-beviser/"
ALL = {one.id: one for one in requirements.requirements()}
REFERENCES = sorted({name for one in ALL.values() for name in one.proofs})
DUTIES = bundle.shipped().duties
ONLY_HIGH_RISK = {duty.kind for duty in DUTIES if duty.only_high_risk}


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


def test_each_has_evidence_that_is_looked_up_or_a_reason_why_not() -> None:
    """Nothing in the file says that something is missing: only the running state does."""
    for one in ALL.values():
        assert bool(one.proofs) or bool(one.reason), one.id
        assert bool(one.when) == bool(one.proofs and one.reason), one.id
    never = sorted(name for name, one in ALL.items() if not one.proofs)
    assert never == ["aia-29", "aia-30", "aia-31", "aia-32", "aia-33", "aia-37", "aia-39"]


def test_every_document_that_only_the_register_asks_for_is_evidence_of_something() -> None:
    shown = {f"document:{duty.kind}" for duty in DUTIES if not duty.stops}
    assert shown <= set(REFERENCES)
    assert {f"document:{kind}" for kind in ONLY_HIGH_RISK} <= set(REFERENCES)


def test_the_demos_municipality_lacks_what_only_a_real_one_can_have(stage, settings) -> None:
    """An accessibility statement of its own, a team that has passed its exercises, and a lawyer's
    basis for what people write freely."""
    nearby.publish()
    at = only("inquiries")
    found = {name: requirements.standing(one, at) for name, one in ALL.items()}
    missing = {name for name, one in found.items() if one.state == MISSING}
    assert missing == {"aia-19", "aia-21", "avg-08"}
    settings.KODEKS_WAS_URL = "https://www.was.digst.dk/eksempelkoebing-dk"
    assert requirements.standing(ALL["aia-19"], at).state == MET


@pytest.fixture(scope="module")
def high(stage) -> str:
    """A system with high risk that the tests only look at."""
    return stage.register(risk_class="high")


@pytest.mark.parametrize("reference", REFERENCES)
def test_each_reference_finds_something_that_is_there(stage, high, reference) -> None:
    if reference == "ledger":
        nearby.publish()
    _, _, kind = reference.partition(":")
    found = proofs.find(reference, only(high if kind in ONLY_HIGH_RISK else "inquiries"))
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
    other, low = "aia-14", stage.register()
    assert state_of(other, low) == NOT_RELEVANT
    assert state_of("aia-02", low) != NOT_RELEVANT
    slug = stage.register(risk_class="high")
    assert state_of("aia-02", slug) == NOT_RELEVANT
    found = standing(other)
    assert (found.state, found.reason) == (MISSING, "")
    assert any(
        one.text.endswith("Vurdering efter AI-forordningen. Mangler.") for one in found.proofs
    )
    assert standing("aia-27").state != NOT_RELEVANT
    stage.evidence(slug, kind="conformity_assessment")
    assert state_of(other, slug) == MET
    assert stage.obstacles(slug) == []


def test_a_document_that_stops_nothing_is_missing_until_it_is_there(stage) -> None:
    slug = stage.register()
    for name, kind in (("aut-01", "copyright_review"), ("aia-36", "whistleblowing")):
        assert state_of(name, slug) == MISSING
        stage.evidence(slug, kind=kind)
        assert state_of(name, slug) == MET
        stage.evidence(slug, kind=kind, withdrawn=True)
        assert state_of(name, slug) == MISSING
    assert stage.obstacles(slug) == []


def test_alarms_that_wait_too_long_and_cards_without_limits_are_missing(stage) -> None:
    (found,) = proofs.find("watched", only(stage.register()))
    assert not found.holds
    assert found.text.endswith("0 grænser bliver holdt øje med. 0 alarmer er over fristen.")
    slug = watched(stage, ("flagged", "0.25", "none"))
    (found,) = proofs.find("watched", only(slug))
    assert found.holds
    alarms.sound(system=slug, kind="flagged", effect="none", sentence="En prøve.", measured={})
    days = codices.in_force().limits["alarm_days"]
    for later, holds in ((0, True), (days, True), (days + 1, False)):
        at = dataclasses.replace(only(slug), today=today() + dt.timedelta(days=later))
        (found,) = proofs.find("watched", at)
        assert found.holds is holds


def only(slug: str) -> proving.Now:
    """The running state with this system alone."""
    return proving.of([selectors.system_state(slug)])


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


STANDING = {"page", "trained", "ledger", "erasure_rules", "corrected", "objected"}
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
        (ROW + 'when = "altid"\nreason = "R"\nproofs = ["owner"]\n', "altid"),
        (ROW + 'missing = "M"\nproofs = ["owner"]\n', "missing"),
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
