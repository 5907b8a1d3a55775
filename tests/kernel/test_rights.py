# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Direct attempts on the kernel as the application role, in bare SQL: all refused, nothing written.

Whoever takes over the web process has this role and no other, so these are the attempts that
such a person would make. Each compares every kernel table before and after.
"""

from __future__ import annotations

import re

import psycopg
import pytest
from kernel_stage import ENTRANCES

DENIED = "42501"


def _tables() -> list[str]:
    from django.apps import apps

    kernel = apps.get_app_config("kernel")
    names = [model._meta.db_table for model in kernel.get_models(include_auto_created=True)]
    return sorted(name.removeprefix("kernel_") for name in names)


TABLES = _tables()
UNREAD = (
    ("vaultkey", "wrapped"),
    ("releasekey", "wrapped"),
    ("drawseed", "seed"),
    ("auditattribute", '"group"'),
    ("drilldeal", "user_id"),
)
"""Tables that the application role cannot read, each with what is secret in it."""


def test_every_table_of_the_kernel_is_tried_and_has_rows_to_try_on(filled):
    found = filled.owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename LIKE 'kernel\\_%'"
    ).fetchall()
    assert sorted(name.removeprefix("kernel_") for (name,) in found) == TABLES
    empty = {name for name, (rows, _) in filled.contents().items() if rows == 0}
    # Django's own, which nothing uses, and the queue that has been emptied into the log.
    assert empty <= {
        "kernel_user_groups",
        "kernel_user_user_permissions",
        "kernel_ledgerpending",
    }


def test_the_role_has_no_more_rights_than_it_is_meant_to_have(stage):
    """The whole list, so that a new table or function cannot slip by."""
    rights = stage.owner.execute(
        """
        SELECT DISTINCT privilege_type FROM information_schema.table_privileges
        WHERE grantee IN ('kodeks_app', 'PUBLIC') AND table_name LIKE 'kernel\\_%'
        """
    ).fetchall()
    assert rights == [("SELECT",)]
    columns = stage.owner.execute(
        """
        SELECT table_name, column_name FROM information_schema.column_privileges
        WHERE grantee IN ('kodeks_app', 'PUBLIC') AND table_name LIKE 'kernel\\_%'
          AND privilege_type <> 'SELECT'
        """
    ).fetchall()
    assert columns == []
    functions = stage.owner.execute(
        """
        SELECT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'kernel'::regnamespace
          AND has_function_privilege('kodeks_app', p.oid, 'EXECUTE')
        """
    ).fetchall()
    assert {name for (name,) in functions} == set(ENTRANCES) | {
        "exercises_left",
        "obstacles",
        "require_permit",
        "ledger_integrate",
        "ledger_publish",
        "ledger_cosign",
        "ledger_conflict",
        "ledger_thin",
    }


def test_the_role_does_not_read_the_keys_of_models_and_numbers(filled):
    unread = filled.owner.execute(
        """
        SELECT c.relname FROM pg_class AS c WHERE c.relkind = 'r'
          AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'kernel\\_%'
          AND NOT has_table_privilege('kodeks_app', c.oid, 'SELECT')
        """
    ).fetchall()
    assert {name for (name,) in unread} == {f"kernel_{name}" for name, _ in UNREAD}
    for name, column in UNREAD:
        for statement in (
            f"SELECT * FROM kernel_{name}",
            f"SELECT count({column}) FROM kernel_{name}",
            f"COPY kernel_{name} TO STDOUT",
            f"CREATE TEMP TABLE mine AS SELECT * FROM kernel_{name}",
            f"SELECT * FROM kernel_user, LATERAL (SELECT {column} FROM kernel_{name}) AS x",
        ):
            assert filled.attempt(statement) == DENIED
    for what in ("*", "count(*)", '"group"'):
        assert filled.attempt(f"SELECT {what} FROM kernel_auditattribute") == DENIED


def test_every_entrance_pins_what_a_session_could_bend(stage):
    """Those with the owner's rights, those that only the owner calls, and triggers."""
    owners = [
        "approve_release",
        "assign",
        "propose_release",
        "register_card",
        "register_codex",
        "register_evidence",
        "register_exercises",
        "register_grant",
        "register_signing_key",
        "register_training",
        "register_witnesses",
        "revoke_grants",
        "revoke_release",
    ]
    rows = stage.owner.execute(
        """
        SELECT p.proname, p.proconfig FROM pg_proc AS p
        WHERE p.pronamespace = 'kernel'::regnamespace AND (p.prosecdef
            OR p.prorettype = 'trigger'::regtype OR p.proname = ANY (%s)
            OR has_function_privilege('kodeks_app', p.oid, 'EXECUTE'))
        """,
        (owners,),
    ).fetchall()
    assert {name for name, _ in rows} >= set(owners) | set(ENTRANCES)
    pinned = {"search_path=pg_catalog, pg_temp", "standard_conforming_strings=on"}
    assert [name for name, config in rows if set(config or ()) != pinned] == []


