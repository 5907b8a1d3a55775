# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.6: the system follows good practice for how a municipality must work."""

from __future__ import annotations

import datetime as dt

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    "document",
    [
        {"withdrawn": True},
        {"valid_from": today() - DAY, "valid_to": today() - DAY},
        {"valid_from": today() + DAY},
    ],
    ids=["withdrawn", "out of date", "not valid yet"],
)
def test_without_a_valid_analysis_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="consequence_analysis", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_consequence_analysis"
    assert stage.refused("issue", payload) == "no_consequence_analysis"
    stage.evidence(slug, kind="consequence_analysis")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_consequence_analysis" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_the_analysis_for_the_duties_of_good_administration(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "consequence_analysis"]
    for asked in ("vejlede", "høre parter", "begrunde", "notere", "journalisere"):
        assert asked in duty["text"]


def test_a_system_of_minimal_risk_need_not_have_one(stage):
    """It is on the card, and the reasoned class is a document of its own."""
    slug = stage.register(risk_class="minimal")
    stage.evidence(slug, kind="consequence_analysis", withdrawn=True)
    assert stage.issued(slug)
    stage.evidence(slug, kind="risk_classification", withdrawn=True)
    assert stage.obstacles(slug) == ["no_risk_classification"]


def test_a_decision_without_reasons_is_refused(stage):
    payload = stage.choice(stage.issued(stage.register()), own_consideration=" ")
    assert stage.refused("decide", payload) == "no_own_consideration"
