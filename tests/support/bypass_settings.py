# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Settings that a session may change, and payloads that are refused for how something is read.

A kernel function that read numbers, dates, patterns or names as the session says would take some
of these payloads under some of these settings.
"""

from __future__ import annotations

from typing import Any

from bypass_mutations import Path

SETTINGS: dict[str, str] = {
    "strings": "SET standard_conforming_strings = off",
    "strings-quietly": "SET standard_conforming_strings = off; SET escape_string_warning = off",
    "backslash": "SET backslash_quote = on; SET standard_conforming_strings = off",
    "null-equals": "SET transform_null_equals = on",
    "dates-german": "SET DateStyle = 'German, DMY'",
    "dates-sql": "SET DateStyle = 'SQL, MDY'",
    "dates-postgres": "SET DateStyle = 'Postgres, YMD'",
    "intervals": "SET IntervalStyle = 'sql_standard'",
    "zone-east": "SET TimeZone = 'Pacific/Kiritimati'",
    "zone-west": "SET TimeZone = 'Pacific/Pago_Pago'",
    "zone-invented": "SET TimeZone = 'XXX-167:59:00'",
    "zone-abbreviations": "SET timezone_abbreviations = 'Australia'",
    "bytea": "SET bytea_output = 'escape'",
    "digits": "SET extra_float_digits = -15",
    "array-nulls": "SET array_nulls = off",
    "xml": "SET xmlbinary = 'hex'; SET xmloption = 'document'",
    "latin1": "SET client_encoding = 'LATIN1'",
    "ascii": "SET client_encoding = 'SQL_ASCII'",
    "numbers": "SET lc_numeric = 'C.UTF-8'",
    "times": "SET lc_time = 'C.UTF-8'",
    "money": "SET lc_monetary = 'C.UTF-8'",
    "words": "SET default_text_search_config = 'pg_catalog.danish'",
    "path-temp": "SET search_path = pg_temp, public, kernel, pg_catalog",
    "path-empty": "SET search_path = ''",
    "path-public": "SET search_path = public, pg_catalog",
    "path-nowhere": "SET search_path = nowhere",
    "row-security": "SET row_security = off",
    "no-checks": "SET check_function_bodies = off",
    "warnings": "SET plpgsql.extra_warnings = 'all'",
    "no-asserts": "SET plpgsql.check_asserts = off",
    # Taken before plpgsql is loaded, and then given up, as it is a superuser's.
    "names-of-columns": "SET plpgsql.variable_conflict = 'use_column'",
    "names-of-variables": "SET plpgsql.variable_conflict = 'use_variable'",
    "generic-plans": "SET plan_cache_mode = force_generic_plan",
    "custom-plans": "SET plan_cache_mode = force_custom_plan",
    "parallel": "SET force_parallel_mode = on; SET parallel_setup_cost = 0;"
    " SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0",
    "other-plans": "SET enable_seqscan = off; SET enable_indexscan = off; SET enable_sort = off;"
    " SET enable_nestloop = off; SET enable_hashjoin = off; SET jit = off",
    "collapse": "SET from_collapse_limit = 1; SET join_collapse_limit = 1; SET geqo_threshold = 2",
    "little-memory": "SET work_mem = '64kB'",
    "quiet": "SET client_min_messages = error",
    "lazy-commit": "SET synchronous_commit = off",
    "replication-name": "SET application_name = 'pg_restore'; SET xmlbinary = 'base64'",
    "own-variable": "SELECT set_config('kernel.today', '2018-01-01', false)",
    "cursor-fraction": "SET cursor_tuple_fraction = 0.000001",
    "deferrable": "SET default_transaction_deferrable = on",
    "uncommitted": "SET default_transaction_isolation = 'read committed'; SET lock_timeout = '1ms'",
    "read-only": "SET default_transaction_read_only = on",
    "extra-errors": "SET plpgsql.extra_errors = 'all'",
}
READ_ONLY = "read-only"
"""Under this one nothing is taken; under all others an honest payload is, as ever."""

Case = tuple[str, Path, Any, str]
_CAPITALS = "AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA"
_ZEROS = "00000000-0000-0000-0000-000000000000"

SENSITIVE: dict[str, tuple[Case, ...]] = {
    "permit": (
        ("codex in capitals", ("codex_sha256",), "C0" * 32, "codex_changed"),
        ("purpose by pattern", ("purpose",), "tr%", "unknown_purpose"),
        ("phase with a blank", ("phase",), "operation ", "unknown_phase"),
    ),
    "read": (
        ("field by pattern", ("fields", 0), "t.xt", "undeclared_data"),
        ("field unquoted", ("fields", 0), "TEXT", "undeclared_data"),
        ("permit in capitals", ("permit_id",), _CAPITALS, "form"),
        ("subject a CPR number", ("subject", "id"), "010190-1234", "cpr"),
        ("key not base64", ("key", "wrapped"), "\\x41", "form"),
    ),
    "read_dataset": (
        ("hash by pattern", ("sha256",), "." * 64, "form"),
        ("rows a fraction", ("rows",), 1.5, "form"),
    ),
    "model_key": (("permit unknown", ("permit_id",), _ZEROS, "no_permit"),),
    "subject_key": (("kek negative", ("key", "kek"), -1, "form"),),
    "issue": (
        ("confidence 0e5", ("confidence",), "0e5", "no_uncertainty"),
        ("confidence 0,5", ("confidence",), "0,5", "no_uncertainty"),
        ("confidence 0x5", ("confidence",), "0x5", "no_uncertainty"),
        ("weight 1x5", ("considerations", 0, "weight"), "1x5", "no_considerations"),
        ("moment without offset", ("data_used", 0, "fetched_at"), "2026-01-05T09:30:00", "form"),
        ("moment Danish", ("data_used", 0, "fetched_at"), "05.01.2026 09.30", "form"),
        ("moment with letters", ("data_used", 0, "fetched_at"), "2026-01-05T09:30:00x5Z", "form"),
        ("moment far off", ("data_used", 0, "fetched_at"), "2126-01-05T09:30:00Z", "form"),
        ("day that is none", ("began_at",), "2026-02-31T09:30:00Z", "form"),
        ("words of dots", ("considerations", 0, "text"), "\\ . \\", "no_considerations"),
        ("kle by pattern", ("scope", "kle"), "05x01", "form"),
        ("a CPR number", ("suggestion", "label"), "010190 1234", "cpr"),
        ("a fraction", ("suggestion", "label"), 0.5, "form"),
        ("key of another alphabet", ("suggestion",), {"l\u00e6bel": "x"}, "form"),
        ("artefact in capitals", ("artefact_sha256",), "A1" * 32, "wrong_release"),
    ),
    "first_view": (
        ("own dots", ("own_consideration",), "\\.\\.\\.", "no_own_consideration"),
        ("outcome a CPR number", ("outcome", "label"), "0101901234", "cpr"),
    ),
    "show": (("user a fraction", ("user_id",), 1.5, "form"),),
    "decide": (
        ("own dots", ("own_consideration",), "\\.\\.\\.", "no_own_consideration"),
        ("own digits", ("own_consideration",), "d1 2 3", "no_own_consideration"),
        ("outcome in capitals", ("outcome", "label"), "Rotter", "choice"),
        ("user a fraction", ("user_id",), 1.5, "form"),
        ("choice with a blank", ("choice",), "accept ", "choice"),
    ),
    "own": (
        ("system by pattern", ("system",), "s%", "unknown_system"),
        ("kle by pattern", ("scope", "kle"), "05x01", "form"),
        ("outcome a CPR number", ("outcome", "label"), "0101901234", "cpr"),
    ),
    "reverse": (
        ("own dots", ("own_consideration",), "\\.\\.\\.", "no_own_consideration"),
        ("cause in capitals", ("cause",), "Complaint", "cause"),
        ("what stands", ("outcome", "label"), "rotter", "same_outcome"),
        ("outcome a CPR number", ("outcome", "label"), "0101901234", "cpr"),
    ),
    "act_again": (
        ("reversal in capitals", ("reversal_id",), _CAPITALS, "form"),
        ("step by pattern", ("step",), "journal_se", "undeclared_act"),
    ),
    "act": (
        ("step by pattern", ("step",), "journal_se", "undeclared_act"),
        ("run in capitals", ("run_id",), _CAPITALS, "form"),
        ("result a CPR number", ("result", "journal"), "010190-1234", "cpr"),
    ),
    "by_itself": (("step under a decision", ("step",), "receipt", "no_decision"),),
    "review": (("finding dots", ("finding",), "\\ \\", "no_finding"),),
    "stop": (("reason dots", ("reason",), "\\ \\", "no_reason"),),
    "resume": (("codex of zeros", ("codex_sha256",), "0" * 64, "codex_changed"),),
    "attest": (("nobody", ("user_id",), 0, "no_right"),),
    "oversee": (
        ("share 0x5", ("blind_share",), "0x5", "no_uncertainty"),
        ("share too little", ("blind_share",), "0.049999", "too_little"),
        ("system by pattern", ("system",), "s%", "unknown_system"),
    ),
    "raise_alarm": (
        ("effect unknown", ("effect",), "Stop", "form"),
        ("kind by pattern", ("kind",), "influence%", "form"),
    ),
    "close_alarm": (("text dots", ("text",), "\\ \\", "no_reason"),),
    "open_drills": (
        ("team by pattern", ("team",), "enhed-%", "too_few_persons"),
        ("system by pattern", ("system",), "s%", "unknown_system"),
    ),
    "show_exercise": (("round in capitals", ("round_id",), _CAPITALS, "form"),),
    "answer_exercise": (
        ("exercise by pattern", ("exercise",), "oevelse_%", "no_right"),
        ("words of dots", ("own_words",), "\\.\\.\\.", "no_own_consideration"),
    ),
    "absence": (
        ("day Danish", ("first_day",), "31-01-2031", "form"),
        ("day by pattern", ("first_day",), "2031x01x31", "form"),
        ("day that is none", ("first_day",), "2031-02-30", "form"),
        ("backwards", ("last_day",), "2030-12-31", "form"),
    ),
    "supervise": (("task by pattern", ("task",), "qu%", "unknown_task"),),
    "report_incident": (
        ("moment Danish", ("aware_at",), "05-01-2026 09:30", "form"),
        ("moment to come", ("aware_at",), "2126-01-05T09:30:00Z", "form"),
    ),
    "handle_incident": (("step unknown", ("step",), "Reported", "form"),),
    "time_study": (
        ("minutes with a comma", ("mean",), "12,00", "form"),
        ("minutes by pattern", ("mean",), "12x00", "form"),
        ("minutes with an exponent", ("deviation",), "1e2", "form"),
        ("step by pattern", ("step",), "journal_se", "unknown_step"),
        ("day Danish", ("first_day",), "01-01-2026", "form"),
    ),
    "answered": (
        # Of nothing else is a department told.
        ("what in capitals", ("what",), "Answered", "unknown"),
        ("department without words", ("unit",), "\\ \\", "form"),
    ),
    "attended": (
        # Of nothing else is a department told.
        ("what in capitals", ("what",), "Attended", "unknown"),
        ("department without words", ("unit",), "\\ \\", "form"),
    ),
    "retried": (("decision in capitals", ("decision_id",), _CAPITALS, "form"),),
    "by_hand": (("run in capitals", ("hand", "run_id"), _CAPITALS, "form"),),
    "approve_text": (
        ("letter by pattern", ("letter",), "b%", "form"),
        ("text in capitals", ("sha256",), "7E" * 32, "form"),
        ("reason without words", ("reason",), "\\ \\", "no_reason"),
    ),
    "deposit": (("key not base64", ("wrapped",), "\\xAA", "form"),),
    "unmask": (
        ("reason without words", ("reason",), "\\d\\d\\d\\d 1", "no_reason"),
        ("row by pattern", ("row",), "%", "no_key"),
    ),
    "unmask_robot": (("robot in capitals", ("robot",), "Visitator", "undeclared_act"),),
    "unmasked": (("nothing", ("unmasking",), _ZEROS, "not_logged"),),
    "erase": (("reason dots", ("reason",), "\\ \\", "no_reason"),),
}
"""Way to call an entrance -> payloads that are refused: name, place, value and refusal."""


LEVELS = ("REPEATABLE READ", "SERIALIZABLE", "READ UNCOMMITTED")
MANNERS = {
    "begun": ("BEGIN ISOLATION LEVEL {}",),
    "by default": ("SET default_transaction_isolation = '{}'", "BEGIN"),
    "set late": ("BEGIN", "SET TRANSACTION ISOLATION LEVEL {}"),
    "for the session": ("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {}", "BEGIN"),
    "without a transaction": ("SET default_transaction_isolation = '{}'",),
}
"""Ways into a transaction whose snapshot may be from before a stop."""
