# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Alarms: what they do while they are open, who closes them, and the watch that raises them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from kernel_stage import today
from overseen import alarm, closing, handled, issued, look, planned, presentation, view

from kodeks.kernel import alarms, authority, codices, oversight_figures, selectors, watching
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Alarm, Decision, RegistryEvent


@pytest.fixture
def half(stage):
    return planned(stage)


def test_an_alarm_stops_a_system_at_both_gates_until_it_is_closed(stage, half):
    payload = stage.proposal(half)
    raised = stage.call("raise_alarm", alarm(half, kind="drift", effect="stop"))
    assert stage.obstacles(half) == ["alarm"]
    codex = codices.in_force()
    judged = authority.judge_run(codex, system=half, phase="operation", purpose="triage")
    assert judged.codes == ("alarm",)
    assert stage.refused("issue", payload) == "alarm"
    with pytest.raises(SystemStopped):
        authority.require_run(system=half, phase="operation", purpose="triage")
    (obstacle,) = selectors.obstacles(half)
    assert obstacle.sentence == "Forslagene påvirker medarbejderne for meget."
    stage.call("close_alarm", closing(stage, raised))
    assert stage.obstacles(half) == []
    assert stage.call("issue", stage.proposal(half))


def test_on_blind_first_everything_is_seen_after_the_own_view(stage, half):
    seen, unseen = issued(stage, half, "shown"), issued(stage, half, "shown")
    stage.call("show", look(stage, seen))
    raised = stage.call("raise_alarm", alarm(half))
    assert stage.obstacles(half) == []
    told = presentation(stage, stage.call("issue", stage.proposal(half)))
    assert (told["how"], told["why"]) == ("blind", "alarm")
    assert stage.refused("show", look(stage, unseen)) == "blind_first"
    # Whoever has seen it cannot unsee it.
    stage.call("decide", stage.choice(seen))
    stage.call("first_view", view(stage, unseen))
    stage.call("show", look(stage, unseen))
    other = issued(stage, half, "blind")
    stage.call("close_alarm", closing(stage, raised))
    assert presentation(stage, issued(stage, half, "shown"))["why"] == "drawn"
    assert stage.refused("show", look(stage, other)) == "blind_first"


def test_one_that_only_tells_changes_nothing(stage, half):
    stage.call("raise_alarm", alarm(half, effect="none"))
    assert stage.obstacles(half) == []
    assert issued(stage, half, "shown")


def test_of_a_kind_there_is_one_open_at_a_time(stage, half):
    first = stage.call("raise_alarm", alarm(half))
    assert stage.call("raise_alarm", alarm(half, sentence="Igen.")) == first
    assert stage.call("raise_alarm", alarm(half, kind="fast")) != first
    stage.call("close_alarm", closing(stage, first))
    assert stage.call("raise_alarm", alarm(half)) != first
    kinds = RegistryEvent.objects.filter(kind="alarm", system_slug=half).order_by("pending_id")
    assert [one.body["kind_of_alarm"] for one in kinds] == ["influence", "fast", "influence"]


def test_it_is_due_when_the_codex_says(stage, half):
    raised = alarms.sound(
        system=half, kind="fast", effect="none", sentence="For hurtigt.", measured={}
    )
    days = stage.codex["content"]["limits"]["alarm_days"]
    assert Alarm.objects.get(id=raised).due_on == today() + dt.timedelta(days=days)
    assert raised in {one.id for one in alarms.open_ones()}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"effect": "delete"}, "form"),
        ({"kind": "Påvirkning"}, "form"),
        ({"kind": None}, "missing"),
        ({"sentence": " "}, "form"),
        ({"sentence": "x" * 1001}, "form"),
        ({"sentence": "Borgeren 010190-1234"}, "cpr"),
        ({"measured": []}, "form"),
        ({"system": "findesikke"}, "unknown_system"),
        ({"more": 1}, "unknown"),
    ],
)
def test_an_alarm_that_says_nothing_is_refused(stage, half, changes, code):
    assert stage.refused("raise_alarm", alarm(half, **changes)) == code


def test_who_answers_closes_it_once_and_says_why(stage, half):
    raised = stage.call("raise_alarm", alarm(half))
    for username in ("sofie", "dorte", "anders", "bodil"):
        payload = closing(stage, raised, user_id=stage.user_id(username))
        assert stage.refused("close_alarm", payload) == "no_right"
        with pytest.raises(Refused):
            alarms.close(alarm_id=raised, user=stage.user(username), text="Det er i orden.")
    assert stage.refused("close_alarm", closing(stage, raised, text=" ")) == "no_reason"
    assert stage.refused("close_alarm", closing(stage, raised, text="010190-1234")) == "cpr"
    assert stage.refused("close_alarm", closing(stage, uuid.uuid4())) == "unknown_alarm"
    alarms.close(alarm_id=raised, user=stage.user("merete"), text="Borgeren 010190-1234 ringede.")
    assert "010190" not in Alarm.objects.get(id=raised).closing.text
    assert stage.refused("close_alarm", closing(stage, raised)) == "closed"


