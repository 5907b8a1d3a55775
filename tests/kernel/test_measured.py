# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is read from the ledger for hours and times, and what is seen when tables say otherwise."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from kernel_stage import Stage, card_text
from measured_stage import done, freed, read

from kodeks.kernel import measured
from kodeks.kernel.models import Act, Decision, RegistryEvent, Reversal, TimeStudy

BEGAN = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def slug(stage: Stage) -> str:
    return stage.register(autonomy="procedural", share="1.0")


def codes(slug: str, *, contents: bool = False) -> dict[str, int]:
    return {one.code: one.count for one in read(slug, contents=contents).alarms}


def test_a_matter_from_beginning_to_answer(stage, slug):
    promised = dt.date(2026, 3, 12)
    decision = done(stage, slug, answered=True, began=BEGAN, promised=promised)
    found = read(slug)
    (course,) = found.courses
    acts = {act.step: act.acted_at for act in Act.objects.filter(decision_id=decision)}
    assert course.began == BEGAN
    assert course.decided == Decision.objects.get(id=decision).decided_at
    assert course.receipt == acts["receipt"]
    assert course.answered == RegistryEvent.objects.get(kind="answered", system_slug=slug).at
    assert (course.promised, course.unit) == (promised, "vej")
    (piece,) = found.pieces
    assert piece.finished == acts["receipt"]
    assert piece.steps == ("journalise", "receipt")
    assert found.alarms == ()
    assert (found.erased, found.waiting, found.without_begin) == (0, 0, 0)


def test_a_run_that_did_not_come_to_its_end_is_not_finished(stage, slug):
    done(stage, slug, steps=("journalise",))
    assert [piece.finished for piece in read(slug).pieces] == [None]


def test_which_steps_are_the_end_stands_on_the_card_of_that_day(stage, slug):
    done(stage, slug, steps=("journalise",))
    text = card_text(slug, autonomy="procedural", share="1.0")
    stage.register_card(text.replace('steps = ["journalise", "receipt"]', 'steps = ["journalise"]'))
    stage.evidence(slug)
    stage.attest(slug)
    done(stage, slug, steps=("journalise",))
    first, second = sorted(read(slug).pieces, key=lambda piece: piece.finished is not None)
    assert first.finished is None
    assert second.finished is not None


def test_a_rejected_suggestion_is_told(stage, slug):
    done(stage, slug, choice="reject")
    done(stage, slug, choice="other")
    assert sorted(piece.rejected for piece in read(slug).pieces) == [False, True]


def test_a_step_that_was_found_wrong_undoes_the_matter(stage, slug):
    recommendation = stage.issued(slug)
    step = {"permit_id": stage.permit(slug), "recommendation_id": str(recommendation),
            "robot": "visitator", "run_id": str(uuid.uuid4()), "step": "journalise",
            "result": {}}  # fmt: skip
    act = stage.call("act", step)
    decision = stage.call("decide", stage.choice(recommendation))
    stage.call("act", stage.step(decision, step="receipt"))
    review = {"act_id": str(act), "passed": False, "finding": "Forkert sag.",
              "user_id": stage.user_id("sofie"), "codex_sha256": stage.sha256}  # fmt: skip
    stage.call("review", review)
    found = read(slug)
    (piece,) = found.pieces
    at = RegistryEvent.objects.get(kind="review", system_slug=slug).at
    assert piece.undone == at
    assert piece.finished < at
    assert [(one.at, one.step) for one in found.reviews] == [(at, "journalise")]
    assert [(one.at, one.step) for one in found.reworks] == [(at, "journalise")]


def test_work_under_a_suggestion_counts_when_a_person_has_decided(stage, slug):
    recommendation = stage.issued(slug)
    stage.register_card(
        card_text(slug, autonomy="procedural", share="1.0").replace(
            'steps = ["journalise", "receipt"]', 'steps = ["journalise"]'
        )
    )
    stage.evidence(slug)
    stage.attest(slug)
    step = {"permit_id": stage.permit(slug), "recommendation_id": str(recommendation),
            "robot": "visitator", "run_id": str(uuid.uuid4()), "step": "journalise",
            "result": {}}  # fmt: skip
    stage.call("act", step)
    assert [piece.finished for piece in read(slug).pieces] == [None]
    decision = stage.call("decide", stage.choice(recommendation))
    (piece,) = read(slug).pieces
    assert piece.finished == Decision.objects.get(id=decision).decided_at


