# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.decide: only a person with the right, with a consideration of their own, once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import uuid
from typing import Any

import psycopg
import pytest
from kernel_stage import today

from kodeks.kernel import decisions, records, selectors, subjects
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Decision, LedgerPending, Secret
from kodeks.ledger.canonical import canonical_json

OWN = "Borgeren nævner rotter."
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def decide(stage, recommendation_id, **changes):
    if "user" in changes:
        stage.seen(recommendation_id, by=changes["user"].pk)
    return decisions.decide(
        **{
            "recommendation_id": recommendation_id,
            "user": stage.user("sofie"),
            "choice": "accept",
            "outcome": {"label": "rotter"},
            "own_consideration": OWN,
        }
        | changes
    )


# Through the door


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [
        ("accept", {"label": "rotter"}),
        ("other", {"label": "stoej"}),
        ("reject", {"label": "andet"}),
        ("reject", {"label": "rotter"}),
    ],
)
def test_the_decision_says_who_what_why_and_by_which_codex(stage, ready, choice, outcome):
    recommendation_id = stage.issued(ready)
    decision = decide(stage, recommendation_id, choice=choice, outcome=outcome)
    body = decision.body
    assert body["recommendation"] == str(recommendation_id)
    assert (body["choice"], body["outcome"]) == (choice, outcome)
    assert body["own_consideration"] == OWN
    assert body["decided_by"] == {"name": "Sofie Prøvesen", "title": "Sagsbehandler"}
    assert body["codex"] == {"number": stage.codex["number"], "sha256": stage.sha256}
    assert body["purpose"] == decision.purpose == "triage"
    assert decision.user == stage.user("sofie")


def test_the_ledger_commits_to_the_own_consideration_which_is_sealed(stage, ready):
    decision = decide(stage, stage.issued(ready), own_consideration="Rotter i min nabos have.")
    row = Decision.objects.get(id=decision.id)
    assert "Rotter" not in json.dumps(row.body)
    secret = Secret.objects.get(record_id=row.id)
    assert b"Rotter" not in bytes(secret.sealed)
    leaf = json.loads(bytes(LedgerPending.objects.get(id=row.pending_id).leaf))
    whole = canonical_json(dict(decision.body))
    assert leaf["commitment"] == hashlib.sha256(bytes(secret.salt) + whole).hexdigest()
    assert leaf["kind"] == "decision"
    assert row.own_letters == len("Rotteriminnaboshave")


def test_a_cpr_number_in_the_own_words_is_masked(stage, ready):
    decision = decide(stage, stage.issued(ready), own_consideration="Borgeren 010190-1234 ringede.")
    assert "1234" not in decision.body["own_consideration"]


def test_a_person_may_decide_without_a_suggestion(stage, ready):
    subject = subjects.Subject(type="inquiry", id=uuid.uuid4().hex)
    decision = decisions.decide_without_recommendation(
        system=ready,
        purpose="triage",
        subject=subject,
        user=stage.user("sofie"),
        outcome={"label": "stoej"},
        own_consideration=OWN,
    )
    assert decision.choice == "own"
    assert decision.recommendation_id is None
    assert decision.body["recommendation"] is None
    assert selectors.decision_for(system=ready, subject=subject) == decision


def test_an_unknown_recommendation_is_refused_before_the_database(stage):
    with pytest.raises(Refused) as refusal:
        decide(stage, uuid.UUID(int=0))
    assert refusal.value.code == "unknown_recommendation"


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_no_other_role_decides(stage, ready, username):
    recommendation_id = stage.issued(ready)
    with pytest.raises(Refused) as refusal:
        decide(stage, recommendation_id, user=stage.user(username))
    assert refusal.value.code in ("no_right", "not_trained")
    payload = stage.choice(recommendation_id, user_id=stage.user_id(username))
    assert stage.refused("decide", payload) == "no_right"


