# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Time studies and milestones: what the database takes and what it refuses."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from kernel_stage import today
from overlapping import overlapped

from kodeks.kernel import service
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Milestone, RegistryEvent, TimeStudy

DAY = dt.timedelta(days=1)
STUDY = service.NewStudy(
    step="receipt",
    measured=24,
    mean=Decimal("7.5"),
    deviation=Decimal("3.25"),
    review=Decimal("2"),
    rework=Decimal("0"),
    first_day=today() - 9 * DAY,
    last_day=today(),
    measured_by="Kontoret",
    sha256="7d" * 32,
)


@pytest.fixture(scope="module")
def slug(stage):
    return stage.register()


def test_a_study_is_a_row_and_an_entry_that_say_the_same(stage, slug):
    number = service.write_study(system=slug, study=STUDY, user=stage.user("merete"))
    row = TimeStudy.objects.get(id=number)
    event = RegistryEvent.objects.get(id=number)
    assert (row.measured, row.mean, row.deviation) == (24, Decimal("7.50"), Decimal("3.25"))
    assert (row.unit, row.owner_id) == ("Prøveafdelingen", stage.user_id("merete"))
    assert row.registered_at == event.at
    said = {k: v for k, v in event.body.items() if k not in ("at", "codex", "kind")}
    assert said == {
        "step": "receipt", "measured": 24, "mean": "7.50", "deviation": "3.25", "review": "2.00",
        "rework": "0.00", "first_day": str(STUDY.first_day), "last_day": str(STUDY.last_day),
        "measured_by": "Kontoret", "sha256": "7d" * 32, "unit": "Prøveafdelingen",
        "owner": "Merete Demosen", "user": stage.user_id("merete"),
    }  # fmt: skip


