# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.3: the data protection officer is heard before a system is used."""

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
def test_without_a_valid_opinion_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="dpo_opinion", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_dpo_opinion"
    assert stage.refused("issue", payload) == "no_dpo_opinion"
    stage.evidence(slug, kind="dpo_opinion")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_dpo_opinion" in stage.obstacles(stage.register(ready=False))


@pytest.mark.parametrize("username", ["merete", "anders", "sofie"])
def test_nobody_else_can_give_it(stage, username):
    with pytest.raises(psycopg.Error) as error:
        stage.evidence(stage.register(), kind="dpo_opinion", signer=username)
    assert error.value.diag.message_detail == "no_right"


@pytest.mark.parametrize("phase", ["development", "retraining"])
def test_the_officer_is_heard_before_a_model_learns_too(stage, phase):
    slug = stage.register(released=False)
    ask = {"system": slug, "purpose": "improvement", "phase": phase, "user": stage.user("anders")}
    assert kernel.ask(**ask)
    stage.evidence(slug, kind="dpo_opinion", withdrawn=True)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(**ask)
    assert stopped.value.code == "no_dpo_opinion"
