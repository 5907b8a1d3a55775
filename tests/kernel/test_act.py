# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.act: a robot does only what the card allows, under a decision, once; and reviews."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import psycopg
import pytest
from gate import forge
from overlapping import overlapped

from kodeks.kernel import acts, selectors
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Act, ActReview, LedgerPending, RegistryEvent, Secret
from kodeks.ledger.canonical import canonical_json


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


@pytest.fixture(scope="module")
def alone(stage):
    """A system whose robot may journalise by itself; every such step is drawn."""
    return stage.register(autonomy="procedural", share="1.0")


def act(decision_id, **changes):
    return acts.act(
        **{
            "decision_id": decision_id,
            "robot": "visitator",
            "run_id": uuid.uuid4(),
            "step": "journalise",
            "result": {"journal": "1"},
        }
        | changes
    )


def by_itself(stage, slug: str, **changes: Any) -> dict[str, Any]:
    payload = {
        "permit_id": changes.get("permit_id") or stage.permit(slug),
        "recommendation_id": changes.get("recommendation_id") or stage.issued(slug),
        "robot": "visitator",
        "run_id": str(uuid.uuid4()),
        "step": "journalise",
        "result": {},
    } | changes
    return payload | {"recommendation_id": str(payload["recommendation_id"])}


def test_the_act_names_its_cause_and_who_answers(stage, ready):
    decision_id = stage.decided(ready)
    row = Act.objects.get(id=act(decision_id))
    body = row.body
    assert body["decision"] == str(decision_id)
    assert body["recommendation"] is None
    assert body["owner"]["manager"] == "Merete Demosen"
    assert body["codex"]["sha256"] == stage.sha256
    assert body["review"] is row.review is False
    (record,) = selectors.acts_of(decision_id)
    assert (record.id, record.step, record.robot) == (row.id, "journalise", "visitator")
    secret = Secret.objects.get(record_id=row.id)
    leaf = json.loads(bytes(LedgerPending.objects.get(id=row.pending_id).leaf))
    commitment = hashlib.sha256(bytes(secret.salt) + canonical_json(body)).hexdigest()
    assert leaf["commitment"] == commitment
    assert leaf["kind"] == "act"


def test_the_same_run_and_step_give_the_first_record(stage, ready):
    decision_id, run_id = stage.decided(ready), uuid.uuid4()
    first = act(decision_id, run_id=run_id)
    assert act(decision_id, run_id=run_id, result={"journal": "2"}) == first
    assert Act.objects.filter(run_id=run_id).count() == 1
    assert act(decision_id, run_id=run_id, step="receipt") != first


def test_a_step_is_taken_once_under_its_cause_whatever_the_run(stage, ready, alone):
    decision_id = stage.decided(ready)
    act(decision_id)
    assert stage.refused("act", stage.step(decision_id)) == "acted"
    assert act(decision_id, step="receipt")
    payload = by_itself(stage, alone)
    stage.call("act", payload)
    assert stage.refused("act", payload | {"run_id": str(uuid.uuid4())}) == "acted"


def test_so_it_is_when_two_begin_at_the_same_time(stage, ready, alone):
    for slug, payload in (
        (ready, stage.step(stage.decided(ready))),
        (alone, by_itself(stage, alone)),
    ):
        first = payload | {"permit_id": stage.permit(slug), "run_id": str(uuid.uuid4())}
        found = overlapped(stage, ("act", first), ("act", first))
        assert found == Act.objects.get(run_id=first["run_id"]).id
        payload = stage.step(stage.decided(ready)) if slug == ready else by_itself(stage, alone)
        first = payload | {"run_id": str(uuid.uuid4())}
        second = payload | {"run_id": str(uuid.uuid4())}
        assert overlapped(stage, ("act", first), ("act", second)) == "acted"
    run = {"run_id": str(uuid.uuid4())}
    first, second = (stage.step(stage.decided(ready)) | run for _ in range(2))
    assert overlapped(stage, ("act", first), ("act", second)) == "key_taken"


def test_no_robot_acts_in_a_matter_that_was_erased(stage, ready):
    subject = stage.subject()
    decided = stage.call("decide", stage.choice(stage.issued(ready, subject=subject)))
    payload = stage.step(decided, permit_id=stage.permit(ready))
    officer = {"user_id": stage.user_id("dorte"), "codex_sha256": stage.sha256}
    stage.call("erase", officer | {"subject": subject, "reason": "Fristen er nået."})
    assert stage.refused("act", payload) == "erased"


