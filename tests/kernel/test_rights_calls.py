# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions that the application role may call, in bare SQL: what holds for all of them.

What each refuses of its own stands in the module of its name. Each test compares every kernel
table before and after.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from kernel_stage import ENTRANCES, today

DAY = dt.timedelta(days=1)


def test_these_are_all_that_take_a_payload(stage):
    found = stage.owner.execute(
        "SELECT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'kernel'::regnamespace"
        " AND has_function_privilege('kodeks_app', p.oid, 'EXECUTE')"
        " AND p.proargtypes::text = 'jsonb'::regtype::oid::text ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in found] == ENTRANCES


def test_none_of_them_looks_at_an_old_snapshot(stage):
    """A function marked STABLE sees the database as it was when its statement began."""
    found = stage.owner.execute(
        "SELECT p.proname, p.provolatile FROM pg_proc AS p"
        " WHERE p.pronamespace = 'kernel'::regnamespace AND p.proname = ANY (%s)",
        (ENTRANCES,),
    ).fetchall()
    assert dict(found) == dict.fromkeys(ENTRANCES, "v")


@pytest.mark.parametrize("payload", ["[]", "1", "null", '"x"', "{}", '[{"system": "s000"}]'])
@pytest.mark.parametrize("function", ENTRANCES)
def test_a_payload_of_another_kind(intact, function, payload):
    assert intact.attempt(f"SELECT kernel.{function}('{payload}'::jsonb)") == "KDREF"


@pytest.mark.parametrize("function", ENTRANCES)
def test_no_payload(intact, function):
    assert intact.attempt(f"SELECT kernel.{function}(NULL)") == "KDREF"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE", "READ UNCOMMITTED"])
@pytest.mark.parametrize("function", ENTRANCES)
def test_a_transaction_that_could_look_past_a_stop(intact, function, level):
    with psycopg.connect(intact.url) as connection:
        connection.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(psycopg.Error) as error:
            connection.execute(f"SELECT kernel.{function}('{{}}'::jsonb)")
    assert error.value.sqlstate == "KDREF"
    if error.value.diag.message_detail != "isolation":
        # Read before the function's first statement: refused for its form, and as finally.
        assert function in {"absence", "attest"}
        assert error.value.diag.message_detail == "form"


ZONES = ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Tokyo"]
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "basis-expired": ({"valid_to": (today() - DAY).isoformat()}, "no_basis"),
    "basis-to-come": ({"valid_from": (today() + DAY).isoformat()}, "no_basis"),
    "basis-for-development": ({"phase": "development"}, "no_basis"),
    "basis-for-retraining": ({"phase": "retraining"}, "no_basis"),
    "basis-barred": ({"status": "barred"}, "barred"),
    "basis-pending": ({"status": "pending"}, "no_basis"),
    "basis-for-another-purpose": ({"purpose": "improvement"}, "no_basis"),
    "basis-for-other-data": ({"data_category": "special"}, "no_basis"),
}


