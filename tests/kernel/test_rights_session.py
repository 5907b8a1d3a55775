# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the application role can bend in its own session, and values of the wrong kind.

A session's settings, types that JSON lets through, and time that passes while a call waits:
none of them may change what the kernel lets into being.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Json

BENT = "SET standard_conforming_strings = off"


@pytest.fixture(scope="module")
def ready(filled):
    return filled.register()


def one(**changes: Any) -> list[dict[str, Any]]:
    return [{"text": "ordet rotter", "weight": "1.5", "direction": "for"} | changes]


NUMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "exponent": ({"confidence": "0e5"}, "no_uncertainty"),
    "no-point": ({"confidence": "005"}, "no_uncertainty"),
    "alternative": ({"alternatives": [{"value": "x", "confidence": "0e1"}]}, "no_uncertainty"),
    "weight": ({"considerations": one(weight="5x3")}, "no_considerations"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_how_the_session_reads_string_constants_changes_no_rule(filled, ready, name):
    """PL/pgSQL parses a function's constants under the caller's setting, patterns included."""
    changes, code = NUMBERS[name]
    payload = filled.proposal(ready, **changes)
    before = filled.contents()
    assert filled.refused("issue", payload, BENT) == code
    assert filled.contents() == before


def test_the_whole_line_still_runs_in_such_a_session(filled, ready):
    with psycopg.connect(filled.url, autocommit=True) as connection:
        connection.execute(BENT)
        connection.execute("SELECT * FROM kernel.ledger_integrate(5000)").fetchall()


WRONG_KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "alternative-an-object": ({"alternatives": [{"value": {"a": 1}, "confidence": "0.1"}]}, "form"),
    "alternative-a-list": ({"alternatives": [{"value": ["x"], "confidence": "0.1"}]}, "form"),
    "alternative-blank": ({"alternatives": [{"value": " ", "confidence": "0.1"}]}, "form"),
    "rule-an-object": ({"considerations": one(rule={"a": 1})}, "no_considerations"),
    "weight-a-number": ({"considerations": one(weight=7)}, "no_considerations"),
    "weight-a-list": ({"considerations": one(weight=["1"])}, "no_considerations"),
    "direction-a-list": ({"considerations": one(direction=["for"])}, "no_considerations"),
    "suggestion-of-nothing": ({"suggestion": {"label": None}}, "no_suggestion"),
    "suggestion-blank": ({"suggestion": {"label": "", "more": {}}}, "no_suggestion"),
    "confidence-arabic-digits": ({"confidence": "0.\u0665"}, "no_uncertainty"),
    "confidence-full-width": ({"confidence": "\uff11"}, "no_uncertainty"),
    "confidence-scientific": ({"confidence": "1e-3"}, "no_uncertainty"),
}


@pytest.mark.parametrize("name", WRONG_KINDS)
def test_a_value_of_another_kind(filled, ready, name):
    changes, code = WRONG_KINDS[name]
    payload = filled.proposal(ready, **changes)
    before = filled.contents()
    assert filled.refused("issue", payload) == code
    assert filled.contents() == before


def test_data_that_is_not_text(filled, ready):
    payload = filled.proposal(ready)
    payload["data_used"][0]["value"] = {"cpr": "x"}
    assert filled.refused("issue", payload) == "form"


def test_an_outcome_that_says_nothing(filled, ready):
    payload = filled.choice(filled.issued(ready), choice="other", outcome={"label": None})
    assert filled.refused("decide", payload) == "no_outcome"


@pytest.mark.parametrize("layers", [65, 400])
def test_too_many_layers(filled, ready, layers):
    nested: Any = "x"
    for _ in range(layers):
        nested = [nested]
    assert filled.refused("issue", filled.proposal(ready, suggestion={"a": nested})) == "form"


def test_more_layers_than_postgresql_reads(filled, ready):
    text = '{"a":' + "[" * 200_000 + "]" * 200_000 + "}"
    before = filled.contents()
    assert filled.attempt(f"SELECT kernel.issue('{text}')") == "54001"
    assert filled.contents() == before


