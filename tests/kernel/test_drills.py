# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises: who may open a round and answer it, what is drawn, what is counted, and the alarm."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import replace

import drilled
import psycopg
import pytest
from kernel_stage import today

from kodeks.kernel import (
    alarms,
    draws,
    drill_figures,
    drills,
    oversight_figures,
    registration,
    watching,
)
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import (
    Act,
    Alarm,
    Decision,
    DrillAnswer,
    DrillRound,
    ExerciseSet,
    FirstView,
    Recommendation,
    RegistryEvent,
    Viewing,
)
from kodeks.statistics.drills import Outcome


@pytest.fixture(scope="module")
def slug(stage) -> str:
    found = stage.register()
    drilled.registered(stage, found)
    return found


def opened(stage, slug) -> tuple[uuid.UUID, list[int]]:
    unit, people = drilled.team(stage)
    return drilled.opened(stage, slug, unit), people


# The exercises


def test_a_file_is_registered_once_with_its_hash_in_the_ledger(stage):
    slug = stage.register()
    found = drilled.registered(stage, slug)
    drilled.registered(stage, slug)
    (row,) = ExerciseSet.objects.filter(system_id=slug)
    assert row.content == found.content
    event = RegistryEvent.objects.get(system_slug=slug, kind="exercises")
    assert (event.body["number"], event.body["sha256"]) == (1, row.sha256)
    drilled.registered(stage, slug, wrong=21)
    assert ExerciseSet.objects.filter(system_id=slug).count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"system": "findesikke"}, "unknown_system"),
        ({"answers": None}, "missing"),
        ({"exercises": {}}, "form"),
        ({"exercises": [{"id": "a"}]}, "missing"),
        ({"more": 1}, "unknown"),
    ],
)
def test_the_database_holds_the_least_of_a_files_form(stage, slug, change, code):
    content = ExerciseSet.objects.filter(system_id=slug).last().content | change
    with pytest.raises(psycopg.Error) as error:
        stage.as_owner("SELECT kernel.register_exercises(%s)", drilled.Jsonb(content))
    assert error.value.diag.message_detail == code


def test_a_program_of_the_site_registers_none(stage, slug):
    content = drilled.exercises.load(drilled.text(slug, wrong=30))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute(
            "SELECT kernel.register_exercises(%s)", (drilled.Jsonb(content.content),)
        )
    assert callable(registration.register_exercises)


# A round


def test_a_round_is_dealt_among_the_team_by_a_draw(stage, slug):
    round_id, people = opened(stage, slug)
    rows = drilled.dealt(stage, round_id)
    assert Counter(wrong for _, wrong, _ in rows) == {True: 18, False: 6}
    assert Counter(who for _, _, who in rows) == dict.fromkeys(people, 8)
    assert Counter(who for _, wrong, who in rows if wrong) == dict.fromkeys(people, 6)
    assert len({exercise for exercise, _, _ in rows}) == 24
    event = RegistryEvent.objects.filter(system_slug=slug, kind="drill_round").latest("at")
    assert event.body["round"] == str(round_id)
    assert event.body["drawn"] == [exercise for exercise, _, _ in rows]
    commitment = stage.as_owner(
        "SELECT commitment FROM kernel_drawseed WHERE system_id = %s ORDER BY month DESC LIMIT 1",
        slug,
    )
    assert event.body["commitment"] == commitment


def test_trying_again_gives_the_same_draw(stage, slug):
    """Whoever opens a round, looks and takes it back gains nothing."""
    unit, _ = drilled.team(stage)
    payload = drilled.opening(stage, slug, unit)
    drawn = []
    for _ in range(2):
        with stage.owner.transaction(force_rollback=True):
            round_id = stage.owner.execute(
                "SELECT kernel.open_drills(%s)", (drilled.Jsonb(payload),)
            ).fetchone()[0]
            drawn.append(drilled.dealt(stage, round_id))
    assert drawn[0] == drawn[1] == drilled.dealt(stage, stage.call("open_drills", payload))


