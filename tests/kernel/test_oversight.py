# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a suggestion is put before people: drawn, written down first, withheld; and by whose plan."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from overseen import (
    a_month_later,
    at_its_beginning,
    issued,
    look,
    plan,
    planned,
    presentation,
    view,
)

from kodeks.kernel import draws, oversight, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import FirstView, RegistryEvent
from kodeks.kernel.subjects import Subject

OWN = "Borgeren nævner rotter."


@pytest.fixture(scope="module")
def half(stage):
    return planned(stage)


# What is drawn


def test_both_arms_come_out_as_the_secret_seed_says(stage, half):
    seed = bytes(stage.as_owner("SELECT seed FROM kernel_drawseed WHERE system_id = %s", half))
    seen = set()
    for _ in range(20):
        subject = stage.subject()
        found = stage.call("issue", stage.proposal(half, subject=subject))
        blind = draws.is_blind(
            seed=seed, system=half, subject=Subject(**subject), share=Decimal("0.5")
        )
        told = presentation(stage, found)
        assert told["how"] == ("blind" if blind else "shown")
        assert told["why"] == "drawn"
        seen.add(told["how"])
    assert seen == {"blind", "shown"}


def test_a_matter_that_is_suggested_for_again_is_not_drawn_again(stage, half):
    subject = stage.subject()
    found = {
        presentation(stage, stage.call("issue", stage.proposal(half, subject=subject)))["how"]
        for _ in range(6)
    }
    assert len(found) == 1


def test_the_application_cannot_read_the_seed(stage, half):
    assert stage.attempt("SELECT seed FROM kernel_drawseed") == "42501"
    assert stage.attempt("SELECT kernel.seed_of('x', now())") == "42501"


def test_a_seed_is_in_the_ledger_before_it_is_used(stage):
    slug = stage.register()
    at_its_beginning(stage, slug, plan=True)
    with stage.rewriting("drawseed"):
        with stage.application.transaction():
            first = [stage.call("issue", stage.proposal(slug)) for _ in range(3)]
        stage.owner.execute("UPDATE kernel_drawseed SET at = at - interval '60 days'")
    assert {presentation(stage, one)["how"] for one in first} == {"blind"}
    stage.call("oversee", plan(stage, slug))
    told = presentation(stage, stage.call("issue", stage.proposal(slug)))
    (event,) = RegistryEvent.objects.filter(kind="draw_seed", system_slug=slug)
    assert told["commitment"] == event.body["commitment"]
    assert "opened" not in event.body


def test_who_makes_the_months_seed_gets_no_draw_of_it(stage):
    """In that transaction it could be known, and be made again until it suits."""
    slug = planned(stage)
    a_month_later(stage, slug)
    with stage.application.transaction():
        found = [stage.call("issue", stage.proposal(slug)) for _ in range(4)]
    assert {presentation(stage, one)["why"] for one in found} == {"no_seed"}
    assert {presentation(stage, one)["how"] for one in found} == {"blind"}
    assert presentation(stage, stage.call("issue", stage.proposal(slug)))["why"] == "drawn"


def test_anybody_can_draw_again_when_the_seed_is_opened(stage):
    slug = stage.register()
    at_its_beginning(stage, slug, plan=True)
    stage.call("oversee", plan(stage, slug))
    stage.call("issue", stage.proposal(slug))
    with stage.rewriting("drawseed"):
        stage.owner.execute("UPDATE kernel_drawseed SET at = at - interval '60 days'")
    drawn = [stage.call("issue", stage.proposal(slug)) for _ in range(8)]
    assert draws.draw_again(slug) == draws.Redrawn(right=0, wrong=(), sealed=8)
    a_month_later(stage, slug)
    stage.call("issue", stage.proposal(slug))
    assert draws.draw_again(slug) == draws.Redrawn(right=8, wrong=(), sealed=0)
    changed = drawn[3]
    other = "blind" if presentation(stage, changed)["how"] == "shown" else "shown"
    with stage.rewriting("recommendation"):
        stage.owner.execute(
            "UPDATE kernel_recommendation SET body ="
            " jsonb_set(body, '{presentation,how}', to_jsonb(%s::text)) WHERE id = %s",
            (other, changed),
        )
    assert draws.draw_again(slug) == draws.Redrawn(right=7, wrong=(str(changed),), sealed=0)