def test_help_to_the_robot_is_rework(stage, slug):
    decision = done(stage, slug)
    stage.call("milestone", stage.milestone(decision, what="retried"))
    stage.call("milestone", stage.milestone(decision, what="retried"))
    assert [one.step for one in read(slug).reworks] == ["", ""]


def test_a_choice_without_a_suggestion_has_no_beginning_in_the_ledger(stage, slug):
    decision = stage.call("decide", stage.own(slug))
    run = str(uuid.uuid4())
    for step in ("journalise", "receipt"):
        stage.call("act", stage.step(decision, run_id=run, step=step))
    found = read(slug)
    assert (found.without_begin, found.courses) == (1, ())
    # The robot's work is done all the same.
    assert [piece.finished is not None for piece in found.pieces] == [True]


def test_what_has_no_place_in_the_log_yet_waits_and_is_no_alarm(stage, slug):
    before = read(slug)
    done(stage, slug)
    found = measured.read(slug)
    assert (found.size, found.alarms, found.pieces) == (before.size, (), ())
    assert found.waiting == 4
    assert read(slug).waiting == 0


def test_an_erased_matter_still_counts(stage, slug):
    stage.call("time_study", stage.study(slug))
    decision = done(stage, slug, answered=True, began=BEGAN)
    before = read(slug)
    row = Decision.objects.get(id=decision)
    erased = {"subject": {"type": row.subject_type, "id": row.subject_id}, "reason": "Prøve her.",
              "user_id": stage.user_id("dorte"), "codex_sha256": stage.sha256}  # fmt: skip
    stage.call("erase", erased)
    after = read(slug)
    assert (after.pieces, after.courses, after.alarms) == (before.pieces, before.courses, ())
    assert after.erased == 2


