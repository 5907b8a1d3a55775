# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bare SQL as the application role, past Django: what one tries who has taken over the site."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from attempts import Attempt, count, none_succeeds
from bypass_calls import Calls, Unexpected
from bypass_functions import on_functions
from bypass_honest import CARD, FUNCTIONS, Honest, Payload
from bypass_ledger import Publication, right, wrong
from bypass_mutations import changed
from bypass_session import reads, statements
from bypass_settings import LEVELS, MANNERS, READ_ONLY, SENSITIVE, SETTINGS
from bypass_sql import Try, attempt, on_columns, on_parts, on_tables
from django.db import connections

from kodeks.kernel import stewardship

REFUSALS = (psycopg.Error,)
UNDER_A_PERMIT = (
    *("permit", "read", "read_dataset", "model_key", "issue", "act", "act_again", "by_itself"),
)


def _made(stage, tries: Iterator[Try]) -> int:
    """Make the attempts on a connection of their own, which they may leave in any state."""
    with psycopg.connect(stage.url, autocommit=True) as connection:
        found = (attempt(connection, one) for one in tries)
        return none_succeeds(stage, found, kind="sql", refusals=REFUSALS)


def test_no_table_is_written_or_altered(filled):
    """Each kernel table with each statement that writes, locks, alters, copies or stands before."""
    assert _made(filled, on_tables(filled.owner)) > 4000


def test_no_column_is_written_or_altered(filled):
    assert _made(filled, on_columns(filled.owner)) > 2000


def test_no_constraint_trigger_index_or_sequence_is_touched(filled):
    assert _made(filled, on_parts(filled.owner)) > 1000


def test_no_function_is_called_or_replaced(filled):
    assert _made(filled, on_functions(filled.owner)) > 2000


def test_no_session_becomes_more_than_it_is(filled):
    """Roles, settings, files, extensions, catalogues, and names in front of the kernel's."""
    found = statements(database=filled.owner.info.dbname, home=os.environ["KODEKS_TEST_HOME"])
    assert _made(filled, found) > 200
    # What was granted to oneself with a warning grants nothing.
    for table in ("kernel_decision", "kernel_grant"):
        assert filled.attempt(f"INSERT INTO {table} DEFAULT VALUES") == "42501"


def test_no_sealed_key_is_read(filled):
    assert _made(filled, reads()) >= 60


def test_rows_of_others_cannot_be_asked_after(filled):
    """Statistics of a table tell what is in it; those of sealed keys are shown to nobody."""
    filled.owner.execute("ANALYZE")
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        found = filled.application.execute(
            f"SELECT count(*) FROM {view} WHERE tablename IN"
            " ('kernel_vaultkey', 'kernel_releasekey')"
        ).fetchone()
        assert found == (0,)


def test_no_other_log_is_published(filled):
    """The database computes tiles and root itself; what waits stays waiting when they differ."""
    filled.decided(filled.register())

    def publish(other: Publication | None) -> None:
        with psycopg.connect(filled.url) as connection:
            try:
                found = right(connection)
                if other is not None:
                    other.publish(connection)
                    connection.commit()
                else:
                    found.publish(connection)
            finally:
                connection.rollback()

    with psycopg.connect(filled.url) as connection:
        found = right(connection)
        connection.rollback()
    attempts = [
        Attempt(name=name, try_=lambda other=other: publish(other)) for name, other in wrong(found)
    ]
    attempts.append(
        Attempt(name="nothing was placed", try_=lambda: found.publish(filled.application))
    )
    assert none_succeeds(filled, attempts, kind="sql", refusals=REFUSALS) > 60
    publish(None)


# The entrances, in a session that was bent


@pytest.fixture
def payloads(stage) -> dict[str, Payload]:
    """An honest payload for each way to call an entrance, all in order at the same time."""
    honest = Honest(stage, stage.register(**CARD))
    # Registering anything ends the permits before it, so those who need one come last.
    ways = sorted(FUNCTIONS, key=lambda way: way in UNDER_A_PERMIT)
    found = {way: honest.payload(way) for way in ways}
    return found | {way: honest.payload(way) for way in UNDER_A_PERMIT}


