# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every function of the kernel: called by a role that may not, replaced, altered and dropped."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from bypass_sql import DENIED, Try

ARGUMENTS = {
    "text": "'inquiries'",
    "jsonb": "'{}'",
    "bigint": "1",
    "integer": "1",
    "boolean": "true",
    "date": "'2026-01-01'",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
    "bytea": "'x'",
    "text[]": "'{}'",
    "bigint[]": "'{1,2}'",
}
CALLS = {
    "select": "SELECT {f}({a})",
    "from": "SELECT * FROM {f}({a})",
    "with-null": "SELECT {f}({n})",
    "do": "DO $do$ BEGIN PERFORM {f}({a}); END $do$",
    "prepared": "DEALLOCATE ALL; PREPARE p AS SELECT {f}({a}); EXECUTE p",
    "xml": "SELECT query_to_xml($$ SELECT {f}({a}) $$, true, true, '')",
}
CHANGES = {
    "drop": "DROP FUNCTION {s} CASCADE",
    "rename": "ALTER FUNCTION {s} RENAME TO elsewhere",
    "own": "ALTER FUNCTION {s} OWNER TO kodeks_app",
    "move": "ALTER FUNCTION {s} SET SCHEMA public",
    "definer": "ALTER FUNCTION {s} SECURITY DEFINER",
    "invoker": "ALTER FUNCTION {s} SECURITY INVOKER",
    "path": "ALTER FUNCTION {s} SET search_path = pg_temp",
    "reset": "ALTER FUNCTION {s} RESET ALL",
    "strings": "ALTER FUNCTION {s} SET standard_conforming_strings = off",
    "immutable": "ALTER FUNCTION {s} IMMUTABLE",
    "strict": "ALTER FUNCTION {s} STRICT",
    "comment": "COMMENT ON FUNCTION {s} IS 'x'",
    "trigger": "CREATE TRIGGER mine AFTER INSERT ON inquiries_inquiry FOR EACH ROW"
    " EXECUTE FUNCTION {f}()",
    "source": "UPDATE pg_proc SET prosrc = 'SELECT 1' WHERE oid = '{s}'::regprocedure",
    "rights": "UPDATE pg_proc SET proacl = NULL WHERE oid = '{s}'::regprocedure",
}
GRANTS = {
    "grant": "GRANT EXECUTE ON FUNCTION {s} TO kodeks_app",
    "revoke": "REVOKE EXECUTE ON FUNCTION {s} FROM kodeks_owner",
}


def on_functions(owner: psycopg.Connection) -> Iterator[Try]:
    """Calls of those that the role may not execute, and changes of all."""
    rows = owner.execute(
        "SELECT oid::regprocedure::text, oid::regproc::text, pg_get_functiondef(oid),"
        " has_function_privilege('kodeks_app', oid, 'EXECUTE'), prorettype = 'trigger'::regtype,"
        " proisstrict,"
        " ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) AS t)"
        " FROM pg_proc WHERE pronamespace = 'kernel'::regnamespace ORDER BY 1"
    ).fetchall()
    for signature, name, definition, allowed, trigger, strict, types in rows:
        fill = {
            "s": signature,
            "f": name,
            "a": ", ".join(f"{ARGUMENTS.get(one, 'NULL')}::{one}" for one in types),
            "n": ", ".join(f"NULL::{one}" for one in types),
        }
        if not allowed:
            # A trigger's function is no function to call, whoever asks.
            states = (DENIED, "0A000") if trigger else (DENIED,)
            for kind, sql in CALLS.items():
                if (kind == "from" and trigger) or (kind == "with-null" and strict):
                    continue  # neither would come to a call
                yield Try(f"{signature} call {kind}", sql.format(**fill), states=states)
        yield Try(f"{signature} replace", definition)
        yield Try(f"{signature} replace-loosely", _loosened(definition))
        for kind, sql in CHANGES.items():
            # A function that gives no trigger cannot be one.
            states = (DENIED, "42P17", "42883") if kind == "trigger" else (DENIED,)
            yield Try(f"{signature} {kind}", sql.format(**fill), states=states)
        for kind, sql in GRANTS.items():
            yield Try(f"{signature} {kind}", sql.format(**fill), silent=True)


def _loosened(definition: str) -> str:
    """The function with a body that does nothing."""
    head = definition.split("AS $function$", 1)[0].replace("plpgsql", "sql")
    return f"{head} AS $function$ SELECT NULL $function$"
