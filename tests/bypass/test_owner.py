# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts where nobody answers any more: the manager is gone in any way, with or without a deputy.

No system runs for an owner who cannot answer, and those who are gone can neither bring it back nor
sign for it (codex, principle 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attempts import Attempt, none_succeeds
from cases import Case, person, ready
from gate import PERMITTED, TURNED_AWAY, Call, bare, execute, expire, refused_with
from hindrances import OWNER, WAYS, Hindrance
from psycopg.types.json import Jsonb

from kodeks.kernel import api as kernel
from kodeks.kernel import calls, stewardship

KIND = "owner"
GROUPS = 5


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage, deputy=True).fully_made()


# Nothing runs


@pytest.mark.parametrize("group", range(GROUPS))
def test_nothing_runs_for_an_owner_who_is_gone(stage: Any, group: int) -> None:
    made = 0
    for hindrance in OWNER[group::GROUPS]:
        case = ready(stage, deputy=hindrance.deputy).made()
        hindrance.make(case)
        attempts = [
            *bare_ones(case, hindrance, "permit as it was"),
            *through_python(case, hindrance),
        ]
        made += none_succeeds(
            stage, without_silent(case, attempts), kind=KIND, refusals=TURNED_AWAY
        )
        for permit in (case.permit, case.learning):
            expire(stage, permit)
        late = [*bare_ones(case, hindrance, "permit run out")]
        made += none_succeeds(stage, late, kind=KIND, refusals=TURNED_AWAY)
    assert made > 250


def without_silent(case: Case, attempts: list[Attempt]) -> list[Attempt]:
    """Where only time passed or rows were forged, a permit holds until its own time runs out."""
    asked = "SELECT kernel.registered_since(p) FROM kernel_permit AS p WHERE id = %s"
    if case.stage.as_owner(asked, case.permit):
        return attempts
    taking = {name for name, one in case.gated.items() if one[0] in PERMITTED}
    return [one for one in attempts if one.name.split(",")[0] not in taking]


def bare_ones(case: Case, hindrance: Hindrance, permit: str) -> Iterator[Attempt]:
    for name, one in case.now(case.gated).items():
        if permit == "permit run out" and one[0] not in PERMITTED:
            continue
        title = f"{name}, {hindrance.name}, {permit}"
        yield bare(title, case.stage.application, one, codes={hindrance.code})


def through_python(case: Case, hindrance: Hindrance) -> Iterator[Attempt]:
    for name, door in case.doors:
        yield Attempt(
            name=f"python {name}, {hindrance.name}", try_=refused_with(hindrance.codes, door)
        )


# Those who are gone act no more


def owners_acts(case: Case, who: int) -> dict[str, Call]:
    """What takes the right to own systems, tried by somebody."""
    acts = {
        name: (function, payload | {"user_id": who})
        for name, (function, payload) in case.now(case.by_people).items()
        if name.startswith("system_owner ")
    }
    for step in ("reported", "dismissed", "mended", "note"):
        function, payload = case.now(case.by_people)[f"data_protection_officer {step}"]
        acts[f"incident {step}"] = (function, payload | {"user_id": who})
    return acts


def through_services(case: Case, who: int) -> dict[str, Callable[[], object]]:
    user, slug, told = case.stage.user(who), case.slug, "Fejlen er rettet."
    found = {"task": "quality", "passed": True, "finding": told}
    return {
        "attest": lambda: stewardship.attest(system=slug, user=user),
        "resume": lambda: stewardship.resume(system=slug, user=user, reason=told),
        "stop": lambda: stewardship.stop(system=slug, user=user, reason=told),
        "supervise": lambda: stewardship.supervise(system=slug, user=user, **found),
    }


def as_the_owner_role(case: Case, who: int) -> dict[str, Callable[[], object]]:
    """What the municipality's operation does for somebody: releases, posts, evidence."""
    stage, slug = case.stage, case.slug
    two = Jsonb(envelope_of(case) | {"signatures": [{"sig": "YQ=="}, {"sig": "Yg=="}]})

    def run(statement: str, *values: object) -> Callable[[], object]:
        return lambda: execute(stage.owner, f"SELECT kernel.{statement}", *values)

    day = "kernel.today(), kernel.today() + 100, false"
    return {
        "approve": run("approve_release(%s, '2', %s, %s)", slug, two, who),
        "revoke": run("revoke_release(%s, '1', %s, 'Den er forkert.')", slug, who),
        "manager": run("assign(%s, 'Enheden', %s, NULL)", slug, who),
        "deputy": run("assign(%s, 'Enheden', %s, %s)", slug, case.technician, who),
        "deputy alone": run("assign(%s, 'Enheden', NULL, %s)", slug, who),
        "dpia": run(f"register_evidence(%s, 'dpia', 'B', %s, %s, {day})", slug, "e1" * 32, who),
        "fria": run(f"register_evidence(%s, 'fria', 'B', %s, %s, {day})", slug, "e1" * 32, who),
        "codex": run("require_codex_signers(%s::bigint[])", [who, stage.user_id("dorte")]),
    }


def envelope_of(case: Case) -> dict[str, Any]:
    """Of a second release, that its author has proposed."""
    stage, slug = case.stage, case.slug
    found = "SELECT envelope FROM kernel_release WHERE system_id = %s AND version = '2'"
    if stage.as_owner(found, slug) is None:
        stage.propose(slug, version="2", artefact_sha256="b2" * 32)
    return dict(stage.as_owner(found, slug))