@contextmanager
def _session(stage, setting: str) -> Iterator[psycopg.Connection]:
    """A fresh one, so that each kernel function is read for the first time under the setting."""
    with psycopg.connect(stage.url, autocommit=True) as connection:
        connection.execute(setting)
        yield connection


def test_no_setting_changes_how_a_payload_is_read(stage, payloads):
    made = 0
    for setting, statement in SETTINGS.items():
        with _session(stage, statement) as connection:
            calls = Calls(connection)
            found = [
                calls.attempt(
                    way,
                    f"{setting}: {name}",
                    changed(payloads[way], path, value),
                    expected="" if setting == READ_ONLY else code,
                )
                for way, cases in SENSITIVE.items()
                for name, path, value, code in cases
            ]
            made += none_succeeds(stage, found, kind="sql", refusals=REFUSALS)
            # An unmasking is good for a minute only, which the settings together may take.
            for way in payloads.keys() - {"unmasked"}:
                taken = setting != READ_ONLY or way == "model_key"
                assert calls.would_take(way, payloads[way]) is taken, f"{setting} {way}"
    assert made > 2000


def test_no_old_snapshot_gets_in(stage, payloads):
    """Else a transaction that began before a stop or a revocation would not see it."""

    def enter(manner: str, level: str, way: str, payload: Payload) -> None:
        connection.execute("RESET ALL")
        for statement in MANNERS[manner]:
            connection.execute(statement.format(level))
        try:
            calls.call(way, payload)
            connection.execute("COMMIT")
        except psycopg.Error as error:
            connection.execute("ROLLBACK")
            if error.diag.message_detail != "isolation":
                raise Unexpected(f"{way}: {error}") from error
            raise

    attempts = (
        Attempt(name=" ".join(one), try_=lambda one=one: enter(*one, payloads[one[-1]]))
        for one in itertools.product(MANNERS, LEVELS, payloads)
    )
    with psycopg.connect(stage.url, autocommit=True) as connection:
        calls = Calls(connection)
        found = none_succeeds(stage, attempts, kind="sql", refusals=REFUSALS)
        assert found == len(FUNCTIONS) * len(LEVELS) * len(MANNERS)
        connection.execute("RESET ALL")
        assert all(calls.would_take(way, payload) for way, payload in payloads.items())


def test_no_cursor_keeps_an_entrance_open_past_a_stop(stage):
    """A cursor's query has the snapshot of its declaration; each entrance takes one of its own."""
    honest = Honest(stage)
    subject = stage.subject()
    permit = stage.permit(honest.slug)
    asked = {
        "issue": stage.proposal(honest.slug),
        "read": stage.reading(permit, subject),
        "model_key": {"permit_id": permit},
    }
    with psycopg.connect(stage.url) as connection:
        for way, payload in asked.items():
            connection.execute(f"DECLARE {way} CURSOR FOR SELECT kernel.{way}({_literal(payload)})")
        stage.switch(honest.slug)
        found = [Attempt(name=way, try_=lambda way=way: _fetched(connection, way)) for way in asked]
        assert none_succeeds(stage, found, kind="sql", refusals=REFUSALS) == len(asked)
        connection.rollback()


def _fetched(connection: psycopg.Connection, cursor: str) -> None:
    connection.execute("SAVEPOINT s")
    try:
        connection.execute(f"FETCH {cursor}")
    except psycopg.Error as error:
        connection.execute("ROLLBACK TO s")
        if error.sqlstate != "KDSTP":
            raise Unexpected(f"{cursor}: {error}") from error
        raise


def _literal(payload: Payload) -> str:
    return "'" + json.dumps(payload).replace("'", "''") + "'::jsonb"


