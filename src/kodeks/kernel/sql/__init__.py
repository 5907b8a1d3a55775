# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions that enforce the codex, as they are now; the newest migration installs them.

A later change edits the files here and adds a migration that calls `install_functions` again; the
call is then taken out of the migration before, so that a new installation runs it once, at the end.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

PARTS = (
    "foundation",
    "people",
    "codex",
    "survey",
    "permits",
    "alarms",
    "oversight",
    "drills",
    "issue",
    "decide",
    "reverse",
    "act",
    "stewardship",
    "service",
    "letters",
    "registry",
    "releases",
    "fairness",
    "privacy",
    "ledger",
    "witnesses",
    "guards",
    "rights",
)

# Functions that triggers use are replaced in place; all others go, so that none is left behind.
_CLEAR = """
CREATE SCHEMA IF NOT EXISTS kernel;
DO $$
DECLARE
    old regprocedure;
BEGIN
    FOR old IN SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'kernel'::regnamespace
        AND p.prorettype <> 'trigger'::regtype LOOP
        EXECUTE format('DROP FUNCTION %s', old);
    END LOOP;
END $$;
DROP TYPE IF EXISTS kernel.standing;
"""


def part(name: str) -> str:
    """The text of one part."""
    return (files("kodeks.kernel.sql") / f"{name}.sql").read_text(encoding="utf-8")


def install_functions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For `migrations.RunPython`, as the owner role: put the present functions in place."""
    # The parts name each other; PostgreSQL looks at bodies only when they run.
    statements = ["SET LOCAL check_function_bodies = off", _CLEAR, *map(part, PARTS)]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
