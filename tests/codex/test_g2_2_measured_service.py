# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G2.2: it is measured whether citizens are answered sooner."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import psycopg
import pytest
from kernel_stage import today
from measured_stage import done, read

from kodeks.codex.days import law_day
from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer
from kodeks.kernel.models import Act, Decision, Milestone
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


def by_hand(slug):
    """The same times by another way: plain Python over the tables, and numpy's own quantiles."""
    ended = {"response": {}, "triage": {}, "handling": {}}
    promises = {}
    for decision in Decision.objects.filter(system_id=slug).select_related("recommendation"):
        if decision.recommendation is None:
            continue
        began = dt.datetime.fromisoformat(decision.recommendation.body["began_at"])
        moments = {"triage": decision.decided_at}
        answered = Milestone.objects.filter(decision=decision, what="answered").first()
        if answered is not None:
            moments["handling"] = answered.at
        for act in Act.objects.filter(decision=decision, step="receipt"):
            moments["response"] = act.acted_at
            promised = act.body["result"].get("answer_by")
            if promised is not None and promised < today().isoformat():
                kept = answered is not None and law_day(answered.at).isoformat() <= promised
                promises.setdefault(promised[:7], []).append(kept)
        for name, moment in moments.items():
            month = f"{law_day(moment):%Y-%m}"
            ended[name].setdefault(month, []).append((moment - began).total_seconds())
    return ended, promises


def test_the_times_of_the_ledger_are_those_of_a_second_implementation(stage):
    slug = stage.register()
    numbers = random.Random(20261126)
    for place in range(24):
        began = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC) + place * dt.timedelta(hours=53)
        done(
            stage,
            slug,
            choice=numbers.choice(("accept", "other", "reject")),
            steps=("journalise", "receipt") if place % 5 else ("journalise",),
            answered=place % 3 == 0,
            began=began,
            promised=numbers.choice(
                (None, today() - 3 * DAY, today() - DAY, today(), today() + DAY)
            ),
        )
    stage.call("decide", stage.own(slug))
    while sequencer.integrate():
        pass
    report = service_report.compute(slug)
    assert report["alarms"] == []
    assert report["not_counted"]["without_begin"] == 1
    ended, promises = by_hand(slug)
    assert any(promises.values())
    for month, found in report["months"].items():
        times = found["times"]
        for name, waits in ended.items():
            seconds = waits.get(month, [])
            if not seconds:
                assert times is None or times[name] is None
                continue
            median, p90 = np.percentile(seconds, [50, 90], method="inverted_cdf")
            assert times[name] == {
                "count": len(seconds), "median_seconds": round(median), "p90_seconds": round(p90),
            }  # fmt: skip
        kept = promises.get(month, [])
        if times is not None:
            assert (times["promised"], times["kept"]) == (len(kept), sum(kept))
    assert {month for waits in ended.values() for month in waits} | set(promises) <= set(
        report["months"]
    )


def test_a_beginning_that_is_moved_is_seen(stage):
    slug = stage.register()
    decision = done(stage, slug, began=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    with stage.rewriting("recommendation"):
        stage.owner.execute(
            "UPDATE kernel_recommendation SET body = jsonb_set(body, '{began_at}',"
            " '\"2026-11-01T00:00:00Z\"') WHERE id = (SELECT recommendation_id FROM kernel_decision"
            " WHERE id = %s)",
            (decision,),
        )
    assert [one.code for one in read(slug, contents=True).alarms] == ["differs"]


def test_a_department_that_has_not_answered_has_not(stage):
    """No letter and no choice is an answer, and a promise that ran out is broken."""
    slug = stage.register()
    done(stage, slug, promised=today() - DAY)
    while sequencer.integrate():
        pass
    total = service_report.compute(slug)["total"]["times"]
    assert (total["handling"], total["promised"], total["kept"]) == (None, 1, 0)
