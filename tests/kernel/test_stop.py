# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The stop button. What comes first is told by order (commits, locks), never by a clock."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from cases import person

from kodeks.kernel import selectors, stewardship
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import RegistryEvent


def issue_on(connection: psycopg.Connection, stage, slug: str, **changes):
    payload = json.dumps(stage.proposal(slug, **changes))
    return connection.execute("SELECT kernel.issue(%s::jsonb)", (payload,)).fetchone()[0]


def runs(slug: str) -> bool:
    return selectors.system_state(slug).running


def waits_for_a_lock(stage, process: int) -> bool:
    return stage.as_owner(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", process
    )


def test_the_next_transaction_is_refused_on_connections_open_before(stage):
    slug = stage.register()
    payload = json.dumps(stage.proposal(slug))
    with psycopg.connect(stage.url) as waiting:
        issue_on(waiting, stage, slug)
        waiting.commit()
        stage.switch(slug)
        with pytest.raises(psycopg.Error) as error:
            waiting.execute("SELECT kernel.issue(%s::jsonb)", (payload,))
    assert error.value.sqlstate == "KDSTP"


def test_even_a_transaction_begun_before_the_stop_is_refused_after_it(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as begun:
        payload = json.dumps(stage.proposal(slug))
        begun.execute("SELECT count(*) FROM kernel_recommendation")
        stage.switch(slug)
        with pytest.raises(psycopg.Error) as error:
            begun.execute("SELECT kernel.issue(%s::jsonb)", (payload,))
    assert error.value.sqlstate == "KDSTP"


def test_a_caller_who_waited_for_a_lock_sees_the_stop_that_came_meanwhile(stage):
    slug = stage.register()
    found: list[str | None] = []
    with psycopg.connect(stage.url) as first, psycopg.connect(stage.url) as second:
        issue_on(first, stage, slug, key="k")
        payload = json.dumps(stage.proposal(slug, key="k"))

        def wait() -> None:
            try:
                second.execute("SELECT kernel.issue(%s::jsonb)", (payload,))
                found.append("issued")
            except psycopg.Error as error:
                found.append(error.sqlstate)

        thread = threading.Thread(target=wait)
        thread.start()
        while not waits_for_a_lock(stage, second.info.backend_pid):
            pass
        stage.switch(slug)
        first.rollback()
        thread.join()
        second.rollback()
    assert found == ["KDSTP"]


def switching(stage, slug: str, *, by: str, verb: str) -> tuple[str, tuple[str]]:
    payload = {"system": slug, "user_id": stage.user_id(by), "reason": "Fejl i forslagene."}
    if verb == "resume":
        payload["codex_sha256"] = stage.sha256
    return f"SELECT kernel.{verb}(%s::jsonb)", (json.dumps(payload),)


def test_a_start_does_not_undo_a_stop_that_it_had_not_seen(stage):
    """Whichever of them was begun, numbered or committed first."""
    stop_first, start_first = stage.register(), stage.register()
    for slug, first, last in ((stop_first, "stop", "resume"), (start_first, "resume", "stop")):
        stage.switch(slug)
        with psycopg.connect(stage.url) as one, psycopg.connect(stage.url) as other:
            one.execute(*switching(stage, slug, by="merete", verb=first))
            other.execute(*switching(stage, slug, by="merete", verb=last))
            other.commit()
            one.commit()
        assert not runs(slug)
        stage.switch(slug, verb="resume")
        assert runs(slug)


def test_nobody_waits_for_a_switch_that_is_left_open(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as idle, psycopg.connect(stage.url) as other:
        idle.execute(*switching(stage, slug, by="dorte", verb="stop"))
        other.execute("SET lock_timeout = '2s'")
        other.execute(*switching(stage, slug, by="merete", verb="stop"))
        other.commit()
        assert not runs(slug)
        idle.rollback()
    assert not runs(slug)


def test_a_stop_does_not_wait_for_those_who_issue(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as busy:
        issue_on(busy, stage, slug)
        with psycopg.connect(stage.url) as connection:
            connection.execute("SET lock_timeout = '2s'")
            connection.execute(
                "SELECT kernel.stop(%s::jsonb)",
                (
                    json.dumps(
                        {"system": slug, "user_id": stage.user_id("merete"), "reason": "Fejl."}
                    ),
                ),
            )
    assert not runs(slug)


@pytest.mark.parametrize("username", ["merete", "dorte", "anders"])
def test_who_may_stop(stage, username):
    slug = stage.register()
    stewardship.stop(system=slug, user=stage.user(username), reason="Forslagene er forkerte.")
    state = selectors.system_state(slug)
    assert not state.running
    assert state.latest_switch.user == stage.user(username)
    assert [one.code for one in state.obstacles] == ["stopped"]


@pytest.mark.parametrize("username", ["sofie", "testine"])
def test_who_may_not_stop(stage, username):
    slug = stage.register()
    with pytest.raises(Refused) as refusal:
        stewardship.stop(system=slug, user=stage.user(username), reason="Fejl.")
    assert refusal.value.code == "no_right"
    assert runs(slug)


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [(0, 0, True), (-9, 0, True), (0, None, True), (-9, -1, False), (1, None, False)],
)
def test_a_right_counts_from_its_first_to_its_last_day(stage, first, last, may):
    """Asked of the database alone, which holds it whatever the policies say."""
    slug, officer = (
        stage.register(),
        person(stage, "data_protection_officer", first=first, last=last),
    )
    payload = {"system": slug, "user_id": officer, "reason": "Forslagene er forkerte."}
    if may:
        stage.call("stop", payload)
    else:
        assert stage.refused("stop", payload) == "no_right"
    assert runs(slug) != may


@pytest.mark.parametrize("username", ["sofie", "dorte", "anders", "testine"])
def test_only_the_owner_resumes(stage, username):
    slug = stage.register()
    stage.switch(slug)
    with pytest.raises(Refused):
        stewardship.resume(system=slug, user=stage.user(username), reason="Fejlen er rettet.")
    assert not runs(slug)
    stewardship.resume(system=slug, user=stage.user("merete"), reason="Fejlen er rettet.")
    stage.issued(slug)


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 2001])
def test_a_stop_has_a_reason(stage, reason):
    slug = stage.register()
    with pytest.raises(Refused) as refusal:
        stewardship.stop(system=slug, user=stage.user("merete"), reason=reason)
    assert refusal.value.code == "no_reason"