# Past the door, in bare SQL


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "id-null": ({"id": None}, "missing"),
    "id-not-a-uuid": ({"id": "17"}, "form"),
    "recommendation-null": ({"recommendation_id": None}, "missing"),
    "recommendation-not-a-uuid": ({"recommendation_id": "17"}, "form"),
    "recommendation-unknown": (
        {"recommendation_id": str(uuid.UUID(int=0))},
        "unknown_recommendation",
    ),
    "user-null": ({"user_id": None}, "missing"),
    "user-a-text": ({"user_id": "1"}, "form"),
    "user-nobody": ({"user_id": 10**17}, "no_right"),
    "user-a-fraction": ({"user_id": 1.5}, "form"),
    "choice-null": ({"choice": None}, "missing"),
    "choice-unknown": ({"choice": "maskinen"}, "choice"),
    "choice-a-list": ({"choice": ["accept"]}, "choice"),
    "accept-something-else": ({"outcome": {"label": "stoej"}}, "choice"),
    "accept-with-more": ({"outcome": {"label": "rotter", "fine": 500}}, "choice"),
    "other-that-is-the-same": ({"choice": "other"}, "choice"),
    "outcome-null": ({"outcome": None}, "missing"),
    "outcome-empty": ({"outcome": {}}, "no_outcome"),
    "outcome-of-nothing": ({"choice": "other", "outcome": {"label": None}}, "no_outcome"),
    "outcome-a-text": ({"outcome": "rotter"}, "no_outcome"),
    "outcome-a-cpr": ({"choice": "other", "outcome": {"label": "0101901234"}}, "cpr"),
    "own-null": ({"own_consideration": None}, "missing"),
    "own-empty": ({"own_consideration": ""}, "no_own_consideration"),
    "own-blank": ({"own_consideration": "\n\t \u00a0\u200b"}, "no_own_consideration"),
    "own-dots": ({"own_consideration": "....."}, "no_own_consideration"),
    "own-two-letters": ({"own_consideration": "o k 1 2"}, "no_own_consideration"),
    "own-digits": ({"own_consideration": "12345"}, "no_own_consideration"),
    "own-too-long": ({"own_consideration": "x" * 4001}, "no_own_consideration"),
    "own-a-list": ({"own_consideration": ["abc"]}, "no_own_consideration"),
    "codex-null": ({"codex_sha256": None}, "missing"),
    "codex-another": ({"codex_sha256": "c0" * 32}, "codex_changed"),
    "sealed-null": ({"sealed": None}, "missing"),
    "sealed-not-base64": ({"sealed": "æøå="}, "form"),
    "backdated": ({"decided_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "in-another-name": ({"decided_by": {"name": "Dorte"}}, "unknown"),
    "own-with-a-recommendation": ({"choice": "own"}, "missing"),
}


@pytest.fixture(scope="module")
def suggested(stage, ready):
    return stage.issued(ready)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(stage, suggested, name):
    changes, code = REFUSED[name]
    before = stage.contents()
    assert stage.refused("decide", stage.choice(suggested, **changes)) == code
    assert stage.contents() == before


OWN_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown-system": ({"system": "findes-ikke"}, "unknown_system"),
    "system-null": ({"system": None}, "missing"),
    "unknown-purpose": ({"purpose": "kontrol"}, "unknown_purpose"),
    "purpose-null": ({"purpose": None}, "missing"),
    "subject-blank": ({"subject": {"type": "inquiry", "id": " "}}, "form"),
    "subject-a-cpr": ({"subject": {"type": "citizen", "id": "0101901234"}}, "cpr"),
    "scope-null": ({"scope": None}, "missing"),
    "scope-of-another-form": ({"scope": {"unit": "", "kle": "x"}}, "form"),
    "outcome-empty": ({"outcome": {}}, "no_outcome"),
    "own-empty": ({"own_consideration": " "}, "no_own_consideration"),
    "codex-another": ({"codex_sha256": "c0" * 32}, "codex_changed"),
    "as-owner-of-the-system": ({"user_id": "merete"}, "no_right"),
    "with-a-recommendation": ({"recommendation_id": str(uuid.UUID(int=0))}, "unknown"),
    "followed": ({"choice": "accept"}, "missing"),
}


@pytest.mark.parametrize("name", OWN_REFUSED)
def test_what_is_refused_without_a_suggestion(stage, ready, name):
    changes, code = OWN_REFUSED[name]
    payload = stage.own(ready, **changes)
    if isinstance(payload["user_id"], str):
        payload["user_id"] = stage.user_id(payload["user_id"])
    before = stage.contents()
    assert stage.refused("decide", payload) == code
    assert stage.contents() == before


def test_edges_that_are_in_order(stage, ready):
    for own in ("abc", "a1b2c3", "x" * 4000, "Æ ø å"):
        stage.decided(ready, own_consideration=own)


