# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.5: it is measured how much the suggestions influence the employees."""

from __future__ import annotations

import datetime as dt

import drilled
import overseen
import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel import drill_figures, oversight_figures, watching
from kodeks.kernel.models import Alarm, Decision
from kodeks.statistics.drills import Outcome

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
def test_without_a_valid_trial_policies_and_database_refuse(stage, document):
    slug = stage.register()
    payload = stage.proposal(slug)
    stage.evidence(slug, kind="oversight_pilot", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_oversight_pilot"
    assert stage.refused("issue", payload) == "no_oversight_pilot"
    stage.evidence(slug, kind="oversight_pilot")
    assert stage.issued(slug)


def test_a_system_that_never_had_one_is_refused(stage):
    assert "no_oversight_pilot" in stage.obstacles(stage.register(ready=False))


def test_the_codex_asks_the_trial_how_often_people_agree_with_and_without(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "oversight_pilot"]
    assert "hvor meget forslagene påvirker dem" in duty["text"]
    assert "med og uden at se forslaget" in duty["text"]


def test_each_decision_keeps_whether_the_suggestion_was_followed(stage):
    """So that the influence can be measured again while the system is in use."""
    slug = stage.register()
    stage.decided(slug)
    stage.decided(slug, choice="other", outcome={"label": "stoej"})
    stage.call("decide", stage.own(slug))
    choices = Decision.objects.filter(system_id=slug).values_list("choice", flat=True)
    assert sorted(choices) == ["accept", "other", "own"]


def test_chance_decides_who_sees_a_suggestion_before_they_have_a_view(stage):
    """Nobody can choose: what was drawn can be drawn again when the seed is opened."""
    slug = overseen.planned(stage)
    blind, shown = (overseen.issued(stage, slug, how) for how in ("blind", "shown"))
    assert stage.refused("show", overseen.look(stage, blind)) == "blind_first"
    assert stage.refused("decide", stage.choice(blind)) == "not_seen"
    assert stage.refused("decide", stage.choice(shown)) == "not_seen"
    stage.call("first_view", overseen.view(stage, blind))
    assert stage.call("show", overseen.look(stage, blind))
    assert stage.call("show", overseen.look(stage, shown))


def test_the_influence_is_the_agreement_with_minus_the_agreement_without(stage):
    slug = overseen.planned(stage)
    for turn in range(8):
        overseen.handled(stage, slug, "shown", agreeing=turn != 0)
        overseen.handled(stage, slug, "blind", agreeing=turn % 2 == 0)
    found = oversight_figures.figures(slug).influence
    assert found.estimate == pytest.approx(7 / 8 - 4 / 8)
    assert found.low < found.estimate < found.high


def test_too_much_of_it_puts_everybody_on_their_own_view_first(stage):
    slug = overseen.planned(stage, fast_limit="0.999999")
    for _ in range(45):
        overseen.handled(stage, slug, "shown", agreeing=True)
        overseen.handled(stage, slug, "blind", agreeing=False)
    unseen = overseen.issued(stage, slug, "shown")
    (raised,) = watching.look(slug)
    assert Alarm.objects.get(id=raised).effect == "blind_first"
    assert stage.refused("show", overseen.look(stage, unseen)) == "blind_first"
    told = overseen.presentation(stage, stage.call("issue", stage.proposal(slug)))
    assert (told["how"], told["why"]) == ("blind", "alarm")


@pytest.mark.parametrize(("caught", "outcome"), [(13, Outcome.PASSED), (12, Outcome.FAILED)])
def test_in_exercises_it_is_seen_whether_a_team_catches_what_is_wrong(stage, caught, outcome):
    """A team that follows what is wrong has to form its own view first from then on."""
    slug = overseen.planned(stage)
    shown = overseen.issued(stage, slug, "shown")
    drilled.registered(stage, slug)
    unit, _ = drilled.team(stage)
    drilled.answered(stage, drilled.opened(stage, slug, unit), caught=caught, followed=6)
    (found,) = drill_figures.rounds(slug)
    assert found.outcome is outcome
    raised = watching.look(slug)
    look = overseen.look(stage, shown)
    if outcome is Outcome.FAILED:
        assert Alarm.objects.get(id=raised[0]).effect == "blind_first"
        assert stage.refused("show", look) == "blind_first"
    else:
        assert raised == []
        assert stage.call("show", look)
