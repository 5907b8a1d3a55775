# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.issue: what a recommendation must have, and the data it may stand on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from issuing import one, row

from kodeks.kernel.models import Recommendation


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


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
