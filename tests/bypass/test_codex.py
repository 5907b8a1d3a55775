# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts with a codex that was downgraded, tampered with, or not signed by those who must.

First at the door, where a revision is registered; then past it, by somebody who writes the rows
with their triggers switched off. The database then believes them; Python must not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import django.db
import psycopg
import pytest
from attempts import Attempt, none_succeeds
from cases import DAY, LEARNING, Case, ready
from codexes import (
    REVISION,
    Signers,
    misdated,
    misruled,
    rewritten,
    signed,
    small,
    unsigned,
    withdrawn,
)
from django.apps import apps
from django.db import transaction
from entrances import entrances
from gate import (
    TURNED_AWAY,
    bare,
    begun,
    django_as_owner,
    execute,
    expire,
    forged_for_now,
    fresh_codices,
    refused_with,
    sessions,
    untriggered,
)
from hindrances import CLOCK
from kernel_stage import today
from psycopg.types.json import Jsonb
from revisions import STRICTER, announced, believed, in_operation, revised, spared

from kodeks.codex.keys import SignatureError
from kodeks.codex.reader import CardError
from kodeks.kernel import api as kernel
from kodeks.kernel import calls, codices, registration

KIND = "codex"
AT_THE_DOOR = (*TURNED_AWAY, CardError, SignatureError)
DERIVED = ("kernel_legalbasis", "kernel_duty", "kernel_linking", "kernel_barredfield")


@pytest.fixture(scope="module")
def signers(stage: Any) -> Signers:
    return Signers(stage)


# At the door


@pytest.mark.parametrize("wrong", [misdated, unsigned, misruled])
def test_revisions_that_are_not_in_order(stage: Any, wrong: Callable[[Any], Any]) -> None:
    attempts = [
        Attempt(name=name, try_=registering(codex, envelope))
        for name, (codex, envelope) in wrong(stage)
    ]
    codex, envelope = signed(small(stage))
    with django_as_owner(stage):
        number = none_succeeds(stage, attempts, kind=KIND, refusals=AT_THE_DOOR)
        with transaction.atomic():
            registration.register_codex(codex=codex, envelope=envelope)
            transaction.set_rollback(True)
    assert number > 15


def registering(codex: Any, envelope: Any) -> Callable[[], object]:
    return lambda: registration.register_codex(codex=codex, envelope=envelope)


def test_revisions_by_those_who_may_not_sign(stage: Any, signers: Signers) -> None:
    content = small(stage)
    pairs = [(name, signed(content, *by)) for name, by in signers.pairs()]
    attempts = [
        Attempt(name=name, try_=registering(codex, envelope)) for name, (codex, envelope) in pairs
    ]
    with django_as_owner(stage):
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
        for good in ("owner", "technician"):
            with transaction.atomic():
                codex, envelope = signed(content, signers.keys[good], signers.keys["officer"])
                registration.register_codex(codex=codex, envelope=envelope)
                transaction.set_rollback(True)
    assert number > 100


def test_revisions_past_python(stage: Any, signers: Signers) -> None:
    """The database's own function: with the people, numbers and days that it looks at."""
    content, numbers = small(stage), signers.numbers
    good = [numbers["owner"], numbers["officer"]]
    people: dict[str, list[Any]] = {"nobody": [], "nothing": [None], "two nothings": [None, None]}
    for name, number in numbers.items():
        people[f"{name} alone"] = [number]
        people[f"{name} twice"] = [number, number]
        people[f"{name} and nothing"] = [number, None]
        people[f"{name} and nobody"] = [number, 10**12]
        if name not in ("owner", "officer", "technician", "withdrawn", "withdrawn officer"):
            people[f"{name} and the officer"] = [number, numbers["officer"]]
            people[f"three with {name}"] = [*good, number]
    people["two without the officer"] = [numbers["owner"], numbers["technician"]]
    days: list[Any] = [(today() - back * DAY).isoformat() for back in (1, 7, 365)]
    days += ["-infinity", "epoch", "yesterday", "", "x", None, 0, "2026-02-30"]
    contents = {f"day {day!r}": content | {"effective_from": day} for day in days}
    used = (stage.codex["number"], 1, 0, -1, None, "", "x", 1.5, 10**12)
    contents |= {f"number {number!r}": content | {"number": number} for number in used}
    for key in ("number", "effective_from", "limits"):
        contents[f"no {key}"] = {name: value for name, value in content.items() if name != key}

    def register(role: Any, what: Any, by: list[Any]) -> object:
        sentence = "SELECT kernel.register_codex(%s, %s, %s, %s::bigint[])"
        return execute(role, sentence, Jsonb(what), uuid.uuid4().hex * 2, Jsonb({}), by)

    attempts = [
        Attempt(name=name, try_=lambda by=by: register(stage.owner, content, by))
        for name, by in people.items()
    ]
    attempts += [
        Attempt(name=name, try_=lambda what=what: register(stage.owner, what, good))
        for name, what in contents.items()
    ]
    attempts.append(
        Attempt(name="the application", try_=lambda: register(stage.application, content, good))
    )
    refusals = (*TURNED_AWAY, psycopg.DataError, psycopg.IntegrityError,
                psycopg.errors.InsufficientPrivilege)  # fmt: skip
    assert none_succeeds(stage, attempts, kind=KIND, refusals=refusals) > 80