CHANGES: dict[str, tuple[str, str, str]] = {
    "a step's name": ("act", "UPDATE kernel_act SET step = 'receipt2' WHERE id = %s", "differs"),
    "a step's body": (
        "act",
        "UPDATE kernel_act SET body = jsonb_set(body, '{result,unit}', '\"andre\"') WHERE id = %s",
        "differs",
    ),
    "a step gone": ("act", "DELETE FROM kernel_act WHERE id = %s", "missing"),
    "a choice": ("decision", "UPDATE kernel_decision SET choice = 'other' WHERE id = %s",
                 "differs"),
    "a study's minutes": ("timestudy", "UPDATE kernel_timestudy SET mean = 99 WHERE id = %s",
                          "differs"),
    "a study's event": (
        "registryevent",
        "UPDATE kernel_registryevent SET body = jsonb_set(body, '{mean}', '\"99.00\"')"
        " WHERE id = %s",
        "differs",
    ),
    "a study's event gone": ("registryevent", "DELETE FROM kernel_registryevent WHERE id = %s",
                             "missing"),
}  # fmt: skip
"""Table, statement and alarm, of changes that only a superuser or the owner can make."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_table_that_says_something_else_is_an_alarm_and_frees_nothing(stage, slug, name):
    stage.call("time_study", stage.study(slug))
    decision = done(stage, slug, answered=True)
    before = freed(read(slug))
    assert before is not None
    assert before.minutes == 12
    table, statement, code = CHANGES[name]
    number: Any = {
        "act": Act.objects.get(decision_id=decision, step="receipt").id,
        "decision": decision,
    }.get(table, TimeStudy.objects.get(system_id=slug).id)
    with stage.rewriting(table):
        stage.owner.execute(statement, (number,))
    assert code in codes(slug)
    after = freed(read(slug))
    assert after is None or after.minutes <= before.minutes


def test_a_row_that_was_put_in_past_the_log_is_an_alarm(stage, slug):
    decision = done(stage, slug)
    read(slug)
    stage.owner.execute(
        "INSERT INTO kernel_milestone (id, event_id, system_id, decision_id, what, unit, user_id,"
        " at) VALUES (gen_random_uuid(), gen_random_uuid(), %s, %s, 'answered', '', %s, now())",
        (slug, decision, stage.user_id("sofie")),
    )
    # The table of milestones is for looking up; what counts is the ledger, where there is none.
    assert [one.answered for one in read(slug).courses] == [None]
    stage.owner.execute(
        "INSERT INTO kernel_registryevent (id, body, salt, pending_id, kind, system_slug, at, xid)"
        " VALUES (gen_random_uuid(), %s::jsonb, '\\x00', 900000001, 'answered', %s, now(), 1)",
        (f'{{"decision": "{decision}"}}', slug),
    )
    assert codes(slug) == {"foreign": 1}
    assert [one.answered for one in read(slug).courses] == [None]


SEALED: dict[str, Callable[[uuid.UUID], tuple[str, str, uuid.UUID]]] = {
    "when it began": lambda decision: (
        "recommendation",
        "UPDATE kernel_recommendation SET body = jsonb_set(body, '{began_at}',"
        " '\"2026-11-01T08:00:00Z\"') WHERE id = %s",
        Decision.objects.get(id=decision).recommendation_id,
    ),
    "a choice, everywhere": lambda decision: (
        "decision",
        "UPDATE kernel_decision SET choice = 'other',"
        " body = jsonb_set(body, '{choice}', '\"other\"') WHERE id = %s",
        decision,
    ),
}


@pytest.mark.parametrize("name", SEALED)
def test_what_is_sealed_is_compared_when_an_auditor_asks(stage, slug, name):
    decision = done(stage, slug, began=BEGAN)
    assert codes(slug, contents=True) == {}
    table, statement, number = SEALED[name](decision)
    with stage.rewriting(table):
        stage.owner.execute(statement, (number,))
    assert codes(slug, contents=True) == {"differs": 1}


def test_two_systems_are_kept_apart(stage, slug):
    other = stage.register()
    done(stage, slug)
    done(stage, other)
    done(stage, other)
    assert [len(read(one).pieces) for one in (slug, other)] == [1, 2]


def test_a_reversal_is_rework_and_moves_nothing_else(stage, slug):
    promised = dt.date(2026, 3, 12)
    decision = done(stage, slug, began=BEGAN, promised=promised)
    stage.call("time_study", stage.study(slug))
    before = read(slug)
    reversal = stage.call("reverse", stage.change(decision))
    step = stage.step(decision, step="receipt", result={"unit": "park", "answer_by": "2026-05-01"})
    del step["decision_id"]
    stage.call("act", step | {"reversal_id": str(reversal)})
    found = read(slug)
    assert (found.pieces, found.courses) == (before.pieces, before.courses)
    at = Reversal.objects.get(id=reversal).reversed_at
    assert [(one.at, one.step) for one in found.reworks] == [(at, "")]
    assert (freed(found).reworks, freed(found).rework) == (1, 20.0)
    assert read(slug, contents=True).alarms == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE kernel_reversal SET cause = 'own' WHERE id = %s", "differs"),
        ("DELETE FROM kernel_reversal WHERE id = %s", "missing"),
    ],
)
def test_a_reversal_that_was_rewritten_is_an_alarm(stage, slug, change, code):
    reversal = stage.call("reverse", stage.change(done(stage, slug)))
    assert codes(slug) == {}
    with stage.rewriting("reversal"):
        stage.owner.execute(change, (reversal,))
    assert codes(slug) == {code: 1}
    assert read(slug).reworks == ()


def test_words_of_a_reversal_that_were_rewritten_are_seen_by_an_audit(stage, slug):
    reversal = stage.call("reverse", stage.change(done(stage, slug)))
    with stage.rewriting("reversal"):
        stage.owner.execute(
            "UPDATE kernel_reversal SET body = jsonb_set(body, '{outcome,label}', '\"hul\"')"
            " WHERE id = %s",
            (reversal,),
        )
    assert codes(slug) == {}
    assert codes(slug, contents=True) == {"differs": 1}
