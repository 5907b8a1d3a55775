# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which evidence a system must have."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kodeks.codex import bundle
from kodeks.codex.duties import KINDS, RISK_CLASSES, required
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
    assert "fria" not in kinds(risk_class="high", day=dt.date(2026, 6, 30))
    ended = replace(SHIPPED, duties=tuple(replace(d, valid_to=DAY) for d in SHIPPED.duties))
    assert kinds(ended)
    assert kinds(ended, day=DAY + dt.timedelta(days=1)) == set()


@pytest.mark.parametrize("changes", [{"risk_class": "none"}, {"phase": "test"}])
def test_an_unknown_class_or_phase_is_not_free_of_duties(changes):
    with pytest.raises(CardError, match="kendes ikke"):
        kinds(**changes)


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
