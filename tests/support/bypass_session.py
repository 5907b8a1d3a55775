# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Statements on roles, sessions, catalogues and the server, and ways to read sealed keys."""

from __future__ import annotations

from collections.abc import Iterator

from bypass_sql import DENIED, SEALED, Try

_SHADOW = "RETURNS boolean LANGUAGE sql AS 'SELECT true'"

DENIED_ONES = {
    # Becoming somebody else
    "set-role-owner": "SET ROLE kodeks_owner",
    "set-role-superuser": "SET ROLE postgres",
    "set-local-role": "BEGIN; SET LOCAL ROLE kodeks_owner",
    "set-role-by-function": "SELECT set_config('role', 'kodeks_owner', false)",
    "authorization": "SET SESSION AUTHORIZATION kodeks_owner",
    "authorization-superuser": "SET SESSION AUTHORIZATION postgres",
    "authorization-by-function": "SELECT set_config('session_authorization', 'postgres', false)",
    "member": "GRANT kodeks_owner TO kodeks_app",
    "member-admin": "GRANT kodeks_owner TO kodeks_app WITH ADMIN OPTION",
    "member-of-writers": "GRANT pg_write_all_data TO kodeks_app",
    "member-of-files": "GRANT pg_write_server_files TO kodeks_app",
    "member-of-programs": "GRANT pg_execute_server_program TO kodeks_app",
    "member-of-signals": "GRANT pg_signal_backend TO kodeks_app",
    "superuser": "ALTER ROLE kodeks_app SUPERUSER",
    "bypass-rls": "ALTER ROLE kodeks_app BYPASSRLS",
    "replication": "ALTER ROLE kodeks_app REPLICATION",
    "create-role": "CREATE ROLE mine",
    "create-superuser": "CREATE ROLE mine SUPERUSER LOGIN",
    "createdb": "ALTER ROLE kodeks_app CREATEDB",
    "createrole": "ALTER ROLE kodeks_app CREATEROLE",
    "owner-password": "ALTER ROLE kodeks_owner PASSWORD 'x'",
    "owner-login": "ALTER ROLE kodeks_owner NOLOGIN",
    "owner-settings": "ALTER ROLE kodeks_owner SET search_path = pg_temp",
    "owner-connections": "ALTER ROLE kodeks_owner CONNECTION LIMIT 0",
    "rename-owner": "ALTER ROLE kodeks_owner RENAME TO elsewhere",
    "drop-owner": "DROP ROLE kodeks_owner",
    "drop-owned": "DROP OWNED BY kodeks_owner CASCADE",
    "reassign": "REASSIGN OWNED BY kodeks_owner TO kodeks_app",
    # Settings that only a superuser may change
    "replica": "SET session_replication_role = replica",
    "replica-local": "BEGIN; SET LOCAL session_replication_role = replica",
    "replica-by-function": "SELECT set_config('session_replication_role', 'replica', false)",
    "replica-by-catalogue": "UPDATE pg_settings SET setting = 'replica'"
    " WHERE name = 'session_replication_role'",
    "preload": "SET session_preload_libraries = 'x'",
    "load": "LOAD '/tmp/x.so'",
    "system-tables": "SET allow_system_table_mods = on",
    "zero-damaged-pages": "SET zero_damaged_pages = on",
    "ignore-checksum": "SET ignore_checksum_failure = on",
    "log-nothing": "SET log_statement = 'none'",
    "lc-messages": "SET lc_messages = 'C'",
    "library-path": "SET dynamic_library_path = '/tmp'",
    "max-stack": "SET track_functions = 'all'",
    "alter-system": "ALTER SYSTEM SET fsync = off",
    "alter-system-archive": "ALTER SYSTEM SET archive_command = 'true'",
    "reload": "SELECT pg_reload_conf()",
    "rotate-log": "SELECT pg_rotate_logfile()",
    "restore-point": "SELECT pg_create_restore_point('x')",
    "switch-wal": "SELECT pg_switch_wal()",
    "promote": "SELECT pg_promote()",
    "checkpoint": "CHECKPOINT",
    "reset-statistics": "SELECT pg_stat_reset()",
    # The database and its schemas
    "alter-database": "ALTER DATABASE {d} SET session_replication_role = replica",
    "alter-database-path": "ALTER DATABASE {d} SET search_path = pg_temp",
    "alter-database-zone": "ALTER DATABASE {d} SET timezone = 'Pacific/Kiritimati'",
    "own-database": "ALTER DATABASE {d} OWNER TO kodeks_app",
    "limit-database": "ALTER DATABASE {d} CONNECTION LIMIT 0",
    "drop-database": "DROP DATABASE kodeks_template",
    "create-database": "CREATE DATABASE mine TEMPLATE kodeks_template",
    "create-schema": "CREATE SCHEMA mine",
    "create-schema-pg": "CREATE SCHEMA IF NOT EXISTS kernel2 AUTHORIZATION kodeks_app",
    "drop-schema": "DROP SCHEMA kernel CASCADE",
    "drop-public": "DROP SCHEMA public CASCADE",
    "rename-schema": "ALTER SCHEMA kernel RENAME TO elsewhere",
    "own-schema": "ALTER SCHEMA kernel OWNER TO kodeks_app",
    "rename-public": "ALTER SCHEMA public RENAME TO elsewhere",
    "tablespace": "CREATE TABLESPACE mine LOCATION '/tmp'",
    "extension": "CREATE EXTENSION pgcrypto",
    "extension-fdw": "CREATE EXTENSION postgres_fdw",
    "extension-dblink": "CREATE EXTENSION dblink",
    "extension-inspect": "CREATE EXTENSION pageinspect",
    "drop-plpgsql": "DROP EXTENSION plpgsql CASCADE",
    "language": "CREATE LANGUAGE mine HANDLER plpgsql_call_handler",
    "own-language": "ALTER LANGUAGE plpgsql OWNER TO kodeks_app",
    "c-function": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE c AS '/tmp/x.so'",
    "internal-function": "CREATE FUNCTION kernel.mine() RETURNS int LANGUAGE internal AS 'x'",
    "event-trigger": "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION"
    " suppress_redundant_updates_trigger()",
    "foreign-wrapper": "CREATE FOREIGN DATA WRAPPER mine",
    "publication-of-all": "CREATE PUBLICATION mine FOR ALL TABLES",
    "publication-of-schema": "CREATE PUBLICATION mine FOR TABLES IN SCHEMA public",
    "subscription": "CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION x WITH (connect = false)",
    "replication-slot": "SELECT pg_create_logical_replication_slot('x', 'pgoutput')",
    "replication-origin": "SELECT pg_replication_origin_create('x')",
    "wal-files": "SELECT pg_ls_waldir()",
    "cast": "CREATE CAST (jsonb AS text) WITH INOUT AS IMPLICIT",
    "conversion": "CREATE DEFAULT CONVERSION mine FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
    "operator-class": "CREATE OPERATOR CLASS mine FOR TYPE text USING gin AS STORAGE text",
    "access-method": "CREATE ACCESS METHOD mine TYPE INDEX HANDLER bthandler",
    "type-attribute": "ALTER TYPE kernel.standing DROP ATTRIBUTE obstacles",
    "type-owner": "ALTER TYPE kernel.standing OWNER TO kodeks_app",
    "type-drop": "DROP TYPE kernel.standing CASCADE",
    "default-privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE kodeks_owner"
    " GRANT ALL ON TABLES TO kodeks_app",
    "default-privileges-functions": "ALTER DEFAULT PRIVILEGES FOR ROLE kodeks_owner"
    " GRANT EXECUTE ON FUNCTIONS TO kodeks_app",
    # Names in front of the kernel's
    **{
        f"shadow-{name}-in-{schema}": f"CREATE FUNCTION {schema}.{name} {_SHADOW}"
        for schema in ("public", "pg_temp", "kernel", "pg_catalog")
        for name in (
            "sha256(bytea)",
            "clock_timestamp()",
            "gen_random_uuid()",
            "jsonb_typeof(jsonb)",
            "starts_with(text, text)",
            "may(bigint, text[], text, text)",
            "today()",
        )
    },
    **{
        f"shadow-operator-{sign}-in-{schema}": f"CREATE OPERATOR {schema}.{sign}"
        " (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)"
        for schema in ("public", "pg_temp", "kernel")
        for sign in ("=", "~", "<>", "!~")
    },
    "shadow-type": "CREATE TYPE pg_temp.jsonb AS (a integer)",
    "shadow-domain": "CREATE DOMAIN public.bigint AS text",
    "shadow-table": "CREATE TEMP TABLE pg_class (oid oid)",
    "shadow-sequence": "CREATE TEMP SEQUENCE kernel_switch_id_seq",
    "shadow-view": "CREATE TEMP VIEW kernel_grant AS SELECT 1 AS user_id",
    "shadow-aggregate": "CREATE AGGREGATE public.max(text) (SFUNC = textcat, STYPE = text)",
    "shadow-collation": 'CREATE COLLATION public."C" (provider = icu, locale = "da")',
    "shadow-procedure": "CREATE PROCEDURE pg_temp.x() LANGUAGE sql AS ''",
    # Files and programs
    "read-settings": "SELECT pg_read_file('postgresql.conf')",
    "read-rules": "SELECT pg_read_file('pg_hba.conf')",
    "read-key": "SELECT pg_read_binary_file('{h}/keys/kek-0001')",
    "list-keys": "SELECT pg_ls_dir('{h}/keys')",
    "stat-key": "SELECT pg_stat_file('{h}/keys/kek-0001')",
    "list-data": "SELECT pg_ls_dir('base')",
    "list-logs": "SELECT pg_ls_logdir()",
    "import": "SELECT lo_import('/etc/passwd')",
    "import-key": "SELECT lo_import('{h}/keys/kek-0001')",
    "export": "SELECT lo_export(1, '/tmp/kodeks-lo')",
    "program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "file-out": "COPY (SELECT 1) TO '/tmp/kodeks-out'",
    "key-in": "COPY django_session (session_key) FROM '{h}/keys/kek-0001'",
    "large-objects": "DELETE FROM pg_largeobject",
    # Secrets and the catalogue
    "passwords": "SELECT * FROM pg_authid",
    "shadow-passwords": "SELECT * FROM pg_shadow",
    "statistics": "SELECT * FROM pg_statistic",
    "user-mappings": "SELECT * FROM pg_user_mapping",
    "file-settings": "SELECT * FROM pg_file_settings",
    "rules-view": "SELECT * FROM pg_hba_file_rules",
    "memory": "SELECT * FROM pg_backend_memory_contexts",
    "catalogue-roles": "UPDATE pg_authid SET rolsuper = true WHERE rolname = 'kodeks_app'",
    "catalogue-members": "INSERT INTO pg_auth_members SELECT * FROM pg_auth_members",
    "catalogue-functions": "UPDATE pg_proc SET prosecdef = false",
    "catalogue-triggers": "UPDATE pg_trigger SET tgenabled = 'D'",
    "catalogue-database": "UPDATE pg_database SET datacl = NULL",
    "catalogue-namespace": "UPDATE pg_namespace SET nspacl = NULL",
    "catalogue-settings": "INSERT INTO pg_db_role_setting VALUES (0, 0, '{{a=b}}')",
    "forge-migration": "INSERT INTO django_migrations (app, name, applied)"
    " VALUES ('kernel', '0099_forged', now())",
    "forget-migration": "DELETE FROM django_migrations WHERE app = 'kernel'",
    "end-the-owner": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'kodeks_owner'",
    "cancel-the-owner": "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'kodeks_owner'",
}