def test_a_form_that_is_sent_twice_is_one_study(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    asked = stage.study(slug)
    first = stage.call("time_study", asked)
    assert stage.call("time_study", asked) == first
    other = stage.call("time_study", asked | {"mean": "11.00"})
    assert other != first
    # The first numbers again are a correction back, and a new study.
    assert stage.call("time_study", asked) not in (first, other)
    assert TimeStudy.objects.filter(system_id=slug).count() == 3


WRONG = {
    "too few": ({"measured": 19}, "too_few"),
    "none": ({"measured": 0}, "too_few"),
    "negative": ({"measured": -5}, "form"),
    "a fraction": ({"measured": 30.5}, "form"),
    "no time": ({"mean": "0.00"}, "form"),
    "more than a week": ({"mean": "2400.01"}, "form"),
    "less than nothing": ({"mean": "-1.00"}, "form"),
    "no spread": ({"deviation": "0.00"}, "form"),
    # Forty times of which all but one are nothing: sqrt(40) = 6.32 means.
    "more spread than there can be": ({"mean": "1.00", "deviation": "6.33"}, "spread"),
    "review less than nothing": ({"review": "-0.01"}, "form"),
    "no decimals": ({"rework": "20"}, "form"),
    "tomorrow": ({"last_day": str(today() + DAY)}, "form"),
    "backwards": ({"first_day": str(today()), "last_day": str(today() - DAY)}, "form"),
    "a step of no card": ({"step": "forward"}, "unknown_step"),
    "a CPR number": ({"measured_by": "Borger 010190-1234"}, "cpr"),
    "nobody measured": ({"measured_by": " . "}, "form"),
    "no document": ({"sha256": ""}, "form"),
    "another codex": ({"codex_sha256": "c0" * 32}, "codex_changed"),
}


@pytest.mark.parametrize("name", WRONG)
def test_numbers_that_are_of_no_watch_are_refused(stage, slug, name):
    changes, code = WRONG[name]
    assert stage.refused("time_study", stage.study(slug, **changes)) == code


def test_as_much_spread_as_there_can_be(stage, slug):
    stage.call("time_study", stage.study(slug, mean="1.00", deviation="6.32"))


@pytest.mark.parametrize("by", ["sofie", "bodil", "dorte", "anders", "testine"])
def test_only_who_answers_for_the_system_writes_a_study(stage, slug, by):
    assert stage.refused("time_study", stage.study(slug, by=by)) == "no_right"
    with pytest.raises(Refused):
        service.write_study(system=slug, study=STUDY, user=stage.user(by))


def test_the_deputy_may_too(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug, deputy="bodil")
    assert stage.call("time_study", stage.study(slug, by="bodil"))


def test_a_correction_is_not_measured_before_what_it_corrects(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    stage.call("time_study", stage.study(slug))
    earlier = stage.study(slug, last_day=str(today() - DAY))
    assert stage.refused("time_study", earlier) == "older"
    assert stage.call("time_study", earlier | {"step": "receipt"})


def test_who_measured_is_masked_before_it_gets_there(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    from dataclasses import replace

    named = replace(STUDY, measured_by="Kontoret, 010190-1234")
    number = service.write_study(system=slug, study=named, user=stage.user("merete"))
    assert "010190" not in TimeStudy.objects.get(id=number).measured_by


def test_a_department_answers_once(stage, slug):
    decision = stage.decided(slug)
    asked = stage.milestone(decision)
    assert str(stage.call("milestone", asked)) == asked["id"]
    before = stage.contents()
    assert str(stage.call("milestone", asked)) == asked["id"]
    assert str(stage.call("milestone", stage.milestone(decision))) == asked["id"]
    assert stage.contents() == before
    row = Milestone.objects.get(id=asked["id"])
    event = RegistryEvent.objects.get(id=row.event_id)
    assert (event.kind, event.body["decision"], event.at) == ("answered", str(decision), row.at)


def test_an_answer_is_of_the_department_that_the_case_lies_with(stage, slug):
    decision = stage.decided(slug)
    here, there = stage.new_user(), stage.new_user()
    for who, unit in ((here, "park"), (there, "byggeri")):
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", who, unit)
    answered = stage.milestone(decision)
    for changes, code in (
        ({"user_id": there}, "no_right"),
        ({"user_id": here, "unit": "byggeri"}, "no_right"),
        ({"user_id": there, "unit": " "}, "form"),
        ({"user_id": there, "unit": "010190-1234"}, "cpr"),
    ):
        assert stage.refused("milestone", answered | changes) == code
    stage.call("milestone", answered | {"user_id": there, "unit": "byggeri"})
    row = Milestone.objects.get(id=answered["id"])
    assert (row.unit, row.user_id, row.what) == ("byggeri", there, "answered")
    # Once for the matter, whoever answers it.
    again = stage.milestone(decision) | {"user_id": here, "unit": "park"}
    assert str(stage.call("milestone", again)) == answered["id"]


def test_also_when_two_answer_at_once(stage, slug):
    decision = stage.decided(slug)
    first, second = stage.milestone(decision), stage.milestone(decision)
    overlapped(stage, ("milestone", first), ("milestone", second))
    assert Milestone.objects.filter(decision_id=decision).count() == 1


def test_each_department_deals_with_what_is_urgent_once(stage, slug):
    decision = stage.decided(slug)
    asked = stage.attended(decision)
    assert str(stage.call("milestone", asked)) == asked["id"]
    before = stage.contents()
    for again in (asked, stage.attended(decision), stage.attended(decision, by="sofie")):
        assert str(stage.call("milestone", again)) == asked["id"]
    assert stage.contents() == before
    other = stage.attended(decision, unit="vej")
    stage.call("milestone", other)
    row = Milestone.objects.get(id=other["id"])
    event = RegistryEvent.objects.get(id=row.event_id)
    said = {k: v for k, v in event.body.items() if k not in ("at", "codex")}
    assert said == {
        "kind": "attended",
        "decision": str(decision),
        "unit": "vej",
        "user": stage.user_id("sofie"),
    }
    assert (event.at, event.system_slug) == (row.at, slug)
    # It is no answer: the citizen still waits.
    assert not Milestone.objects.filter(decision_id=decision, what="answered").exists()
    assert stage.refused("milestone", asked | {"unit": "vej"}) == "key_taken"


def test_also_when_two_deal_with_it_at_once(stage, slug):
    decision = stage.decided(slug)
    overlapped(
        stage,
        ("milestone", stage.attended(decision)),
        ("milestone", stage.attended(decision)),
    )
    assert Milestone.objects.filter(decision_id=decision).count() == 1


def test_who_deals_with_it_is_of_the_department_that_has_it(stage, slug):
    """Which need not be the one that the robot forwarded to: a person may have given it on."""
    decision = stage.decided(slug)
    stage.call("act", stage.step(decision, step="receipt", result={"unit": "vej"}))
    here = stage.new_user()
    stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', 'park', '', NULL)", here)
    assert stage.refused("milestone", stage.attended(decision, by=here, unit="vej")) == "no_right"
    assert stage.refused("milestone", stage.attended(decision, by="merete")) == "no_right"
    passed = service.pass_milestone(
        milestone_id=uuid.uuid4(),
        decision_id=decision,
        what="attended",
        unit="park",
        user=stage.user(here),
    )
    assert (passed.unit, passed.user.pk, passed.what) == ("park", here, "attended")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": " "}, "form"),
        ({"unit": "x" * 81}, "form"),
        ({"unit": 7}, "form"),
        ({"unit": "010190-1234"}, "cpr"),
        ({"unit": None}, "missing"),
        ({"what": "retried"}, "unknown"),
    ],
)
def test_what_is_no_dealing_with_it(stage, slug, changes, code):
    assert stage.refused("milestone", stage.attended(stage.decided(slug)) | changes) == code


def test_the_robot_is_helped_as_often_as_it_happens(stage, slug):
    decision = stage.decided(slug)
    asked = stage.milestone(decision, what="retried")
    stage.call("milestone", asked)
    stage.call("milestone", asked)
    stage.call("milestone", stage.milestone(decision, what="retried"))
    assert Milestone.objects.filter(decision_id=decision, what="retried").count() == 2


def test_a_step_done_by_hand_is_entered_with_the_person_and_what_came_of_it(stage, slug):
    decision = stage.decided(slug)
    asked = stage.by_hand(decision, result={"unit": "park", "journal": "2026-7"})
    for _ in range(2):
        stage.call("milestone", asked)
    row = Milestone.objects.get(decision_id=decision)
    event = RegistryEvent.objects.get(id=row.event_id)
    assert (event.kind, event.body["hand"]) == ("retried", asked["hand"])
    assert (event.body["user"], row.unit) == (asked["user_id"], "park")
    # The department that it was given to is the one that answers.
    here, there = stage.new_user(), stage.new_user()
    for who, unit in ((here, "park"), (there, "vej")):
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", who, unit)
    assert stage.refused("milestone", stage.milestone(decision, by=there)) == "no_right"
    stage.call("milestone", stage.milestone(decision, by=here))


def test_a_step_is_done_once_by_the_robot_or_by_a_person(stage, slug):
    decision = stage.decided(slug)
    asked = stage.by_hand(decision)
    stage.call("milestone", asked)
    again = stage.by_hand(decision, run_id=asked["hand"]["run_id"])
    assert stage.refused("milestone", again) == "acted"
    stage.call("milestone", stage.by_hand(decision, run_id=asked["hand"]["run_id"], step="send"))
    acted = stage.step(decision)
    stage.call("act", acted)
    taken = stage.by_hand(decision, run_id=acted["run_id"], step=acted["step"])
    assert stage.refused("milestone", taken) == "acted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"step": " "}, "form"),
        ({"run_id": "7"}, "form"),
        ({"result": []}, "form"),
        ({"result": {"case": "010190-1234"}}, "cpr"),
        ({"step": "010190-1234"}, "cpr"),
        ({"more": 1}, "unknown"),
    ],
)
def test_what_is_no_step_done_by_hand(stage, slug, changes, code):
    asked = stage.by_hand(stage.decided(slug), **changes)
    assert stage.refused("milestone", asked) == code
    assert stage.refused("milestone", asked | {"what": "answered"}) == "unknown"