@pytest.fixture(scope="module")
def states(filled):
    """Each state's system, registered once."""
    return {
        name: filled.register(bases=[changes], released=False)
        for name, (changes, _) in STATES.items()
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", STATES)
def test_a_permit_in_a_state_that_forbids_it(filled, states, name, zone):
    """A basis ends at midnight in Copenhagen, whatever time zone the session claims."""
    before = filled.contents()
    payload = filled.asking(states[name])
    assert filled.refused("permit", payload, f"SET TIME ZONE '{zone}'") == STATES[name][1]
    assert filled.contents() == before


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_day_of_a_basis_counts_in_every_time_zone(filled, zone):
    day = today().isoformat()
    learning = {"phase": "development", "purpose": "improvement", "autonomy": "advise"}
    slug = filled.register(bases=[{"valid_from": day, "valid_to": day}, learning])
    payload = filled.proposal(slug)
    with psycopg.connect(filled.url, autocommit=True) as connection:
        connection.execute(f"SET TIME ZONE '{zone}'")
        assert connection.execute(
            "SELECT kernel.permit(%s::jsonb)", (json.dumps(filled.asking(slug)),)
        ).fetchone()
        assert connection.execute(
            "SELECT kernel.issue(%s::jsonb)", (json.dumps(payload),)
        ).fetchone()


SETTINGS = [
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
    "SET \"kernel.today\" = '2018-06-01'",
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_session_settings_open_nothing(filled, states, setting):
    stopped = filled.register()
    payload = filled.proposal(stopped)
    filled.switch(stopped)
    before = filled.contents()
    assert filled.refused("permit", filled.asking(states["basis-expired"]), setting) == "no_basis"
    assert filled.refused("permit", filled.asking(stopped), setting) == "stopped"
    assert filled.refused("issue", payload, setting) == "stopped"
    assert filled.contents() == before


@pytest.mark.parametrize("setting", SETTINGS)
def test_and_they_break_nothing(filled, setting):
    """The honest line gives the same record in a session that is set otherwise."""
    slug = filled.register()
    with psycopg.connect(filled.url, autocommit=True) as connection:
        connection.execute(setting)
        (found,) = connection.execute(
            "SELECT kernel.issue(%s::jsonb)", (json.dumps(filled.proposal(slug)),)
        ).fetchone()
    (body,) = filled.owner.execute(
        "SELECT body FROM kernel_recommendation WHERE id = %s", (found,)
    ).fetchone()
    assert body["bases"][0]["valid_from"] == "2018-05-25"
    assert body["issued_at"].startswith(dt.datetime.now(dt.UTC).date().isoformat()[:4])
    assert body["issued_at"].endswith("Z")


def test_who_decides_is_never_a_setting_of_the_session(filled):
    payload = filled.choice(filled.issued(filled.register()))
    del payload["user_id"]
    assert filled.refused("decide", payload, "SET \"kernel.user_id\" = '1'") == "missing"


def test_a_right_that_ended_yesterday_has_ended_in_every_time_zone(filled):
    slug = filled.register()
    number = filled.new_user()
    filled.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'caseworker', '', '', %s, %s, now())",
        (number, today() - 9 * DAY, today() - DAY),
    )
    payload = filled.choice(filled.issued(slug), user_id=number)
    before = filled.contents()
    for zone in ZONES:
        assert filled.refused("decide", payload, f"SET TIME ZONE '{zone}'") == "no_right"
    assert filled.contents() == before


WHILE: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    "permit": lambda stage, slug: stage.asking(slug),
    "read": lambda stage, slug: stage.reading(stage.permit(slug), stage.subject()),
    "model_key": lambda stage, slug: {"permit_id": stage.permit(slug)},
    "issue": lambda stage, slug: stage.proposal(slug),
    "decide": lambda stage, slug: stage.choice(stage.issued(slug)),
    "act": lambda stage, slug: stage.step(stage.decided(slug)),
}
CAUSES: dict[str, tuple[Callable[[Any, str], Any], str]] = {
    "stopped": (lambda stage, slug: stage.switch(slug), "stopped"),
    "unowned": (lambda stage, slug: stage.assign(slug=slug, unit=" "), "no_owner"),
    "unattested": (lambda stage, slug: stage.assign(slug=slug), "not_attested"),
    "without-dpia": (
        lambda stage, slug: stage.evidence(slug, kind="dpia", withdrawn=True),
        "no_dpia",
    ),
    "failed-supervision": (
        lambda stage, slug: stage.call(
            "supervise",
            {
                "system": slug,
                "task": "quality",
                "user_id": stage.user_id("dorte"),
                "passed": False,
                "finding": "Forslagene er forkerte.",
                "codex_sha256": stage.sha256,
            },
        ),
        "supervision",
    ),
    "revoked-release": (
        lambda stage, slug: stage.as_owner(
            "SELECT kernel.revoke_release(%s, '1', %s, 'Forkert.')", slug, stage.user_id("merete")
        ),
        "release_revoked",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("function", WHILE)
def test_what_is_in_the_way_is_in_the_way_of_all(filled, function, cause):
    """A payload that was in order a moment before, under a permit that had not run out."""
    slug = filled.register()
    payload = WHILE[function](filled, slug)
    bring_about, code = CAUSES[cause]
    bring_about(filled, slug)
    before = filled.contents()
    assert filled.refused(function, payload) == code
    assert filled.contents() == before
