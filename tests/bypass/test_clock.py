# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts with clocks and dates: what is not yet or no longer allowed, and what is dated back.

The database's clock counts, and the law's day is Copenhagen's: neither a payload, a session, a
transaction that was begun before nor a process with another clock changes that.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from attempts import Attempt, none_succeeds
from cases import DAY, Case, person, ready
from django.apps import apps
from django.utils import timezone
from gate import (
    PERMITTED,
    SESSIONS,
    TURNED_AWAY,
    Call,
    bare,
    begun,
    call,
    expire,
    forge,
    refused_with,
    sessions,
)
from hindrances import CLOCK, Hindrance
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel import authority, codices

KIND = "clock"
PAST, YET_TO_COME = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
# fmt: off
FORGED = (
    "acted_at", "at", "began", "day", "decided_at", "expires_at", "issued_at", "moment", "now",
    "opened_at", "read_at", "registered_at", "today", "valid_from", "valid_to",
)
WORDS = (
    "now", "today", "tomorrow", "yesterday", "infinity", "-infinity", "epoch", "allballs", "Z", "",
    "2026-01-05", "2026-01-05 09:30:00", "2026-01-05 09:30:00Z", "2026-01-05T09:30Z", " ",
    "2026-01-05T09:30:00", "2026-01-05t09:30:00z", "2026-01-05T09:30:00 Z", "1767605400",
    " 2026-01-05T09:30:00Z", "2026-01-05T09:30:00Z ", "2026-01-05T09:30:00Z\n",
    "2026-01-05T09:30:00,5Z", "2026-01-05T09:30:00.1234567Z", "2026-01-05T09:30:00.Z",
    "2026-01-05T09:30:00+1", "2026-01-05T09:30:00+01", "2026-01-05T09:30:00+0100",
    "2026-01-05T09:30:00 Europe/Copenhagen", "2026-01-05T09:30:00CET", "05-01-2026",
    "5.1.2026 9:30", "01/05/2026 09:30:00", "Mon Jan 05 09:30:00 2026 UTC",
    "2026-02-30T09:30:00Z", "2026-13-01T09:30:00Z", "2026-00-10T09:30:00Z",
    "2026-01-05T25:00:00Z", "2026-01-05T09:61:00Z", "2026-01-05T09:30:61Z",
    "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-2026-01-05T09:30:00Z",
    "2026-01-05T09:30:00Z BC", "J2461046", "2026-W02-1T09:30:00Z", "2026-005T09:30:00Z",
    "2026-01-05T24:00:00Z", "2026-01-05T09:30:60Z", "2026-01-05T09:30:00+16:00",
    "2026-01-05T09:30:00+99:99", "2026-01-05T09:30:00-15:60", "2026-01-05T09:30:00-99:00",
    "٢٠٢٦-٠١-٠٥T٠٩:٣٠:٠٠Z", "2026‑01‑05T09:30:00Z",
)
NOT_TODAY = {
    "ended yesterday": (-30, -1), "ended long ago": (-900, -400), "begins tomorrow": (1, None),
    "begins in a year": (365, None), "begins tomorrow and ends": (1, 30),
}
# fmt: on


def later(hours: int, minutes: int) -> str:
    """A moment some minutes from now, as a clock so many hours from UTC shows it."""
    zone = dt.timezone(dt.timedelta(hours=hours))
    moment = dt.datetime.now(zone) + dt.timedelta(minutes=minutes)
    return moment.isoformat(timespec="seconds")


def moments() -> dict[str, Any]:
    """No moments, moments that have yet to come, and moments that are written as none is."""
    found: dict[str, Any] = {
        f"{minutes} minutes ahead at {hours:+}": later(hours, minutes)
        for minutes in (10, 70, 60 * 24, 60 * 24 * 400)
        for hours in (-12, -3, 0, 5, 14)
    }
    found |= {f"the word {word!r}": word for word in WORDS}
    values: list[Any] = [0, 1767605400, -1, 1.5, True, False, [], {}, [PAST], {"at": PAST}]
    return found | {f"the value {value!r}": value for value in values}


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage).fully_made()