def test_who_stands_behind_a_text_is_entered_once(stage):
    asked = stage.letter_text()
    number = stage.call("approve_text", asked)
    assert stage.call("approve_text", asked) == number
    event = RegistryEvent.objects.get(id=str(number))
    assert (event.kind, event.body["letter"], event.body["version"]) == (
        "letter_approved",
        asked["letter"],
        1,
    )
    assert (event.body["written_by"], event.body["user"]) == (
        asked["written_by"],
        asked["user_id"],
    )
    assert event.body["reason"] == asked["reason"]
    for changes in ({"sha256": "8f" * 32}, {"user_id": stage.user_id("bodil")}):
        assert stage.refused("approve_text", asked | changes) == "approved"
    assert stage.call("approve_text", asked | {"version": 2}) != number


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"letter": "Brev"}, "form"),
        ({"version": 0}, "form"),
        ({"sha256": "7e"}, "form"),
        ({"reason": "..."}, "no_reason"),
        ({"reason": "Til 010190-1234"}, "cpr"),
        ({"written_by": 2**31}, "unknown_user"),
    ],
)
def test_what_is_no_approval_of_a_text(stage, changes, code):
    assert stage.refused("approve_text", stage.letter_text(**changes)) == code


def test_nobody_approves_their_own_text_and_only_editors_approve(stage):
    asked = stage.letter_text()
    for user in ("merete", "sofie", "dorte", "testine"):
        assert stage.refused("approve_text", asked | {"user_id": stage.user_id(user)}) == "no_right"


