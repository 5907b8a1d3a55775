# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What those who answer may do, asked of the database alone: it holds all of it by itself.

Each entrance with a payload that is in order, and then with one thing wrong.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import psycopg
import pytest
from django.db.models import Model
from kernel_stage import card_text, today
from overlapping import overlapped

from kodeks.kernel.models import (
    Absence,
    Assignment,
    Attestation,
    Incident,
    IncidentStep,
    RegistryEvent,
    SupervisionCheck,
    Switch,
)

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


MOST = {"stop": 2000, "resume": 2000, "supervise": 2000, "report_incident": 4000,
        "handle_incident": 4000}  # fmt: skip


@pytest.mark.parametrize("function", MOST)
def test_how_long_a_text_may_be(stage, slug, function):
    (key,), most = TEXTS[function], MOST[function]
    asked = payload(stage, slug, function)
    stage.call(function, asked | {key: "x" * most})
    code = {"stop": "no_reason", "resume": "no_reason", "supervise": "no_finding"}
    again = payload(stage, slug, function) | {key: "x" * (most + 1)}
    assert stage.refused(function, again) == code.get(function, "no_description")


ROWS: dict[str, tuple[type[Model], dict[str, Any], dict[str, Any]]] = {
    "stop": (Switch, {"running": False, "reason": WORDS}, {"reason": WORDS}),
    "resume": (Switch, {"running": True, "reason": WORDS}, {"reason": WORDS}),
    "attest": (Attestation, {}, {}),
    "supervise": (
        SupervisionCheck,
        {"task": "quality", "passed": True, "finding": WORDS},
        {"task": "quality", "passed": True, "finding": WORDS},
    ),
    "report_incident": (
        Incident,
        {"kind": "other", "description": WORDS},
        {"kind_of_incident": "other", "description": WORDS},
    ),
    "handle_incident": (IncidentStep, {"step": "note", "text": WORDS},
                        {"step": "note", "text": WORDS}),
}  # fmt: skip
"""Of each entrance its table, and what row and event say of the payload."""


@pytest.mark.parametrize("function", ROWS)
def test_row_and_event_say_what_was_done(stage, slug, function):
    asked = payload(stage, slug, function)
    stage.call(function, asked)
    model, columns, words = ROWS[function]
    row = model.objects.filter(user_id=asked["user_id"]).latest(
        "registered_at" if model is Incident else "id"
    )
    assert {name: getattr(row, name) for name in columns} == columns
    if "system" in asked:
        assert row.system_id == slug
    event = RegistryEvent.objects.latest("pending_id")
    said = {k: v for k, v in event.body.items() if k not in ("at", "codex", "kind", "incident")}
    assert said == words | {"user": asked["user_id"]}
    if function in ("report_incident", "handle_incident"):
        incident = row if model is Incident else row.incident
        assert event.body["incident"] == str(incident.id)
        assert incident.system_id == slug


@pytest.mark.parametrize("changes", [{}, {"last_day": None}])
def test_an_absence_with_or_without_an_end(stage, changes):
    asked = {k: v for k, v in (payload(stage, "", "absence") | changes).items() if v}
    stage.call("absence", asked)
    row = Absence.objects.latest("id")
    found = {"user_id": row.user_id, "first_day": str(row.first_day)}
    found |= {"last_day": str(row.last_day)} if row.last_day else {}
    assert found == asked
    event = RegistryEvent.objects.latest("pending_id")
    said = {k: v for k, v in event.body.items() if k not in ("at", "codex", "kind")}
    wanted = {"user": asked["user_id"], "first_day": asked["first_day"]}
    assert said == wanted | {"last_day": asked.get("last_day")}


def test_the_manager_confirms_the_newest_post(stage):
    slug = stage.register()
    stage.assign(slug=slug, unit="En anden")
    stage.attest(slug)
    row = Attestation.objects.filter(system_id=slug).latest("id")
    assert row.assignment == Assignment.objects.filter(system_id=slug).latest("id")


def test_the_task_stands_on_the_newest_card(stage):
    slug = stage.register()
    asked = payload(stage, slug, "supervise")
    for task in ("findes-ikke", "", 7, None):
        code = stage.refused("supervise", asked | {"task": task})
        assert code in ("unknown_task", "missing")
    text = card_text(slug)
    stage.register_card(text.replace('task = "quality"', 'task = "other"'))
    assert stage.refused("supervise", asked) == "unknown_task"
    stage.call("supervise", asked | {"task": "other"})
    for passed in ("true", 1, [True]):
        assert stage.refused("supervise", asked | {"task": "other", "passed": passed}) == "form"
    stage.call("supervise", asked | {"task": "other", "passed": False})
    assert SupervisionCheck.objects.filter(system_id=slug).latest("id").passed is False


def test_a_form_that_is_sent_twice_is_one_incident(stage, slug):
    asked = payload(stage, slug, "report_incident") | {"id": str(uuid.uuid4())}
    assert str(stage.call("report_incident", asked)) == asked["id"]
    before = stage.contents()
    assert str(stage.call("report_incident", asked)) == asked["id"]
    other = asked | {"system": stage.register(ready=False)}
    assert stage.refused("report_incident", other) == "key_taken"
    other = asked | {"user_id": stage.user_id("dorte")}
    assert stage.refused("report_incident", other) == "key_taken"
    assert stage.refused("report_incident", asked | {"id": "x"}) == "form"
    after = stage.contents()
    assert before["kernel_incident"] == after["kernel_incident"]


def test_also_when_it_is_sent_twice_at_once(stage, slug):
    asked = payload(stage, slug, "report_incident") | {"id": str(uuid.uuid4())}
    twice = ("report_incident", asked)
    assert str(overlapped(stage, twice, twice)) == asked["id"]


def test_an_incident_is_of_a_kind_that_the_codex_knows(stage, slug):
    asked = payload(stage, slug, "report_incident")
    for kind in ("findes-ikke", "", 7, {}):
        assert stage.refused("report_incident", asked | {"kind": kind}) == "form"
    for moment in ("i går", "2099-01-01T00:00:00Z", 7):
        assert stage.refused("report_incident", asked | {"aware_at": moment}) == "form"
    kinds = {kind["id"]: kind["hours"] for kind in stage.content()["incident_kinds"]}
    assert None in kinds.values()
    for kind, hours in kinds.items():
        found = Incident.objects.get(id=stage.call("report_incident", asked | {"kind": kind}))
        wanted = None if hours is None else found.aware_at + dt.timedelta(hours=hours)
        assert found.due_at == wanted
        done = {"incident_id": str(found.id), "step": "dismissed"}
        stage.call("handle_incident", payload(stage, slug, "handle_incident") | done)


def test_what_can_be_done_about_an_incident(stage, slug):
    asked = payload(stage, slug, "handle_incident")
    for step in ("reported", "dismissed", "mended", "note"):
        stage.call("handle_incident", asked | {"step": step})
    for step in ("glemt", "", 7):
        assert stage.refused("handle_incident", asked | {"step": step}) == "form"
    nowhere = asked | {"incident_id": str(uuid.uuid4())}
    assert stage.refused("handle_incident", nowhere) == "unknown_incident"
    assert stage.refused("handle_incident", asked | {"incident_id": "x"}) == "form"
    # Whoever answers for another system does not.
    assert (
        stage.refused("handle_incident", asked | {"user_id": stage.user_id("bodil")}) == "no_right"
    )


def test_a_deputy_may_what_the_manager_may(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug, deputy="bodil")
    for function in ("resume", "attest", "supervise", "handle_incident"):
        stage.call(function, payload(stage, slug, function) | {"user_id": stage.user_id("bodil")})