def test_a_zero_sign_and_a_repeated_key(filled, ready):
    """JSON's zero sign is no text to PostgreSQL; of a key written twice the last one counts."""
    before = filled.contents()
    assert filled.attempt('SELECT kernel.issue(\'{"system": "a\\u0000b"}\')') == "22P05"
    twice = f'{{"system": "{ready}", "system": null}}'
    assert filled.attempt(f"SELECT kernel.issue('{twice}')") == "KDREF"
    assert filled.contents() == before


def test_a_right_withdrawn_while_the_call_waits_is_seen(filled, ready):
    """Whoever holds the lock cannot keep a decision alive past the person's right."""
    number = filled.new_user(role="caseworker")
    payload = filled.choice(filled.issued(ready), user_id=number)
    answers: list[str | None] = []
    with psycopg.connect(filled.url, autocommit=True) as holder:
        key = filled.as_owner(
            "SELECT hashtextextended('decide:' || %s || ':' || body::text, 0)"
            " FROM (SELECT body -> 'subject' AS body FROM kernel_recommendation"
            " WHERE id = %s) AS r",
            ready,
            payload["recommendation_id"],
        )
        holder.execute("SELECT pg_advisory_lock(%s)", (key,))
        waiting = threading.Thread(target=lambda: answers.append(filled.refused("decide", payload)))
        waiting.start()
        _until_somebody_waits(filled)
        filled.as_owner("SELECT kernel.revoke_grants(%s, 'caseworker')", number)
        holder.execute("SELECT pg_advisory_unlock(%s)", (key,))
        waiting.join(timeout=10)
    assert answers == ["no_right"]


def _until_somebody_waits(stage) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if stage.as_owner(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ):
            return
        time.sleep(0.02)
    pytest.fail("nobody waited")


OWN_TRIES = {
    "type": "CREATE TYPE public.mine AS ENUM ()",
    "domain": "CREATE DOMAIN public.mine AS int",
    "view": "CREATE VIEW public.mine AS SELECT 1",
    "table-as": "CREATE TABLE mine AS SELECT 1",
    "publication": "CREATE PUBLICATION mine",
    "subscription": "CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION mine",
    "event-trigger": "CREATE EVENT TRIGGER mine ON ddl_command_start"
    " EXECUTE FUNCTION kernel.history_is_appended()",
    "trigger-on-the-queue": "CREATE TRIGGER mine BEFORE INSERT ON procrastinate_jobs"
    " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "drop-a-guard": "DROP TRIGGER casework_case_guard ON casework_case",
    "disable-a-guard": "ALTER TABLE robots_steprecord DISABLE TRIGGER ALL",
    "database-setting": "ALTER DATABASE kodeks SET search_path = public",
    "reload": "SELECT pg_reload_conf()",
    "replication-role-by-function": "SELECT"
    " set_config('session_replication_role', 'replica', false)",
    "own-database-role": "ALTER ROLE kodeks_owner SET search_path = public",
    "files": "SELECT pg_ls_dir('.')",
    "other-database": "CREATE EXTENSION dblink",
}


@pytest.mark.parametrize("name", OWN_TRIES)
def test_nothing_can_be_made_that_others_would_run(intact, name):
    assert intact.attempt(OWN_TRIES[name]) in {"42501", "3D000"}


def test_a_call_inside_a_transaction_that_only_reads(filled, ready):
    payload = filled.proposal(ready)
    before = filled.contents()
    with psycopg.connect(filled.url) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("SELECT kernel.issue(%s::jsonb)", (Json(payload),))
    assert filled.contents() == before


def test_a_call_that_runs_out_of_time_leaves_nothing(filled, ready):
    """Half a recommendation (a queued entry without its row) would be a hole in the log."""
    payload = filled.proposal(ready, suggestion={"a": ["x" * 100] * 15_000})
    before = filled.contents()
    for milliseconds in range(1, 4):
        with psycopg.connect(filled.url, autocommit=True) as connection:
            connection.execute(f"SET statement_timeout = {milliseconds}")
            with pytest.raises(psycopg.errors.QueryCanceled):
                connection.execute("SELECT kernel.issue(%s::jsonb)", (Json(payload),))
    assert filled.contents() == before