# Who


def grant(stage, number: int, *, unit: str = "", kle: str = "", first: int = 0, last: Any = None):
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'caseworker', %s, %s, %s, %s, now())",
        (
            number,
            unit,
            kle,
            today() + first * DAY,
            None if last is None else today() + last * DAY,
        ),
    )


@pytest.mark.parametrize(
    ("right", "scope", "may"),
    [
        ({}, {"unit": "", "kle": ""}, True),
        ({}, {"unit": "vej", "kle": "05.01.08"}, True),
        ({"unit": "vej"}, {"unit": "vej", "kle": ""}, True),
        ({"unit": "vej"}, {"unit": "park", "kle": ""}, False),
        ({"unit": "vej"}, {"unit": "", "kle": ""}, False),
        ({"kle": "05"}, {"unit": "", "kle": "05.01.08"}, True),
        ({"kle": "05.01"}, {"unit": "", "kle": "05.01"}, True),
        ({"kle": "05.01"}, {"unit": "", "kle": "05.02.01"}, False),
        ({"kle": "05.01"}, {"unit": "", "kle": "05"}, False),
        ({"kle": "05"}, {"unit": "", "kle": ""}, False),
        ({"unit": "vej", "kle": "05"}, {"unit": "vej", "kle": "05.01.08"}, True),
        ({"unit": "vej", "kle": "05"}, {"unit": "vej", "kle": "06.01.08"}, False),
        ({"unit": "vej", "kle": "05"}, {"unit": "park", "kle": "05.01.08"}, False),
        ({"first": 1}, {"unit": "", "kle": ""}, False),
        ({"first": -5, "last": -1}, {"unit": "", "kle": ""}, False),
        ({"first": -5, "last": 0}, {"unit": "", "kle": ""}, True),
        ({"first": 0, "last": 0}, {"unit": "", "kle": ""}, True),
    ],
)
def test_role_times_unit_times_kle(stage, ready, right, scope, may):
    """The same answer from the database and from the policies, each by itself."""
    number = stage.new_user()
    grant(stage, number, **right)
    payload = stage.choice(stage.issued(ready, scope=scope), user_id=number)
    if may:
        stage.call("decide", payload)
    else:
        assert stage.refused("decide", payload) == "no_right"
    again = stage.issued(ready, scope=scope)
    if may:
        assert decide(stage, again, user=stage.user(number)).user.pk == number
    else:
        with pytest.raises(Refused):
            decide(stage, again, user=stage.user(number))


def test_of_two_rights_one_is_enough(stage, ready):
    number = stage.new_user()
    grant(stage, number, unit="park")
    grant(stage, number, unit="vej")
    recommendation_id = stage.issued(ready, scope={"unit": "vej", "kle": ""})
    assert decide(stage, recommendation_id, user=stage.user(number))


def test_an_account_that_is_closed_decides_nothing(stage, ready):
    number = stage.new_user(role="caseworker", active=False)
    payload = stage.choice(stage.issued(ready), user_id=number)
    assert stage.refused("decide", payload) == "no_right"
    with pytest.raises(Refused) as refusal:
        decide(stage, stage.issued(ready), user=stage.user(number))
    assert refusal.value.code == "not_active"


def test_a_right_to_another_role_is_none(stage, ready):
    number = stage.new_user(role="system_owner")
    payload = stage.choice(stage.issued(ready), user_id=number)
    assert stage.refused("decide", payload) == "no_right"


@pytest.mark.parametrize(
    ("trainings", "trained"),
    [
        ([], False),
        ([("", 0)], True),
        ([("", -1)], False),
        ([("own", 5)], True),
        ([("other", 5)], False),
        ([("own", 5), ("own", -1)], False),
        ([("own", 5), ("", -1)], False),
        ([("", -1), ("own", 0)], True),
        ([("own", -1), ("other", 9)], False),
    ],
)
def test_a_suggestion_takes_training_that_has_not_run_out(stage, ready, trainings, trained):
    number = stage.new_user(role="caseworker", trained=False)
    for system, days in trainings:
        slug = {"own": ready, "other": "inquiries"}.get(system, system)
        stage.train(number, until=today() + days * DAY, system=slug)
    for choice in ("accept", "other", "reject"):
        outcome = {"label": "rotter" if choice == "accept" else "stoej"}
        changes = {"choice": choice, "outcome": outcome}
        payload = stage.choice(stage.issued(ready), user_id=number, **changes)
        if trained:
            stage.call("decide", payload)
            decide(stage, stage.issued(ready), user=stage.user(number), **changes)
            continue
        assert stage.refused("decide", payload) == "not_trained"
        with pytest.raises(Refused) as refusal:
            decide(stage, stage.issued(ready), user=stage.user(number), **changes)
        assert refusal.value.code == "not_trained"
    # Without a suggestion no training in it is needed.
    stage.call("decide", stage.own(ready, user_id=number))