def test_anybody_can_draw_a_round_again_when_the_seed_is_opened(stage):
    import overseen

    slug = stage.register()
    drilled.registered(stage, slug)
    overseen.at_its_beginning(stage, slug, plan=True)
    unit, _ = drilled.team(stage)
    for _ in range(2):
        round_id = drilled.opened(stage, slug, unit)
    assert draws.draw_drills_again(slug) == draws.Redrawn(right=0, wrong=(), sealed=2)
    overseen.a_month_later(stage, slug)
    stage.call("issue", stage.proposal(slug))
    assert draws.draw_drills_again(slug) == draws.Redrawn(right=2, wrong=(), sealed=0)
    with stage.rewriting("registryevent"):
        stage.owner.execute(
            "UPDATE kernel_registryevent SET body = jsonb_set(body, '{drawn,0}', '\"oevelse_99\"')"
            " WHERE kind = 'drill_round' AND body ->> 'round' = %s",
            (str(round_id),),
        )
    assert draws.draw_drills_again(slug) == draws.Redrawn(right=1, wrong=(str(round_id),), sealed=0)


def test_the_transaction_that_makes_the_seed_gets_no_draw_of_it(stage):
    import overseen

    slug = stage.register()
    drilled.registered(stage, slug)
    overseen.at_its_beginning(stage, slug, plan=True)
    unit, _ = drilled.team(stage)
    assert stage.call("open_drills", drilled.opening(stage, slug, unit)) is None
    overseen.at_its_beginning(stage, slug, plan=True)
    assert drills.open_round(system=slug, team=unit, user=stage.user("merete"))


def test_exercises_that_the_team_has_had_come_last_and_are_counted(stage, slug):
    unit, _ = drilled.team(stage)
    first = {one for one, _, _ in drilled.dealt(stage, drilled.opened(stage, slug, unit))}
    again = {one for one, _, _ in drilled.dealt(stage, drilled.opened(stage, slug, unit))}
    assert len(again - first) == 3  # all that the file has left: 2 wrong and 1 right
    assert DrillRound.objects.filter(team=unit).latest("number").repeated == 21


@pytest.mark.parametrize("who", ["sofie", "bodil", "dorte", "anders"])
def test_only_who_answers_for_the_system_opens_one(stage, slug, who):
    unit, _ = drilled.team(stage)
    payload = drilled.opening(stage, slug, unit, user_id=stage.user_id(who))
    assert stage.refused("open_drills", payload) == "no_right"
    with pytest.raises(Refused) as refused:
        drills.open_round(system=slug, team=unit, user=stage.user(who))
    assert refused.value.code == "no_right"


def test_a_team_that_is_too_small_gets_none(stage, slug):
    unit, people = drilled.team(stage, persons=2)
    stage.as_owner(
        "SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)",
        stage.new_user(trained=False),
        unit,
    )
    assert stage.refused("open_drills", drilled.opening(stage, slug, unit)) == "too_few_persons"
    assert drill_figures.teams(slug)[unit] == len(people) == 2
    assert stage.refused("open_drills", drilled.opening(stage, slug, "?")) == "too_few_persons"


def test_a_team_has_one_round_at_a_time(stage, slug):
    unit, _ = drilled.team(stage)
    payload = drilled.opening(stage, slug, unit)
    round_id = stage.call("open_drills", payload)
    assert stage.refused("open_drills", payload) == "open"
    drilled.answered(stage, round_id, caught=18, followed=6)
    assert stage.call("open_drills", payload)
    with stage.days_later(27):
        assert stage.refused("open_drills", payload) == "open"
    with stage.days_later(28):
        # A month may be over in which nobody has made a seed yet.
        assert stage.call("open_drills", payload) or stage.call("open_drills", payload)


def test_without_exercises_enough_there_is_no_round(stage):
    slug = stage.register()
    unit, _ = drilled.team(stage)
    payload = drilled.opening(stage, slug, unit)
    assert stage.refused("open_drills", payload) == "too_few_exercises"
    for numbers in ({"wrong": 17}, {"right": 5}):
        drilled.registered(stage, slug, **numbers)
        assert stage.refused("open_drills", payload) == "too_few_exercises"
    drilled.registered(stage, slug, wrong=18, right=6)
    assert stage.call("open_drills", payload)


# Answers


def test_a_person_gets_their_own_exercises_one_at_a_time(stage, slug):
    round_id, people = opened(stage, slug)
    user = stage.user(people[0])
    assert [one.left for one in drills.waiting(user)] == [8]
    own = [exercise for exercise, _, who in drilled.dealt(stage, round_id) if who == user.pk]
    for number, exercise in enumerate(own):
        shown = drills.show(round_id=round_id, user=user)
        assert (shown.exercise.id, shown.done, shown.dealt) == (exercise, number, 8)
        drills.answer(
            round_id=round_id,
            exercise=exercise,
            user=user,
            choice="other",
            chosen="stoej",
            own_words="Det larmer.",
        )
        told = drills.answered(round_id=round_id, exercise=exercise, user=user)
        assert told.is_right == told.exercise.wrong
        assert (told.choice, told.answer, told.done) == ("other", "stoej", number + 1)
    assert drills.show(round_id=round_id, user=user) is None
    assert drills.waiting(user) == ()
    assert [one.left for one in drills.waiting(stage.user(people[1]))] == [8]


