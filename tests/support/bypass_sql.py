# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Statements with which somebody who holds the application role would try to get past the kernel.

What they are made on (tables, columns, constraints, triggers, functions, sequences) is read from
the catalogue, so that whatever is added to the kernel is tried by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from attempts import Attempt

DENIED = "42501"
SEALED = ("kernel_vaultkey", "kernel_releasekey")
"""Keys that the application role may not even read."""


class Unexpected(Exception):
    """A statement failed for a reason of its own: the attempt was none."""


@dataclass(frozen=True)
class Try:
    """One statement; `states` are the SQLSTATEs that mean that it was refused."""

    name: str
    sql: str
    states: tuple[str, ...] = (DENIED,)
    silent: bool = False


def attempt(connection: psycopg.Connection, one: Try) -> Attempt:
    """The attempt to run it; only a refusal of the expected kind counts as one."""

    def try_() -> None:
        try:
            connection.execute(one.sql)
        except psycopg.Error as error:
            if error.sqlstate not in one.states:
                raise Unexpected(f"{one.name}: {error.sqlstate} {error}") from error
            raise
        finally:
            if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                connection.execute("ROLLBACK")

    return Attempt(name=one.name, try_=try_, silent=one.silent)


def tables(owner: psycopg.Connection) -> list[str]:
    rows = owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND"
        " (tablename LIKE 'kernel\\_%' OR tablename = 'django_migrations') ORDER BY 1"
    )
    return [name for (name,) in rows]


def columns(owner: psycopg.Connection, table: str) -> list[str]:
    rows = owner.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        (table,),
    )
    return [name for (name,) in rows]


# Whole tables. The first of WRITES are also made in the disguises of DISGUISES.

