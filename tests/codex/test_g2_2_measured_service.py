# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G2.2: it is measured whether citizens are answered sooner."""

from __future__ import annotations

import datetime as dt

import psycopg
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
def test_without_a_valid_measurement_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="service_measurement", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_service_measurement"
    assert stage.refused("issue", payload) == "no_service_measurement"
    stage.evidence(slug, kind="service_measurement")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_service_measurement" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_for_the_time_before_and_the_time_now(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "service_measurement"]
    assert "ventede på svar før" in duty["text"]
    assert "venter nu" in duty["text"]


def test_each_suggestion_keeps_when_the_matter_began_for_the_citizen(stage):
    began = "2026-01-02T08:00:00Z"
    found = kernel.recommendation(stage.issued(stage.register(), began_at=began))
    assert found.body["began_at"] == began
    assert found.body["issued_at"] > began


def test_a_measurement_older_than_a_year_cannot_be_registered(stage):
    with pytest.raises(psycopg.Error) as error:
        stage.evidence(stage.register(), kind="service_measurement", valid_to=today() + 367 * DAY)
    assert error.value.diag.message_detail == "form"