def test_a_step_that_was_done_cannot_be_claimed_for_another_cause(stage, alone):
    run_id = uuid.uuid4()
    act(stage.decided(alone), run_id=run_id)
    for payload in (
        stage.step(stage.decided(alone), run_id=str(run_id)),
        by_itself(stage, alone, run_id=str(run_id)),
    ):
        assert stage.refused("act", payload) == "key_taken"
    payload = by_itself(stage, alone)
    stage.call("act", payload)
    again = payload | {"recommendation_id": str(stage.issued(alone))}
    assert stage.refused("act", again) == "key_taken"
    other_robot = payload | {"robot": "en-anden"}
    assert stage.refused("act", other_robot) == "key_taken"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "decision-unknown": ({"decision_id": str(uuid.UUID(int=0))}, "no_decision"),
    "decision-null": ({"decision_id": None}, "missing"),
    "decision-not-a-uuid": ({"decision_id": "17"}, "form"),
    "both-causes": ({"recommendation_id": str(uuid.UUID(int=0))}, "unknown"),
    "permit-unknown": ({"permit_id": str(uuid.UUID(int=0))}, "no_permit"),
    "permit-null": ({"permit_id": None}, "missing"),
    "permit-not-a-uuid": ({"permit_id": "x"}, "form"),
    "robot-undeclared": ({"robot": "en-anden"}, "undeclared_act"),
    "robot-null": ({"robot": None}, "missing"),
    "step-undeclared": ({"step": "pay_out"}, "undeclared_act"),
    "step-blank": ({"step": " "}, "form"),
    "step-too-long": ({"step": "x" * 61}, "form"),
    "step-null": ({"step": None}, "missing"),
    "run-null": ({"run_id": None}, "missing"),
    "run-not-a-uuid": ({"run_id": "17"}, "form"),
    "result-a-list": ({"result": []}, "form"),
    "result-null": ({"result": None}, "missing"),
    "result-with-a-float": ({"result": {"score": 0.5}}, "form"),
    "result-a-cpr": ({"result": {"party": "010190-1234"}}, "cpr"),
    "backdated": ({"acted_at": "2020-01-01T00:00:00Z"}, "unknown"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_robot_may_not(stage, ready, name):
    changes, code = REFUSED[name]
    payload = stage.step(stage.decided(ready)) | changes
    before = stage.contents()
    assert stage.refused("act", payload) == code
    assert stage.contents() == before


def test_a_recommendation_is_not_a_decision(stage, ready):
    with pytest.raises(Refused) as refusal:
        act(stage.issued(ready))
    assert refusal.value.code == "no_decision"


def test_the_permit_must_be_for_this_system_purpose_and_operation(stage, ready):
    elsewhere = stage.permit(stage.register())
    payload = stage.step(stage.decided(ready))
    learning = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    for permit in (elsewhere, learning):
        assert stage.refused("act", payload | {"permit_id": permit}) == "no_permit"


def test_an_act_is_for_the_purpose_that_was_decided(stage):
    """Another purpose that is allowed too does not carry it."""
    learning = {"purpose": "improvement"}
    slug = stage.register(
        bases=[{}, learning, learning | {"phase": "development", "autonomy": "advise"}]
    )
    payload = stage.step(stage.decided(slug))
    other = stage.permit(slug, purpose="improvement")
    assert stage.refused("act", payload | {"permit_id": other}) == "no_permit"
    stage.call("act", payload)


def test_no_robot_acts_while_something_is_in_the_way(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.switch(slug)
    with pytest.raises(SystemStopped):
        act(decision_id)
    stage.switch(slug, verb="resume")
    stage.assign(slug=slug, manager=None)
    with pytest.raises(SystemStopped) as refusal:
        act(decision_id)
    assert refusal.value.code == "no_owner"
    stage.assign(slug=slug)
    stage.attest(slug)
    assert act(decision_id)


def test_a_permit_from_before_a_stop_is_worth_nothing_after_it(stage):
    slug = stage.register()
    payload = stage.step(stage.decided(slug))
    stage.switch(slug)
    assert stage.refused("act", payload) == "stopped"
    stage.switch(slug, verb="resume")
    assert stage.refused("act", payload) == "permit_expired"


def test_before_a_step_reaches_outside_it_is_asked_whether_the_system_may_run(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    acts.require_may_act(decision_id=decision_id)
    stage.switch(slug)
    with pytest.raises(SystemStopped) as refusal:
        acts.require_may_act(decision_id=decision_id)
    assert refusal.value.code == "stopped"
    stage.switch(slug, verb="resume")
    # The process's permit is from before the stop; a new one is asked for by itself.
    acts.require_may_act(decision_id=decision_id)
    # What names no decision is for `act` to refuse.
    acts.require_may_act(decision_id=uuid.uuid4())


def test_a_permit_is_asked_for_as_what_it_is(stage):
    slug = stage.register()
    permit = stage.permit(slug)
    ask = "SELECT kernel.require_permit(%s)"
    stage.application.execute(ask, (permit,))
    with pytest.raises(psycopg.Error) as unknown:
        stage.application.execute(ask, (str(uuid.uuid4()),))
    assert unknown.value.diag.message_detail == "no_permit"
    stage.switch(slug)
    with pytest.raises(psycopg.Error) as stopped:
        stage.application.execute(ask, (permit,))
    assert stopped.value.diag.message_detail == "stopped"


# By itself


def test_a_robot_takes_the_steps_it_may_take_by_itself(stage, alone):
    recommendation_id = stage.issued(alone)
    act_id = acts.act_procedurally(
        recommendation_id=recommendation_id,
        robot="visitator",
        run_id=uuid.uuid4(),
        step="journalise",
        result={},
    )
    row = Act.objects.get(id=act_id)
    assert row.recommendation_id == recommendation_id
    assert row.decision_id is None
    assert row.body["recommendation"] == str(recommendation_id)
    assert row.review is row.body["review"] is True


def test_and_no_others(stage, alone, ready):
    assert stage.refused("act", by_itself(stage, alone, step="receipt")) == "no_decision"
    assert stage.refused("act", by_itself(stage, ready)) == "no_decision"
    unknown = by_itself(stage, alone, recommendation_id=str(uuid.UUID(int=0)))
    assert stage.refused("act", unknown) == "no_decision"
    with pytest.raises(Refused) as refusal:
        acts.act_procedurally(
            recommendation_id=uuid.UUID(int=0),
            robot="visitator",
            run_id=uuid.uuid4(),
            step="journalise",
            result={},
        )
    assert refusal.value.code == "unknown_recommendation"


def test_nor_any_where_the_card_says_that_the_system_only_advises(stage, ready):
    """Whatever the card says of its robot; a card that says both cannot be registered."""
    steps = """SET card = jsonb_set(card, '{robot,procedural}', '["journalise"]')"""
    forge(stage, "kernel_cardrevision", f"{steps} WHERE system_id = %s", ready)
    assert stage.refused("act", by_itself(stage, ready)) == "no_decision"


def test_not_on_a_model_that_was_taken_back(stage):
    slug = stage.register(autonomy="procedural", share="1.0")
    recommendation_id = stage.issued(slug)
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    manager = stage.user_id("merete")
    stage.as_owner("SELECT kernel.revoke_release(%s, '1', %s, 'Den var forkert.')", slug, manager)
    payload = by_itself(stage, slug, recommendation_id=recommendation_id)
    assert stage.refused("act", payload) == "release_revoked"


def test_nor_in_a_matter_that_a_person_has_decided(stage, alone):
    recommendation_id = stage.issued(alone)
    stage.call("decide", stage.choice(recommendation_id, choice="reject", outcome={"label": "x"}))
    payload = by_itself(stage, alone, recommendation_id=recommendation_id)
    assert stage.refused("act", payload) == "decided"


def test_under_a_decision_nothing_is_drawn(stage, alone):
    assert Act.objects.get(id=act(stage.decided(alone))).review is False


def test_the_share_that_is_drawn_is_the_cards(stage):
    (drawn,) = stage.owner.execute(
        "SELECT count(*) FROM generate_series(1, 4000) WHERE kernel.is_drawn('0.25')"
    ).fetchone()
    # Outside by chance once in a million runs.
    assert 860 < drawn < 1140
    never = stage.register(autonomy="procedural", share="0.01")
    acts_by_itself = [stage.call("act", by_itself(stage, never)) for _ in range(5)]
    assert sum(Act.objects.get(id=one).review for one in acts_by_itself) < 5


def test_a_basis_for_advice_only_carries_no_robot_of_its_own(stage):
    slug = stage.register(
        bases=[
            {"autonomy": "advise"},
            {"phase": "development", "purpose": "improvement", "autonomy": "advise"},
        ],
        autonomy="procedural",
        released=False,
    )
    assert stage.obstacles(slug) == ["autonomy", "no_release"]


# Reviews


def drawn(stage, slug: str) -> str:
    return str(stage.call("act", by_itself(stage, slug)))


def review(stage, act_id: str, /, **changes: Any) -> dict[str, Any]:
    return {
        "act_id": act_id,
        "user_id": stage.user_id("sofie"),
        "passed": True,
        "finding": "Den var rigtig.",
        "codex_sha256": stage.sha256,
    } | changes


def test_a_person_looks_at_an_act_that_was_drawn(stage):
    act_id = drawn(stage, stage.register(autonomy="procedural", share="1.0"))
    acts.review(
        act_id=uuid.UUID(act_id),
        user=stage.user("sofie"),
        passed=False,
        finding="Forkert sag, borger 010190-1234.",
    )
    found = ActReview.objects.get(act_id=act_id)
    assert found.passed is False
    assert found.user == stage.user("sofie")
    assert "1234" not in found.finding
    event = RegistryEvent.objects.get(kind="review", body__act_id=act_id)
    assert (event.body["user"], event.body["passed"]) == (stage.user_id("sofie"), False)
    assert stage.refused("review", review(stage, act_id)) == "reviewed"


def test_training_in_the_acts_own_system_is_enough(stage):
    act_id = drawn(stage, slug := stage.register(autonomy="procedural", share="1.0"))
    worker = stage.new_user(role="caseworker", trained=False)
    payload = {"act_id": uuid.UUID(act_id), "user": stage.user(worker), "passed": True}
    with pytest.raises(Refused) as refusal:
        acts.review(**payload, finding="Rigtig sag.")
    assert refusal.value.code == "not_trained"
    stage.as_owner("SELECT kernel.register_training(%s, %s, kernel.today())", worker, slug)
    acts.review(**payload, finding="Rigtig sag.")
    assert ActReview.objects.get(act_id=act_id).user_id == worker


REVIEWS: dict[str, tuple[dict[str, Any], str]] = {
    "act-unknown": ({"act_id": str(uuid.UUID(int=0))}, "not_drawn"),
    "act-not-a-uuid": ({"act_id": "17"}, "form"),
    "passed-a-text": ({"passed": "ja"}, "form"),
    "passed-null": ({"passed": None}, "missing"),
    "finding-blank": ({"finding": " "}, "no_finding"),
    "finding-too-long": ({"finding": "x" * 2001}, "no_finding"),
    "finding-a-cpr": ({"finding": "Borger 010190-1234"}, "cpr"),
    "codex-another": ({"codex_sha256": "c0" * 32}, "codex_changed"),
    "with-more": ({"at": "2020-01-01T00:00:00Z"}, "unknown"),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_a_review_that_is_not_in_order(stage, alone, name):
    changes, code = REVIEWS[name]
    payload = review(stage, drawn(stage, alone), **changes)
    before = stage.contents()
    assert stage.refused("review", payload) == code
    assert stage.contents() == before


def test_who_may_not_review(stage, alone):
    act_id = drawn(stage, alone)
    for username in ("merete", "dorte", "anders", "testine"):
        payload = review(stage, act_id, user_id=stage.user_id(username))
        assert stage.refused("review", payload) == "no_right"
    untrained = stage.new_user(role="caseworker", trained=False)
    assert stage.refused("review", review(stage, act_id, user_id=untrained)) == "not_trained"


def test_what_was_not_drawn_needs_no_review(stage, ready):
    act_id = str(act(stage.decided(ready)))
    assert stage.refused("review", review(stage, act_id)) == "not_drawn"


def test_reviews_that_are_late_stop_the_robot(stage):
    slug = stage.register(autonomy="procedural", share="1.0")
    act_id = drawn(stage, slug)

    def aged(days: int) -> None:
        with stage.rewriting("act"):
            stage.owner.execute(
                "UPDATE kernel_act SET acted_at = now() - make_interval(days => %s) WHERE id = %s",
                (days, act_id),
            )

    aged(14)
    assert stage.obstacles(slug) == []
    aged(15)
    assert stage.obstacles(slug) == ["review"]
    stage.call("review", review(stage, act_id))
    assert stage.obstacles(slug) == []


def test_a_fault_that_was_found_holds_the_robot_until_somebody_has_supervised(stage):
    slug = stage.register(autonomy="procedural", share="1.0")
    stage.call("review", review(stage, drawn(stage, slug), passed=False))
    assert stage.obstacles(slug) == ["review"]
    check = {
        "system": slug,
        "task": "quality",
        "user_id": stage.user_id("dorte"),
        "passed": False,
        "finding": "Robotten rettes.",
        "codex_sha256": stage.sha256,
    }
    stage.call("supervise", check)
    assert stage.obstacles(slug) == ["supervision", "review"]
    stage.call("supervise", check | {"passed": True})
    assert stage.obstacles(slug) == []


def test_the_table_itself_wants_one_cause(stage, ready):
    act_id = act(stage.decided(ready))
    columns = "body, pending_id, system_id, run_id, step, robot, review, acted_at"
    with pytest.raises(psycopg.errors.CheckViolation):
        stage.owner.execute(
            f"INSERT INTO kernel_act (id, {columns})"
            " SELECT gen_random_uuid(), body, -1, system_id, gen_random_uuid(), step, robot,"
            " review, acted_at FROM kernel_act WHERE id = %s",
            (act_id,),
        )
