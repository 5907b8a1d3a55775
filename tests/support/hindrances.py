# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What may come in the way of a system that ran: time that passed, an owner who is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cases import DAY, LEARNING, Case
from gate import forge
from kernel_stage import basis, today

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """`make` brings it about; `code` is the database's, `policy` that of the policies."""

    name: str
    make: Callable[[Case], None]
    code: str
    policy: str = ""
    spares: frozenset[str] = NOTHING
    """Gated calls that it is not in the way of."""
    deputy: bool = False
    """The system has a deputy, who is part of it."""

    @property
    def codes(self) -> set[str]:
        return {self.code, self.policy or self.code}


def _evidence(kind: str, first: int, last: int) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        dates = {"valid_from": today() + first * DAY, "valid_to": today() + last * DAY}
        case.stage.evidence(case.slug, kind=kind, **dates)

    return make


def _law(phase: str, **changes: Any) -> Callable[[Case], None]:
    """A new codex in which the system's rows of a phase are changed."""

    def make(case: Case) -> None:
        content = case.stage.content()
        for row in content["legal_bases"]:
            if (row["system"], row["phase"]) == (case.slug, phase):
                row |= changes
        case.stage.register_codex(content)

    return make


def _added(**changes: Any) -> Callable[[Case], None]:
    """A new codex with one more row for the system."""

    def make(case: Case) -> None:
        first = {"valid_from": today().isoformat()}
        case.stage.revise(legal_bases=[basis(case.slug, **(first | changes))])

    return make


def _older(table: str, column: str, by: str, key: str = "system_id") -> Callable[[Case], None]:
    """Rows of the system that are moved back in time."""

    def make(case: Case) -> None:
        # By the clock in Copenhagen: late in a winter's evening it is another day half a year ago.
        local = f"{column} AT TIME ZONE 'Europe/Copenhagen'"
        moved = f"({local} - %s::interval) AT TIME ZONE 'Europe/Copenhagen'"
        change = f"SET {column} = {moved} WHERE {key} = %s"
        forge(case.stage, table, change, by, case.slug)

    return make


def _supervised(passed: bool, age: str) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        call = dict(case.by_people)["data_protection_officer supervise"][1]
        now = {"codex_sha256": case.stage.sha256, "passed": passed}
        case.stage.call("supervise", call | now)
        _older("kernel_supervisioncheck", "at", age)(case)

    return make


def _unreviewed(case: Case) -> None:
    assert "caseworker review" in case.by_people
    _older("kernel_act", "acted_at", "15 days")(case)


def _incident(kind: str, aware: str) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        who = {"user_id": case.worker, "codex_sha256": case.stage.sha256}
        case.stage.call("report_incident", case.incident | who | {"kind": kind, "aware_at": aware})

    return make


def _clock_ran_out(case: Case) -> None:
    _incident("serious", f"{today() - 5 * DAY}T00:00:00Z")(case)
    late = "SET due_at = clock_timestamp() - interval '1 ms' WHERE system_id = %s"
    forge(case.stage, "kernel_incident", f"{late} AND kind = 'serious'", case.slug)


def _gone(who: str, how: str) -> Callable[[Case], None]:
    """Manager or deputy cannot answer any more."""

    def make(case: Case) -> None:
        number = getattr(case, who)
        WAYS[how](case, number)

    return make


def _closed(case: Case, number: int) -> None:
    case.stage.owner.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (number,))


def _revoked(case: Case, number: int) -> None:
    case.stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)


def _ended(case: Case, number: int) -> None:
    forge(
        case.stage,
        "kernel_grant",
        "SET valid_until = kernel.today() - 1 WHERE user_id = %s",
        number,
    )


def _begins_tomorrow(case: Case, number: int) -> None:
    forge(
        case.stage, "kernel_grant", "SET valid_from = kernel.today() + 1 WHERE user_id = %s", number
    )


