# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.5: tests have shown that the system can be relied on."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from kernel_stage import today
from watched import SIZE, suggested, watched

from kodeks.kernel import api as kernel
from kodeks.kernel import watching

DAY = dt.timedelta(days=1)
KINDS = ["test_report", "oversight_pilot"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "document",
    [
        {"withdrawn": True},
        {"valid_from": today() - DAY, "valid_to": today() - DAY},
        {"valid_from": today() + DAY},
    ],
    ids=["withdrawn", "out of date", "not valid yet"],
)
def test_without_a_valid_report_or_trial_policies_and_database_refuse(stage, kind, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind=kind, **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == f"no_{kind}"
    assert stage.refused("issue", payload) == f"no_{kind}"
    stage.evidence(slug, kind=kind)
    assert stage.issued(slug)


def test_a_system_that_never_had_them_is_refused(stage):
    assert {"no_test_report", "no_oversight_pilot"} <= set(
        stage.obstacles(stage.register(ready=False))
    )


def test_even_a_system_of_minimal_risk_is_tested(stage):
    slug = stage.register(risk_class="minimal")
    stage.evidence(slug, kind="test_report", withdrawn=True)
    assert stage.obstacles(slug) == ["no_test_report"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_tested_more_than_a_year_ago_does_not_count(stage, kind):
    with pytest.raises(psycopg.Error) as error:
        stage.evidence(stage.register(), kind=kind, valid_to=today() + 367 * DAY)
    assert error.value.diag.message_detail == "form"


def test_the_codex_asks_whether_people_notice_that_a_suggestion_is_wrong(stage):
    duties = {one["kind"]: one["text"] for one in stage.codex["content"]["duties"]}
    assert "opdager forkerte forslag" in duties["oversight_pilot"]
    assert "hvor mange fejl de fangede" in duties["oversight_pilot"]
    assert "hvad systemet ikke kan" in duties["test_report"]


def test_a_system_that_is_not_as_it_was_is_stopped_at_both_gates_by_itself(stage):
    slug = watched(stage, ("scores", "0.25", "stop"))
    suggested(stage, slug, SIZE, confidence="0.950000")
    suggested(stage, slug, SIZE, confidence="0.350000")
    payload = stage.proposal(slug)
    watching.look_at_all()
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "alarm"
    assert stage.refused("issue", payload) == "alarm"