# Before anything is drawn


def test_without_a_plan_and_in_the_first_weeks_all_is_blind_first(stage):
    slug = stage.register()
    at_its_beginning(stage, slug, plan=False)
    told = presentation(stage, stage.call("issue", stage.proposal(slug)))
    assert told == {"how": "blind", "why": "no_plan", "words": 5}
    stage.call("oversee", plan(stage, slug, blind_share="0.050000"))
    told = presentation(stage, stage.call("issue", stage.proposal(slug)))
    assert (told["how"], told["why"]) == ("blind", "first_weeks")
    days = stage.codex["content"]["limits"]["blind_first_days"]
    with stage.days_later(days - 1):
        told = presentation(stage, stage.call("issue", stage.proposal(slug)))
        assert told["why"] == "first_weeks"
    with stage.days_later(days):
        told = presentation(stage, stage.call("issue", stage.proposal(slug)))
        assert told["why"] == "drawn"


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"confidence": "0.499999"}, "uncertain"), ({"outside": True}, "outside")],
)
def test_what_is_withheld_is_seen_by_nobody_and_decided_without(stage, changes, why):
    slug = planned(stage, least_confidence="0.500000")
    subject = stage.subject()
    found = stage.call("issue", stage.proposal(slug, subject=subject, **changes))
    told = presentation(stage, found)
    assert (told["how"], told["why"]) == ("withheld", why)
    assert stage.refused("show", look(stage, found)) == "withheld"
    assert stage.refused("first_view", view(stage, found)) == "withheld"
    assert stage.refused("decide", stage.choice(found)) == "withheld"
    assert stage.call("decide", stage.own(slug, subject=subject))


@pytest.mark.parametrize(
    ("changes", "offer"),
    [
        ({"sure": True, "confidence": "0.499999"}, "uncertain"),
        ({"sure": False}, "unsure"),
        ({"sure": False, "confidence": "0.499999"}, "uncertain"),
        ({"sure": False, "outside": True}, "outside"),
    ],
)
def test_where_there_are_others_to_choose_from_nothing_is_withheld(stage, changes, offer):
    slug = planned(stage, least_confidence="0.500000")
    subject = stage.subject()
    found = stage.call("issue", stage.proposal(slug, subject=subject, **changes))
    told = presentation(stage, found)
    assert told["offer"] == offer
    # It is drawn as any other: also several possibilities may move a person.
    assert told["why"] == "drawn"
    assert told["how"] in ("shown", "blind")
    if told["how"] == "blind":
        assert stage.refused("show", look(stage, found)) == "blind_first"
        stage.call("first_view", view(stage, found))
    stage.call("show", look(stage, found))
    assert stage.call("decide", stage.choice(found))


def test_one_possibility_is_not_several(stage):
    slug = planned(stage, least_confidence="0.500000")
    for sure, confidence in ((False, "0.900000"), (True, "0.100000")):
        alone = {"sure": sure, "confidence": confidence, "alternatives": []}
        told = presentation(stage, stage.call("issue", stage.proposal(slug, **alone)))
        assert (told["how"], told["why"]) == ("withheld", "uncertain")


def test_one_that_is_sure_is_one(stage):
    slug = planned(stage, least_confidence="0.500000")
    told = presentation(stage, stage.call("issue", stage.proposal(slug, sure=True)))
    assert "offer" not in told
    assert stage.refused("issue", stage.proposal(slug, sure="ja")) == "form"


