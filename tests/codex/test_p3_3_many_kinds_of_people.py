# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.3: people of several kinds of background and trade take part in the work."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
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


def test_the_codex_asks_which_trades_and_groups_took_part(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "employee_involvement"]
    assert "hvilke fag" in duty["text"]
    assert "hvilke grupper af mennesker" in duty["text"]


def test_anybody_can_read_that_it_must_be_told(stage):
    assert "hvilke grupper af mennesker" in Client().get("/kodeks/").content.decode()