WRITES = {
    "insert": "INSERT INTO {t} SELECT * FROM {t}",
    "update": "UPDATE {t} SET {c} = {c}",
    "delete": "DELETE FROM {t}",
    "insert-default": "INSERT INTO {t} DEFAULT VALUES",
    "insert-or-nothing": "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT DO NOTHING",
    "insert-or-update": "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT ON CONSTRAINT {key}"
    " DO UPDATE SET {c} = EXCLUDED.{c}",
    "insert-overriding": "INSERT INTO {t} OVERRIDING SYSTEM VALUE SELECT * FROM {t}",
    "update-nothing": "UPDATE {t} SET {c} = {c} WHERE false",
    "update-from": "UPDATE {t} SET {c} = s.{c} FROM (SELECT * FROM {t} LIMIT 1) AS s",
    "delete-nothing": "DELETE FROM ONLY {t} WHERE false",
    "delete-using": "DELETE FROM {t} USING kernel_system AS s WHERE s.slug <> ''",
}
DISGUISED = ("insert", "update", "delete")
DISGUISES = {
    "cte": "WITH x AS ({} RETURNING 1) SELECT count(*) FROM x",
    "prepared": "DEALLOCATE ALL; PREPARE p AS {}; EXECUTE p",
    "do": "DO $do$ BEGIN EXECUTE $$ {} $$; END $do$",
    "static-do": "DO $do$ BEGIN {}; END $do$",
    "analyze": "EXPLAIN (ANALYZE) {}",
    "late": "BEGIN; SAVEPOINT s; SELECT 1; {}; COMMIT",
    "copy": "COPY ({} RETURNING 1) TO STDOUT",
}
LOCKS = (
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
ROW_LOCKS = ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE")
ON_TABLES = {
    "truncate": "TRUNCATE {t}",
    "truncate-only": "TRUNCATE ONLY {t}",
    "truncate-cascade": "TRUNCATE {t} RESTART IDENTITY CASCADE",
    "copy-in": "COPY {t} FROM STDIN",
    "copy-in-binary": "COPY {t} FROM STDIN (FORMAT binary)",
    "copy-from-file": "COPY {t} FROM '/etc/passwd'",
    "copy-from-program": "COPY {t} FROM PROGRAM 'true'",
    "copy-to-file": "COPY {t} TO '/tmp/kodeks-table'",
    "copy-to-program": "COPY {t} TO PROGRAM 'true'",
    "merge-update": "MERGE INTO {t} AS t USING (SELECT 1) AS s ON true"
    " WHEN MATCHED THEN UPDATE SET {c} = t.{c}",
    "merge-delete": "MERGE INTO {t} AS t USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
    "merge-insert": "MERGE INTO {t} AS t USING (SELECT 1) AS s ON false"
    " WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
    "table-as": "CREATE TABLE public.mine AS TABLE {t}",
    "temporary-table-as": "CREATE TEMP TABLE mine AS TABLE {t}",
    "temporary-twin": "CREATE TEMP TABLE {t} (a integer)",
    "temporary-like": "CREATE TEMP TABLE mine (LIKE {t} INCLUDING ALL)",
    "select-into": "SELECT * INTO TEMP mine FROM {t}",
    "view": "CREATE VIEW public.mine AS SELECT * FROM {t}",
    "temporary-view": "CREATE TEMP VIEW mine AS SELECT * FROM {t};"
    " INSERT INTO mine SELECT * FROM mine",
    "materialized-view": "CREATE MATERIALIZED VIEW public.mine AS SELECT * FROM {t}",
    "inherit": "CREATE TABLE public.mine () INHERITS ({t})",
    "partition": "CREATE TABLE public.mine PARTITION OF {t} DEFAULT",
    "references": "CREATE TEMP TABLE mine (a integer REFERENCES {t})",
    "add-column": "ALTER TABLE {t} ADD COLUMN x integer",
    "rename": "ALTER TABLE {t} RENAME TO elsewhere",
    "set-schema": "ALTER TABLE {t} SET SCHEMA kernel",
    "own": "ALTER TABLE {t} OWNER TO kodeks_app",
    "disable-triggers": "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "disable-user-triggers": "ALTER TABLE {t} DISABLE TRIGGER USER",
    "row-security": "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "unlogged": "ALTER TABLE {t} SET UNLOGGED",
    "storage": "ALTER TABLE {t} SET (autovacuum_enabled = false)",
    "attach": "ALTER TABLE {t} ATTACH PARTITION kernel_switch DEFAULT",
    "inherit-other": "ALTER TABLE {t} INHERIT kernel_switch",
    "replica-identity": "ALTER TABLE {t} REPLICA IDENTITY NOTHING",
    "check": "ALTER TABLE {t} ADD CONSTRAINT x CHECK (false) NOT VALID",
    "primary-key": "ALTER TABLE {t} DROP CONSTRAINT {key} CASCADE",
    "trigger-before": "CREATE TRIGGER mine BEFORE INSERT ON {t} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "trigger-after": "CREATE TRIGGER mine AFTER INSERT ON {t} FOR EACH ROW"
    " EXECUTE FUNCTION tsvector_update_trigger()",
    "trigger-replace": "CREATE OR REPLACE TRIGGER history BEFORE UPDATE ON {t} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "rule-instead": "CREATE RULE mine AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "rule-also": "CREATE RULE mine AS ON INSERT TO {t} DO ALSO DELETE FROM kernel_switch",
    "rule-select": 'CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO {t} DO INSTEAD'
    " SELECT * FROM {t}",
    "policy": "CREATE POLICY mine ON {t} USING (true) WITH CHECK (true)",
    "index": "CREATE INDEX ON {t} ({c})",
    "unique-index": "CREATE UNIQUE INDEX ON {t} ((1))",
    "statistics": "CREATE STATISTICS mine ON {c}, ({c}) FROM {t}",
    "comment": "COMMENT ON TABLE {t} IS 'x'",
    "drop": "DROP TABLE {t}",
    "drop-cascade": "DROP TABLE IF EXISTS {t} CASCADE",
    "cluster": "CLUSTER {t} USING {key}",
    "reindex": "REINDEX TABLE {t}",
    "publication": "CREATE PUBLICATION mine FOR TABLE {t}",
    "file": "SELECT pg_read_binary_file(pg_relation_filepath('{t}'))",
    "catalogue-acl": "UPDATE pg_class SET relacl = NULL WHERE oid = '{t}'::regclass",
    "catalogue-owner": "UPDATE pg_class SET relowner = 'kodeks_app'::regrole"
    " WHERE oid = '{t}'::regclass",
    "catalogue-triggers": "DELETE FROM pg_trigger WHERE tgrelid = '{t}'::regclass",
    "catalogue-constraints": "UPDATE pg_constraint SET convalidated = false"
    " WHERE conrelid = '{t}'::regclass",
    "catalogue-columns": "UPDATE pg_attribute SET attacl = NULL WHERE attrelid = '{t}'::regclass",
}
# PostgreSQL answers these with a warning or does nothing; then the tables are compared, and the
# role tries to use what it would have got.
WARNED = {
    "grant": "GRANT ALL ON {t} TO kodeks_app",
    "grant-to-all": "GRANT INSERT, UPDATE, DELETE ON {t} TO PUBLIC",
    "grant-with-option": "GRANT SELECT ON {t} TO kodeks_app WITH GRANT OPTION",
    "revoke-from-owner": "REVOKE ALL ON {t} FROM kodeks_owner CASCADE",
    "vacuum": "VACUUM {t}",
    "analyze": "ANALYZE {t}",
}
ON_COLUMNS = {
    "update": "UPDATE {t} SET {c} = {c}",
    "insert": "INSERT INTO {t} ({c}) SELECT {c} FROM {t}",
    "drop": "ALTER TABLE {t} DROP COLUMN {c} CASCADE",
    "rename": "ALTER TABLE {t} RENAME COLUMN {c} TO elsewhere",
    "nullable": "ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL",
    "default": "ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT NULL",
    "retype": "ALTER TABLE {t} ALTER COLUMN {c} TYPE text USING ''",
}


def on_tables(owner: psycopg.Connection) -> Iterator[Try]:
    """Whole-table statements on every kernel table."""
    for table in tables(owner):
        fill = {"t": table, "c": columns(owner, table)[0], "key": _primary(owner, table)}
        for name, sql in WRITES.items():
            yield Try(f"{table}: {name}", sql.format(**fill))
        for name in DISGUISED:
            for disguise, form in DISGUISES.items():
                yield Try(
                    f"{table}: {name} by {disguise}", form.format(WRITES[name].format(**fill))
                )
        for name, sql in ON_TABLES.items():
            yield Try(f"{table}: {name}", sql.format(**fill))
        for mode in LOCKS:
            yield Try(f"{table}: lock {mode}", f"BEGIN; LOCK TABLE {table} IN {mode} MODE")
        for mode in ROW_LOCKS:
            yield Try(f"{table}: for {mode}", f"SELECT * FROM {table} FOR {mode} NOWAIT")
        for name, sql in WARNED.items():
            yield Try(f"{table}: {name}", sql.format(**fill), silent=True)


def on_columns(owner: psycopg.Connection) -> Iterator[Try]:
    """Statements on every column of every kernel table."""
    for table in tables(owner):
        for column in columns(owner, table):
            for name, sql in ON_COLUMNS.items():
                yield Try(f"{table}.{column}: {name}", sql.format(t=table, c=column))
            grant = f"GRANT UPDATE ({column}), INSERT ({column}) ON {table} TO kodeks_app"
            yield Try(f"{table}.{column}: grant", grant, silent=True)


def on_parts(owner: psycopg.Connection) -> Iterator[Try]:
    """Every constraint, trigger, index and sequence of the kernel's tables."""
    for kind, query, statements in PARTS:
        for row in owner.execute(query).fetchall():
            for name, sql in statements.items():
                yield Try(f"{kind} {' '.join(row)}: {name}", sql.format(*row))


_OURS = "relname LIKE 'kernel\\_%' AND relnamespace = 'public'::regnamespace"
PARTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "constraint",
        "SELECT relname, quote_ident(conname) FROM pg_constraint"
        f" JOIN pg_class AS c ON c.oid = conrelid WHERE {_OURS} ORDER BY 1, 2",
        {
            "drop": "ALTER TABLE {0} DROP CONSTRAINT {1} CASCADE",
            "rename": "ALTER TABLE {0} RENAME CONSTRAINT {1} TO elsewhere",
            "loosen": "ALTER TABLE {0} ALTER CONSTRAINT {1} DEFERRABLE INITIALLY DEFERRED",
        },
    ),
    (
        "trigger",
        "SELECT relname, quote_ident(tgname) FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid"
        f" WHERE NOT tgisinternal AND {_OURS} ORDER BY 1, 2",
        {
            "drop": "DROP TRIGGER {1} ON {0}",
            "disable": "ALTER TABLE {0} DISABLE TRIGGER {1}",
            "replica-only": "ALTER TABLE {0} ENABLE REPLICA TRIGGER {1}",
            "rename": "ALTER TRIGGER {1} ON {0} RENAME TO elsewhere",
        },
    ),
    (
        "index",
        "SELECT quote_ident(i.relname) FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid"
        f" JOIN pg_class AS c ON c.oid = indrelid WHERE {_OURS.replace('rel', 'c.rel')} ORDER BY 1",
        {"drop": "DROP INDEX {0}", "reindex": "REINDEX INDEX {0}"},
    ),
    (
        "sequence",
        f"SELECT relname FROM pg_class WHERE relkind = 'S' AND {_OURS} ORDER BY 1",
        {
            "nextval": "SELECT nextval('{0}')",
            "setval": "SELECT setval('{0}', 1000000)",
            "setval-back": "SELECT setval('{0}', 1, false)",
            "restart": "ALTER SEQUENCE {0} RESTART",
            "own": "ALTER SEQUENCE {0} OWNER TO kodeks_app",
            "drop": "DROP SEQUENCE {0} CASCADE",
            "cycle": "ALTER SEQUENCE {0} INCREMENT -1 CYCLE",
        },
    ),
)


def _primary(owner: psycopg.Connection, table: str) -> str:
    (name,) = owner.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'",
        (table,),
    ).fetchone()
    return str(name)