READ_RIGHTS = {
    "casework_rights()",
    "casework_sees_all()",
    "casework_sees_units()",
    "casework_sees_subjects()",
    "casework_sees_places()",
}
"""What row-level security asks: they take nothing, read grants and write nothing."""


ENTERING = {
    "inquiries_retraining_entered()",
    "inquiries_proposed_compared()",
    "inquiries_approved_compared()",
}
"""Triggers, which nobody can call: they enter a row in the ledger by the kernel's own function, or
refuse it."""


def test_no_function_outside_the_kernel_writes_with_the_owners_rights(filled):
    others = filled.owner.execute(
        "SELECT p.oid::regprocedure::text, p.prorettype::regtype::text, p.prosrc FROM pg_proc AS p"
        " WHERE p.prosecdef AND p.pronamespace <> 'kernel'::regnamespace"
    ).fetchall()
    assert {name for name, *_ in others} == READ_RIGHTS | ENTERING
    assert {name for name, kind, _ in others if kind == "trigger"} == ENTERING
    writes = re.compile(r"\b(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|EXECUTE|COPY)\b", re.IGNORECASE)
    assert [name for name, _, source in others if writes.search(source)] == []


def test_the_role_is_an_ordinary_one(stage):
    row = stage.owner.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
        " pg_has_role('kodeks_app', 'kodeks_owner', 'MEMBER') FROM pg_roles"
        " WHERE rolname = 'kodeks_app'"
    ).fetchone()
    assert row == (False,) * 6


@pytest.mark.parametrize("table", TABLES)
def test_insert(intact, table):
    statement = f"INSERT INTO kernel_{table} SELECT * FROM kernel_{table}"
    assert intact.attempt(statement) == DENIED


@pytest.mark.parametrize("table", TABLES)
def test_update(intact, table):
    column = intact.as_owner(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
        f"kernel_{table}",
    )
    statement = f'UPDATE kernel_{table} SET "{column}" = "{column}"'
    assert intact.attempt(statement) == DENIED


@pytest.mark.parametrize("table", TABLES)
def test_delete(intact, table):
    assert intact.attempt(f"DELETE FROM kernel_{table}") == DENIED


@pytest.mark.parametrize("table", TABLES)
def test_truncate(intact, table):
    assert intact.attempt(f"TRUNCATE kernel_{table} CASCADE") == DENIED