OTHERWISE = {
    # PostgreSQL refuses these before it looks at rights.
    "prepared-transaction": ("BEGIN; SELECT 1; PREPARE TRANSACTION 'x'", ("55000",)),
    "commit-prepared": ("COMMIT PREPARED 'x'", ("42704",)),
    "call-a-function": ("CALL kernel.issue('{{}}')", ("42809",)),
    "wal-level": ("SET wal_level = minimal", ("55P02",)),
    "listen-address": ("SET listen_addresses = '*'", ("55P02",)),
    "clock": ("SET server_version_num = 1", ("55P02",)),
    "transaction-late": (
        "BEGIN; SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        ("25001",),
    ),
    "snapshot-of-nobody": (
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '00000003-0000001B-1'",
        ("22023", "42704", "58P01"),
    ),
    "foreign-server": ("CREATE SERVER mine FOREIGN DATA WRAPPER x", ("42704",)),
    "user-mapping": ("CREATE USER MAPPING FOR kodeks_owner SERVER x", ("42704",)),
    "two-payloads": ("SELECT kernel.issue('{{}}', '{{}}')", ("42883",)),
    "a-row-as-payload": ("SELECT kernel.issue(s) FROM kernel_switch AS s", ("42883",)),
    "named-otherwise": ("SELECT kernel.issue(body => '{{}}')", ("42883",)),
    "variadic": ("SELECT kernel.issue(VARIADIC ARRAY['{{}}'::jsonb])", ("42883",)),
}