def test_a_suggestion_names_the_plan_that_says_how_often_it_may_be_wrong(stage):
    slug = planned(stage)
    made = oversight.plan_of(slug).pk
    found = stage.call("issue", stage.proposal(slug, plan=made))
    assert selectors.recommendation(found).body["plan"] == made
    another = oversight.plan_of(planned(stage)).pk
    assert stage.refused("issue", stage.proposal(slug, plan=another)) == "unknown_plan"


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([{"part": "Vej og Park", "share": "0.009999"}], "allowed_error"),
        ([{"part": "Vej og Park", "share": "0.500001"}], "allowed_error"),
        ([{"part": "Vej og Park", "share": 0.1}], "no_uncertainty"),
        ([{"part": "", "share": "0.1"}], "form"),
        ([{"part": "Vej", "share": "0.1"}, {"part": "Vej", "share": "0.2"}], "form"),
        ({"Vej": "0.1"}, "form"),
        ([{"part": "Vej"}], "missing"),
    ],
)
def test_the_allowed_errors_of_a_plan_are_shares_by_part(stage, errors, code):
    assert stage.refused("oversee", plan(stage, stage.register(), allowed_errors=errors)) == code


def test_one_that_is_just_certain_enough_is_not_withheld(stage):
    slug = planned(stage, least_confidence="0.500000")
    found = stage.call("issue", stage.proposal(slug, confidence="0.500000"))
    assert presentation(stage, found)["why"] == "drawn"


def test_outside_is_yes_or_no(stage, half):
    assert stage.refused("issue", stage.proposal(half, outside="ja")) == "form"


# One's own view first


def test_a_blind_suggestion_is_shown_after_the_own_view(stage, half):
    found = issued(stage, half, "blind")
    assert stage.refused("show", look(stage, found)) == "blind_first"
    assert stage.refused("decide", stage.choice(found)) == "not_seen"
    first = stage.call("first_view", view(stage, found, outcome={"label": "stoej"}))
    assert stage.refused("decide", stage.choice(found)) == "not_seen"
    seen = stage.call("show", look(stage, found))
    assert stage.call("show", look(stage, found)) == seen
    decided = selectors.decision(stage.call("decide", stage.choice(found)))
    assert decided.body["first_view"] == str(first)
    assert decided.body["agreed_before"] is False
    assert decided.body["shown_at"] < decided.body["decided_at"]


def test_one_that_is_shown_is_seen_before_it_is_decided_on(stage, half):
    found = issued(stage, half, "shown")
    for choice in ("accept", "other", "reject"):
        outcome = {"label": "stoej" if choice == "other" else "rotter"}
        payload = stage.choice(found, choice=choice, outcome=outcome)
        assert stage.refused("decide", payload) == "not_seen"
    stage.call("show", look(stage, found))
    decided = selectors.decision(stage.call("decide", stage.choice(found)))
    assert "first_view" not in decided.body


def test_what_another_has_seen_or_written_is_not_ones_own(stage, half):
    number = stage.new_user(role="caseworker")
    found = issued(stage, half, "blind")
    stage.call("first_view", view(stage, found))
    stage.call("show", look(stage, found))
    other = {"user_id": number}
    assert stage.refused("show", look(stage, found, **other)) == "blind_first"
    stage.call("first_view", view(stage, found, **other))
    stage.call("show", look(stage, found, **other))
    assert FirstView.objects.filter(recommendation_id=found).count() == 2


def test_there_is_one_own_view_and_it_comes_first(stage, half):
    found = issued(stage, half, "blind")
    stage.call("first_view", view(stage, found))
    assert stage.refused("first_view", view(stage, found)) == "viewed"
    shown = issued(stage, half, "shown")
    stage.call("show", look(stage, shown))
    assert stage.refused("first_view", view(stage, shown)) == "seen"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outcome": {}}, "no_outcome"),
        ({"outcome": {"label": " ."}}, "no_outcome"),
        ({"outcome": {"label": "010190-1234"}}, "cpr"),
        ({"own_consideration": "ok"}, "no_own_consideration"),
        ({"own_consideration": None}, "missing"),
        ({"recommendation_id": str(uuid.uuid4())}, "unknown_recommendation"),
        ({"recommendation_id": "x"}, "form"),
        ({"id": "x"}, "form"),
        ({"user_id": "sofie"}, "form"),
        ({"codex_sha256": "0" * 64}, "codex_changed"),
        ({"more": 1}, "unknown"),
    ],
)
def test_an_own_view_that_says_nothing_is_refused(stage, half, changes, code):
    found = issued(stage, half, "blind")
    payload = view(stage, found, sealed=view(stage, found)["sealed"])
    assert stage.refused("first_view", payload | changes) == code