def test_no_key_is_given_out_and_rolled_back(stage):
    """What opens a number is handed over only when it is written down for good who asked."""
    honest = Honest(stage)
    payload = honest.unmask()

    def rolled_back(statement: str) -> None:
        with psycopg.connect(stage.url) as connection:
            try:
                connection.execute(statement)
            finally:
                connection.rollback()

    asked = f"kernel.unmask({_literal(payload)})"
    opened = "kernel.unmasked(jsonb_build_object('unmasking', {}))"
    found = {
        "in one query": f"SELECT {opened.format(asked)}",
        "by cte": f"WITH u AS MATERIALIZED (SELECT {asked} AS id)"
        f" SELECT {opened.format('u.id')} FROM u",
        "in a block": f"DO $do$ DECLARE u uuid; BEGIN u := {asked}; PERFORM {opened.format('u')};"
        " END $do$",
        "by subquery": f"SELECT {opened.format('x.id')} FROM (SELECT {asked} AS id OFFSET 0) AS x",
        "after a savepoint": f"SAVEPOINT s; SELECT {asked}; RELEASE s; SELECT kernel.unmasked("
        "jsonb_build_object('unmasking', e.id)) FROM kernel_registryevent AS e"
        " WHERE kind = 'unmasking' ORDER BY pending_id DESC LIMIT 1",
    }
    attempts = [
        Attempt(name=name, try_=lambda sql=sql: rolled_back(sql)) for name, sql in found.items()
    ]
    assert none_succeeds(stage, attempts, kind="sql", refusals=REFUSALS) == len(found)


# Holding up a stop


def test_the_people_cannot_be_locked(stage):
    found = [
        attempt(
            stage.application, Try(f"for {mode}", f"SELECT * FROM kernel_user FOR {mode} NOWAIT")
        )
        for mode in ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE")
    ]
    none_succeeds(stage, found, kind="sql", refusals=REFUSALS)


HOLDS = {
    "a stop left open": "SELECT kernel.stop({payload})",
    "a start left open": "SELECT kernel.resume({resume})",
    "a decision left open": "SELECT kernel.obstacles('inquiries', 'operation', NULL)",
}


@pytest.mark.parametrize("hold", HOLDS)
def test_no_stop_waits_for_a_transaction_left_open(stage, hold):
    honest = Honest(stage, stage.register(**CARD))
    held = HOLDS[hold].format(payload=_literal(honest.stop()), resume=_literal(honest.resume()))
    with (
        psycopg.connect(stage.url) as open_one,
        psycopg.connect(stage.url, autocommit=True) as other,
    ):
        open_one.execute(held)
        other.execute("SET lock_timeout = '300ms'")
        other.execute(f"SELECT kernel.stop({_literal(honest.stop())})")
        open_one.rollback()
    assert stage.obstacles(honest.slug)[0] == "stopped"
    count("sql", 1)


@pytest.mark.parametrize(
    "setting",
    [
        "default_transaction_isolation = 'serializable'",
        "default_transaction_read_only = on",
        "statement_timeout = '1ms'",
        "lock_timeout = '1ms'",
        "idle_in_transaction_session_timeout = '1ms'",
        "search_path = pg_temp",
    ],
)
def test_the_role_cannot_break_the_sessions_of_the_site(stage, setting):
    """A role may change what its own sessions begin with; the site says what it needs.

    For this database only, so that no other is disturbed.
    """
    slug = stage.register()
    where = f"ALTER ROLE kodeks_app IN DATABASE {stage.owner.info.dbname}"
    stage.application.execute(f"{where} SET {setting}")
    connections["default"].close()
    try:
        stewardship.stop(system=slug, user=stage.user("merete"), reason="Fejl i forslagene.")
    finally:
        stage.application.execute(f"{where} RESET ALL")
        connections["default"].close()
    assert stage.obstacles(slug)[0] == "stopped"
    count("sql", 1)