HARMLESS = {
    # Let through by PostgreSQL; nothing comes of it in a kernel table.
    "listen": "LISTEN kodeks",
    "notify": "NOTIFY kodeks, 'stop'",
    "unlisten": "UNLISTEN *",
    "discard": "DISCARD ALL",
    "reset": "RESET ALL",
    "constraints-deferred": "BEGIN; SET CONSTRAINTS ALL DEFERRED; COMMIT",
    "large-object": "BEGIN; SELECT lo_from_bytea(0, 'x'); ROLLBACK",
    "own-default-privileges": "BEGIN; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;"
    " ROLLBACK",
    "own-settings": "BEGIN; ALTER ROLE kodeks_app SET search_path = pg_temp; ROLLBACK",
    "revoke-from-owner": "REVOKE ALL ON SCHEMA kernel FROM kodeks_owner",
    "grant-schema": "GRANT CREATE ON SCHEMA kernel TO kodeks_app",
    "grant-public": "GRANT CREATE ON SCHEMA public TO kodeks_app",
    "grant-database": "GRANT CREATE, TEMPORARY ON DATABASE {d} TO kodeks_app",
    "advisory-lock": "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('kernel.ledger', 0));"
    " ROLLBACK",
    "xml-of-schema": "SELECT length(schema_to_xml('kernel', true, true, '')::text)",
    "integrate-none": "SELECT * FROM kernel.ledger_integrate(0)",
    "obstacles": "SELECT kernel.obstacles('inquiries', 'operation', NULL)",
    "rolled-back": "BEGIN; SAVEPOINT s; ROLLBACK TO s; COMMIT",
    "vacuum": "VACUUM",
    "analyze": "ANALYZE",
}

