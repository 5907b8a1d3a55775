# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.issue: what a recommendation is made of, and what it must have."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import time
import uuid
from typing import Any

import psycopg
import pytest
from kernel_stage import ARTEFACT, COUNTED, card_text, today
from overlapping import goes_through, overlapped

from kodeks.kernel.models import LedgerPending, Recommendation, Secret
from kodeks.ledger.canonical import canonical_json


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def one(**changes: Any) -> list[dict[str, Any]]:
    return [{"text": "ordet rotter", "weight": "1.5", "direction": "for"} | changes]


def row(stage, slug: str, **changes: Any) -> Recommendation:
    return Recommendation.objects.get(id=stage.issued(slug, **changes))


def test_the_record_holds_what_it_stood_on(stage, ready):
    record = row(stage, ready)
    body = record.body
    assert body["owner"] == {"unit": "Prøveafdelingen", "manager": "Merete Demosen"}
    assert body["bases"] == [
        {
            "basis": "Artikel 6, stk. 1, litra e",
            "source": "Forordning (EU) 2016/679",
            "phase": "operation",
            "data_category": "ordinary",
            "valid_from": "2018-05-25",
            "valid_to": None,
        }
    ]
    assert body["release"] == {"version": "1", "artefact_sha256": ARTEFACT}
    assert body["codex"] == {"number": stage.codex["number"], "sha256": stage.sha256}
    assert body["permit"] == str(record.permit_id)
    assert body["system_name"] == "Prøvesystem"
    assert body["purpose"] == record.purpose == "triage"
    assert body["card"]["revision"] == 1
    assert body["confidence"] == "0.910000"
    assert body["scope"] == {"unit": "", "kle": ""}
    assert body["data_read"] == []
    (datum,) = body["data_used"]
    assert datum == {
        "source": "henvendelse",
        "field": "text",
        "fetched_at": "2026-01-05T09:30:00+00:00",
        "supplier": "Borgeren selv",
        "title": "Teksten",
    }
    assert body["considerations"] == [{"weight": "1.5", "direction": "for", "rule": ""}]


def test_personal_texts_are_sealed_and_not_in_the_row(stage, ready):
    record = row(
        stage,
        ready,
        considerations=one(text="hemmeligt hensyn"),
        counterfactuals=[{"text": "hemmelig ændring", "suggestion": {"label": "stoej"}}],
        sealed="c2VhbGVk",
    )
    stored = json.dumps(record.body)
    assert "hemmelig" not in stored
    assert "Der er rotter" not in stored
    secret = Secret.objects.get(record_id=record.id)
    assert bytes(secret.sealed) == b"sealed"
    assert (secret.subject_type, secret.subject_id) == (record.subject_type, record.subject_id)
    assert record.body["counterfactuals"] == [{"suggestion": {"label": "stoej"}}]


def test_the_ledger_commits_to_the_whole_body_and_holds_nothing_personal(stage, ready):
    payload = stage.proposal(
        ready, counterfactuals=[{"text": "uden", "suggestion": {"label": "x"}}]
    )
    record = Recommendation.objects.get(id=stage.call("issue", payload))
    whole = dict(record.body)
    whole["data_used"] = [
        {**one, "value": given["value"]}
        for one, given in zip(whole["data_used"], payload["data_used"], strict=True)
    ]
    whole["considerations"] = payload["considerations"]
    whole["counterfactuals"] = payload["counterfactuals"]
    leaf = json.loads(bytes(LedgerPending.objects.get(id=record.pending_id).leaf))
    salt = bytes(Secret.objects.get(record_id=record.id).salt)
    assert len(salt) == 32
    assert leaf == {
        "at": record.body["issued_at"],
        "commitment": hashlib.sha256(salt + canonical_json(whole)).hexdigest(),
        "id": str(record.id),
        "kind": "recommendation",
        "system": ready,
    }


