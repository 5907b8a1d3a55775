# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G3.2: the hours freed can be computed again."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer, storage
from kodeks.kernel.models import Act

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
def test_without_a_valid_time_study_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="time_study", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_time_study"
    assert stage.refused("issue", payload) == "no_time_study"
    stage.evidence(slug, kind="time_study")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_time_study" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_for_minutes_numbers_and_spread(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "time_study"]
    for asked in ("minutter", "hvor mange der er målt", "svinger", "regnes efter"):
        assert asked in duty["text"]


def test_the_robots_steps_can_be_counted_in_the_log(stage):
    slug = stage.register()
    for step in ("journalise", "receipt", "journalise"):
        stage.call("act", stage.step(stage.decided(slug), step=step))
    stage.refused("act", stage.step(stage.decided(slug), step="pay_out"))
    while sequencer.integrate():
        pass
    leaves = [json.loads(leaf) for leaf in storage.entries()]
    steps = [leaf for leaf in leaves if (leaf["kind"], leaf["system"]) == ("act", slug)]
    assert len(steps) == Act.objects.filter(system_id=slug).count() == 3


def test_a_step_that_is_tried_again_is_counted_once(stage):
    slug = stage.register()
    payload = stage.step(stage.decided(slug))
    assert stage.call("act", payload) == stage.call("act", payload)
    assert Act.objects.filter(system_id=slug).count() == 1
