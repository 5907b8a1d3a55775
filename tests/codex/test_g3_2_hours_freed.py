# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G3.2: the hours freed can be computed again."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest
from kernel_stage import today
from measured_stage import done, read

from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer, storage
from kodeks.kernel.models import Act
from kodeks.workbench import service_report

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


def report(slug):
    while sequencer.integrate():
        pass
    return service_report.compute(slug)


def test_hours_are_measured_minutes_times_finished_less_review_and_rework(stage):
    slug = stage.register(autonomy="procedural", share="1.0")
    done(stage, slug)
    stage.call("time_study", stage.study(slug, step="journalise", mean="12.00", rework="20.00"))
    for _ in range(3):
        helped = done(stage, slug)
    # Nobody is finished with these, or a person rejected them.
    done(stage, slug, steps=("journalise",))
    done(stage, slug, choice="reject")
    stage.call("milestone", stage.milestone(helped, what="retried"))
    hours = report(slug)["total"]["hours"]
    assert (hours["finished"], hours["rejected"], hours["unmeasured"]) == (4, 1, 1)
    assert (hours["baseline"], hours["review"], hours["rework"]) == (36, 0, 20)
    assert hours["minutes"] == 16
    assert hours["low"] < 16 < hours["high"]


def test_a_later_study_changes_nothing_that_is_finished(stage):
    slug = stage.register()
    stage.call("time_study", stage.study(slug))
    done(stage, slug)
    before = report(slug)
    stage.call("time_study", stage.study(slug, mean="24.00"))
    after = report(slug)
    assert after["months"] == before["months"]
    done(stage, slug)
    assert report(slug)["total"]["hours"]["minutes"] == 12 + 24


EDITS = [
    "UPDATE kernel_timestudy SET mean = 99",
    "DELETE FROM kernel_timestudy",
    "TRUNCATE kernel_timestudy",
    'UPDATE kernel_registryevent SET body = body || \'{"mean": "99.00"}\'',
    "DELETE FROM kernel_registryevent WHERE kind = 'retried'",
    "UPDATE kernel_decision SET choice = 'other' WHERE choice = 'reject'",
    "UPDATE kernel_act SET acted_at = acted_at - interval '1 month'",
    "DELETE FROM kernel_milestone",
    "UPDATE kernel_ledgerentry SET leaf = ''",
]


@pytest.mark.parametrize("statement", EDITS)
def test_nobody_edits_what_hours_are_counted_from(stage, statement):
    slug = stage.register()
    stage.call("time_study", stage.study(slug))
    retried = stage.milestone(done(stage, slug, choice="reject"), what="retried")
    stage.call("milestone", retried)
    # A statement that would change no row is refused to nobody, and a whole bundle leaves none.
    while not stage.as_owner("SELECT count(*) FROM kernel_ledgerentry"):
        stage.attest(slug)
        sequencer.integrate()
    before = stage.contents()
    assert stage.attempt(statement) == "42501", "the application has no right"
    with pytest.raises(psycopg.Error) as error:
        stage.owner.execute(statement)
    assert error.value.sqlstate in ("KDREF", "0A000"), "nor does the owner, while triggers are on"
    assert stage.contents() == before


def test_with_the_triggers_off_it_is_seen_and_frees_nothing_more(stage):
    slug = stage.register()
    stage.call("time_study", stage.study(slug))
    rejected = done(stage, slug, choice="reject")
    study = stage.as_owner("SELECT id FROM kernel_timestudy WHERE system_id = %s", slug)
    done(stage, slug)
    before = report(slug)
    assert (before["alarms"], before["total"]["hours"]["minutes"]) == ([], 12)
    for table, number, change in (
        ("timestudy", study, "mean = 99"),
        ("registryevent", study, "body = jsonb_set(body, '{mean}', '\"99.00\"')"),
        ("decision", rejected, "choice = 'accept'"),
    ):
        with stage.rewriting(table):
            stage.owner.execute(f"UPDATE kernel_{table} SET {change} WHERE id = %s", (number,))
        after = report(slug)
        assert [one["code"] for one in after["alarms"]] == ["differs"]
        assert after["total"]["hours"]["minutes"] <= 12


def test_a_choice_that_is_rewritten_everywhere_is_seen_by_an_auditor(stage):
    """A rejected suggestion would count: its row agrees with itself, but not with the ledger."""
    slug = stage.register()
    rejected = done(stage, slug, choice="reject")
    assert read(slug, contents=True).alarms == ()
    with stage.rewriting("decision"):
        stage.owner.execute(
            "UPDATE kernel_decision SET choice = 'other',"
            " body = jsonb_set(body, '{choice}', '\"other\"') WHERE id = %s",
            (rejected,),
        )
    assert [one.code for one in read(slug, contents=True).alarms] == ["differs"]