def test_a_stop_stands_in_the_ledger_and_stops_one_system_only(stage):
    slug, other = stage.register(), stage.register()
    stewardship.stop(system=slug, user=stage.user("merete"), reason="Forslagene er forkerte.")
    event = RegistryEvent.objects.get(system_slug=slug, kind="stop")
    assert event.body["reason"] == "Forslagene er forkerte."
    stage.issued(other)


def test_a_stop_needs_no_codex_and_a_start_does(stage):
    """When the codex has been tampered with, everything can still be stopped."""
    slug = stage.register()
    moved = "UPDATE kernel_codexrevision SET effective_from = effective_from + %s"
    with stage.rewriting("codexrevision"):
        stage.owner.execute(moved, (100_000,))
        try:
            stewardship.stop(system=slug, user=stage.user("merete"), reason="Kodekset er væk.")
            with pytest.raises(Refused) as refusal:
                stewardship.resume(system=slug, user=stage.user("merete"), reason="Prøv igen.")
            assert refusal.value.code == "codex_unsigned"
        finally:
            stage.owner.execute(moved, (-100_000,))
    assert not runs(slug)


def test_a_number_in_the_reason_is_masked(stage):
    slug = stage.register()
    stewardship.stop(system=slug, user=stage.user("merete"), reason="Fejl om 010190-1234 her.")
    event = RegistryEvent.objects.get(system_slug=slug, kind="stop")
    assert "1234" not in event.body["reason"]


def test_an_unknown_system_cannot_be_stopped(stage):
    with pytest.raises(Refused) as refusal:
        stewardship.stop(system="findes-ikke", user=stage.user("merete"), reason="Fejl.")
    assert refusal.value.code == "unknown_system"
    assert not isinstance(refusal.value, SystemStopped)
