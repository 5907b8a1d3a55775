# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which evidence a system must have."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kodeks.codex import bundle
from kodeks.codex.duties import KINDS, RISK_CLASSES, asked, required, stopping_kinds
from kodeks.codex.legal_rows import PHASES
from kodeks.codex.reader import CardError

SHIPPED = bundle.shipped()
DAY = dt.date(2026, 7, 1)
OPERATION = {
    "risk_classification",
    "test_report",
    "employee_involvement",
    "service_measurement",
    "time_study",
}
WITH_PEOPLE = {"consequence_analysis", "oversight_pilot"}
PERSONAL = {"dpia", "dpo_opinion"}
HIGH_RISK = {
    "risk_management",
    "vulnerable_groups",
    "data_quality",
    "technical_documentation",
    "quality_management",
    "conformity_assessment",
    "eu_declaration",
    "ce_marking",
    "eu_database",
}
AI_ACT = dt.date(2027, 12, 2)
SHOWN_ONLY = {
    "information_security",
    "restore_test",
    "copyright_review",
    "source_rights",
    "whistleblowing",
    "archive_handover",
}


def kinds(codex=SHIPPED, **changes):
    values = {"risk_class": "limited", "phase": "operation", "categories": ["ordinary"], "day": DAY}
    return {duty.kind for duty in required(codex.duties, **(values | changes))}


@pytest.mark.parametrize(
    ("risk_class", "phase", "category", "wanted"),
    [
        ("minimal", "operation", "none", OPERATION),
        ("limited", "operation", "none", OPERATION | WITH_PEOPLE),
        ("limited", "operation", "ordinary", OPERATION | WITH_PEOPLE | PERSONAL),
        ("high", "operation", "ordinary", OPERATION | WITH_PEOPLE | PERSONAL | {"fria"}),
        ("high", "operation", "none", OPERATION | WITH_PEOPLE | {"fria"}),
        ("minimal", "operation", "special", OPERATION | PERSONAL),
        ("high", "development", "ordinary", PERSONAL | {"information_duty"}),
        ("minimal", "retraining", "cpr", PERSONAL | {"information_duty"}),
        ("high", "development", "none", set()),
    ],
)
def test_the_evidence_follows_risk_phase_and_data(risk_class, phase, category, wanted):
    assert kinds(risk_class=risk_class, phase=phase, categories=[category]) == wanted


def test_one_kind_of_personal_data_is_enough():
    assert "dpia" in kinds(categories=["none", "confidential"])
    assert "dpia" not in kinds(categories=[])
    assert "dpia" in kinds(categories=["unheard of"])


def test_a_duty_counts_from_its_first_to_its_last_day():
    assert kinds(day=dt.date(2018, 5, 24)) == set()
    assert kinds(day=dt.date(2018, 5, 25)) == PERSONAL
    before, first = (
        kinds(risk_class="high", day=AI_ACT - dt.timedelta(days=days)) for days in (1, 0)
    )
    assert first - before == HIGH_RISK
    assert before == OPERATION | WITH_PEOPLE | PERSONAL | {"fria"}
    assert "fria" not in kinds(risk_class="high", day=dt.date(2026, 6, 30))
    ended = replace(SHIPPED, duties=tuple(replace(d, valid_to=DAY) for d in SHIPPED.duties))
    assert kinds(ended)
    assert kinds(ended, day=DAY + dt.timedelta(days=1)) == set()


@pytest.mark.parametrize("changes", [{"risk_class": "none"}, {"phase": "test"}])
def test_an_unknown_class_or_phase_is_not_free_of_duties(changes):
    with pytest.raises(CardError, match="kendes ikke"):
        kinds(**changes)


def asked_of(risk_class, category="ordinary", codex=SHIPPED, day=DAY):
    found = asked(codex.duties, risk_class=risk_class, categories=[category], day=day)
    return {duty.kind for duty in found}


def test_what_stops_nothing_and_what_is_to_come_is_asked_for_all_the_same():
    low = OPERATION | SHOWN_ONLY
    assert asked_of("minimal", "none") == low
    every = low | WITH_PEOPLE | PERSONAL | {"information_duty"}
    assert asked_of("limited") == every
    assert asked_of("high") == every | HIGH_RISK | {"fria", "document_archive"} == set(KINDS)
    ended = replace(SHIPPED, duties=tuple(replace(d, valid_to=DAY) for d in SHIPPED.duties))
    assert asked_of("limited", codex=ended) == every
    assert asked_of("limited", codex=ended, day=DAY + dt.timedelta(days=1)) == set()
    with pytest.raises(CardError, match="kendes ikke"):
        asked_of("none")


def test_what_is_only_shown_stops_no_system_in_any_phase_on_any_day():
    only_shown = SHOWN_ONLY | {"document_archive"}
    assert set(KINDS) - set(stopping_kinds(SHIPPED.duties)) == only_shown
    for risk_class in RISK_CLASSES:
        for phase in PHASES:
            for day in (DAY, dt.date(2040, 1, 1)):
                assert not kinds(risk_class=risk_class, phase=phase, day=day) & only_shown


def test_every_kind_is_shipped_once():
    assert sorted(duty.kind for duty in SHIPPED.duties) == sorted(KINDS)


def test_the_signers_are_those_the_law_names():
    signers = {duty.kind: duty.signer for duty in SHIPPED.duties}
    assert signers["dpo_opinion"] == "data_protection_officer"
    assert signers["test_report"] == "administrator"
    assert set(signers.values()) == {"system_owner", "data_protection_officer", "administrator"}


def test_every_class_and_phase_with_personal_data_needs_something():
    for risk_class in RISK_CLASSES:
        for phase in PHASES:
            assert "dpia" in kinds(risk_class=risk_class, phase=phase)


def test_the_involvement_says_which_trades_and_groups_took_part():
    (duty,) = [duty for duty in SHIPPED.duties if duty.kind == "employee_involvement"]
    assert "hvilke fag" in duty.text
    assert "grupper" in duty.text
