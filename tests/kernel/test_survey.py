# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database's gate: what must be in place before a system may do anything, day by day.

Days pass by `stage.days_later`; both gates are asked (`both`), and must agree.
"""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from gate import forge
from kernel_stage import card_text, today
from surveyed import both, days

from kodeks.codex.days import months_after


def test_a_system_that_has_everything_has_no_obstacles(stage):
    slug = stage.register()
    for phase, purpose in (
        ("operation", "triage"),
        ("development", "improvement"),
        ("retraining", "improvement"),
    ):
        assert both(stage, slug, phase=phase, purpose=purpose) == []


def test_a_system_that_has_nothing_is_told_all_of_it_and_the_first_counts(stage):
    slug = stage.register(ready=False)
    stage.switch(slug)
    found = both(stage, slug)
    assert found[:2] == ["stopped", "no_owner"]
    assert found[-1] == "no_release"
    assert {"no_dpia", "no_dpo_opinion", "no_test_report", "no_oversight_pilot"} <= set(found)
    with pytest.raises(psycopg.Error) as error:
        stage.permit(slug)
    assert error.value.sqlstate == "KDSTP"
    assert error.value.diag.message_detail == "stopped"
    assert "Arbejd videre uden forslag" in error.value.diag.message_primary


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("findes-ikke", "operation", "triage"), "unknown_system"),
        (("inquiries", "retirement", "triage"), "unknown_phase"),
        (("inquiries", "operation", "marketing"), "unknown_purpose"),
    ],
)
def test_what_does_not_exist_is_refused(stage, arguments, code):
    with pytest.raises(psycopg.Error) as error:
        stage.application.execute("SELECT kernel.obstacles(%s, %s, %s)", arguments)
    assert error.value.sqlstate == "KDREF"
    assert error.value.diag.message_detail == code


# Attestation


def test_the_manager_confirms_again_every_six_months(stage):
    slug = stage.register(linkings=[])
    last = days(months_after(today(), 6))
    # Documents hold for 300 days, supervision is due after three months: done again in between.
    with stage.days_later(last):
        assert [one for one in both(stage, slug) if one != "supervision"] == []
    with stage.days_later(last + 1):
        assert [one for one in both(stage, slug) if one != "supervision"] == ["not_attested"]


def test_the_newest_confirmation_counts(stage):
    slug = stage.register()
    forge(
        stage, "kernel_attestation", "SET at = at - interval '7 months' WHERE system_id = %s", slug
    )
    assert both(stage, slug) == ["not_attested"]
    stage.attest(slug)
    assert both(stage, slug) == []


def test_what_is_in_the_way_is_not_read_from_an_old_snapshot(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error) as error:
            connection.execute("SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,))
    assert error.value.diag.message_detail == "isolation"


def test_a_new_assignment_is_confirmed_anew(stage):
    slug = stage.register()
    stage.assign(slug=slug, deputy="bodil")
    assert both(stage, slug) == ["not_attested"]
    stage.attest(slug, by="bodil")
    assert both(stage, slug) == []


# Supervision


def check(stage, slug: str, *, passed: bool, task: str = "quality") -> None:
    stage.call(
        "supervise",
        {
            "system": slug,
            "task": task,
            "user_id": stage.user_id("dorte"),
            "passed": passed,
            "finding": "Ti forslag er set igennem.",
            "codex_sha256": stage.sha256,
        },
    )


def test_supervision_that_lapses_stops_the_system(stage):
    slug = stage.register()
    due = days(months_after(today(), 3))
    with stage.days_later(due):
        assert both(stage, slug) == []
    with stage.days_later(due + 1):
        assert both(stage, slug) == ["supervision"]


def test_the_codex_may_leave_days_after_supervision_was_due(stage):
    before = stage.codex["content"]["limits"]
    stage.revise(limits={**before, "supervision_grace_days": 10})
    try:
        slug = stage.register()
        due = days(months_after(today(), 3))
        with stage.days_later(due + 10):
            assert both(stage, slug) == []
        with stage.days_later(due + 11):
            assert both(stage, slug) == ["supervision"]
    finally:
        stage.revise(limits=before)


def test_supervision_that_found_faults_stops_it_until_it_passes(stage):
    slug = stage.register()
    check(stage, slug, passed=False)
    assert both(stage, slug) == ["supervision"]
    check(stage, slug, passed=True)
    assert both(stage, slug) == []


def test_supervision_is_of_each_task_and_each_system(stage):
    slug, other = stage.register(), stage.register()
    second = '[[supervision]]\ntask = "reach"\ntitle = "Når de alle?"\nevery_months = 1\n'
    stage.register_card(card_text(slug).replace("[robot]", second + "[robot]"))
    check(stage, other, passed=False)
    assert both(stage, slug) == []
    check(stage, slug, passed=False)
    check(stage, slug, passed=True, task="reach")
    assert both(stage, slug) == ["supervision"]
    check(stage, slug, passed=True)
    check(stage, slug, passed=False, task="reach")
    assert both(stage, slug) == ["supervision"]


# Incidents


def report(stage, slug: str, kind: str, hours: float) -> str:
    aware = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    return str(
        stage.call(
            "report_incident",
            {
                "system": slug,
                "kind": kind,
                "aware_at": aware.isoformat(),
                "description": "Breve er sendt til forkerte.",
                "user_id": stage.user_id("sofie"),
                "codex_sha256": stage.sha256,
            },
        )
    )


def handle(stage, incident: str, step: str) -> None:
    stage.call(
        "handle_incident",
        {
            "incident_id": incident,
            "step": step,
            "text": "Indberettet med nummer 17.",
            "user_id": stage.user_id("dorte"),
            "codex_sha256": stage.sha256,
        },
    )


@pytest.mark.parametrize(
    ("kind", "hours"),
    [("death", 240), ("widespread", 48), ("serious", 360), ("data_breach", 72)],
)
def test_an_incident_that_is_not_reported_in_time_stops_the_system(stage, kind, hours):
    """AI Act art. 73(2)-(4): 15, 2 and 10 days; GDPR art. 33(1): 72 hours."""
    slug = stage.register()
    report(stage, slug, kind, hours - 1)
    assert both(stage, slug) == []
    late = report(stage, slug, kind, hours + 1)
    assert both(stage, slug) == ["incident"]
    for step in ("note", "mended"):
        handle(stage, late, step)
        assert both(stage, slug) == ["incident"]
    handle(stage, late, "reported")
    assert both(stage, slug) == []


def test_a_dismissed_incident_and_one_without_a_clock_stop_nothing(stage):
    slug = stage.register()
    report(stage, slug, "other", 10_000)
    assert both(stage, slug) == []
    late = report(stage, slug, "serious", 400)
    handle(stage, late, "dismissed")
    assert both(stage, slug) == []


# Releases


def test_the_newest_release_counts_and_a_revoked_one_leaves_none(stage):
    slug = stage.register()
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    manager = stage.user_id("merete")
    stage.as_owner("SELECT kernel.revoke_release(%s, '2', %s, 'Den var forkert.')", slug, manager)
    assert both(stage, slug) == ["release_revoked"]
    # Not back to the first by itself; a third is a decision.
    stage.release(slug=slug, version="3", artefact="a1" * 32)
    assert both(stage, slug) == []


def test_a_proposal_is_no_release(stage):
    slug = stage.register(released=False)
    stage.propose(slug)
    assert both(stage, slug) == ["no_release"]
    assert both(stage, slug, phase="development", purpose="improvement") == []


def test_the_sentences_are_danish_and_complete(stage):
    slug = stage.register(ready=False)
    for one in stage.as_owner("SELECT kernel.obstacles(%s, 'operation', 'triage')", slug):
        assert one["sentence"].endswith(".")
        assert one["sentence"][0].isupper()
