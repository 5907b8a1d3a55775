# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bare calls of the kernel for attempts, and what an owner can forge who switches triggers off.

An attempt may say with which codes it must be refused, so that it does not count when it was turned
away for another reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import psycopg
from attempts import Attempt
from psycopg.pq import TransactionStatus

from kodeks.kernel import codices
from kodeks.kernel.errors import Refused

Call = tuple[str, dict[str, Any]]
"""A kernel function and its payload."""
PERMITTED = ("read", "read_dataset", "model_key", "issue", "act")
"""The functions that take a permit."""
_REFUSALS = ("KDREF", "KDSTP")
SESSIONS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "a day ahead": ("SET TimeZone = 'Pacific/Kiritimati'",),
    "half a day behind": ("SET TimeZone = 'Etc/GMT+12'",),
    "a week ahead": ("SET TimeZone = '<X>-167'",),
    "a week behind": ("SET TimeZone = '<X>+167'",),
    "german": ("SET DateStyle = 'German, DMY'", "SET IntervalStyle = 'sql_standard'"),
    "american": ("SET DateStyle = 'SQL, MDY'", "SET IntervalStyle = 'iso_8601'"),
    "year first": ("SET DateStyle = 'Postgres, YMD'", "SET IntervalStyle = 'postgres_verbose'"),
    "no standard strings": ("SET standard_conforming_strings = off", "SET TimeZone = 'UTC-14'"),
    "null is equal": ("SET transform_null_equals = on", "SET TimeZone = 'Asia/Kathmandu'"),
}
"""What a caller can bend in a session, dates first of all."""


class Denied(Exception):
    """The kernel refused a bare call, with one of its own sentences; any other error is none."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code


TURNED_AWAY = (Denied, Refused)


def fresh_codices() -> None:
    """As a process that has believed no codex yet."""
    codices._verified.cache_clear()
    codices._written.cache_clear()


def call(connection: psycopg.Connection, function: str, payload: Any) -> Any:
    """Call a kernel function on a bare connection."""
    return execute(connection, f"SELECT kernel.{function}(%s::jsonb)", json.dumps(payload))


def execute(connection: psycopg.Connection, statement: str, *values: object) -> Any:
    """The first value of a statement. Raises Denied when the kernel refuses it."""
    try:
        # A savepoint keeps a transaction that was begun before usable.
        begun_before = connection.info.transaction_status is TransactionStatus.INTRANS
        with connection.transaction() if begun_before else nullcontext():
            row = connection.execute(statement, values).fetchone()
    except psycopg.Error as error:
        if error.sqlstate not in _REFUSALS:
            raise
        told = error.diag
        raise Denied(told.message_detail or "", told.message_primary or "") from error
    return None if row is None else row[0]


def refused_with(codes: Collection[str], try_: Callable[[], object]) -> Callable[[], object]:
    """The attempt, which must be refused with one of these codes when there are any."""

    def attempt() -> object:
        try:
            return try_()
        except TURNED_AWAY as refusal:
            if codes and refusal.code not in codes:
                raise AssertionError(f"{refusal.code} instead of {sorted(codes)}") from refusal
            raise

    return attempt


def bare(
    name: str, connection: psycopg.Connection, one: Call, *, codes: Collection[str] = ()
) -> Attempt:
    """An attempt with a bare call, that must be refused with one of `codes` when they are given."""
    return Attempt(name=name, try_=refused_with(codes, lambda: call(connection, *one)))


@contextmanager
def sessions(stage: Any) -> Iterator[dict[str, psycopg.Connection]]:
    """A connection of the application role for each of SESSIONS."""
    with ExitStack() as stack:
        found = {}
        for name, settings in SESSIONS.items():
            connection = stack.enter_context(psycopg.connect(stage.url, autocommit=True))
            for setting in settings:
                connection.execute(setting)
            found[name] = connection
        yield found


@contextmanager
def begun(stage: Any) -> Iterator[psycopg.Connection]:
    """A transaction that is begun now, and only rolled back at the end."""
    with psycopg.connect(stage.url) as connection:
        connection.execute("SELECT now()")
        yield connection
        connection.rollback()


@contextmanager
def django_as_owner(stage: Any) -> Iterator[None]:
    """Django as the commands of `kodeks` use it that register something."""
    from django.db import connections

    from kodeks.workbench import database_url

    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(database_url.parse(stage.owner_url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def forged_for_now(*statements: tuple[str, tuple[object, ...]]) -> Iterator[None]:
    """What an owner wrote into the tables, seen by Django's connection; taken back at the end."""
    from django.db import connection, transaction

    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                for statement, values in statements:
                    cursor.execute(statement, values)
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def untriggered(stage: Any, *tables: str) -> Iterator[None]:
    """What an owner can do who switches the tables' triggers off."""
    for table in tables:
        stage.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in tables:
            stage.owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def forge(stage: Any, table: str, change: str, *values: object) -> None:
    """Change rows that cannot be changed: `change` is what follows UPDATE <table>."""
    with untriggered(stage, table):
        stage.owner.execute(f"UPDATE {table} {change}", values)


def expire(stage: Any, permit: str, ago: str = "1 second") -> None:
    """Let a permit's time run out. Only that: what was registered meanwhile counts as seen."""
    forge(
        stage,
        "kernel_permit",
        "SET expires_at = clock_timestamp() - %s::interval,"
        " snapshot = pg_current_snapshot()::text WHERE id = %s",
        ago,
        permit,
    )