@pytest.mark.parametrize("table", TABLES)
def test_copy_into(intact, table):
    with (
        psycopg.connect(intact.url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.cursor().copy(f"COPY kernel_{table} FROM STDIN") as copy,
    ):
        copy.write(b"1\n")


@pytest.mark.parametrize("table", TABLES)
def test_lock(intact, table):
    """A lock would let the role hold up a stop."""
    assert intact.attempt("BEGIN", f"LOCK TABLE kernel_{table} IN EXCLUSIVE MODE") == DENIED


STATEMENTS = {
    "alter-table": "ALTER TABLE kernel_decision ADD COLUMN x int",
    "alter-owner": "ALTER TABLE kernel_decision OWNER TO kodeks_app",
    "drop-check": "ALTER TABLE kernel_decision DROP CONSTRAINT kernel_own_consideration",
    "drop-unique": "ALTER TABLE kernel_decision DROP CONSTRAINT kernel_one_decision",
    "drop-table": "DROP TABLE kernel_decision CASCADE",
    "drop-trigger": "DROP TRIGGER history ON kernel_decision",
    "disable-trigger": "ALTER TABLE kernel_decision DISABLE TRIGGER history",
    "disable-all-triggers": "ALTER TABLE kernel_decision DISABLE TRIGGER ALL",
    "create-trigger": "CREATE TRIGGER t BEFORE INSERT ON kernel_decision"
    " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "create-rule": "CREATE RULE r AS ON INSERT TO kernel_decision DO INSTEAD NOTHING",
    "create-policy": "CREATE POLICY p ON kernel_decision USING (true)",
    "create-index": "CREATE INDEX ON kernel_decision (choice)",
    "inherit": "CREATE TABLE mine () INHERITS (kernel_decision)",
    "create-function-in-kernel": "CREATE FUNCTION kernel.mine() RETURNS int"
    " LANGUAGE sql AS 'SELECT 1'",
    "replace-function": "CREATE OR REPLACE FUNCTION kernel.is_running(slug text)"
    " RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "drop-function": "DROP FUNCTION kernel.issue(jsonb)",
    "alter-function": "ALTER FUNCTION kernel.issue(jsonb) SECURITY INVOKER",
    "alter-function-path": "ALTER FUNCTION kernel.issue(jsonb) SET search_path = public",
    "create-function-in-public": "CREATE FUNCTION public.sha256(bytea) RETURNS bytea"
    " LANGUAGE sql AS 'SELECT $1'",
    "create-schema": "CREATE SCHEMA mine",
    "drop-schema": "DROP SCHEMA kernel CASCADE",
    "rename-schema": "ALTER SCHEMA kernel RENAME TO elsewhere",
    "create-extension": "CREATE EXTENSION pgcrypto",
    "grant-role-to-self": "GRANT kodeks_owner TO kodeks_app",
    "alter-own-role": "ALTER ROLE kodeks_app SUPERUSER",
    "alter-owner-password": "ALTER ROLE kodeks_owner PASSWORD 'x'",
    "create-role": "CREATE ROLE mine",
    "create-database": "CREATE DATABASE mine",
    "alter-database": "ALTER DATABASE postgres SET session_replication_role = replica",
    "set-role": "SET ROLE kodeks_owner",
    "set-role-to-superuser": "SET ROLE postgres",
    "set-session-authorization": "SET SESSION AUTHORIZATION kodeks_owner",
    "replication-role": "SET session_replication_role = replica",
    "preload": "SET session_preload_libraries = 'x'",
    "alter-system": "ALTER SYSTEM SET fsync = off",
    "enter": "SELECT kernel.enter('decision', gen_random_uuid(), 's', '{}', now())",
    "record-event": "SELECT kernel.record_event('stop', 'inquiries', '{}')",
    "register-card": "SELECT kernel.register_card('{}')",
    "register-codex": "SELECT kernel.register_codex('{}', repeat('c0', 32), '{}', '{1,2}')",
    "register-evidence": "SELECT kernel.register_evidence('inquiries', 'dpia', 'x',"
    " repeat('e1', 32), 1, now()::date, now()::date, false)",
    "register-training": "SELECT kernel.register_training(1, '', now()::date)",
    "register-signing-key": "SELECT kernel.register_signing_key(1, 'x', 'y')",
    "propose-release": "SELECT kernel.propose_release('inquiries', '{}', '{}', 1, 'x', 1)",
    "approve-release": "SELECT kernel.approve_release('inquiries', '1', '{}', 1)",
    "revoke-release": "SELECT kernel.revoke_release('inquiries', '1', 1, 'x')",
    "keep-secret": "SELECT kernel.keep_secret(gen_random_uuid(), '{}', 'x', '\"AAAA\"')",
    "key-of": "SELECT kernel.key_of('{}', '{}')",
    "use-permit": "SELECT kernel.use_permit(gen_random_uuid())",
    "survey": "SELECT kernel.survey('inquiries', 'operation', NULL)",
    "register-grant": "SELECT kernel.register_grant(1, 'caseworker', '', '', NULL)",
    "revoke-grants": "SELECT kernel.revoke_grants(1, 'caseworker')",
    "assign": "SELECT kernel.assign('inquiries', 'Min enhed', 1, 2)",
    "switch": "SELECT kernel.switch('{}', true)",
    "canonical": "SELECT kernel.canonical('{}')",
    "nextval": "SELECT nextval('kernel_ledgerpending_id_seq')",
    "setval": "SELECT setval('kernel_switch_id_seq', 1000000)",
    "alter-sequence": "ALTER SEQUENCE kernel_switch_id_seq RESTART",
    "password": "UPDATE kernel_user SET password = 'x' WHERE username = 'merete'",
    "lock-a-person": "SELECT * FROM kernel_user FOR UPDATE",
    "make-staff": "UPDATE kernel_user SET is_staff = true",
    "make-superuser": "UPDATE kernel_user SET is_superuser = true",
    "make-active": "UPDATE kernel_user SET is_active = true",
    "rename-person": "UPDATE kernel_user SET full_name = 'En Anden'",
    "steal-cases": "UPDATE kernel_user SET person_index = NULL",
    "copy-to-file": "COPY kernel_user TO '/tmp/kodeks-user.csv'",
    "copy-from-file": "COPY kernel_user FROM '/etc/passwd'",
    "copy-from-program": "COPY kernel_user FROM PROGRAM 'true'",
    "large-object-from-file": "SELECT lo_import('/etc/passwd')",
    "large-object-to-file": "SELECT lo_export(1, '/tmp/kodeks-lo')",
    "read-file": "SELECT pg_read_file('postgresql.conf')",
    "catalogue": "UPDATE pg_catalog.pg_class SET relacl = NULL WHERE relname = 'kernel_decision'",
    "catalogue-of-functions": "UPDATE pg_catalog.pg_proc SET prosrc = 'SELECT 1'"
    " WHERE proname = 'issue'",
    "forge-migration": "INSERT INTO django_migrations (app, name, applied)"
    " VALUES ('kernel', '0003_guard', now())",
    "forget-migration": "DELETE FROM django_migrations WHERE app = 'kernel'",
    "temporary-table": "CREATE TEMP TABLE kernel_switch (running boolean)",
    "temporary-view": "CREATE TEMP VIEW kernel_grant AS SELECT 1",
    "temporary-function": "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea"
    " LANGUAGE sql AS 'SELECT $1'",
    "public-table": "CREATE TABLE public.kernel_more (a int)",
    "public-operator": "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text,"
    " FUNCTION = texteq)",
    "default-privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE kodeks_owner"
    " GRANT ALL ON TABLES TO kodeks_app",
    "security-label-by-do": "DO $$ BEGIN EXECUTE 'DELETE FROM kernel_decision'; END $$",
    "by-cte": "WITH gone AS (DELETE FROM kernel_switch RETURNING 1) SELECT count(*) FROM gone",
    "merge": "MERGE INTO kernel_switch USING (SELECT 1) AS s ON true"
    " WHEN MATCHED THEN UPDATE SET running = true",
    "row-lock": "SELECT * FROM kernel_system FOR UPDATE",
    "row-lock-share": "SELECT * FROM kernel_switch FOR SHARE",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement(intact, name):
    assert intact.attempt(STATEMENTS[name]) == DENIED


def test_granting_to_oneself_grants_nothing(intact):
    """PostgreSQL answers with a warning only, so what counts is that nothing came of it."""
    with psycopg.connect(intact.url, autocommit=True) as connection:
        connection.execute("GRANT INSERT, DELETE ON kernel_decision TO kodeks_app")
    assert intact.attempt("INSERT INTO kernel_decision DEFAULT VALUES") == DENIED
    assert intact.attempt("DELETE FROM kernel_decision") == DENIED


def test_integrate_does_not_run_backwards(intact):
    assert intact.attempt("SELECT * FROM kernel.ledger_integrate(-1)") is not None


def test_a_large_object_of_ones_own_reaches_no_table(intact):
    """PostgreSQL lets every role store large objects; none of ours is one."""
    intact.application.execute("BEGIN")
    intact.application.execute("SELECT lo_from_bytea(0, 'x')")
    intact.application.execute("ROLLBACK")


def test_the_fixture_of_the_house_is_this_role(as_application):
    assert as_application.execute("SELECT current_user").fetchone() == ("kodeks_app",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_application.execute("DELETE FROM kernel_decision")
