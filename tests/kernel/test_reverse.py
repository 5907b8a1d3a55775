# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.reverse: a person changes what was decided, with a cause and words of their own."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from typing import Any

import psycopg
import pytest

from kodeks.kernel import acts, erasure, insight, records, reversals, selectors, service, subjects
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, Decision, LedgerPending, Milestone, Reversal, Secret
from kodeks.ledger.canonical import canonical_json

OWN = "Borgeren klager over støj fra vejen."
ROTTER, STOEJ = {"label": "rotter"}, {"label": "stoej"}


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


@pytest.fixture(scope="module")
def decided(stage, ready):
    """A decision that no test changes."""
    return stage.decided(ready)


def decided_in(stage, slug, scope):
    return stage.call("decide", stage.choice(stage.issued(slug, scope=scope)))


def reverse(stage, replaces, **changes):
    return reversals.reverse(
        **{
            "replaces": replaces,
            "user": stage.user("sofie"),
            "cause": "complaint",
            "outcome": STOEJ,
            "own_consideration": OWN,
        }
        | changes
    )


# Through the door


@pytest.mark.parametrize("cause", ["complaint", "own", "appeal", "mistake"])
def test_the_reversal_says_who_what_why_and_by_which_codex(stage, ready, cause):
    decision_id = stage.decided(ready)
    before = Decision.objects.get(id=decision_id).body
    found = reverse(stage, decision_id, cause=cause)
    body = found.body
    assert (body["outcome_before"], body["outcome"], body["cause"]) == (ROTTER, STOEJ, cause)
    assert (found.before, found.outcome, found.cause) == (ROTTER, STOEJ, cause)
    assert body["own_consideration"] == OWN
    assert body["reversed_by"] == {"name": "Sofie Prøvesen", "title": "Sagsbehandler"}
    assert body["codex"] == {"number": stage.codex["number"], "sha256": stage.sha256}
    assert body["decision"] == body["replaces"] == str(decision_id)
    assert (found.decision_id, found.replaces) == (decision_id, decision_id)
    # The decision itself is as it was.
    assert Decision.objects.get(id=decision_id).body == before


def test_the_newest_stands_and_names_the_one_before(stage, ready):
    decision_id = stage.decided(ready)
    first = reverse(stage, decision_id)
    second = reverse(stage, first.id, cause="mistake", outcome={"label": "andet"})
    assert selectors.reversals_of(decision_id) == (first, second)
    assert (second.before, second.replaces) == (STOEJ, first.id)
    assert second.decision_id == decision_id
    # Also back to what was decided first.
    assert reverse(stage, second.id, cause="appeal", outcome=ROTTER).outcome == ROTTER


def test_what_the_citizen_sees_has_them_in_their_order(stage, ready):
    decision_id = stage.decided(ready)
    decision = selectors.decision(decision_id)
    first = reverse(stage, decision_id)
    found = insight.of(system=ready, subject=decision.subject)
    assert (found.decision, found.reversals) == (decision, (first,))


def test_the_ledger_commits_to_the_own_consideration_which_is_sealed(stage, ready):
    found = reverse(stage, stage.decided(ready))
    row = Reversal.objects.get(id=found.id)
    assert "klager" not in json.dumps(row.body)
    secret = Secret.objects.get(record_id=row.id)
    assert b"klager" not in bytes(secret.sealed)
    leaf = json.loads(bytes(LedgerPending.objects.get(id=row.pending_id).leaf))
    whole = canonical_json(dict(found.body))
    assert leaf["commitment"] == hashlib.sha256(bytes(secret.salt) + whole).hexdigest()
    assert leaf["kind"] == "reversal"
    assert row.own_letters == sum(sign.isalpha() for sign in OWN)


def test_a_cpr_number_in_the_own_words_is_masked(stage, ready):
    found = reverse(stage, stage.decided(ready), own_consideration="Borgeren 010190-1234 ringede.")
    assert "1234" not in found.body["own_consideration"]


def test_an_erasure_takes_the_words_and_leaves_the_rest(stage, ready):
    decision_id = stage.decided(ready)
    found = reverse(stage, decision_id)
    erasure.erase(subject=found.subject, user=stage.user("dorte"), reason="Fristen er nået.")
    left = selectors.reversal(found.id)
    assert left.erased
    assert left.body["own_consideration"] == records.ERASED
    assert (left.before, left.outcome) == (ROTTER, STOEJ)
    with pytest.raises(Refused) as refusal:
        reverse(stage, found.id, outcome={"label": "andet"})
    assert refusal.value.code == "erased"
    payload = stage.change(found.id, outcome={"label": "andet"}, sealed="AAAA")
    assert stage.refused("reverse", payload) == "erased"