def test_the_application_registers_nothing(stage: Any) -> None:
    codex, envelope = signed(small(stage))
    number = stage.codex["number"]
    writes = {
        "raise the limits": f"UPDATE {REVISION} SET limits = '{{}}'",
        "drop the newest": f"DELETE FROM {REVISION} WHERE number = {number}",
        "empty": f"TRUNCATE {REVISION} CASCADE",
        "switch off the triggers": f"ALTER TABLE {REVISION} DISABLE TRIGGER ALL",
        "new basis": "INSERT INTO kernel_legalbasis SELECT * FROM kernel_legalbasis LIMIT 1",
        "new duty": "DELETE FROM kernel_duty",
        "new link": "UPDATE kernel_linking SET sources = '{}'",
        "unbar": "DELETE FROM kernel_barredfield",
        "new key": "INSERT INTO kernel_signingkey SELECT * FROM kernel_signingkey LIMIT 1",
        "as the owner": "SET ROLE kodeks_owner",
        "require nothing": "CREATE OR REPLACE FUNCTION kernel.require_codex(text) RETURNS void"
        " LANGUAGE sql AS ''",
    }
    attempts = [
        Attempt(name=name, try_=lambda one=one: stage.application.execute(one))
        for name, one in writes.items()
    ]
    attempts.append(Attempt(name="by the commands' way", try_=registering(codex, envelope)))
    refused = (psycopg.errors.InsufficientPrivilege, django.db.ProgrammingError)
    none_succeeds(stage, attempts, kind=KIND, refusals=refused)


# Calls that name another codex than the one in force


def test_calls_by_another_codex(stage: Any) -> None:
    case = ready(stage).fully_made()
    calls_ = {
        name: (function, payload)
        for name, (function, payload) in (case.gated | case.by_people).items()
        if "codex_sha256" in payload
    }
    with announced(stage):
        assert made_by_another(stage, calls_) > 350


def made_by_another(stage: Any, calls_: dict[str, Any]) -> int:
    now = stage.sha256
    hashes = {
        f"number {number}": sha256
        for number, sha256 in stage.owner.execute(
            "SELECT number, sha256 FROM kernel_codexrevision"
            " WHERE sha256 <> %s ORDER BY number DESC LIMIT 12",
            (now,),
        ).fetchall()
    }
    # fmt: off
    texts = ("", " ", now[:-1], f"{now} ", f" {now}", f"{now}\n", now.upper(), "0" * 64, "%",
             "null", f"sha256:{now}", now[::-1], now[:16])
    # fmt: on
    hashes |= {f"text {at}": text for at, text in enumerate(texts)}
    hashes |= {f"value {value!r}": value for value in (None, 0, True, [], [now], {"sha256": now})}
    attempts = [
        bare(
            f"{name} by {which}",
            stage.application,
            (function, payload | {"codex_sha256": sha256}),
            codes={"codex_changed", "missing"},
        )
        for name, (function, payload) in calls_.items()
        for which, sha256 in hashes.items()
    ]
    return none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


# Past the door: a codex that nobody signed


@pytest.mark.parametrize("half", [0, 1])
def test_a_codex_that_was_written_over(stage: Any, half: int) -> None:
    case = ready(stage).fully_made()
    doors = [*entrances(case)]
    wrong = [*rewritten(stage), *withdrawn(stage)][half::2]

    def with_rows(name: str, one: Any, door: Callable[[], object]) -> Attempt:
        def try_() -> object:
            fresh_codices()
            apps.get_app_config("kernel").permits.clear()
            with forged_for_now(one):
                return door()

        return Attempt(name=name, try_=refused_with({"codex_unsigned"}, try_))

    attempts = [
        with_rows(f"{what}; {name}", one, door)
        for at, (what, one) in enumerate(wrong)
        # Each forged row meets three of the entrances, each entrance many of the rows.
        for name, door in [doors[(at + step) % len(doors)] for step in (0, 5, 11)]
    ]
    with untriggered(stage, REVISION, "kernel_signingkey"), django_as_owner(stage):
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    fresh_codices()
    codices.in_force()
    assert number > 120