def test_only_a_trained_caseworker_sees_or_writes(stage, half):
    found = issued(stage, half, "blind")
    untrained = stage.new_user(role="caseworker", trained=False)
    for number, code in ((untrained, "not_trained"), (stage.user_id("dorte"), "no_right")):
        assert stage.refused("show", look(stage, found, user_id=number)) == code
        assert stage.refused("first_view", view(stage, found, user_id=number)) == code
        with pytest.raises(Refused) as refusal:
            oversight.show(recommendation_id=found, user=stage.user(number))
        assert refusal.value.code in (code, "decide")


def test_through_the_door_with_the_words_sealed(stage, half):
    found = issued(stage, half, "blind")
    sofie = stage.user("sofie")
    recommendation = selectors.recommendation(found)
    assert oversight.presentation(recommendation, user=sofie).how == "blind"
    oversight.state_own_view(
        recommendation_id=found,
        user=sofie,
        outcome={"label": "rotter"},
        own_consideration="Borgeren 010190-1234 nævner rotter.",
    )
    now = oversight.presentation(recommendation, user=sofie)
    assert (now.how, now.shown_at) == ("shown", None)
    assert now.first_view.agreed
    assert now.first_view.own_consideration == "Borgeren [CPR] nævner rotter."
    row = FirstView.objects.get(id=now.first_view.id)
    assert "own_consideration" not in row.body
    at = oversight.show(recommendation_id=found, user=sofie)
    assert oversight.presentation(recommendation, user=sofie).shown_at == at


def test_an_own_view_goes_when_the_matter_is_erased(stage, half):
    found = issued(stage, half, "blind")
    view_id = stage.call("first_view", view(stage, found))
    subject = selectors.recommendation(found).subject
    payload = {"subject": subject.as_json(), "user_id": stage.user_id("dorte")}
    stage.call("erase", payload | {"reason": "Prøve.", "codex_sha256": stage.sha256})
    left = stage.as_owner("SELECT count(*) FROM kernel_secret WHERE record_id = %s", view_id)
    assert left == 0


# The plan


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"blind_share": "0.049999"}, "too_little"),
        ({"blind_share": "0"}, "too_little"),
        ({"influence_limit": "0.100001"}, "too_much"),
        ({"blind_share": "1.1"}, "no_uncertainty"),
        ({"least_confidence": 0.5}, "no_uncertainty"),
        ({"fast_limit": "20 %"}, "no_uncertainty"),
        ({"system": "findesikke"}, "unknown_system"),
        ({"codex_sha256": "0" * 64}, "codex_changed"),
        ({"more": 1}, "unknown"),
    ],
)
def test_a_plan_that_the_codex_does_not_allow_is_refused(stage, half, changes, code):
    assert stage.refused("oversee", plan(stage, half, **changes)) == code


def test_only_who_answers_makes_the_plan(stage, half):
    shares = {name: Decimal("0.1") for name in ("blind_share", "least_confidence")}
    limits = {"influence_limit": Decimal("0.05"), "fast_limit": Decimal("0.2")}
    for username in ("sofie", "dorte", "anders", "bodil"):
        payload = plan(stage, half, user_id=stage.user_id(username))
        assert stage.refused("oversee", payload) == "no_right"
        with pytest.raises(Refused):
            oversight.oversee(system=half, user=stage.user(username), **shares, **limits)
    oversight.oversee(system=half, user=stage.user("merete"), **shares, **limits)
    assert oversight.plan_of(half).influence_limit == Decimal("0.05")
    stage.call("oversee", plan(stage, half))
