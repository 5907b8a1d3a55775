# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.6: employees take part when a new system comes into being."""

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
def test_without_a_valid_document_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="employee_involvement", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_employee_involvement"
    assert stage.refused("issue", payload) == "no_employee_involvement"
    stage.evidence(slug, kind="employee_involvement")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_employee_involvement" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_what_they_said_and_what_was_changed(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "employee_involvement"]
    assert duty["phases"] == ["operation"]
    assert set(duty["risk_classes"]) == {"minimal", "limited", "high"}
    for asked in ("medarbejderne var med", "hvad de sagde", "hvad der blev ændret"):
        assert asked in duty["text"]


@pytest.mark.parametrize("username", ["anders", "dorte", "sofie"])
def test_only_a_system_owner_can_say_that_they_did(stage, username):
    with pytest.raises(psycopg.Error) as error:
        stage.evidence(stage.register(), kind="employee_involvement", signer=username)
    assert error.value.diag.message_detail == "no_right"
