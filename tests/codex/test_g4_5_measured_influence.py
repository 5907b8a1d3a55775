# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.5: it is measured how much the suggestions influence the employees."""

from __future__ import annotations

import datetime as dt

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel.models import Decision

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
def test_without_a_valid_trial_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="oversight_pilot", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_oversight_pilot"
    assert stage.refused("issue", payload) == "no_oversight_pilot"
    stage.evidence(slug, kind="oversight_pilot")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_oversight_pilot" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_the_trial_how_often_people_agree_with_and_without(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "oversight_pilot"]
    assert "hvor meget forslagene påvirker dem" in duty["text"]
    assert "med og uden at se forslaget" in duty["text"]


def test_each_decision_keeps_whether_the_suggestion_was_followed(stage):
    """So that the influence can be measured again while the system is in use."""
    slug = stage.register()
    stage.decided(slug)
    stage.decided(slug, choice="other", outcome={"label": "stoej"})
    stage.call("decide", stage.own(slug))
    choices = Decision.objects.filter(system_id=slug).values_list("choice", flat=True)
    assert sorted(choices) == ["accept", "other", "own"]