def test_a_number_is_of_one_thing(stage, slug):
    decision, other = stage.decided(slug), stage.decided(slug)
    asked = stage.milestone(decision, what="retried")
    stage.call("milestone", asked)
    for changes in (
        {"decision_id": str(other)},
        {"what": "answered"},
        {"user_id": stage.user_id("merete")},
    ):
        assert stage.refused("milestone", asked | changes) == "key_taken"


def test_what_is_no_milestone(stage, slug):
    asked = stage.milestone(stage.decided(slug))
    assert stage.refused("milestone", asked | {"what": "forgotten"}) == "form"
    nothing = asked | {"decision_id": str(uuid.uuid4())}
    assert stage.refused("milestone", nothing) == "unknown_decision"


def test_who_answers_is_of_the_unit_that_the_robot_forwarded_to(stage, slug):
    decision = stage.decided(slug)
    step = stage.step(decision, step="receipt", result={"unit": "vej"})
    stage.call("act", step)
    here, there = stage.new_user(), stage.new_user()
    for who, unit in ((here, "vej"), (there, "park")):
        stage.as_owner(
            "SELECT kernel.register_grant(%s, 'caseworker', %s, '05.01', NULL)", who, unit
        )
    assert stage.refused("milestone", stage.milestone(decision, by=there)) == "no_right"
    assert stage.refused("milestone", stage.milestone(decision, by="merete")) == "no_right"
    stage.call("milestone", stage.milestone(decision, by=here))
    assert Milestone.objects.get(decision_id=decision).unit == "vej"


def test_no_answer_waits_for_a_system_that_is_stopped(stage):
    slug = stage.register()
    decision = stage.decided(slug)
    stage.switch(slug)
    service.pass_milestone(
        milestone_id=uuid.uuid4(), decision_id=decision, what="answered", user=stage.user("sofie")
    )
    assert Milestone.objects.filter(decision_id=decision).exists()
