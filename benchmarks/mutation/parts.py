# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The gate's parts with the tests that are tried first, and what is known to change nothing."""

from __future__ import annotations

SQL = "src/kodeks/kernel/sql/{}.sql"
KERNEL = "tests/kernel/test_{}.py"


def _kernel(*names: str) -> list[str]:
    return [KERNEL.format(name) for name in names]


SNAPSHOTS = f"{KERNEL.format('rights_calls')}::test_a_transaction_that_could_look_past_a_stop"
"""Each entrance in each isolation that it refuses."""
WITHOUT_SURVIVORS = [SQL.format(name) for name in ("issue", "decide", "reverse", "permits")]

PARTS: dict[str, list[str]] = {
    SQL.format("issue"): [*_kernel("issue", "functions", "monitoring"), SNAPSHOTS],
    SQL.format("decide"): [*_kernel("decide", "authority"), SNAPSHOTS],
    SQL.format("reverse"): [*_kernel("reverse", "decide"), SNAPSHOTS],
    SQL.format("permits"): [
        *_kernel("read", "permits", "releases", "issue", "erasure", "functions", "rights_calls"),
        "tests/bypass/test_erased_meanwhile.py",
        "tests/bypass/test_restored.py",
    ],
    SQL.format("oversight"): [*_kernel("oversight", "alarms", "issue"), SNAPSHOTS],
    SQL.format("alarms"): [*_kernel("alarms"), SNAPSHOTS],
    SQL.format("drills"): [*_kernel("drills"), SNAPSHOTS],
    SQL.format("act"): [*_kernel("act", "reverse"), SNAPSHOTS],
    SQL.format("survey"): [
        *_kernel("first_gate", "survey", "law", "stop", "act"),
        "tests/bypass/test_restored.py",
    ],
    SQL.format("people"): _kernel("survey", "decide", "authority", "stewardship", "stop"),
    SQL.format("codex"): _kernel("registers", "owners_entrances", "first_gate", "codices", "law"),
    SQL.format("stewardship"): [
        *_kernel("stewards_entrances", "stewardship", "stop", "survey"),
        SNAPSHOTS,
    ],
    SQL.format("service"): _kernel("service", "measured"),
    SQL.format("registry"): _kernel("registers", "owners_entrances", "registration", "survey"),
    SQL.format("releases"): [
        *_kernel("owners_entrances", "releases", "authority"),
        "tests/codex/test_p3_1_group_metrics.py",
    ],
    SQL.format("fairness"): ["tests/codex/test_group_limits.py", "tests/codex/test_fairness.py"],
    SQL.format("privacy"): [
        *_kernel("privacy_entrances", "vault", "erasure"),
        "tests/bypass/test_erased_meanwhile.py",
        SNAPSHOTS,
    ],
    SQL.format("foundation"): [
        *_kernel("payloads", "clear_text", "canonical_sql", "issue"),
        SNAPSHOTS,
    ],
    "src/kodeks/kernel/authority.py": _kernel("first_gate", "permits", "authority", "survey"),
    "src/kodeks/kernel/facts.py": _kernel("first_gate", "survey", "two_gates", "stewardship"),
    "src/kodeks/kernel/codices.py": [
        *_kernel("codices", "first_gate", "registration"),
        "tests/bypass/test_forged_codex.py",
    ],
    "src/kodeks/kernel/permits.py": [
        *_kernel("permits", "first_gate", "issue", "releases"),
        "tests/bypass/test_forged_codex.py",
    ],
    "src/kodeks/kernel/releases.py": [
        *_kernel("releases", "first_gate"),
        "tests/bypass/test_model.py",
    ],
    "src/kodeks/kernel/vault.py": [*_kernel("vault"), "tests/bypass/test_forged_codex.py"],
    "src/kodeks/kernel/sealing.py": _kernel("sealing"),
    "src/kodeks/kernel/keyring.py": _kernel("keyring"),
    "src/kodeks/kernel/decisions.py": [
        *_kernel("decide", "first_gate"),
        "tests/bypass/test_forged_codex.py",
    ],
    "src/kodeks/kernel/reversals.py": _kernel("reverse"),
    "src/kodeks/kernel/acts.py": _kernel("act", "reverse", "first_gate"),
    "src/kodeks/kernel/calls.py": _kernel("calls", "decide", "permits"),
    "src/kodeks/codex/policy.py": ["tests/codex/test_policy.py", *_kernel("authority")],
    "src/kodeks/codex/bases.py": ["tests/codex/test_bases.py", "tests/codex/test_timeline.py"],
    "src/kodeks/codex/dsse.py": ["tests/codex/test_dsse.py"],
    "src/kodeks/codex/protected.py": ["tests/codex/test_protected.py"],
    "src/kodeks/codex/edition/policies.cedar": [
        "tests/codex/test_policy.py",
        *_kernel("authority", "survey", "two_gates"),
    ],
}
EVERYTHING = ["tests/kernel", "tests/codex", "tests/bypass"]