# The watch


def test_influence_and_haste_put_the_system_on_blind_first(stage):
    """All agree with what they see and none with what they do not: that is no own view."""
    slug = planned(stage)
    assert watching.look(slug) == []
    for _ in range(45):
        handled(stage, slug, "shown", agreeing=True)
        handled(stage, slug, "blind", agreeing=False)
    found = oversight_figures.figures(slug)
    assert (found.influence.estimate, found.influence.shown) == (1.0, 45)
    assert found.fast.count == found.fast.total == 45
    assert found.overridden.count == 45
    raised = watching.look(slug)
    told = {one.kind: one for one in Alarm.objects.filter(id__in=raised)}
    assert {kind: one.effect for kind, one in told.items()} == {
        "influence": "blind_first",
        "fast": "blind_first",
    }
    assert told["influence"].sentence == (
        "Forslagene påvirker medarbejderne med 100 procentpoint. Grænsen er 10."
    )
    assert watching.look(slug) == raised
    assert raised[0] in watching.look_at_all()
    for one in raised:
        stage.call("close_alarm", closing(stage, one))
    # Counting begins anew, or the alarm would come again at once.
    assert watching.look(slug) == []


def test_people_who_think_for_themselves_raise_no_alarm(stage):
    slug = planned(stage, fast_limit="0.999999")
    for turn in range(12):
        handled(stage, slug, "shown", agreeing=turn % 3 != 0)
        handled(stage, slug, "blind", agreeing=turn % 3 != 0)
    assert oversight_figures.figures(slug).influence.estimate == 0
    assert watching.look(slug) == []


def test_what_an_alarm_put_in_another_arm_than_chance_is_not_counted(stage, half):
    found = issued(stage, half, "shown")
    raised = stage.call("raise_alarm", alarm(half))
    stage.call("first_view", view(stage, found))
    stage.call("show", look(stage, found))
    stage.call("decide", stage.choice(found))
    stage.call("close_alarm", closing(stage, raised))
    assert list(oversight_figures.figures(half).cases) == []


def test_teams_are_units_and_months_are_told_apart(stage, half):
    number = stage.new_user()
    stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', 'vej', '', NULL)", number)
    found = issued(stage, half, "shown", scope={"unit": "vej", "kle": ""})
    stage.call("show", look(stage, found, user_id=number))
    stage.call("decide", stage.choice(found, user_id=number))
    handled(stage, half, "blind", agreeing=True)
    cases = oversight_figures.figures(half).cases
    assert {(one.team, one.shown) for one in cases} == {("vej", True), ("", False)}
    # Each team has cases in one arm only, so there is nothing to compare.
    assert oversight_figures.by_team(cases) == [("", None), ("vej", None)]
    assert oversight_figures.by_month(cases) == [(today().replace(day=1), None)]


def test_how_many_decisions_were_changed_later_and_why(stage):
    slug = stage.register()
    assert oversight_figures.figures(slug).reversals is None
    other = {"choice": "other", "outcome": {"label": "stoej"}}
    followed = [stage.decided(slug) for _ in range(4)]
    deviated = [stage.decided(slug, **other) for _ in range(2)]
    alone = stage.call("decide", stage.own(slug))
    stage.call("reverse", stage.change(followed[0]))
    twice = stage.call("reverse", stage.change(followed[1], cause="own"))
    stage.call("reverse", stage.change(twice, cause="mistake", outcome={"label": "hul"}))
    stage.call("reverse", stage.change(deviated[0], outcome={"label": "hul"}))
    found = oversight_figures.figures(slug).reversals
    counted = {
        name: (getattr(found, name).count, getattr(found, name).total)
        for name in ("changed", "followed", "deviated", "alone")
    }
    assert counted == {"changed": (3, 7), "followed": (2, 4), "deviated": (1, 2), "alone": (0, 1)}
    # A decision that was changed twice counts once, by what stands.
    assert found.causes == {"complaint": 2, "mistake": 1}
    assert 0 <= found.days < 1
    # Of the time that is asked about: when it was decided counts, not when it was changed.
    since = Decision.objects.get(id=alone).decided_at - dt.timedelta(microseconds=1)
    late = oversight_figures.figures(slug, since=since).reversals
    assert (late.changed.total, late.followed, late.causes) == (1, None, {})