def test_what_was_read_and_not_used_is_told(stage):
    slug = stage.register(linkings=[{}])
    permit, subject = stage.permit(slug), stage.subject()
    used = stage.read(permit, subject)
    stage.read(permit, subject, fields=["letter"])
    stage.read(permit, subject, source="register", fields=["size"])
    other = stage.subject()
    stage.read(permit, other, source="register", fields=["size"])
    body = row(stage, slug, permit_id=permit, subject=subject, data_used=[stage.datum(used)]).body
    assert body["data_read"] == [
        {"source": "henvendelse", "field": "letter", "title": "Brevet"},
        {"source": "register", "field": "size", "title": "Størrelsen"},
    ]


def test_what_was_read_is_told_in_the_words_of_its_own_card_and_purpose(stage):
    slug = stage.register()
    other = stage.register()
    text = card_text(slug)
    renamed = text.replace('title = "Brevet"', 'title = "Det gamle brev"')
    assert renamed != text
    stage.register_card(renamed)
    stage.register_card(card_text(slug))
    stage.register_card(card_text(other).replace('title = "Brevet"', 'title = "Et andet brev"'))
    permit, subject = stage.permit(slug), stage.subject()
    used = stage.read(permit, subject)
    stage.read(permit, subject, fields=["letter"])
    body = row(stage, slug, permit_id=permit, subject=subject, data_used=[stage.datum(used)]).body
    assert body["data_read"] == [{"source": "henvendelse", "field": "letter", "title": "Brevet"}]


def test_when_the_matter_began_is_told(stage, ready):
    began = "2026-02-01T08:00:00Z"
    assert row(stage, ready, began_at=began).body["began_at"] == began
    body = row(stage, ready).body
    assert body["began_at"] == body["issued_at"]


def test_the_time_is_the_moment_of_the_call_not_of_the_transaction(stage, ready):
    payload = json.dumps(stage.proposal(ready))
    with psycopg.connect(stage.url) as connection:
        (began,) = connection.execute("SELECT now()").fetchone()
        time.sleep(0.05)
        (found,) = connection.execute("SELECT kernel.issue(%s::jsonb)", (payload,)).fetchone()
    record = Recommendation.objects.get(id=found)
    assert record.issued_at - began >= dt.timedelta(seconds=0.05)
    assert dt.datetime.fromisoformat(record.body["issued_at"]) == record.issued_at


# Keys


def test_the_same_key_gives_the_first_recommendation(stage, ready):
    payload = stage.proposal(ready)
    first = stage.call("issue", payload)
    before = stage.contents()
    again = payload | {"id": str(uuid.uuid4()), "confidence": "0.5", "suggestion": {"label": "x"}}
    assert stage.call("issue", again) == first
    assert stage.contents() == before


def test_a_key_cannot_be_used_for_another_matter(stage, ready):
    stage.issued(ready, key="taken")
    assert stage.refused("issue", stage.proposal(ready, key="taken")) == "key_taken"


def test_systems_have_keys_of_their_own(stage, ready):
    key = uuid.uuid4().hex
    assert stage.issued(ready, key=key) != stage.issued(stage.register(), key=key)


def test_concurrent_callers_with_one_key_get_one_recommendation(stage, ready):
    payload = stage.proposal(ready)
    found = []

    def call() -> None:
        mine = json.dumps(payload | {"id": str(uuid.uuid4())})
        with psycopg.connect(stage.url) as connection:
            found.append(
                connection.execute("SELECT kernel.issue(%s::jsonb)", (mine,)).fetchone()[0]
            )
            time.sleep(0.02)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_second_caller_with_the_key_waits_for_the_first_and_gets_its_recommendation(stage, ready):
    first = stage.proposal(ready)
    second = first | {"id": str(uuid.uuid4()), "permit_id": stage.permit(ready)}
    assert overlapped(stage, ("issue", first), ("issue", second)) == uuid.UUID(first["id"])


