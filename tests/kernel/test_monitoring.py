# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is watched of a system in operation, and the alarms that follow."""

from __future__ import annotations

import pytest
from kernel_stage import card_text
from overseen import closing
from watched import SIZE, suggested, table, viewed, watched

from kodeks.kernel import alarms, monitoring_figures, monitoring_quality, watching
from kodeks.kernel.models import Alarm, Recommendation

SHORT, LONG = {"length": "0-9"}, {"length": "100+"}


def the_alarm(slug):
    return Alarm.objects.get(system_id=slug, closing=None)


def watch_of(slug):
    (found,) = monitoring_figures.watches(slug)
    return found


def test_new_kinds_of_cases_stop_the_system_until_somebody_has_found_the_cause(stage):
    slug = watched(stage, ("inputs", "0.25", "stop"), traits=("length",))
    suggested(stage, slug, SIZE, traits=SHORT)
    suggested(stage, slug, SIZE, traits=SHORT)
    assert watching.look(slug) == []
    suggested(stage, slug, SIZE, traits=LONG)
    (raised,) = watching.look(slug)
    found = the_alarm(slug)
    assert (found.id, found.kind, found.effect) == (raised, "drift_inputs", "stop")
    assert "Hvor length" in found.sentence
    assert (found.measured["block"], found.measured["cases"]) == ("2", str(SIZE))
    assert stage.obstacles(slug) == ["alarm"]
    assert watching.look(slug) == [raised]
    stage.call("close_alarm", closing(stage, raised))
    assert stage.obstacles(slug) == []
    # What comes is the new measure: the one who answers has said that it may.
    assert watch_of(slug).looks == ()
    suggested(stage, slug, 2 * SIZE, traits=LONG)
    assert watching.look(slug) == []


def test_fewer_than_a_block_says_nothing_and_how_many_are_lacking_is_told(stage):
    slug = watched(stage, ("scores", "0.25", "none"))
    assert watch_of(slug).lacking == 2 * SIZE
    suggested(stage, slug, SIZE, confidence="0.950000")
    assert (watch_of(slug).lacking, watch_of(slug).looks) == (SIZE, ())
    suggested(stage, slug, SIZE - 1, confidence="0.350000")
    assert (watch_of(slug).lacking, watch_of(slug).looks) == (1, ())
    suggested(stage, slug, 2, confidence="0.350000")
    assert watch_of(slug).lacking == SIZE - 1
    (look,) = watch_of(slug).newest
    assert (look.before, look.now) == (pytest.approx(0.95), pytest.approx(0.35))
    assert look.is_drift
    watching.look(slug)
    assert "35 procent sikkert i snit" in the_alarm(slug).sentence
    assert stage.obstacles(slug) == []


def test_too_many_withheld_is_told_by_the_share(stage):
    slug = watched(stage, ("flagged", "0.25", "blind_first"))
    suggested(stage, slug, SIZE)
    suggested(stage, slug, SIZE, how="withheld")
    watching.look(slug)
    found = the_alarm(slug)
    assert (found.kind, found.effect) == ("drift_flagged", "blind_first")
    assert "nu for usikkert i 100 procent" in found.sentence
    assert alarms.is_open(slug, effect="blind_first")


def test_a_system_that_selects_is_watched_by_how_many_it_selects(stage):
    slug = stage.register()
    selects = '[selection]\nfield = "label"\nvalue = "rotter"\n'
    limit = table(("flagged", "0.25", "none"))
    stage.register_card(card_text(slug, fairness=selects + limit))
    suggested(stage, slug, SIZE)
    suggested(stage, slug, SIZE, suggestion={"label": "stoej"})
    (look,) = watch_of(slug).newest
    assert (look.before, look.now, look.is_drift) == (1.0, 0.0, True)


def test_a_system_that_is_wrong_more_often_than_it_says_is_told_of(stage):
    slug = watched(stage, ("calibration", "0.15", "blind_first"))
    viewed(stage, slug, right=45, wrong=5)
    assert watching.look(slug) == []
    viewed(stage, slug, right=20, wrong=30)
    watching.look(slug)
    found = the_alarm(slug)
    assert found.kind == "calibration"
    assert "91 procent sikkert. Men kun 40 procent" in found.sentence


def test_quality_is_judged_for_the_whole_and_for_each_department(stage):
    slug = watched(stage, ("quality", "0.70", "none"))
    good, bad = (stage.new_user() for _ in range(2))
    for user, unit in ((good, "park"), (bad, "vej")):
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", user, unit)
    viewed(stage, slug, right=30, wrong=0, by=good, scope={"unit": "park", "kle": ""})
    viewed(stage, slug, right=5, wrong=15, by=bad, scope={"unit": "vej", "kle": ""})
    watch = watch_of(slug)
    drifts = {one.what: one.is_drift for one in watch.looks}
    assert drifts == {"": False, "park": False, "vej": True}
    best, worst = monitoring_quality.departments(slug)
    assert (best.code, best.right.value) == ("park", 1.0)
    assert (worst.code, worst.right.value) == ("vej", 0.25)
    watching.look(slug)
    assert "Kun 25 procent af forslagene i vej" in the_alarm(slug).sentence


def test_nothing_is_watched_without_a_table_or_a_release(stage):
    assert monitoring_figures.watches(stage.register()) == ()
    slug = stage.register(released=False, fairness=table(("scores", "0.25", "none")))
    assert monitoring_figures.watches(slug) == ()
    assert monitoring_quality.departments(slug) == ()


def test_what_is_watched_is_kept_and_nothing_else(stage):
    slug = watched(stage, ("inputs", "0.25", "none"), traits=("length",))
    found = stage.issued(slug, traits={"length": "0-9", "language": "da"})
    assert Recommendation.objects.get(id=found).body["traits"] == {"length": "0-9"}
    plain = stage.issued(stage.register(), traits={"length": "0-9"})
    assert "traits" not in Recommendation.objects.get(id=plain).body


@pytest.mark.parametrize(
    "traits",
    [None, {}, {"other": "0-9"}, {"length": ""}, {"length": "Anna Andersen"}, [], "x"],
)
def test_a_suggestion_without_what_is_watched_is_refused(stage, traits):
    slug = watched(stage, ("inputs", "0.25", "none"), traits=("length",))
    given = {} if traits is None else {"traits": traits}
    assert stage.refused("issue", stage.proposal(slug, **given)) == "no_traits"


def test_a_trait_is_no_place_for_a_cpr_number(stage):
    slug = watched(stage, ("inputs", "0.25", "none"), traits=("length",))
    told = stage.proposal(slug, traits={"length": "010190-1234"})
    assert stage.refused("issue", told) == "cpr"


def test_every_trait_of_the_card_is_kept_and_each_may_be_as_long_as_that(stage):
    slug = watched(stage, ("inputs", "0.25", "none"), traits=("length", "language"))
    traits = {"length": "100+", "language": "a" * 20}
    found = stage.issued(slug, traits=traits)
    assert Recommendation.objects.get(id=found).body["traits"] == traits
    told = stage.proposal(slug, traits={"length": "100+"})
    assert stage.refused("issue", told) == "no_traits"
    longer = stage.proposal(slug, traits=traits | {"language": "a" * 21})
    assert stage.refused("issue", longer) == "no_traits"
