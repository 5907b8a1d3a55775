# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calls of the kernel's functions that the application role may make, with what they must refuse.

Bare SQL, past Django and past our services. Each compares every kernel table before and after.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from kernel_stage import today

DAY = dt.timedelta(days=1)


def datum(**changes: str) -> dict[str, str]:
    moment = "2026-01-05T09:30:00Z"
    return {"source": "henvendelse", "field": "text", "value": "1", "fetched_at": moment} | changes


ISSUES: dict[str, tuple[dict[str, Any], str]] = {
    "no-data": ({"data_used": []}, "no_data"),
    "data-not-a-list": ({"data_used": {"source": "henvendelse"}}, "no_data"),
    "undeclared-field": ({"data_used": [{"source": "henvendelse", "field": "cpr"}]}, "missing"),
    "undeclared-source": (
        {"data_used": [datum(source="indkomst", field="text")]},
        "undeclared_data",
    ),
    "field-of-another-purpose": (
        {"data_used": [datum(source="henvendelse", field="history")]},
        "undeclared_data",
    ),
    "own-supplier": (
        {"data_used": [datum(source="henvendelse", field="text", supplier="Skat")]},
        "unknown",
    ),
    "data-of-tomorrow": (
        {
            "data_used": [
                datum(
                    source="henvendelse",
                    field="text",
                    fetched_at=(dt.datetime.now(dt.UTC) + DAY).isoformat(),
                )
            ]
        },
        "form",
    ),
    "data-fetched-never": (
        {
            "data_used": [
                datum(source="henvendelse", field="text", fetched_at="2026-02-31T09:30:00Z")
            ]
        },
        "form",
    ),
    "no-considerations": ({"considerations": []}, "no_considerations"),
    "considerations-null": ({"considerations": None}, "missing"),
    "empty-consideration": (
        {"considerations": [{"text": " ", "weight": "1", "direction": "for"}]},
        "no_considerations",
    ),
    "consideration-without-weight": (
        {"considerations": [{"text": "ord", "weight": "", "direction": "for"}]},
        "no_considerations",
    ),
    "no-suggestion": ({"suggestion": {}}, "no_suggestion"),
    "suggestion-a-text": ({"suggestion": "rotter"}, "no_suggestion"),
    "confidence-above-one": ({"confidence": "1.5"}, "no_uncertainty"),
    "confidence-a-number": ({"confidence": 1}, "no_uncertainty"),
    "confidence-nan": ({"confidence": "NaN"}, "no_uncertainty"),
    "confidence-infinite": ({"confidence": "Infinity"}, "no_uncertainty"),
    "confidence-negative": ({"confidence": "-0.1"}, "no_uncertainty"),
    "confidence-with-a-line": ({"confidence": "0.5\n"}, "no_uncertainty"),
    "confidence-null": ({"confidence": None}, "missing"),
    "alternative-without-uncertainty": ({"alternatives": [{"value": "x"}]}, "missing"),
    "backdated": ({"issued_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "backdated-at": ({"at": "2020-01-01T00:00:00Z"}, "unknown"),
    "own-id": ({"id": "00000000-0000-0000-0000-000000000000"}, "unknown"),
    "own-owner": ({"owner": {"unit": "x", "manager": "y"}}, "unknown"),
    "wrong-artefact": ({"artefact_sha256": "b2" * 32}, "wrong_release"),
    "no-artefact": ({"artefact_sha256": None}, "missing"),
    "undeclared-purpose": ({"purpose": "kontrol"}, "no_basis"),
    "nobody": ({"subject": {"type": "inquiry", "id": ""}}, "form"),
    "subject-with-more": ({"subject": {"type": "inquiry", "id": "1", "cpr": "x"}}, "unknown"),
    "subject-an-object": ({"subject": {"type": "inquiry", "id": {"a": 1}}}, "form"),
    "unknown-system": ({"system": "findes-ikke"}, "unknown_system"),
    "system-null": ({"system": None}, "missing"),
}


@pytest.fixture(scope="module")
def ready(filled):
    return filled.register()


@pytest.mark.parametrize("name", ISSUES)
def test_issue(filled, ready, name):
    changes, code = ISSUES[name]
    before = filled.contents()
    assert filled.refused("issue", filled.proposal(ready, **changes)) == code
    assert filled.contents() == before


@pytest.mark.parametrize("payload", ["[]", "1", "null", '"x"', "{}"])
@pytest.mark.parametrize("function", ["issue", "decide", "act", "stop", "resume"])
def test_a_payload_of_another_kind(intact, function, payload):
    assert intact.attempt(f"SELECT kernel.{function}('{payload}'::jsonb)") == "KDREF"


@pytest.mark.parametrize("function", ["issue", "decide", "act", "stop", "resume"])
def test_no_payload(intact, function):
    assert intact.attempt(f"SELECT kernel.{function}(NULL)") == "KDREF"


STATES: dict[str, tuple[Callable[[Any], str], str]] = {
    "without-a-release": (lambda stage: stage.register(released=False), "no_release"),
    "basis-expired": (lambda stage: stage.register(valid_to=today() - DAY), "no_basis"),
    "basis-to-come": (lambda stage: stage.register(valid_from=today() + DAY), "no_basis"),
    "basis-for-development": (lambda stage: stage.register(phase="development"), "no_basis"),
    "basis-for-retraining": (lambda stage: stage.register(phase="retraining"), "no_basis"),
}
ZONES = ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Tokyo"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", STATES)
def test_issue_in_a_state_that_forbids_it(filled, name, zone):
    """A basis ends at midnight in Copenhagen, whatever time zone the session claims."""
    make, code = STATES[name]
    slug = make(filled)
    before = filled.contents()
    assert filled.refused("issue", filled.proposal(slug), f"SET TIME ZONE '{zone}'") == code
    assert filled.contents() == before


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_day_of_a_basis_counts_in_every_time_zone(filled, zone):
    slug = filled.register(valid_from=today(), valid_to=today())
    with psycopg.connect(filled.url, autocommit=True) as connection:
        connection.execute(f"SET TIME ZONE '{zone}'")
        payload = json.dumps(filled.proposal(slug))
        assert connection.execute("SELECT kernel.issue(%s::jsonb)", (payload,)).fetchone()


@pytest.mark.parametrize("manager", ["", " "])
def test_issue_without_an_owner(filled, manager):
    slug = filled.register()
    filled.assign(slug=slug, manager=manager)
    before = filled.contents()
    assert filled.refused("issue", filled.proposal(slug)) == "no_owner"
    assert filled.contents() == before


@pytest.mark.parametrize(
    "setting",
    [
        "SET search_path = public, pg_catalog",
        "SET search_path = pg_temp, public, kernel",
        "SET search_path = ''",
        "SET row_security = off",
        "SET check_function_bodies = off",
        "SET DateStyle = 'SQL, DMY'",
        "SET IntervalStyle = sql_standard",
        "SET bytea_output = 'escape'",
        "SET extra_float_digits = -15",
        "SET quote_all_identifiers = on",
        "SET plan_cache_mode = force_generic_plan",
        "SET default_transaction_deferrable = on",
        "SET \"kernel.running\" = 'true'",
    ],
)
def test_session_settings_open_nothing(filled, setting):
    slug = filled.register(valid_to=today() - DAY)
    stopped = filled.register()
    filled.switch(stopped)
    before = filled.contents()
    assert filled.refused("issue", filled.proposal(slug), setting) == "no_basis"
    assert filled.refused("issue", filled.proposal(stopped), setting) == "stopped"
    assert filled.contents() == before


@pytest.fixture(scope="module")
def suggested(filled, ready):
    return filled.issued(ready)


DECISIONS: dict[str, tuple[Callable[[Any], dict[str, Any]], str]] = {
    "without-grant": (lambda stage: {"user_id": stage.new_user()}, "no_right"),
    "as-owner-of-the-system": (lambda stage: {"user_id": stage.user_id("merete")}, "no_right"),
    "as-citizen": (lambda stage: {"user_id": stage.user_id("testine")}, "no_right"),
    "inactive": (
        lambda stage: {"user_id": stage.new_user(role="caseworker", active=False)},
        "no_right",
    ),
    "nobody": (lambda stage: {"user_id": -1}, "no_right"),
    "user-null": (lambda stage: {"user_id": None}, "missing"),
    "empty-consideration": (lambda stage: {"own_consideration": ""}, "no_own_consideration"),
    "blank-consideration": (
        lambda stage: {"own_consideration": "\n\t \u00a0\u200b"},
        "no_own_consideration",
    ),
    "dots-for-consideration": (
        lambda stage: {"own_consideration": "....."},
        "no_own_consideration",
    ),
    "consideration-a-list": (lambda stage: {"own_consideration": ["abc"]}, "no_own_consideration"),
    "accept-with-another-outcome": (lambda stage: {"outcome": {"label": "stoej"}}, "choice"),
    "accept-with-more": (lambda stage: {"outcome": {"label": "rotter", "fine": 500}}, "choice"),
    "other-that-is-the-same": (lambda stage: {"choice": "other"}, "choice"),
    "unknown-choice": (lambda stage: {"choice": "robot"}, "choice"),
    "no-outcome": (lambda stage: {"outcome": {}}, "no_outcome"),
    "no-recommendation": (
        lambda stage: {"recommendation_id": "00000000-0000-0000-0000-000000000000"},
        "unknown_recommendation",
    ),
    "backdated": (lambda stage: {"decided_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "in-another-name": (lambda stage: {"decided_by": {"name": "Dorte"}}, "unknown"),
    "own-with-a-recommendation": (lambda stage: {"choice": "own"}, "missing"),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_decide(filled, suggested, name):
    make, code = DECISIONS[name]
    payload = filled.choice(suggested, **make(filled))
    before = filled.contents()
    assert filled.refused("decide", payload) == code
    assert filled.contents() == before


def test_decide_with_an_expired_grant(filled, suggested):
    number = filled.new_user()
    filled.as_owner(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'caseworker', '', '', %s, %s, now()) RETURNING id",
        number,
        today() - 9 * DAY,
        today() - DAY,
    )
    before = filled.contents()
    payload = filled.choice(suggested, user_id=number)
    zone = "SET TIME ZONE 'Etc/GMT+12'"
    assert filled.refused("decide", payload, zone) == "no_right"
    assert filled.contents() == before


def test_decide_again(filled, ready):
    recommendation_id = filled.issued(ready)
    filled.call("decide", filled.choice(recommendation_id))
    before = filled.contents()
    changed = filled.choice(recommendation_id, choice="other", outcome={"label": "stoej"})
    assert filled.refused("decide", changed) == "decided"
    assert filled.contents() == before


def test_decide_as_a_setting_of_the_session_is_not_possible(filled, suggested):
    """Who decides is the payload's person, never a session variable somebody may have left."""
    payload = filled.choice(suggested)
    del payload["user_id"]
    assert filled.refused("decide", payload, "SET \"kernel.user_id\" = '1'") == "missing"


ACTS: dict[str, tuple[dict[str, Any], str]] = {
    "without-a-decision": ({"decision_id": "00000000-0000-0000-0000-000000000000"}, "no_decision"),
    "undeclared-step": ({"step": "pay_out"}, "undeclared_act"),
    "undeclared-robot": ({"robot": "en-anden"}, "undeclared_act"),
    "result-a-list": ({"result": []}, "form"),
    "backdated": ({"acted_at": "2020-01-01T00:00:00Z"}, "unknown"),
    "no-run": ({"run_id": None}, "missing"),
}


@pytest.mark.parametrize("name", ACTS)
def test_act(filled, ready, name):
    changes, code = ACTS[name]
    payload = filled.step(filled.decided(ready), **changes)
    before = filled.contents()
    assert filled.refused("act", payload) == code
    assert filled.contents() == before


@pytest.mark.parametrize("function", ["issue", "decide", "act"])
def test_while_stopped(filled, function):
    slug = filled.register()
    recommendation_id = filled.issued(slug)
    payload = {
        "issue": lambda: filled.proposal(slug),
        "decide": lambda: filled.choice(recommendation_id),
        "act": lambda: filled.step(filled.decided(slug)),
    }[function]()
    filled.switch(slug)
    before = filled.contents()
    assert filled.refused(function, payload) == "stopped"
    assert filled.contents() == before


@pytest.mark.parametrize("username", ["sofie", "dorte", "anders", "testine"])
def test_resume_by_others_than_the_owner(filled, username):
    slug = filled.register()
    filled.switch(slug)
    before = filled.contents()
    payload = {"system": slug, "user_id": filled.user_id(username), "reason": "Det haster."}
    assert filled.refused("resume", payload) == "no_right"
    assert filled.contents() == before
