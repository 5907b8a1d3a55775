# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.1: the effects on citizens' rights are assessed before a system is taken into use."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("kind", ["dpia", "fria"])
@pytest.mark.parametrize(
    "document",
    [
        {"withdrawn": True},
        {"valid_from": today() - DAY, "valid_to": today() - DAY},
        {"valid_from": today() + DAY},
    ],
    ids=["withdrawn", "out of date", "not valid yet"],
)
def test_without_a_valid_assessment_policies_and_database_refuse(stage, kind, document):
    slug = stage.register(risk_class="high")
    payload = stage.proposal(slug)
    stage.evidence(slug, kind=kind, **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == f"no_{kind}"
    assert stage.refused("issue", payload) == f"no_{kind}"
    stage.evidence(slug, kind=kind)
    assert stage.issued(slug)


def test_a_system_that_never_had_them_is_refused(stage):
    slug = stage.register(ready=False, risk_class="high")
    assert {"no_dpia", "no_fria"} <= set(stage.obstacles(slug))


@pytest.mark.parametrize("phase", ["development", "retraining"])
def test_no_model_learns_from_citizens_data_before_data_protection_is_assessed(stage, phase):
    slug = stage.register(released=False)
    ask = {"system": slug, "purpose": "improvement", "phase": phase, "user": stage.user("anders")}
    assert kernel.ask(**ask)
    stage.evidence(slug, kind="dpia", withdrawn=True)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(**ask)
    assert stopped.value.code == "no_dpia"


def test_fundamental_rights_are_assessed_where_the_risk_is_high(stage):
    slug = stage.register(risk_class="limited")
    stage.evidence(slug, kind="fria", withdrawn=True)
    assert stage.issued(slug)


@pytest.mark.parametrize("kind", ["dpia", "fria"])
def test_an_assessment_is_signed_and_not_for_ever(stage, kind):
    slug = stage.register()
    for changes, code in (
        ({"signer": "sofie"}, "no_right"),
        ({"valid_to": today() + 3 * 366 * DAY}, "form"),
        ({"sha256": ""}, "form"),
    ):
        with pytest.raises(psycopg.Error) as error:
            stage.evidence(slug, kind=kind, **changes)
        assert error.value.diag.message_detail == code