def _begins_and_ends(case: Case, number: int) -> None:
    change = "SET valid_from = kernel.today() + 1, valid_until = kernel.today() + 30"
    forge(case.stage, "kernel_grant", f"{change} WHERE user_id = %s", number)


def _absent_anew(case: Case, number: int) -> None:
    """Away for weeks, and written down again each fortnight."""
    for days in (40, 26, 13, 0):
        _absent(days)(case, number)


def _absent(days: int) -> Callable[[Case, int], None]:
    def make(case: Case, number: int) -> None:
        first = (today() - days * DAY).isoformat()
        case.stage.call("absence", {"user_id": number, "first_day": first})

    return make


def _other_role(case: Case, number: int) -> None:
    _revoked(case, number)
    for role in ("administrator", "caseworker", "data_protection_officer"):
        case.stage.as_owner("SELECT kernel.register_grant(%s, %s, '', '', NULL)", number, role)


WAYS: dict[str, Callable[[Case, int], None]] = {
    "closed": _closed,
    "revoked": _revoked,
    "ended": _ended,
    "begins-tomorrow": _begins_tomorrow,
    "begins-and-ends": _begins_and_ends,
    "absent": _absent(14),
    "absent-anew": _absent_anew,
    "other-role": _other_role,
}
CLOCK = (
    Hindrance(name="dpia-ended", make=_evidence("dpia", -300, -1), code="no_dpia"),
    Hindrance(name="opinion-ended", make=_evidence("dpo_opinion", -1, -1), code="no_dpo_opinion"),
    Hindrance(
        name="opinion-from-tomorrow",
        make=_evidence("dpo_opinion", 1, 300),
        code="no_dpo_opinion",
    ),
    Hindrance(
        name="test-report-ended",
        make=_evidence("test_report", -200, -1),
        code="no_test_report",
        spares=LEARNING,
    ),
    Hindrance(
        name="time-study-from-tomorrow",
        make=_evidence("time_study", 1, 2),
        code="no_time_study",
        spares=LEARNING,
    ),
    Hindrance(
        name="basis-ended",
        make=_law("operation", valid_to=(today() - DAY).isoformat()),
        code="no_basis",
        spares=LEARNING,
    ),
    Hindrance(
        name="basis-from-tomorrow",
        make=_law("operation", valid_from=(today() + DAY).isoformat()),
        code="no_basis",
        spares=LEARNING,
    ),
    Hindrance(
        name="barred-from-today",
        make=_added(status="barred"),
        code="barred",
        policy="no_basis",
        spares=LEARNING,
    ),
    Hindrance(
        name="advice-only-from-today",
        make=_added(autonomy="advise"),
        code="autonomy",
        policy="no_basis",
        spares=LEARNING,
    ),
    Hindrance(
        name="attested-too-long-ago",
        make=_older("kernel_attestation", "at", "6 months 1 day"),
        code="not_attested",
    ),
    Hindrance(
        name="supervision-overdue",
        make=_older("kernel_system", "registered_at", "3 months 1 day", key="slug"),
        code="supervision",
    ),
    Hindrance(
        name="supervised-too-long-ago",
        make=_supervised(True, "3 months 1 day"),
        code="supervision",
    ),
    Hindrance(
        name="incident-not-reported",
        make=_incident("death", f"{today() - 11 * DAY}T00:00:00+14:00"),
        code="incident",
    ),
    Hindrance(name="incident-clock-ran-out", make=_clock_ran_out, code="incident"),
    Hindrance(
        name="review-overdue",
        make=_unreviewed,
        code="review",
        policy="review_overdue",
    ),
    Hindrance(name="absent-for-too-long", make=_gone("manager", "absent"), code="no_owner"),
    Hindrance(name="right-ended-yesterday", make=_gone("manager", "ended"), code="no_owner"),
    Hindrance(
        name="right-from-tomorrow", make=_gone("manager", "begins-tomorrow"), code="no_owner"
    ),
    Hindrance(
        name="right-from-tomorrow-that-ends",
        make=_gone("manager", "begins-and-ends"),
        code="no_owner",
    ),
    Hindrance(
        name="absent-for-too-long-anew", make=_gone("manager", "absent-anew"), code="no_owner"
    ),
)