def test_moments_that_are_none_or_have_yet_to_come(stage: Any, case: Case) -> None:
    issue = case.gated["issue"][1]
    incident = case.by_people["caseworker incident"][1]

    def calls(value: Any) -> Iterator[tuple[str, Call]]:
        fetched = [issue["data_used"][0] | {"fetched_at": value}]
        yield "fetched", ("issue", issue | {"data_used": fetched})
        yield "begun", ("issue", issue | {"began_at": value})
        yield "aware", ("report_incident", incident | {"aware_at": value})

    chance = random.Random("moments")
    with sessions(stage) as open_:
        attempts = (
            bare(f"{what}: {name} ({session})", open_[session], one, codes={"form"})
            for name, value in moments().items()
            for what, one in calls(value)
            for session in ("plain", chance.choice(list(SESSIONS)[1:]))
        )
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
        call(open_["plain"], "issue", issue)
    assert number > 400


def test_times_that_a_caller_wants_to_set(stage: Any, case: Case) -> None:
    attempts = (
        bare(
            f"{name} with {key} {value}",
            stage.application,
            (function, payload | {key: value}),
            codes={"unknown"},
        )
        for name, (function, payload) in (case.gated | case.by_people).items()
        for key in FORGED
        for value in (PAST, YET_TO_COME)
    )
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 1000


# What ended yesterday or begins tomorrow