def test_an_unknown_decision_is_refused_before_the_database(stage):
    with pytest.raises(Refused) as refusal:
        reverse(stage, uuid.UUID(int=0))
    assert refusal.value.code == "unknown_decision"


def test_neither_a_stop_nor_a_lack_of_training_is_in_the_way(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.switch(slug)
    untrained = stage.new_user(role="caseworker", trained=False)
    assert reverse(stage, decision_id, user=stage.user(untrained)).user.pk == untrained


# Past the door, in bare SQL


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "id-null": ({"id": None}, "missing"),
    "id-not-a-uuid": ({"id": "17"}, "form"),
    "replaces-null": ({"replaces": None}, "missing"),
    "replaces-not-a-uuid": ({"replaces": "17"}, "form"),
    "replaces-nothing": ({"replaces": str(uuid.UUID(int=0))}, "unknown_decision"),
    "user-null": ({"user_id": None}, "missing"),
    "user-a-text": ({"user_id": "1"}, "form"),
    "user-nobody": ({"user_id": 10**17}, "no_right"),
    "cause-null": ({"cause": None}, "missing"),
    "cause-unknown": ({"cause": "humør"}, "cause"),
    "cause-a-list": ({"cause": ["own"]}, "cause"),
    "outcome-null": ({"outcome": None}, "missing"),
    "outcome-empty": ({"outcome": {}}, "no_outcome"),
    "outcome-a-text": ({"outcome": "stoej"}, "no_outcome"),
    "outcome-a-cpr": ({"outcome": {"label": "0101901234"}}, "cpr"),
    "outcome-that-stands": ({"outcome": ROTTER}, "same_outcome"),
    "own-null": ({"own_consideration": None}, "missing"),
    "own-dots": ({"own_consideration": "....."}, "no_own_consideration"),
    "own-two-letters": ({"own_consideration": "o k 1 2"}, "no_own_consideration"),
    "own-too-long": ({"own_consideration": "x" * 4001}, "no_own_consideration"),
    "codex-null": ({"codex_sha256": None}, "missing"),
    "codex-another": ({"codex_sha256": "c0" * 32}, "codex_changed"),
    "sealed-null": ({"sealed": None}, "missing"),
    "sealed-not-base64": ({"sealed": "æøå="}, "form"),
    "backdated": ({"reversed_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "in-another-name": ({"reversed_by": {"name": "Dorte"}}, "unknown"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(stage, decided, name):
    changes, code = REFUSED[name]
    payload = stage.change(decided, sealed="AAAA") | changes
    assert stage.refused("reverse", payload) == code
    assert not Reversal.objects.filter(decision_id=decided).exists()


def test_a_reversal_of_a_reversal_may_not_say_what_stands(stage, ready):
    first = reverse(stage, stage.decided(ready))
    assert stage.refused("reverse", stage.change(first.id)) == "same_outcome"


# Who


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_no_other_role_reverses(stage, decided, username):
    user = stage.user(username)
    with pytest.raises(Refused) as refusal:
        reverse(stage, decided, user=user)
    assert refusal.value.code == "no_right"
    assert stage.refused("reverse", stage.change(decided, user_id=user.pk)) == "no_right"
    assert not reversals.may_reverse(user, selectors.decision(decided))


@pytest.mark.parametrize(
    ("unit", "kle", "may"),
    [("", "", True), ("vej", "05", True), ("park", "", False), ("", "06", False)],
)
def test_role_times_unit_times_kle(stage, ready, unit, kle, may):
    """The same answer from the database and from the policies, each by itself."""
    number = stage.new_user()
    stage.as_owner(
        "SELECT kernel.register_grant(%s, 'caseworker', %s, %s, NULL)", number, unit, kle
    )
    scope = {"unit": "vej", "kle": "05.01.08"}
    payload = stage.change(decided_in(stage, ready, scope), user_id=number)
    through = decided_in(stage, ready, scope)
    user = stage.user(number)
    assert reversals.may_reverse(user, selectors.decision(through)) == may
    if may:
        stage.call("reverse", payload)
        assert reverse(stage, through, user=user).user == user
        return
    assert stage.refused("reverse", payload) == "no_right"
    with pytest.raises(Refused):
        reverse(stage, through, user=user)


# One after the other


def test_what_was_reversed_meanwhile_is_looked_at_first(stage, ready):
    decision_id = stage.decided(ready)
    first = reverse(stage, decision_id)
    for late in (decision_id, first.id):
        if late == first.id:
            reverse(stage, first.id, outcome={"label": "andet"})
        with pytest.raises(Refused) as refusal:
            reverse(stage, late, outcome={"label": "hul"})
        assert refusal.value.code == "reversed"


def test_of_many_who_reverse_at_once_one_succeeds(stage, ready):
    payload = stage.change(stage.decided(ready))
    codes = []

    def call() -> None:
        mine = json.dumps(payload | {"id": str(uuid.uuid4())})
        try:
            with psycopg.connect(stage.url) as connection:
                connection.execute("SELECT kernel.reverse(%s::jsonb)", (mine,))
            codes.append("done")
        except psycopg.Error as error:
            codes.append(error.diag.message_detail)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["done"] + ["reversed"] * 3


@pytest.mark.parametrize("change", ["UPDATE kernel_reversal SET cause = 'own'",
                                    "DELETE FROM kernel_reversal",
                                    "TRUNCATE kernel_reversal CASCADE"])  # fmt: skip
def test_none_is_edited_or_taken_away(stage, ready, change):
    reverse(stage, stage.decided(ready))
    with pytest.raises(psycopg.Error) as error:
        stage.owner.execute(change)
    assert error.value.diag.message_detail == "history"


# What the robot does of it


def test_the_robot_takes_its_steps_again_under_the_reversal(stage, ready):
    decision_id = stage.decided(ready)
    run = {"robot": "visitator", "run_id": uuid.uuid4(), "step": "journalise"}
    first = acts.act(decision_id=decision_id, **run, result={})
    reversal = reverse(stage, decision_id)
    again = run | {"run_id": uuid.uuid4(), "result": {"unit": "park"}}
    second = acts.act(decision_id=reversal.id, **again)
    assert acts.act(decision_id=reversal.id, **again) == second
    row = Act.objects.get(id=second)
    assert (row.decision_id, row.reversal_id) == (decision_id, reversal.id)
    assert (row.body["decision"], row.body["reversal"]) == (str(decision_id), str(reversal.id))
    assert Act.objects.get(id=first).body.get("reversal") is None
    with pytest.raises(Refused) as refusal:
        acts.act(decision_id=reversal.id, **again | {"run_id": uuid.uuid4()})
    assert refusal.value.code == "acted"
    assert [act.id for act in selectors.acts_of(decision_id)] == [first, second]


def test_a_run_belongs_to_one_of_the_two(stage, ready):
    decision_id = stage.decided(ready)
    payload = stage.step(decision_id)
    stage.call("act", payload)
    reversal = reverse(stage, decision_id)
    under = {name: value for name, value in payload.items() if name != "decision_id"}
    taken = under | {"reversal_id": str(reversal.id)}
    assert stage.refused("act", taken) == "key_taken"
    both = payload | {"reversal_id": str(reversal.id), "run_id": str(uuid.uuid4())}
    assert stage.refused("act", both) == "unknown"


def test_the_department_that_the_reversal_forwarded_to_answers(stage, ready):
    decision_id = stage.decided(ready)
    run = {"robot": "visitator", "step": "receipt"}
    acts.act(decision_id=decision_id, run_id=uuid.uuid4(), **run, result={"unit": "vej"})
    reversal = reverse(stage, decision_id)
    acts.act(decision_id=reversal.id, run_id=uuid.uuid4(), **run, result={"unit": "park"})
    number = uuid.uuid4()
    service.pass_milestone(
        milestone_id=number, decision_id=reversal.id, what="answered", user=stage.user("sofie")
    )
    found = Milestone.objects.get(id=number)
    assert (found.decision_id, found.unit) == (decision_id, "park")


def test_both_are_of_the_system_that_the_robot_asks_about(stage, ready):
    decision_id = stage.decided(ready)
    reversal = reverse(stage, decision_id)
    both = [decision_id, reversal.id]
    assert selectors.systems_of_decisions([*both, uuid.uuid4()]) == dict.fromkeys(both, ready)


def test_a_matter_that_was_decided_without_a_suggestion_can_be_reversed(stage, ready):
    subject = subjects.Subject(**stage.subject())
    decision_id = stage.call("decide", stage.own(ready, subject=subject.as_json()))
    assert reverse(stage, decision_id).subject == subject