def _assigned(**changes: Any) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        case.stage.assign(**({"slug": case.slug, "manager": case.manager} | changes))

    return make


def _forged(change: str) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        where = f"SET {change} WHERE system_id = %s"
        forge(case.stage, "kernel_assignment", where, case.slug)

    return make


def _manager_is(who: str) -> Callable[[Case], None]:
    """Somebody who has no right to own systems is put in the manager's place."""

    def make(case: Case) -> None:
        number = getattr(case, who)
        where = "SET manager_id = %s WHERE system_id = %s"
        forge(case.stage, "kernel_assignment", where, number, case.slug)

    return make


def _new_manager(case: Case) -> None:
    case.stage.assign(slug=case.slug, manager="bodil")


def _both(first: Callable[[Case], None], second: Callable[[Case], None]) -> Callable[[Case], None]:
    def make(case: Case) -> None:
        first(case)
        second(case)

    return make


def _nameless(case: Case) -> None:
    """The manager's account has no full name when it is put in the place."""
    nobody = "UPDATE kernel_user SET full_name = ' ' WHERE id = %s"
    case.stage.owner.execute(nobody, (case.manager,))
    case.stage.assign(slug=case.slug, manager=case.manager)
    case.stage.attest(case.slug, by=case.manager)


def _units() -> Iterator[Hindrance]:
    """Units that name nobody, however they are written."""
    # fmt: off
    units = {"empty": "", "blank": "   ", "tab": "\t", "line": "\n", "no-break": "\u00a0",
             "em-space": "\u2003", "zero-width": "\u200b", "dash": "-", "dot": ".", "digits": "12"}
    # fmt: on
    for name, unit in units.items():
        yield Hindrance(name=f"unit-{name}", make=_forged(f"unit = '{unit}'"), code="no_owner")


def _without_both() -> Iterator[Hindrance]:
    """Manager and deputy gone, each in their way."""
    for at, way in enumerate(WAYS):
        yield Hindrance(name=f"manager-{way}", make=_gone("manager", way), code="no_owner")
        # Every second pair of ways; each meets half of the others.
        for other in list(WAYS)[at % 2 :: 2]:
            yield Hindrance(
                name=f"manager-{way}-deputy-{other}",
                make=_both(_gone("deputy", other), _gone("manager", way)),
                code="no_owner",
                deputy=True,
            )


OWNER = (
    *_without_both(),
    Hindrance(name="vacant", make=_assigned(manager=None), code="no_owner"),
    Hindrance(
        name="never-named",
        make=_forged("manager_id = NULL, manager_name = ''"),
        code="no_owner",
    ),
    *_units(),
    Hindrance(name="nameless", make=_nameless, code="no_owner"),
    Hindrance(name="no-post", make=_forged("system_id = 'inquiries'"), code="no_owner"),
    Hindrance(name="worker-put-in", make=_manager_is("worker"), code="no_owner"),
    Hindrance(name="technician-put-in", make=_manager_is("technician"), code="no_owner"),
    Hindrance(name="officer-put-in", make=_manager_is("officer"), code="no_owner"),
    Hindrance(name="new-not-attested", make=_new_manager, code="not_attested"),
    Hindrance(name="assigned-again", make=_assigned(), code="not_attested"),
    Hindrance(name="unit-moved", make=_assigned(unit="En anden"), code="not_attested"),
    Hindrance(
        name="attested-years-ago",
        make=_older("kernel_attestation", "at", "3 years"),
        code="not_attested",
    ),
    Hindrance(
        name="attested-for-another",
        make=lambda case: forge(
            case.stage,
            "kernel_attestation",
            "SET system_id = 'inquiries' WHERE system_id = %s",
            case.slug,
        ),
        code="not_attested",
    ),
)
