# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database's gate: the documents a system must have, and the days on which they hold.

Days pass by `stage.days_later`; both gates are asked (`both`), and must agree.
"""

from __future__ import annotations

import datetime as dt

import pytest
from kernel_stage import card_text, today
from surveyed import DAY, both

from kodeks.kernel import codices
from kodeks.kernel.models import Evidence

OPERATION = {
    "risk_classification",
    "dpia",
    "dpo_opinion",
    "consequence_analysis",
    "test_report",
    "oversight_pilot",
    "employee_involvement",
    "service_measurement",
    "time_study",
}


@pytest.mark.parametrize(
    ("risk", "phase", "purpose", "kinds"),
    [
        ("limited", "operation", "triage", OPERATION),
        ("high", "operation", "triage", OPERATION | {"fria"}),
        (
            "minimal",
            "operation",
            "triage",
            OPERATION - {"consequence_analysis", "oversight_pilot"},
        ),
        (
            "limited",
            "development",
            "improvement",
            {"dpia", "dpo_opinion", "information_duty"},
        ),
        ("high", "retraining", "improvement", {"dpia", "dpo_opinion", "information_duty"}),
    ],
)
def test_which_documents_a_system_must_have(stage, risk, phase, purpose, kinds):
    slug = stage.register(ready=False, risk_class=risk)
    stage.assign(slug=slug)
    stage.attest(slug)
    found = both(stage, slug, phase=phase, purpose=purpose)
    assert {one for one in found if one != "no_release"} == {f"no_{kind}" for kind in kinds}


@pytest.mark.parametrize(("first", "last", "asked"), [(0, 0, True), (1, 9, False), (-9, -1, False)])
def test_a_duty_asks_from_its_first_to_its_last_day(stage, first, last, asked):
    slug, content = stage.register(), stage.content()
    before = content["duties"]
    stage.evidence(slug, kind="dpia", withdrawn=True)
    period = {"valid_from": str(today() + first * DAY), "valid_to": str(today() + last * DAY)}
    changed = [duty | (period if duty["kind"] == "dpia" else {}) for duty in before]
    stage.register_codex(content | {"duties": changed})
    try:
        assert both(stage, slug) == (["no_dpia"] if asked else [])
    finally:
        stage.register_codex(stage.content() | {"duties": before})


def test_a_document_that_stops_nothing_is_taken_and_never_an_obstacle(stage):
    slug = stage.register(risk_class="high")
    shown = {duty.kind for duty in codices.in_force().duties if not duty.stops}
    assert not Evidence.objects.filter(system_id=slug, kind__in=shown).exists()
    for phase, purpose in (("operation", "triage"), ("development", "improvement")):
        assert both(stage, slug, phase=phase, purpose=purpose) == []
    for kind in shown:
        stage.evidence(slug, kind=kind, withdrawn=True)
    assert set(Evidence.objects.filter(system_id=slug).values_list("kind", flat=True)) >= shown
    assert both(stage, slug) == []


def test_what_the_law_asks_of_high_risk_stops_from_the_laws_first_day(stage):
    high, low, content = stage.register(risk_class="high"), stage.register(), stage.content()
    before = content["duties"]
    to_come = {duty["kind"] for duty in before if duty["valid_from"] == "2027-12-02"}
    to_come -= {"document_archive"}
    assert len(to_come) == 9
    assert both(stage, high) == []
    begun = {"valid_from": str(today())}
    changed = [duty | (begun if duty["kind"] in to_come else {}) for duty in before]
    stage.register_codex(content | {"duties": changed})
    try:
        assert set(both(stage, high)) == {f"no_{kind}" for kind in to_come}
        assert both(stage, high, phase="development", purpose="improvement") == []
        assert both(stage, low) == []
        stage.evidence(high)
        assert both(stage, high) == []
    finally:
        stage.register_codex(stage.content() | {"duties": before})


def test_a_field_that_is_barred_stops_only_the_purpose_it_is_declared_for(stage):
    slug, other, content = stage.register(), stage.register(), stage.content()
    stage.register_card(card_text(other).replace("Tidligere henvendelser", "Andre breve"))
    word = {"id": "zzz", "title": "Prøve", "words": ["tidligere"]}
    stage.register_codex(content | {"protected": [*content["protected"], word]})
    learning = {"phase": "development", "purpose": "improvement"}
    try:
        assert both(stage, slug) == []
        assert both(stage, slug, **learning) == ["protected_field"]
        assert both(stage, other, **learning) == []
    finally:
        stage.register_codex(stage.content() | {"protected": content["protected"]})
    assert both(stage, slug, **learning) == []


def test_without_personal_data_only_the_other_documents_are_asked_for(stage):
    slug = stage.register(bases=[{"data_category": "none"}], ready=False)
    text = card_text(slug).replace('category = "ordinary"', 'category = "none"')
    stage.register_card(text)
    stage.assign(slug=slug)
    stage.attest(slug)
    found = both(stage, slug)
    wanted = OPERATION - {"dpia", "dpo_opinion"}
    assert {one for one in found if one != "no_release"} == {f"no_{kind}" for kind in wanted}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (None, "Der mangler et bilag: "),
        ({"withdrawn": True}, "Et bilag er trukket tilbage: "),
        ({"valid_to": dt.date(2026, 1, 2), "valid_from": dt.date(2026, 1, 1)},
         "Et bilag gælder ikke i dag: "),
    ],
)  # fmt: skip
def test_it_is_told_what_is_wrong_with_a_document(stage, changes, words):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    if changes is not None:
        stage.evidence(slug, kind="dpia", **changes)
    (told,) = stage.application.execute(
        "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
    ).fetchone()
    (one,) = (one for one in told if one["code"] == "no_dpia")
    assert one["sentence"].startswith(words)


@pytest.mark.parametrize("kind", sorted(OPERATION))
def test_each_document_counts_from_its_first_to_its_last_day(stage, kind):
    slug = stage.register()
    stage.evidence(slug, kind=kind, valid_from=today() + 2 * DAY, valid_to=today() + 5 * DAY)
    for later, runs in ((1, False), (2, True), (5, True), (6, False)):
        with stage.days_later(later):
            assert both(stage, slug) == ([] if runs else [f"no_{kind}"])


def test_a_document_that_is_withdrawn_counts_no_more(stage):
    slug = stage.register()
    stage.evidence(slug, kind="dpia", withdrawn=True)
    assert both(stage, slug) == ["no_dpia"]
    stage.evidence(slug, kind="dpia")
    assert both(stage, slug) == []