# Once


def test_a_matter_is_decided_once(stage, ready):
    subject = stage.subject()
    first, second = (stage.issued(ready, subject=subject) for _ in range(2))
    stage.call("decide", stage.choice(first))
    for again in (stage.choice(first), stage.choice(second), stage.own(ready, subject=subject)):
        assert stage.refused("decide", again) == "decided"


def test_matters_of_other_types_and_systems_are_others(stage, ready):
    other = stage.register()
    for slug, kind in ((ready, "case"), (ready, "plan"), (other, "case")):
        stage.call("decide", stage.own(slug, subject={"type": kind, "id": "the-same"}))
    assert (
        stage.refused("decide", stage.own(ready, subject={"type": "case", "id": "the-same"}))
        == "decided"
    )


def test_of_many_who_decide_at_once_one_succeeds(stage, ready):
    payload = stage.choice(stage.issued(ready))
    codes = []

    def call() -> None:
        mine = json.dumps(payload | {"id": str(uuid.uuid4())})
        try:
            with psycopg.connect(stage.url) as connection:
                connection.execute("SELECT kernel.decide(%s::jsonb)", (mine,))
            codes.append("done")
        except psycopg.Error as error:
            codes.append(error.diag.message_detail)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["decided"] * 5 + ["done"]


# What may not run may not be followed


def test_while_stopped_a_suggestion_cannot_be_followed_but_the_matter_can_be_decided(stage):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    stage.switch(slug)
    with pytest.raises(SystemStopped):
        decide(stage, recommendation_id)
    decision = decide(stage, recommendation_id, choice="other", outcome={"label": "stoej"})
    assert Decision.objects.filter(id=decision.id).exists()
    stage.call("decide", stage.own(slug))


@pytest.mark.parametrize("gone", ["owner", "evidence", "basis"])
def test_a_suggestion_cannot_be_followed_when_what_it_stood_on_is_gone(stage, gone):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    if gone == "owner":
        stage.assign(slug=slug, manager=None)
    elif gone == "evidence":
        stage.evidence(slug, kind="dpia", withdrawn=True)
    else:
        content = stage.content()
        content["legal_bases"] = [b for b in content["legal_bases"] if b["system"] != slug]
        stage.register_codex(content)
    code = {"owner": "no_owner", "evidence": "no_dpia", "basis": "no_basis"}[gone]
    assert stage.refused("decide", stage.choice(recommendation_id)) == code
    rejected = stage.choice(recommendation_id, choice="reject", outcome={"label": "andet"})
    stage.call("decide", rejected)


def test_a_suggestion_of_a_model_that_was_taken_back_cannot_be_followed(stage):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den var forkert.')",
        slug,
        stage.user_id("merete"),
    )
    assert stage.obstacles(slug) == []
    assert stage.refused("decide", stage.choice(recommendation_id)) == "release_revoked"
    stage.call(
        "decide",
        stage.choice(recommendation_id, choice="other", outcome={"label": "stoej"}),
    )


def test_a_codex_that_comes_between_verdict_and_decision_is_asked_again(stage, ready, monkeypatch):
    from kodeks.kernel import authority

    recommendation_id = stage.issued(ready)
    real, asked = authority.require, []

    def require(*arguments, **named):
        asked.append(real(*arguments, **named))
        if len(asked) == 1:
            stage.revise()
        return asked[-1]

    monkeypatch.setattr(authority, "require", require)
    decision = decide(stage, recommendation_id)
    assert len(asked) == 2
    assert decision.body["codex"]["sha256"] == asked[1] == stage.sha256


def test_records_of_rows_are_frozen(stage, ready):
    decision = decide(stage, stage.issued(ready))
    assert isinstance(decision, records.Decision)
    with pytest.raises(AttributeError):
        decision.choice = "other"