_NUMBER_OF_A_LOCK = "A lock's number may be any, as long as everyone uses the same."
_ONE_MICROSECOND = "The clock would have to stand at that very microsecond."
_MULTIPLE_OF_FOUR = "The length of base64 is a multiple of four, so one more allows nothing more."

EQUIVALENT: dict[tuple[str, str, str, str], str] = {
    ("", "0", "1", "pg_advisory_xact_lock"): _NUMBER_OF_A_LOCK,
    ("", "0", "1", "|| ':' || (payload ->> '"): _NUMBER_OF_A_LOCK,
    ("kernel.read", "0", "1", "'read:' ||"): _NUMBER_OF_A_LOCK,
    ("kernel.erasure_lock", "0", "1", ""): _NUMBER_OF_A_LOCK,
    ("kernel.erasure_lock", "1000", "1001", ""): _NUMBER_OF_A_LOCK,
    ("kernel.erasure_lock", "7310000", "7310001", ""): _NUMBER_OF_A_LOCK,
    ("kernel.check_moment", "<=", "<", "clock_timestamp()"): _ONE_MICROSECOND,
    ("kernel.permit", ">", ">=", "i.due_at > moment"): _ONE_MICROSECOND,
    ("kernel.registered_since", ">", ">=", "e.at > permit.opened_at"): _ONE_MICROSECOND,
    ("kernel.use_permit", "<=", "<", "permit.expires_at <= clock"): _ONE_MICROSECOND,
    ("kernel.keep_secret", "4000000", "4000001", ""): _MULTIPLE_OF_FOUR,
    ("kernel.key_of", "200", "201", ""): _MULTIPLE_OF_FOUR,
    ("kernel.deposit", "200", "201", ""): _MULTIPLE_OF_FOUR,
    ("", "1", "2", "LIMIT 1;"): "SELECT INTO takes the first row.",
    ("kernel.require_post", "1", "2", "coalesce(a.manager_id, -1)"): "No user has such a number.",
    ("kernel.survey_people", "<", "<=", "i.due_at < clock_timestamp()"): _ONE_MICROSECOND,
    ("kernel.survey_people", ">", ">=", "c.at > r.at"): _ONE_MICROSECOND,
    ("kernel.survey", "false", "true", "'purposes' ?"): "No system is without a card.",
    (
        "kernel.law",
        "ARRAY['barred', 'no_basis', 'autonomy', 'ok']",
        "ARRAY['barred', 'no_basis', 'autonomy']",
        "IF array_position",
    ): "An answer that is ok is never graver, whether by its place or by having none.",
    ("kernel.registered_since", "DESC", "ASC", "x.xid"): "The order is for the plan only.",
    ("kernel.gone_since", "<", "<=", "valid_until < today"): "One that ends today still holds.",
    (
        "kernel.absent_since",
        "<=",
        "<",
        "newer.first_day <= on_day",
    ): "An older entry that goes on before the newer one leads to the same first day.",
    ("kernel.protected_attribute", "1", "2", "LIMIT 1"): "The function returns the first row.",
    ("kernel.proxied_attribute", "1", "2", "LIMIT 1"): "The function returns the first row.",
    ("kernel.require_codex_signers", "1", "2", "officers + 1"): "It is compared with none only.",
    (
        "kernel.require_codex_signers",
        "+ 1",
        "+ 2",
        "officers + 1",
    ): "It is compared with none only.",
    (
        "running",
        "found is None or card is None",
        "(found is None and card is None)",
        "",
    ): "No system is without a card.",
    (
        "_attested",
        "post is None or newest is None",
        "(newest is None)",
        "",
    ): "Without a post nobody has confirmed it.",
    (
        "_release",
        'newest is not None and hasattr(newest, "revocation")',
        "(hasattr(newest, 'revocation'))",
        "",
    ): "None has no such thing.",
    ("judge", "True", "False", "strict"): "A type and an id are two.",
    (
        "_without_basis",
        'r.status == "pending" and r.data_category == category',
        "(r.data_category == category)",
        "",
    ): "What is barred or allowed has been told before.",
    (
        "changes",
        "row.system == system and row.phase == phase",
        "(row.system == system)",
        "",
    ): "Days on which nothing changes are left out anyway.",
    ("work", "False", "True", "savepoint"): "Two trips more, and nothing else.",
    (
        "refusal_of",
        'cause.diag.message_primary or ""',
        "(cause.diag.message_primary)",
        "",
    ): "Every error of PostgreSQL has a message.",
    (
        "_resource",
        'about.system or "none"',
        "(about.system and 'none')",
        "",
    ): "Any id will do, as it is the same in the request and among the entities.",
    ("_resource", 'about.system or "none"', "(about.system)", ""): "Any id will do.",
    (
        "_tells",
        "1",
        "2",
        "",
    ): "Of the rules that forbid, only the end of a right holds for one right and not another.",
    (
        "answers",
        "user_id is not None and owns(user_id, today) and away_since(user_id, t",
        "(owns(user_id, today) and away_since(user_id, today) is None)",
        "",
    ): "Nobody has a right.",
    (
        "changes",
        "row.system == system and row.phase == phase",
        "(row.system == system or row.phase == phase)",
        "",
    ): "Days on which nothing changes are left out anyway.",
    ("running", "found is None or card is None", "(card is None)", ""): "No card is of no system.",
    ("_write", "os.fsync(file.fileno())", "pass", ""): "Only a power cut would tell.",
    ("_places", "1", "2", "for length in range"): "One that is named as a parent need not be told.",
    ("_places", "1", "2", "next("): "The step after the first is never taken.",
    ("kernel.is_running", ">", ">=", "start.id > stop.id"): "No two rows have one number.",
    (
        "kernel.register_signing_key",
        ">",
        ">=",
        "taken_back.id > k.id",
    ): "No two rows have one number.",
    ("kernel.approve_release", "0", "1", "'signatures'), 0) < 2"): "Both are fewer than two.",
    (
        "_guarded",
        "connection.in_atomic_block and savepoint",
        "(savepoint)",
        "",
    ): "A transaction around one statement that is one by itself.",
    ("_keys_version", "newest or 0", "(newest)", ""): "Only compared with itself.",
    (
        "kernel.absent_since",
        "min(",
        "max(",
        "first_day",
    ): "Of two that cover a day the newer has taken the other's place.",
    ("kernel.unmasked", "<", "<=", "clock_timestamp"): _ONE_MICROSECOND,
    (
        "_entities",
        'about.scope is not None and kind == "Matter"',
        "(kind == 'Matter')",
        "",
    ): "A matter is what has a scope.",
    (
        "_entities",
        'about.scope is not None and kind == "Matter"',
        "(about.scope is not None)",
        "",
    ): "A matter is what has a scope.",
    (
        "_post",
        "vacant or found.manager_id is None",
        "(vacant)",
        "",
    ): "Without a manager it has been vacant for a day or more.",
    ("_resource", 'about.system or "none"', "('none')", ""): "Any id will do.",
    (
        "_saw",
        "stop.xid < int(first) or (stop.xid < int(last) and str(stop.xid) not i",
        "(stop.xid < int(last) and str(stop.xid) not in going.split(','))",
        "",
    ): "What is before the first is before the last and goes on no more.",
    (
        "changes",
        "row.system == system and row.phase == phase",
        "(row.phase == phase)",
        "",
    ): "Days on which nothing changes are left out anyway.",
    (
        "judge",
        "result.diagnostics.errors or result.decision is cedarpy.Decision.NoDec",
        "(result.diagnostics.errors)",
        "",
    ): "Cedar says why it has no decision.",
    (
        "_covering",
        "one.first_day <= day",
        "(one.first_day < day)",
        "",
    ): "An older entry that goes on before the newer one leads to the same first day.",
    ("_tells", "2", "3", ""): "Only which is more counts.",
    ("_bytes", "True", "False", "validate"): "What is not base64 is not written the same again.",
    ("kernel.refuse_cpr", "0", "1", "strpos"): "No JSON begins with one.",
    ("call", "False", "True", "ensure_ascii"): "The same JSON.",
    ("_keys_version", "0", "1", "newest or 0"): "Only compared with itself.",
    ("destroy", "os.fsync(file.fileno())", "pass", ""): "Only a power cut would tell.",
    ("_saw", "start.pk > stop.pk", "(start.pk >= stop.pk)", ""): "No two rows have one number.",
    (
        "_entities",
        'about.scope is not None and kind == "Matter"',
        "(about.scope is not None or kind == 'Matter')",
        "",
    ): "A matter is what has a scope.",
    ("in_force", "Codex | None", "(Codex & None)", ""): "Nobody runs an annotation.",
    ("_statement", "False", "True", "ensure_ascii"): "The same JSON, and it is kept as signed.",
    ("_supervised", "day(today) + _NEVER", "(day(today) - _NEVER)", ""): "Each card has a plan.",
    (
        "_asked_anew",
        "held.pop((system, purpose), None)",
        "pass",
        "",
    ): "A stale permit is refused, and another is asked for.",
    ("opened", "False", "True", "savepoint"): "Two trips more, and nothing else.",
    (
        "no_owner",
        ">",
        ">=",
        "context.vacant_days > 0",
    ): "More than allowed is more than none.",
    ("_post", "0", "1", "vacant = absent = 0"): "Without a post only that it is empty counts.",
    ("_saw", "start.pk < stop.pk", "(start.pk <= stop.pk)", ""): "No two rows have one number.",
    ("_keys_version", "True", "False", "flat"): "Only compared with itself.",
    ("kernel.refuse_cpr", ">", ">=", "strpos"): "Where there is none, nothing is replaced.",
    ("read", "False", "True", "savepoint"): "Two trips more, and nothing else.",
    ("issue", "False", "True", "savepoint"): "Two trips more, and nothing else.",
    (
        "refusal_of",
        'cause.diag.message_detail or ""',
        "(cause.diag.message_detail)",
        "",
    ): "Every refusal of the kernel has a code.",
    ("running", "found is None or card is None", "(found is None)", ""): "None is without a card.",
    ("as_text", "True", "False", "sort_keys"): "They are written in their order.",
    ("_write", "file.flush()", "pass", ""): "Only a power cut would tell.",
    (
        "opened",
        'found is None or found[0] != answer["release"]',
        "(found is None)",
        "",
    ): "A permit is for one release, and asking for one forgets what was opened.",
    ("_statement", "True", "False", ""): "The order of keys in what is signed may be any.",
    (
        "destroy",
        "file.flush()",
        "pass",
        "",
    ): "Whether it lay on the disk before the file went, no test can see.",
    ("kernel.is_drawn", "<", "<=", ""): "Differs once in 4,294,967,296 draws.",
    ("kernel.check_step", "false", "true", "robot -> '"): "A robot and a step are there before.",
}
"""Faults that change nothing: function (any if empty), was, now, part of the line -> why."""


def why_equivalent(unit: str, was: str, now: str, line: str) -> str:
    """Why a fault changes nothing, or empty."""
    for (of, before, after, part), why in EQUIVALENT.items():
        if of in ("", unit) and (was, now) == (before, after) and part in line:
            return why
    return ""
