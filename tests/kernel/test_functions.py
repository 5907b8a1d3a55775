# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The functions in the database: all compile, can be put in place again, and none is left over."""

from __future__ import annotations

import re
from importlib.resources import files

import psycopg

from kodeks.kernel import sql


def test_every_part_is_installed_and_every_file_is_a_part():
    found = [path.name for path in files("kodeks.kernel.sql").iterdir()]
    assert {name.removesuffix(".sql") for name in found if name.endswith(".sql")} == set(sql.PARTS)


def test_every_function_compiles(stage):
    """They are installed unchecked, because they name each other; a slip would show at run time."""
    with psycopg.connect(stage.owner_url) as connection:
        connection.execute("SET check_function_bodies = on")
        rows = connection.execute(
            "SELECT p.oid, l.lanname, p.oid::regprocedure::text, pg_get_functiondef(p.oid)"
            " FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang"
            " WHERE p.pronamespace = 'kernel'::regnamespace"
        ).fetchall()
        for number, language, name, definition in rows:
            if language == "plpgsql":
                connection.execute("SELECT plpgsql_validator(%s)", (number,))
            else:
                # Defining it again parses its body.
                connection.execute(definition)
            assert name.startswith("kernel.")
        connection.rollback()
    assert len(rows) > 80


def test_a_new_version_is_put_in_place_of_the_old_one(stage):
    """As the migration of an upgrade does, on a database that is in use."""
    with psycopg.connect(stage.owner_url) as connection:
        before = functions(connection)
        connection.execute(
            "CREATE FUNCTION kernel.left_over() RETURNS integer LANGUAGE sql RETURN 1"
        )
        for statement in ("SET LOCAL check_function_bodies = off", sql._CLEAR):
            connection.execute(statement)
        for name in sql.PARTS:
            connection.execute(sql.part(name))
        assert functions(connection) == before
        connection.rollback()
    assert stage.issued(stage.register())


def functions(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc AS p"
        " WHERE p.pronamespace = 'kernel'::regnamespace ORDER BY 1"
    ).fetchall()


def test_every_refusal_says_its_code_and_a_whole_danish_sentence():
    """Sentences that are written out; those put together end the same way."""
    found = []
    for name in sql.PARTS:
        text = re.sub(r"\s+", " ", sql.part(name))
        found += re.findall(r"kernel\.(?:refuse|halt|obstacle)\( ?'(\w+)', ?'([^']*)'\)", text)
    assert len(found) > 80
    for code, sentence in found:
        assert re.fullmatch(r"[a-z_]+", code)
        assert sentence[0].isupper(), sentence
        assert sentence.endswith((".", "?")), sentence


def test_nothing_is_put_together_and_run_but_by_those_who_install():
    """A text run as SQL is where a caller's words could become a command."""
    for name in sql.PARTS:
        bodies = re.findall(r"CREATE (?:OR REPLACE )?FUNCTION.*?\$\$;", sql.part(name), re.DOTALL)
        assert not [body for body in bodies if re.search(r"\bEXECUTE\s+(format|'|\w+;)", body)]


def test_nothing_says_nothing(stage):
    """What is missing is refused before; where it were not, it must not pass for something."""
    for value in ("NULL", "'[]'", "'{}'", "'\"x\"'", "'null'", """'{"a": " "}'"""):
        assert stage.as_owner(f"SELECT kernel.says_something({value}::jsonb)") is not True
    assert stage.as_owner("SELECT coalesce(kernel.says_something(NULL), true)") is False