@pytest.mark.parametrize("group", range(3))
def test_what_time_took_away(stage: Any, group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    for hindrance in CLOCK[group::3]:
        case = ready(stage).made()
        kernel.under_permit(system=case.slug, purpose="triage", work=lambda permit: permit)
        held = dict(apps.get_app_config("kernel").permits)
        with sessions(stage) as open_, begun(stage) as early:
            hindrance.make(case)
            connections = open_ | {"begun before": early}
            if was_registered(stage, case.permit):
                attempts = [*bare_ones(case, hindrance, connections, "before")]
                made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
            for permit in (case.permit, case.learning, *(one.id for one in held.values())):
                expire(stage, permit)
            late = [*bare_ones(case, hindrance, connections, "a second too late")]
            made += none_succeeds(stage, late, kind=KIND, refusals=TURNED_AWAY)
        inside = [*through_python(case, hindrance, held, monkeypatch)]
        made += none_succeeds(stage, inside, kind=KIND, refusals=TURNED_AWAY)
    assert made > 450


def was_registered(stage: Any, permit: str) -> bool:
    """Whether anything ended the permit but time; none holds beyond the end of its day."""
    asked = "SELECT kernel.registered_since(p) FROM kernel_permit AS p WHERE id = %s"
    return bool(stage.as_owner(asked, permit))


def bare_ones(
    case: Case, hindrance: Hindrance, connections: dict[str, Any], permit: str
) -> Iterator[Attempt]:
    chance = random.Random(hindrance.name + permit)
    zones = [name for name in connections if name not in ("plain", "begun before")]
    for name, (function, payload) in case.now(case.gated, without=hindrance.spares).items():
        if permit != "before" and function not in PERMITTED:
            continue
        for session in ("plain", chance.choice(zones), "begun before"):
            title = f"{name} {hindrance.name}, permit {permit} ({session})"
            one = (function, payload)
            yield bare(title, connections[session], one, codes={hindrance.code})


def through_python(
    case: Case, hindrance: Hindrance, held: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Attempt]:
    """Through the kernel's door: with the permit held from before, without, and by other clocks."""
    spared = {name.replace("permit", "ask") for name in hindrance.spares}
    permits = apps.get_app_config("kernel").permits
    in_force = codices.in_force()

    def at(name: str, door: Any, before: dict[Any, Any], shift: dt.timedelta) -> Attempt:
        def try_() -> object:
            permits.clear()
            permits.update(before)
            with monkeypatch.context() as patch:
                if shift:
                    turned(patch, timezone.now() + shift)
                    # Or it would name the codex of that day, and be refused for that already.
                    patch.setattr(codices, "in_force", lambda day=None: in_force)
                return door()

        codes = () if shift else hindrance.codes
        return Attempt(name=f"{name} {hindrance.name} {shift}", try_=refused_with(codes, try_))

    for name, door in case.doors:
        if name in spared:
            continue
        yield at(f"{name} anew", door, {}, dt.timedelta())
        if name in ("suggest", "act", "act-by-itself"):
            yield at(f"{name} held", door, held, dt.timedelta())
        for days in (-1, -200):
            yield at(f"{name} by another clock", door, {}, days * DAY)


def turned(patch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """Set this process's clock."""
    localtime = timezone.localtime
    patch.setattr(timezone, "now", lambda: now)
    patch.setattr(timezone, "localdate", lambda *at: localtime(at[0] if at else now).date())


def test_a_process_whose_policies_were_fooled(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a process in which the first gate is open gets past the second."""
    monkeypatch.setattr(authority, "require_run", lambda **_: codices.in_force())
    monkeypatch.setattr(authority, "require", lambda *_, **__: codices.in_force().sha256)
    made = 0
    for hindrance in CLOCK[::3]:
        case = ready(stage).made()
        hindrance.make(case)
        spared = {name.replace("permit", "ask") for name in hindrance.spares}
        attempts = [
            Attempt(name=f"{name} {hindrance.name}", try_=refused_with({hindrance.code}, door))
            for name, door in case.doors
            if name not in spared
        ]
        made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made > 40


def test_permits_whose_time_ran_out(stage: Any, case: Case) -> None:
    """Alone, with nothing else in the way: also in a transaction that was begun in time."""
    made = 0
    ends = {
        "a moment ago": "clock_timestamp()",
        "at midnight": "(kernel.today()::timestamp AT TIME ZONE 'Europe/Copenhagen')",
        "when time began": "'-infinity'::timestamptz",
    }
    taking = {name: one for name, one in case.gated.items() if one[0] in PERMITTED}
    with sessions(stage) as open_, begun(stage) as early:
        connections = open_ | {"begun before": early}
        for when, end in ends.items():
            change = f"SET expires_at = {end}, snapshot = pg_current_snapshot()::text"
            both = [case.permit, case.learning]
            forge(stage, "kernel_permit", f"{change} WHERE id = ANY (%s::uuid[])", both)
            attempts = [
                bare(f"{name} {when} ({session})", connection, one, codes={"permit_expired"})
                for name, one in taking.items()
                for session, connection in connections.items()
            ]
            made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made > 300


# Rights and training that do not hold today


def test_rights_that_do_not_hold_today(stage: Any, case: Case) -> None:
    people = {
        (role, when): person(stage, role, first=first, last=last)
        for role in ("caseworker", "system_owner", "data_protection_officer", "administrator")
        for when, (first, last) in NOT_TODAY.items()
    }
    with sessions(stage) as open_:
        attempts = (
            bare(
                f"{name}, right {when} ({session})",
                open_[session],
                (function, payload | {"user_id": people[name.split()[0], when]}),
                codes={"no_right"},
            )
            for name, (function, payload) in case.by_people.items()
            for when in NOT_TODAY
            for session in ("plain", "a week ahead", "a week behind", "german")
        )
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 400


def test_training_that_ran_out(stage: Any, case: Case) -> None:
    people = {}
    for days in (1, 2, 365):
        people[f"{days} days ago"] = number = person(stage, "caseworker", trained=False)
        stage.train(number, until=today() - days * DAY, system=case.slug)
    people["called back"] = person(stage, "caseworker")
    stage.train(people["called back"], until=today() - DAY, system=case.slug)
    wanted = ("accept", "other", "reject", "review")
    with sessions(stage) as open_:
        attempts = (
            bare(
                f"{name}, training ended {when} ({session})",
                connection,
                (function, payload | {"user_id": number}),
                codes={"not_trained"},
            )
            for name, (function, payload) in case.by_people.items()
            if name.split()[-1] in wanted
            for when, number in people.items()
            for session, connection in open_.items()
        )
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 150