READS = {
    "select": "SELECT * FROM {t}",
    "count": "SELECT count(*) FROM {t}",
    "exists": "SELECT EXISTS (SELECT FROM {t})",
    "column": "SELECT wrapped FROM {t}",
    "row": "SELECT to_jsonb(k) FROM {t} AS k",
    "whole-row": "SELECT k FROM {t} AS k",
    "table": "TABLE {t}",
    "only": "SELECT 1 FROM ONLY {t}",
    "hidden": "SELECT ctid, xmin FROM {t}",
    "sample": "SELECT * FROM {t} TABLESAMPLE SYSTEM (100)",
    "join": "SELECT k.* FROM kernel_system AS s LEFT JOIN {t} AS k ON false",
    "lateral": "SELECT x.* FROM kernel_system AS s, LATERAL (SELECT * FROM {t}) AS x",
    "cte": "WITH k AS MATERIALIZED (SELECT * FROM {t}) SELECT * FROM k",
    "recursive": "WITH RECURSIVE k AS (SELECT 1 UNION SELECT kek FROM {t}) SELECT * FROM k",
    "union": "SELECT 1 UNION ALL SELECT kek FROM {t}",
    "condition": "SELECT 1 WHERE 1 IN (SELECT kek FROM {t})",
    "copy-out": "COPY {t} TO STDOUT",
    "copy-query-out": "COPY (SELECT * FROM {t}) TO STDOUT",
    "cursor": "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {t}; COMMIT; FETCH c",
    "prepared": "DEALLOCATE ALL; PREPARE p AS SELECT * FROM {t}; EXECUTE p",
    "explain": "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {t}",
    "do": "DO $$ DECLARE k bytea; BEGIN SELECT wrapped INTO k FROM {t};"
    " RAISE NOTICE '%', k; END $$",
    "query-to-xml": "SELECT query_to_xml('SELECT * FROM {t}', true, true, '')",
    "table-to-xml": "SELECT table_to_xml('{t}', true, true, '')",
    "text-statistics": "SELECT * FROM ts_stat('SELECT to_tsvector(kek::text) FROM {t}')",
    "file": "SELECT pg_read_binary_file(pg_relation_filepath('{t}'))",
    "update-returning": "UPDATE {t} SET kek = kek RETURNING wrapped",
    "delete-returning": "DELETE FROM {t} RETURNING wrapped",
    "merge-source": "MERGE INTO inquiries_topic AS t USING {t} AS k ON false"
    " WHEN MATCHED THEN DO NOTHING",
    "insert-source": "INSERT INTO django_session SELECT encode(wrapped, 'hex'), '', now() FROM {t}",
    "update-source": "UPDATE django_session SET session_data = encode(k.wrapped, 'hex')"
    " FROM {t} AS k",
    "delete-source": "DELETE FROM django_session USING {t} AS k",
}


def statements(*, database: str, home: str) -> Iterator[Try]:
    """All of them; `home` is the installation's folder."""
    for name, sql in DENIED_ONES.items():
        yield Try(name, sql.format(d=database, h=home), states=(DENIED,))
    for name, (sql, states) in OTHERWISE.items():
        yield Try(name, sql.format(), states=states)
    for name, sql in HARMLESS.items():
        yield Try(f"harmless {name}", sql.format(d=database), silent=True)


def reads() -> Iterator[Try]:
    """Ways to read keys of sealed numbers and models."""
    for table in SEALED:
        for name, sql in READS.items():
            yield Try(f"{table} {name}", sql.format(t=table))
