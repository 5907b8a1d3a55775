# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What those who answer may do, asked of the database alone: it holds all of it by itself.

Each entrance with a payload that is in order, and then with one thing wrong.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import psycopg
import pytest
from kernel_stage import today

from kodeks.kernel.models import Incident, RegistryEvent

WORDS = "Ti forslag er set igennem."
CPR = "Borger 010190-1234 har klaget."
EVENTS = {
    "stop": "stop",
    "resume": "resume",
    "attest": "attestation",
    "absence": "absence",
    "supervise": "supervision",
    "report_incident": "incident",
    "handle_incident": "incident_step",
}
RIGHTS = {
    "stop": {"merete", "bodil", "dorte", "anders"},
    "resume": {"merete"},
    "attest": {"merete"},
    "absence": {"merete", "bodil"},
    "supervise": {"merete", "dorte"},
    "report_incident": {"sofie", "merete", "bodil", "dorte", "anders"},
    "handle_incident": {"merete", "dorte"},
}
"""Who may, of the people below, in a system that Merete answers for without a deputy."""
PEOPLE = ("testine", "sofie", "merete", "bodil", "dorte", "anders")
TEXTS = {
    "stop": ["reason"],
    "resume": ["reason"],
    "supervise": ["finding"],
    "report_incident": ["description"],
    "handle_incident": ["text"],
}


def payload(stage, slug: str, function: str, by: str = "merete") -> dict[str, Any]:
    """A payload that is in order, for somebody who may."""
    asked: dict[str, Any] = {"user_id": stage.user_id(by)}
    if function not in ("absence", "handle_incident"):
        asked["system"] = slug
    if function not in ("stop", "absence"):
        asked["codex_sha256"] = stage.sha256
    more: dict[str, dict[str, Any]] = {
        "stop": {"reason": WORDS},
        "resume": {"reason": WORDS},
        "absence": {"first_day": str(today() + dt.timedelta(days=400)),
                    "last_day": str(today() + dt.timedelta(days=401))},
        "supervise": {"task": "quality", "passed": True, "finding": WORDS},
        "report_incident": {"kind": "other", "description": WORDS,
                            "aware_at": dt.datetime.now(dt.UTC).isoformat()},
        "handle_incident": {"step": "note", "text": WORDS},
    }  # fmt: skip
    if function == "handle_incident":
        asked["incident_id"] = str(
            stage.call("report_incident", payload(stage, slug, "report_incident"))
        )
    return asked | more.get(function, {})


@pytest.fixture(scope="module")
def slug(stage):
    return stage.register()


@pytest.mark.parametrize("function", EVENTS)
def test_what_is_in_order_stands_in_the_log_with_who_did_it(stage, slug, function):
    asked = payload(stage, slug, function)
    stage.call(function, asked)
    event = RegistryEvent.objects.order_by("-pending_id").first()
    assert event.kind == EVENTS[function]
    assert event.body["user"] == asked["user_id"]
    assert event.system_slug == ("" if function == "absence" else slug)


@pytest.mark.parametrize("by", PEOPLE)
@pytest.mark.parametrize("function", EVENTS)
def test_who_may(stage, slug, function, by):
    asked = payload(stage, slug, function) | {"user_id": stage.user_id(by)}
    if by in RIGHTS[function]:
        stage.call(function, asked)
    else:
        assert stage.refused(function, asked) == "no_right"


def wrong(stage, slug: str, function: str) -> dict[str, tuple[dict[str, Any], set[str]]]:
    asked = payload(stage, slug, function)
    found: dict[str, tuple[dict[str, Any], set[str]]] = {
        "more": (asked | {"at": "2020-01-01T00:00:00Z"}, {"unknown"}),
        "nobody": (asked | {"user_id": 10**9}, {"no_right"}),
        "another codex": (asked | {"codex_sha256": "c0" * 32}, {"codex_changed", "unknown"}),
    }
    if "system" in asked:
        # Where the post is asked for first, nobody holds one of a system that does not exist.
        code = "no_right" if function in ("resume", "supervise") else "unknown_system"
        found["another system"] = (asked | {"system": "findes-ikke"}, {code})
    for key in asked:
        if key != "last_day":
            rest = {name: value for name, value in asked.items() if name != key}
            found[f"without {key}"] = (rest, {"missing", "form"})
    for key in TEXTS.get(function, []):
        blank = {"no_reason", "no_finding", "no_description"}
        found[f"{key} with a number"] = (asked | {key: CPR}, {"cpr"})
        found[f"{key} blank"] = (asked | {key: " . "}, blank)
        found[f"{key} very long"] = (asked | {key: "x" * 10000}, blank)
    return found


@pytest.mark.parametrize("function", EVENTS)
def test_what_is_not_in_order_is_refused_and_leaves_nothing(stage, slug, function):
    cases = wrong(stage, slug, function)
    before = stage.contents()
    for name, (asked, codes) in cases.items():
        assert stage.refused(function, asked) in codes, name
        assert stage.contents() == before, name


@pytest.mark.parametrize("function", EVENTS)
def test_not_from_an_old_snapshot(stage, slug, function):
    asked = json.dumps(payload(stage, slug, function))
    with psycopg.connect(stage.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error) as error:
            connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (asked,))
    assert error.value.diag.message_detail == "isolation"


def test_the_clock_is_that_of_the_codex_in_force(stage, slug):
    content = stage.content()
    before = content["incident_kinds"]
    quick = [kind | ({"hours": 1} if kind["id"] == "data_breach" else {}) for kind in before]
    stage.register_codex(content | {"incident_kinds": quick})
    try:
        asked = payload(stage, slug, "report_incident") | {"kind": "data_breach"}
        incident = stage.call("report_incident", asked)
    finally:
        stage.register_codex(stage.content() | {"incident_kinds": before})
    found = Incident.objects.get(id=incident)
    assert found.due_at - found.aware_at == dt.timedelta(hours=1)
    handled = {"incident_id": str(incident), "step": "dismissed", "text": WORDS}
    stage.call("handle_incident", payload(stage, slug, "handle_incident") | handled)


@pytest.mark.parametrize("last", [-1, 0])
def test_an_absence_does_not_end_before_it_begins(stage, last):
    first = today() + dt.timedelta(days=500)
    asked = {"user_id": stage.user_id("bodil"), "first_day": str(first)}
    asked["last_day"] = str(first + dt.timedelta(days=last))
    if last < 0:
        assert stage.refused("absence", asked) == "form"
    else:
        stage.call("absence", asked)