def test_a_key_that_was_taken_back_meanwhile(stage: Any) -> None:
    """A process that has believed the signatures a moment ago believes them no more."""
    case = ready(stage).fully_made()

    def after(row: Any, door: Callable[[], object]) -> Callable[[], object]:
        def try_() -> object:
            codices.in_force()
            with forged_for_now(row):
                return door()

        return refused_with({"codex_unsigned"}, try_)

    attempts = [
        Attempt(name=f"{name}: {what}", try_=after(row, door))
        for what, row in withdrawn(stage)
        if what.endswith("taken back")
        for name, door in entrances(case)
    ]
    with django_as_owner(stage):
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 30


# Past the door: rows that follow from the codex


def fooled(
    case: Case, name: str, one: Any, *, without: frozenset[str] = frozenset()
) -> Iterator[Attempt]:
    """Through Python, while the database finds nothing in the way, for rows that were forged."""

    def through(door: Callable[[], object]) -> Callable[[], object]:
        def try_() -> object:
            apps.get_app_config("kernel").permits.clear()
            with forged_for_now(one):
                if calls.call("obstacles", case.slug, "operation", "triage") != []:
                    raise AssertionError(f"{name}: the database was not fooled")
                return door()

        return try_

    for door in ("ask", "ask-development", "ask-retraining", "suggest", "act", "act-by-itself"):
        if door not in without:
            yield Attempt(name=f"{door}: {name}", try_=through(dict(case.doors)[door]))


def test_bases_that_the_signed_codex_does_not_give(stage: Any) -> None:
    case = ready(stage).made()
    learning = frozenset({"ask-development", "ask-retraining"})
    made = 0
    for name, change, one in believed(case.slug):
        with revised(stage, change), untriggered(stage, *DERIVED), django_as_owner(stage):
            attempts = [*fooled(case, name, one, without=learning)]
            made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made > 40


def test_duties_and_limits_that_the_signed_codex_sets(stage: Any) -> None:
    case = ready(stage).made()
    stage.evidence(case.slug, kind="dpia", withdrawn=True)
    attempts = [one for name, row in spared() for one in fooled(case, f"duty {name}", row)]
    with untriggered(stage, *DERIVED), django_as_owner(stage):
        made = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    looser = f"UPDATE {REVISION} SET limits = limits || %s WHERE sha256 = %s"
    for hindrance, limit in (
        ("attested-too-long-ago", "attestation_months"),
        ("supervision-overdue", "supervision_grace_days"),
        ("review-overdue", "review_days"),
        ("absent-for-too-long", "absence_days"),
        ("right-ended-yesterday", "vacancy_days"),
    ):
        case = ready(stage).made()
        next(one for one in CLOCK if one.name == hindrance).make(case)
        one = (looser, (Jsonb({limit: 9999}), stage.sha256))
        with untriggered(stage, REVISION), django_as_owner(stage):
            attempts = [*fooled(case, limit, one)]
            made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made > 60


# A codex of tomorrow allows nothing today, and one of today takes effect at once


def all_of_it(
    stage: Any, case: Case, name: str, open_: dict[str, Any], codes: set[str]
) -> Iterator[Attempt]:
    expire(stage, case.permit)
    for call, one in case.now(case.gated).items():
        if call not in LEARNING:
            for session in ("plain", "a day ahead", "a week ahead", "begun before"):
                title = f"{call} {name} ({session})"
                yield bare(title, open_[session], one, codes=codes)
    for door, try_ in case.doors:
        if not door.startswith("ask-"):
            yield Attempt(name=f"python {door} {name}", try_=refused_with(codes, try_))


def test_a_codex_of_tomorrow(stage: Any) -> None:
    """What it gives, it does not give today, whatever day the session thinks it is."""
    case = ready(stage).made()
    whole = stage.content()["legal_bases"]
    with (
        sessions(stage) as open_,
        begun(stage) as early,
        revised(stage, in_operation(case.slug)),
        announced(stage, legal_bases=whole),
    ):
        connections = open_ | {"begun before": early}
        attempts = [*all_of_it(stage, case, "with tomorrow's", connections, {"no_basis"})]
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert number > 40


@pytest.mark.parametrize("name", STRICTER)
def test_a_stricter_codex_needs_no_restart(stage: Any, name: str) -> None:
    change, codes = STRICTER[name]
    case = ready(stage).made()
    # The system has what the codex asked for until now.
    stage.evidence(case.slug, kind="fria", withdrawn=True)
    kernel.under_permit(system=case.slug, purpose="triage", work=lambda permit: permit)
    with (
        sessions(stage) as open_,
        begun(stage) as early,
        revised(stage, change),
    ):
        connections = open_ | {"begun before": early}
        attempts = [*all_of_it(stage, case, name, connections, codes)]
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 40