def test_no_program_of_the_site_and_no_entry_says_who_answered(stage, slug):
    round_id, people = opened(stage, slug)
    words = "Kun jeg ville skrive xyzzy."
    payload = drilled.answering(stage, round_id, people[0], own_words=words)
    stage.call("answer_exercise", payload)
    assert stage.attempt("SELECT user_id FROM kernel_drilldeal") == "42501"
    row = DrillAnswer.objects.get(round_id=round_id)
    assert (row.choice, row.own_letters) == ("follow", 22)
    assert 0 <= row.seconds < 60
    event = RegistryEvent.objects.filter(system_slug=slug, kind="drill_answer").latest("at")
    assert set(event.body) == {
        *("at", "kind", "codex", "round", "exercise", "wrong"),
        *("choice", "answer", "own_letters", "seconds"),
    }
    dumped = stage.as_owner("SELECT string_agg(a::text, ' ') FROM kernel_drillanswer AS a")
    assert "xyzzy" not in dumped + str(event.body)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"own_words": "..."}, "no_own_consideration"),
        ({"own_words": "ja"}, "no_own_consideration"),
        ({"own_words": "x" * 4001}, "no_own_consideration"),
        ({"choice": "accept"}, "choice"),
        ({"choice": "follow", "answer": "stoej"}, "choice"),
        ({"choice": "other"}, "choice"),
        ({"choice": "other", "answer": "findesikke"}, "choice"),
        ({"choice": "reject"}, "choice"),
        ({"exercise": "findesikke"}, "no_right"),
        ({"round_id": "00000000-0000-0000-0000-000000000000"}, "unknown_round"),
        ({"codex_sha256": "0" * 64}, "codex_changed"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(stage, slug, changes, code):
    round_id, people = opened(stage, slug)
    payload = drilled.answering(stage, round_id, people[0])
    assert stage.refused("answer_exercise", payload | changes) == code
    stage.call("answer_exercise", payload)
    assert stage.refused("answer_exercise", payload) == "answered"


def test_an_exercise_is_seen_before_it_is_answered_and_only_by_its_person(stage, slug):
    round_id, people = opened(stage, slug)
    payload = drilled.answering(stage, round_id, people[0])
    later = [one for one, _, who in drilled.dealt(stage, round_id) if who == people[0]][-1]
    assert stage.refused("answer_exercise", payload | {"exercise": later}) == "not_seen"
    assert stage.refused("answer_exercise", payload | {"user_id": people[1]}) == "no_right"
    look = drilled.looking(stage, round_id, people[0], exercise=payload["exercise"])
    assert stage.refused("show_exercise", look) == "not_answered"
    stage.call("answer_exercise", payload)
    assert stage.call("show_exercise", look)["choice"] == "follow"
    assert stage.refused("show_exercise", look | {"user_id": people[1]}) == "not_answered"


def test_only_trained_caseworkers_of_the_team_see_and_answer(stage, slug):
    round_id, people = opened(stage, slug)
    unit = DrillRound.objects.get(id=round_id).team
    payload = drilled.answering(stage, round_id, people[0])
    look = drilled.looking(stage, round_id, people[0])
    colleague = drilled.team(stage, persons=1)[1][0]
    for who in (colleague, stage.user_id("sofie"), stage.user_id("merete"), 10**17):
        assert stage.refused("show_exercise", look | {"user_id": who}) == "no_right"
        assert stage.refused("answer_exercise", payload | {"user_id": who}) == "no_right"
    for who in ("sofie", "merete", colleague):
        with pytest.raises(Refused) as refused:
            drills.show(round_id=round_id, user=stage.user(who))
        assert refused.value.code == "no_right"
    stage.train(people[0], until=today() - dt.timedelta(days=1))
    assert stage.refused("answer_exercise", payload) == "not_trained"
    with pytest.raises(Refused) as refused:
        drills.show(round_id=round_id, user=stage.user(people[0]))
    assert refused.value.code == "not_trained"
    stage.train(people[0])
    drilled.opened(stage, slug, unit)
    assert stage.refused("answer_exercise", payload) == "replaced"


def counted(slug):
    """A system's figures but for how many days its decisions are old, which goes on by itself."""
    found = oversight_figures.figures(slug)
    return replace(found, reversals=replace(found.reversals, days=0.0))


def test_an_exercise_is_no_case(stage):
    """A whole round leaves nothing in the case law, nor in anything that is counted of it."""
    slug = stage.register()
    stage.decided(slug)
    drilled.registered(stage, slug)
    models = (Recommendation, Decision, Act, FirstView, Viewing)
    before = [model.objects.count() for model in models], counted(slug)
    round_id, _ = opened(stage, slug)
    drilled.answered(stage, round_id, caught=9, followed=3)
    after = [model.objects.count() for model in models], counted(slug)
    assert after == before
    number = DrillAnswer.objects.filter(round_id=round_id).first()
    assert stage.refused("decide", stage.own(slug) | {"recommendation_id": str(round_id)})
    look = {
        "recommendation_id": str(round_id),
        "user_id": stage.user_id("sofie"),
        "codex_sha256": stage.sha256,
    }
    assert stage.refused("show", look) == "unknown_recommendation"
    assert number.exercise.startswith("oevelse_")
    targets = stage.owner.execute(
        "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND"
        " conrelid::regclass::text ~ '^kernel_(drill|exercise)'"
    ).fetchall()
    assert {name for (name,) in targets} == {
        *("kernel_drilldeal", "kernel_drillround", "kernel_exerciseset"),
        *("kernel_system", "kernel_user"),
    }


# What is counted, and the alarm


def test_nothing_is_told_before_three_people_must_have_answered(stage, slug):
    round_id, people = opened(stage, slug)
    for person in people[:2]:
        for _ in range(8):
            stage.call("answer_exercise", drilled.answering(stage, round_id, person))
    (found,) = [one for one in drill_figures.rounds(slug) if one.row.id == round_id]
    assert (found.answered, found.verdict, found.outcome) == (16, None, Outcome.UNDER_WAY)
    assert watching.look(slug) == []
    stage.call("answer_exercise", drilled.answering(stage, round_id, people[2]))
    (found,) = [one for one in drill_figures.rounds(slug) if one.row.id == round_id]
    assert found.verdict is not None
    assert found.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("caught", "followed", "outcome", "effect"),
    [
        (13, 4, Outcome.PASSED, None),
        (12, 6, Outcome.FAILED, "blind_first"),
        (18, 0, Outcome.FAILED, "none"),
        (18, 3, Outcome.FAILED, "none"),
        (0, 6, Outcome.FAILED, "blind_first"),
    ],
)
def test_a_round_is_judged_and_a_failed_one_raises_one_alarm(
    stage, caught, followed, outcome, effect
):
    slug = stage.register()
    drilled.registered(stage, slug)
    round_id, _ = opened(stage, slug)
    drilled.answered(stage, round_id, caught=caught, followed=followed)
    (found,) = drill_figures.rounds(slug)
    assert (found.caught, found.wrong, found.followed, found.right) == (caught, 18, followed, 6)
    assert found.outcome is outcome
    raised = watching.look(slug)
    assert len(raised) == (effect is not None)
    if effect is None:
        return
    alarm = Alarm.objects.get(id=raised[0])
    kind = "drills" if effect == "blind_first" else "drills_rejected"
    assert (alarm.kind, alarm.effect) == (kind, effect)
    assert alarm.measured["round"] == str(round_id)
    assert alarm.measured["caught"] == str(caught)
    assert found.row.team not in alarm.sentence
    expected = f"{caught} af 18" if effect == "blind_first" else f"{followed} af 6"
    assert expected in alarm.sentence
    alarms.close(alarm_id=alarm.id, user=stage.user("merete"), text="Vi har talt om det.")
    assert watching.look(slug) == []


def test_two_teams_raise_one_alarm_after_the_other(stage):
    """An alarm of a kind is open once at a time; a team that rejects all does not hide one that
    follows all."""
    slug = stage.register()
    drilled.registered(stage, slug)
    for caught, followed in ((18, 0), (0, 6), (5, 6)):
        round_id, _ = opened(stage, slug)
        drilled.answered(stage, round_id, caught=caught, followed=followed)
    found = Alarm.objects.filter(id__in=watching.look(slug))
    assert sorted(found.values_list("kind", flat=True)) == ["drills", "drills_rejected"]
    first = found.get(kind="drills")
    alarms.close(alarm_id=first.id, user=stage.user("merete"), text="Vi har talt om det.")
    (second,) = watching.look(slug)
    measured = [first.measured, Alarm.objects.get(id=second).measured]
    assert {one["caught"] for one in measured} == {"0", "5"}