def test_nobody_waits_for_another_key_or_another_system(stage, ready):
    other = stage.register()
    first = stage.proposal(ready)
    second = stage.proposal(ready)
    assert goes_through(stage, ("issue", first), ("issue", second))
    third = stage.proposal(other, key="shared")
    fourth = stage.proposal(ready, key="shared")
    assert goes_through(stage, ("issue", third), ("issue", fourth))


# What it must have


def datum(**changes: Any) -> Any:
    """A change of the one datum that the proposal has."""
    return lambda payload: payload | {"data_used": [payload["data_used"][0] | changes]}


def without(name: str) -> Any:
    return lambda payload: {key: value for key, value in payload.items() if key != name}


def data_without(name: str) -> Any:
    def change(payload: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in payload["data_used"][0].items() if key != name}
        return payload | {"data_used": [rest]}

    return change


LONG = "x" * 1001
TOMORROW = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()
CPR = "010190-1234"
REFUSED: dict[str, tuple[Any, str]] = {
    "no-id": (without("id"), "missing"),
    "id-null": ({"id": None}, "missing"),
    "id-not-a-uuid": ({"id": "1"}, "form"),
    "id-in-capitals": ({"id": str(uuid.UUID(int=10**37)).upper()}, "form"),
    "id-a-number": ({"id": 1}, "form"),
    "no-permit": (without("permit_id"), "missing"),
    "unknown-permit": ({"permit_id": str(uuid.UUID(int=0))}, "no_permit"),
    "permit-not-a-uuid": ({"permit_id": "x"}, "form"),
    "no-key": (without("key"), "missing"),
    "key-blank": ({"key": " "}, "form"),
    "key-too-long": ({"key": "k" * 201}, "form"),
    "key-a-number": ({"key": 17}, "form"),
    "key-a-cpr": ({"key": CPR}, "cpr"),
    "no-subject": (without("subject"), "missing"),
    "subject-without-id": ({"subject": {"type": "inquiry"}}, "missing"),
    "subject-blank": ({"subject": {"type": "inquiry", "id": " "}}, "form"),
    "subject-type-blank": ({"subject": {"type": "-", "id": "17"}}, "form"),
    "subject-too-long": ({"subject": {"type": "inquiry", "id": "x" * 81}}, "form"),
    "subject-type-too-long": ({"subject": {"type": "x" * 41, "id": "17"}}, "form"),
    "subject-with-more": ({"subject": {"type": "inquiry", "id": "17", "cpr": "x"}}, "unknown"),
    "subject-an-object": ({"subject": {"type": "inquiry", "id": {"a": 1}}}, "form"),
    "subject-a-cpr": ({"subject": {"type": "citizen", "id": "0101901234"}}, "cpr"),
    "no-scope": (without("scope"), "missing"),
    "scope-without-kle": ({"scope": {"unit": ""}}, "missing"),
    "scope-with-more": ({"scope": {"unit": "", "kle": "", "x": ""}}, "unknown"),
    "scope-unit-a-list": ({"scope": {"unit": [], "kle": ""}}, "form"),
    "scope-unit-too-long": ({"scope": {"unit": "x" * 81, "kle": ""}}, "form"),
    "scope-kle-a-number": ({"scope": {"unit": "", "kle": 5}}, "form"),
    "scope-kle-of-another-form": ({"scope": {"unit": "", "kle": "5.1"}}, "form"),
    "no-suggestion-key": (without("suggestion"), "missing"),
    "suggestion-empty": ({"suggestion": {}}, "no_suggestion"),
    "suggestion-a-text": ({"suggestion": "rotter"}, "no_suggestion"),
    "suggestion-of-nothing": ({"suggestion": {"label": "", "x": [], "y": {}}}, "no_suggestion"),
    "suggestion-a-cpr": ({"suggestion": {"label": "010190 1234"}}, "cpr"),
    "suggestion-with-a-float": ({"suggestion": {"score": 0.5}}, "form"),
    "suggestion-with-a-foreign-key": ({"suggestion": {"æble": "x"}}, "form"),
    "suggestion-too-large": ({"suggestion": {"text": "x" * 2_000_001}}, "too_large"),
    "no-confidence": (without("confidence"), "missing"),
    "confidence-null": ({"confidence": None}, "missing"),
    "confidence-above-one": ({"confidence": "1.000001"}, "no_uncertainty"),
    "confidence-two": ({"confidence": "2"}, "no_uncertainty"),
    "confidence-negative": ({"confidence": "-0.1"}, "no_uncertainty"),
    "confidence-nan": ({"confidence": "NaN"}, "no_uncertainty"),
    "confidence-a-number": ({"confidence": 1}, "no_uncertainty"),
    "confidence-with-a-line": ({"confidence": "0.5\n"}, "no_uncertainty"),
    "confidence-too-exact": ({"confidence": "0.1234567"}, "no_uncertainty"),
    "no-alternatives": (without("alternatives"), "missing"),
    "alternatives-an-object": ({"alternatives": {}}, "form"),
    "alternative-without-confidence": ({"alternatives": [{"value": "x"}]}, "missing"),
    "alternative-blank": ({"alternatives": [{"value": " ", "confidence": "0.1"}]}, "form"),
    "alternative-too-long": (
        {"alternatives": [{"value": "x" * 201, "confidence": "0.1"}]},
        "form",
    ),
    "alternative-unsure": ({"alternatives": [{"value": "x", "confidence": "2"}]}, "no_uncertainty"),
    "alternative-a-cpr": ({"alternatives": [{"value": CPR, "confidence": "0.1"}]}, "cpr"),
    "alternative-with-more": (
        {"alternatives": [{"value": "x", "confidence": "0.1", "y": 1}]},
        "unknown",
    ),
    "no-data": ({"data_used": []}, "no_data"),
    "data-an-object": ({"data_used": {"reading": 1}}, "no_data"),
    "data-without-reading": (data_without("reading"), "missing"),
    "data-without-value": (data_without("value"), "missing"),
    "data-without-moment": (data_without("fetched_at"), "missing"),
    "data-with-more": (datum(supplier="Skat"), "unknown"),
    "data-of-no-reading": (datum(reading=10**15), "undeclared_data"),
    "data-reading-a-text": (datum(reading="1"), "form"),
    "data-of-a-field-not-read": (datum(field="letter"), "undeclared_data"),
    "data-value-a-number": (datum(value=7), "form"),
    "data-value-an-object": (datum(value={"cpr": "x"}), "form"),
    "data-of-tomorrow": (datum(fetched_at=TOMORROW), "form"),
    "data-without-offset": (datum(fetched_at="2026-01-05T09:30:00"), "form"),
    "data-of-no-day": (datum(fetched_at="2026-02-31T09:30:00Z"), "form"),
    "data-moment-a-number": (datum(fetched_at=1), "form"),
    "no-considerations-key": (without("considerations"), "missing"),
    "considerations-empty": ({"considerations": []}, "no_considerations"),
    "considerations-an-object": ({"considerations": {}}, "no_considerations"),
    "consideration-blank": ({"considerations": one(text="\n\t")}, "no_considerations"),
    "consideration-too-long": ({"considerations": one(text=LONG)}, "no_considerations"),
    "consideration-a-number": ({"considerations": one(text=7)}, "no_considerations"),
    "consideration-without-weight": (
        {"considerations": [{"text": "x", "direction": "for"}]},
        "missing",
    ),
    "rule-a-number": ({"considerations": one(rule=7)}, "no_considerations"),
    "rule-too-long": ({"considerations": one(rule="x" * 201)}, "no_considerations"),
    "rule-a-cpr": ({"considerations": one(rule="010190-1234")}, "cpr"),
    "counterfactual-suggestion-a-cpr": (
        {"counterfactuals": [{"text": "uden", "suggestion": {"label": "010190-1234"}}]},
        "cpr",
    ),
    "suggestion-blank": ({"suggestion": {"label": " \t"}}, "no_suggestion"),
    "suggestion-dots": ({"suggestion": {"label": "..."}}, "no_suggestion"),
    "suggestion-of-nulls": ({"suggestion": {"label": [None]}}, "no_suggestion"),
    "suggestion-of-empty-lists": ({"suggestion": {"label": [[[]]]}}, "no_suggestion"),
    "scope-a-cpr": ({"scope": {"unit": "010190-1234", "kle": ""}}, "cpr"),
    "consideration-weight-empty": ({"considerations": one(weight="")}, "no_considerations"),
    "consideration-weight-a-number": ({"considerations": one(weight=1)}, "no_considerations"),
    "consideration-weight-of-letters": ({"considerations": one(weight="5x3")}, "no_considerations"),
    "consideration-direction": ({"considerations": one(direction="maybe")}, "no_considerations"),
    "consideration-direction-a-list": (
        {"considerations": one(direction=["for"])},
        "no_considerations",
    ),
    "consideration-rule-an-object": ({"considerations": one(rule={"a": 1})}, "no_considerations"),
    "consideration-with-more": ({"considerations": one(why="x")}, "unknown"),
    "no-counterfactuals": (without("counterfactuals"), "missing"),
    "counterfactuals-an-object": ({"counterfactuals": {}}, "no_counterfactuals"),
    "counterfactual-blank": (
        {"counterfactuals": [{"text": " ", "suggestion": {"label": "x"}}]},
        "no_counterfactuals",
    ),
    "counterfactual-too-long": (
        {"counterfactuals": [{"text": LONG, "suggestion": {"label": "x"}}]},
        "no_counterfactuals",
    ),
    "counterfactual-of-nothing": (
        {"counterfactuals": [{"text": "uden", "suggestion": {}}]},
        "no_counterfactuals",
    ),
    "counterfactual-that-is-the-same": (
        {"counterfactuals": [{"text": "uden", "suggestion": {"label": "rotter"}}]},
        "no_counterfactuals",
    ),
    "counterfactual-without-text": (
        {"counterfactuals": [{"suggestion": {"label": "x"}}]},
        "missing",
    ),
    "no-artefact": (without("artefact_sha256"), "missing"),
    "wrong-artefact": ({"artefact_sha256": "b2" * 32}, "wrong_release"),
    "no-sealed": (without("sealed"), "missing"),
    "sealed-not-base64": ({"sealed": "***="}, "form"),
    "sealed-cut": ({"sealed": "AAA"}, "form"),
    "sealed-a-number": ({"sealed": 7}, "form"),
    "began-tomorrow": ({"began_at": TOMORROW}, "form"),
    "began-a-number": ({"began_at": 7}, "form"),
    "backdated": ({"issued_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "own-owner": ({"owner": {"unit": "x", "manager": "y"}}, "unknown"),
    "own-system": ({"system": "inquiries"}, "unknown"),
    "own-purpose": ({"purpose": "triage"}, "unknown"),
    "own-codex": ({"codex": {"number": 1}}, "unknown"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(stage, ready, name):
    change, code = REFUSED[name]
    payload = stage.proposal(ready)
    payload = change(payload) if callable(change) else payload | change
    if "subject" in getattr(change, "keys", dict)():
        payload["data_used"] = [stage.datum(1)]
    before = stage.contents()
    assert stage.refused("issue", payload) == code
    assert stage.contents() == before


EDGES: dict[str, Any] = {
    "confidence-zero": {"confidence": "0"},
    "confidence-one": {"confidence": "1.000000"},
    "key-of-200": {"key": "k" * 200},
    "alternative-of-200": {"alternatives": [{"value": "x" * 200, "confidence": "0"}]},
    "no-alternatives": {"alternatives": []},
    "consideration-of-1000": {"considerations": one(text="x" * 1000)},
    "consideration-with-rule": {"considerations": one(rule="§ 24")},
    "consideration-with-rule-of-200": {"considerations": one(rule="x" * 200)},
    "consideration-against": {"considerations": one(direction="against", weight="-3")},
    "kle-main-group": {"scope": {"unit": "vej", "kle": "05"}},
    "kle-number": {"scope": {"unit": "x" * 80, "kle": "05.01.08"}},
    "a-number-in-the-suggestion": {"suggestion": {"count": 3}},
    "a-uuid-in-the-suggestion": {"suggestion": {"id": "0101901234ab4def8abc0101901234ab"}},
    "began-now": {"began_at": dt.datetime.now(dt.UTC).isoformat()},
}


@pytest.mark.parametrize("name", EDGES)
def test_what_is_just_in_order(stage, ready, name):
    stage.issued(ready, **EDGES[name])


def test_data_read_in_this_very_minute_by_a_clock_that_is_fast(stage, ready):
    """Five minutes are allowed for another machine's clock, no more."""
    now = dt.datetime.now(dt.UTC)
    permit, subject = stage.permit(ready), stage.subject()
    reading = stage.read(permit, subject)

    def at(minutes: int) -> dict[str, Any]:
        moment = (now + dt.timedelta(minutes=minutes)).isoformat()
        return stage.proposal(
            ready,
            permit_id=permit,
            subject=subject,
            data_used=[stage.datum(reading, fetched_at=moment)],
        )

    stage.call("issue", at(4))
    assert stage.refused("issue", at(6)) == "form"


# Data


def test_a_reading_of_another_subject_or_permit_is_no_data(stage, ready):
    permit, subject = stage.permit(ready), stage.subject()
    of_another = stage.read(permit, stage.subject())
    of_another_permit = stage.read(stage.permit(ready), subject)
    for reading in (of_another, of_another_permit):
        payload = stage.proposal(
            ready, permit_id=permit, subject=subject, data_used=[stage.datum(reading)]
        )
        assert stage.refused("issue", payload) == "undeclared_data"


def test_a_subject_of_another_type_is_another_subject(stage, ready):
    permit = stage.permit(ready)
    reading = stage.read(permit, {"type": "bin", "id": "17"})
    payload = stage.proposal(
        ready,
        permit_id=permit,
        subject={"type": "plan", "id": "17"},
        data_used=[stage.datum(reading)],
    )
    assert stage.refused("issue", payload) == "undeclared_data"


@pytest.mark.parametrize("kind", ["case", "citizen", "application", "bin", "plan"])
def test_the_subject_may_be_anything(stage, ready, kind):
    record = row(stage, ready, subject={"type": kind, "id": "17"})
    assert (record.subject_type, record.subject_id) == (kind, "17")


def guarded(stage, slug: str, **changes: Any) -> dict[str, Any]:
    permit, subject = stage.permit(slug), stage.subject()
    reading = stage.read(permit, subject, fields=["letter"])
    datum = stage.datum(reading, field="letter", **changes)
    return stage.proposal(slug, permit_id=permit, subject=subject, data_used=[datum])


def test_a_text_from_outside_must_have_been_looked_through(stage, ready):
    assert stage.refused("issue", guarded(stage, ready)) == "no_guard"
    assert stage.refused("issue", guarded(stage, ready, guard="ja")) == "no_guard"
    for guard in ("clear", "flagged"):
        found = stage.call("issue", guarded(stage, ready, guard=guard))
        (datum,) = Recommendation.objects.get(id=found).body["data_used"]
        assert datum["guard"] == guard


def test_no_guard_is_noted_where_nobody_outside_wrote(stage, ready):
    permit, subject = stage.permit(ready), stage.subject()
    reading = stage.read(permit, subject)
    datum = stage.datum(reading, guard="flagged")
    body = row(stage, ready, permit_id=permit, subject=subject, data_used=[datum]).body
    assert "guard" not in body["data_used"][0]


def test_a_body_too_deep_for_a_receipt_is_refused(stage, ready):
    nested: dict[str, Any] = {"a": 1}
    for _ in range(70):
        nested = {"a": nested}
    assert stage.refused("issue", stage.proposal(ready, suggestion=nested)) == "form"


def test_an_id_is_used_once(stage, ready):
    payload = stage.proposal(ready)
    stage.call("issue", payload)
    again = stage.proposal(ready, id=payload["id"])
    before = stage.contents()
    assert stage.refused("issue", again) == "key_taken"
    assert stage.contents() == before


# The permit


def test_only_a_permit_for_operation_gives_recommendations(stage, ready):
    permit = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    payload = stage.proposal(ready)
    assert stage.refused("issue", payload | {"permit_id": permit}) == "phase"


def test_a_permit_is_good_for_its_own_system_only(stage, ready):
    """The system is the permit's, so another system's permit is another system's recommendation."""
    other = stage.register()
    payload = stage.proposal(ready)
    before = stage.contents()
    assert stage.refused("issue", payload | {"permit_id": stage.permit(other)}) == "undeclared_data"
    after = stage.contents()
    assert after["kernel_recommendation"] == before["kernel_recommendation"]


def test_a_permit_ends(stage, ready):
    payload = stage.proposal(ready)
    old = str(uuid.uuid4())
    stage.owner.execute(
        "INSERT INTO kernel_permit SELECT (p).* FROM (SELECT jsonb_populate_record(p, %s) AS p"
        " FROM kernel_permit AS p WHERE p.id = %s) AS x",
        (
            json.dumps({"id": old, "expires_at": "2026-01-01T00:00:00Z"}),
            payload["permit_id"],
        ),
    )
    assert stage.refused("issue", payload | {"permit_id": old}) == "permit_expired"


def test_a_new_release_replaces_the_old_one_at_once(stage):
    slug = stage.register()
    old = stage.proposal(slug)
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    assert stage.refused("issue", old) == "permit_expired"
    assert stage.refused("issue", stage.proposal(slug)) == "wrong_release"
    assert row(stage, slug, artefact_sha256="b2" * 32).body["release"]["version"] == "2"


def test_the_last_day_of_a_basis_counts_in_every_time_zone(stage):
    slug = stage.register(
        bases=[{"valid_from": today().isoformat(), "valid_to": today().isoformat()}], released=False
    )
    assert stage.obstacles(slug) == ["no_release"]
    for zone in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Tokyo"):
        with psycopg.connect(stage.url, autocommit=True) as connection:
            connection.execute(f"SET TIME ZONE '{zone}'")
            (found,) = connection.execute(
                "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
            ).fetchone()
            assert [one["code"] for one in found] == ["no_release"]


# What it costs


@pytest.mark.parametrize("table", COUNTED)
def test_it_does_not_read_what_the_system_did_before(stage, table):
    """Each issue costs the same, however many there were: also before a table has statistics."""
    slug = stage.register()
    _until_no_transaction_is_older(stage)
    permit = stage.permit(slug)

    def rows_read() -> int:
        (read,) = stage.application.execute(
            "SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_xact_user_tables"
            " WHERE relname = %s",
            (f"kernel_{table}",),
        ).fetchone()
        return int(read)

    def issue() -> None:
        stage.call("issue", stage.proposal(slug, permit_id=permit))

    for _ in range(60):
        issue()
    with stage.application.transaction():
        issue()
        before = rows_read()
        issue()
        assert rows_read() - before < 40


def _until_no_transaction_is_older(stage) -> None:
    """A permit looks at what was registered since the oldest transaction of when it was given.

    That may be one of another worker's tests, in another database of the same server.
    """
    deadline = time.monotonic() + 60
    while not stage.as_owner(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        " > (SELECT max(xid) FROM kernel_registryevent)"
    ):
        assert time.monotonic() < deadline, "a transaction has been open for a minute"
        time.sleep(0.1)
