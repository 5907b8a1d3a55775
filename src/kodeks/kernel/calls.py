# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calling the database's kernel functions, and turning their refusals into exceptions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from kodeks.kernel.errors import Refused, SystemStopped

_REFUSED, _STOPPED = "KDREF", "KDSTP"

Argument = str | int | bool | bytes | dt.date | Mapping[str, Any] | Sequence[int] | None


def call(function: str, *arguments: Argument, savepoint: bool = True) -> Any:
    """Run `SELECT kernel.<function>(...)`; a mapping is sent as jsonb. Returns its one value.

    Joins the caller's transaction, if there is one. A savepoint keeps it usable after a refusal;
    where a refusal ends the caller's work anyway, `savepoint` False saves two trips.

    Raises Refused or SystemStopped with the database's own Danish sentence.
    """
    values: list[Any] = [
        json.dumps(argument, ensure_ascii=False) if isinstance(argument, Mapping) else argument
        for argument in arguments
    ]
    marks = ", ".join(
        "%s::jsonb" if isinstance(argument, Mapping) else "%s" for argument in arguments
    )
    try:
        with _guarded(savepoint), connection.cursor() as cursor:
            cursor.execute(f"SELECT kernel.{function}({marks})", values)
            row = cursor.fetchone()
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    found = None if row is None else row[0]
    # Django reads jsonb as text, to decode it in its own fields.
    return json.loads(found) if isinstance(found, str) and found.startswith(("{", "[")) else found


def _guarded(savepoint: bool) -> AbstractContextManager[None]:
    # A single statement is a transaction by itself.
    if connection.in_atomic_block and savepoint:
        return transaction.atomic()
    return transaction.mark_for_rollback_on_error()


def refusal_of(error: DatabaseError) -> Refused | None:
    """The refusal behind a database error, or None when it is an error of another kind."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    message, code = cause.diag.message_primary or "", cause.diag.message_detail or ""
    if cause.sqlstate == _STOPPED:
        return SystemStopped(code=code, message=message)
    if cause.sqlstate == _REFUSED:
        return Refused(code=code, message=message)
    return None