def everything(case: Case, who: int, whose: str) -> Iterator[Attempt]:
    for name, one in owners_acts(case, who).items():
        yield bare(f"{name}, {whose}", case.stage.application, one)
    for name, door in (through_services(case, who) | as_the_owner_role(case, who)).items():
        yield Attempt(name=f"{name}, {whose}", try_=door)


@pytest.mark.parametrize("post", ["manager", "deputy"])
def test_those_who_are_gone_bring_nothing_back(stage: Any, post: str) -> None:
    """An absence is left out: whoever is away keeps their right, and may come back."""
    made = 0
    for way in WAYS:
        if way.startswith("absent"):
            continue
        case = ready(stage, deputy=True).fully_made()
        assert envelope_of(case)
        number = getattr(case, post)
        WAYS[way](case, number)
        attempts = [
            one
            for one in everything(case, number, f"{post} {way}")
            # With another role they may do what that role may.
            if way != "other-role" or not one.name.startswith(ALSO_OTHERS)
        ]
        made += none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made > 90


ALSO_OTHERS = ("system_owner stop", "system_owner supervise", "stop", "supervise", "incident",
               "revoke", "codex")  # fmt: skip


def test_nobody_answers_in_the_owners_place(stage: Any, case: Case) -> None:
    """Others who have a right, but another one, and those who own another system."""
    assert envelope_of(case)
    stranger = person(stage, "system_owner")
    people = {
        "the caseworker": case.worker,
        "a citizen": stage.user_id("testine"),
        "without a role": int(stage.new_user()),
    }
    attempts = [one for whose, who in people.items() for one in everything(case, who, whose)]
    # These may stop, supervise, take back and sign; but neither attest nor resume nor approve.
    wanted = ("system_owner attest", "system_owner resume", "system_owner absence", "attest",
              "resume", "approve", "manager", "deputy", "dpia", "fria")  # fmt: skip
    for whose, who in (("the officer", case.officer), ("the technician", case.technician)):
        found = everything(case, who, whose)
        attempts += [one for one in found if one.name.startswith(wanted)]
    of_another = everything(case, stranger, "an owner of another system")
    answering = ("system_owner attest", "attest", "approve")
    attempts += [one for one in of_another if one.name.startswith(answering)]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 80


def test_no_release_for_a_post_that_is_vacant(stage: Any) -> None:
    """Whoever had the post before, or never had it, approves nothing."""
    case = ready(stage, deputy=True).made()
    assert envelope_of(case)
    stage.assign(slug=case.slug, manager=None)
    people = [case.manager, case.deputy, case.technician, case.officer, case.worker]
    names = ["manager", "deputy", "technician", "officer", "worker"]
    attempts = []
    for whose, who in zip(names, people, strict=True):
        for name in ("approve", "manager-of-old attests"):
            door = as_the_owner_role(case, who)["approve"]
            if name != "approve":
                door = through_services(case, who)["attest"]
            attempts.append(Attempt(name=f"{name}: {whose}", try_=door))
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


# Payloads that name an owner of their own


def test_an_owner_that_the_caller_names(stage: Any, case: Case) -> None:
    """Who answers is the database's to say; and no key of a payload says it."""
    named = {
        "owner": {"unit": "Min", "manager": "Mig"},
        "assignment": 1,
        "assignment_id": 1,
        "unit": "Min",
        "manager": case.worker,
        "manager_id": case.worker,
        "deputy": case.worker,
        "responsible": "Mig",
        "standing": {"owner": {"unit": "Min", "manager": "Mig"}, "obstacles": []},
        "obstacles": [],
        "approver": case.worker,
    }
    attempts = [
        bare(
            f"{name} with {key}",
            stage.application,
            (function, payload | {key: value}),
            codes={"unknown"},
        )
        for name, (function, payload) in (case.gated | case.by_people).items()
        for key, value in named.items()
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 350


def test_users_that_are_none(stage: Any, case: Case) -> None:
    """In the place of the person: other forms, nobody, and lists of people."""
    # fmt: off
    nobody: list[Any] = [
        None, 0, -1, 1.5, True, False, "", "1", "merete", [], {}, [case.manager], 10**15,
        {"id": case.manager}, f"{case.manager}", f"{case.manager} OR true", 10**17, [None],
    ]
    # fmt: on
    attempts = [
        bare(f"{name} by {who!r}", stage.application, (function, payload | {"user_id": who}))
        for name, (function, payload) in case.by_people.items()
        for who in nobody
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 350


def test_a_person_is_not_asked_twice_but_every_time(stage: Any, case: Case) -> None:
    """Through the services with a user object from before: what the row says now counts."""
    old = stage.user(case.manager)
    WAYS["closed"](case, case.manager)
    assert old.is_active
    doors = {
        "attest": lambda: stewardship.attest(system=case.slug, user=old),
        "resume": lambda: stewardship.resume(system=case.slug, user=old, reason="Rettet."),
        "absence": lambda: calls.call("absence", {"user_id": old.pk, "first_day": "2030-01-01"}),
        "may": lambda: kernel.ask(
            system=case.slug, purpose="improvement", phase="development", user=old
        ),
    }
    attempts = [Attempt(name=name, try_=door) for name, door in doors.items()]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
