# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may do what, and what may run: the codex's policies asked with what is true right now.

This is the first of two gates. The database is the second and asks nobody: its functions hold the
structural minimum by themselves (sql/survey.sql). A call that this gate let through names the codex
it was judged by, and the database refuses it when another is in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from kodeks.codex import policy
from kodeks.codex.bundle import Codex
from kodeks.codex.policy import FOR_EVER, Entity, Verdict, day, ref
from kodeks.kernel import codices, facts
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Assignment, Grant, Training, User
from kodeks.kernel.once import once
from kodeks.kernel.subjects import Scope

T = TypeVar("T")
_EVERYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a person's request is about: a matter (`scope`), a system, or a model (`author`)."""

    system: str = ""
    scope: Scope | None = None
    author: User | None = None
    with_ai: bool = False


def require(user: User, action: str, *, about: About) -> str:
    """Let the person do it, or raise Refused; returns the hash of the codex that was asked."""
    codex = codices.in_force()
    verdict = judge(codex, user, action, about=about)
    if not verdict.allowed:
        raise Refused(code=verdict.codes[0], message=verdict.sentence)
    return codex.sha256


def may(user: User, action: str, *, about: About) -> bool:
    """Whether the person may, for pages that show a button or not."""
    return once(("may", user.pk, action, about), lambda: _may(user, action, about))


def _may(user: User, action: str, about: About) -> bool:
    try:
        return judge(codices.of_page(), user, action, about=about, ask=once).allowed
    except Refused:
        return False


def _anew(_: Hashable, ask: Callable[[], T]) -> T:
    return ask()


def judge(
    codex: Codex, user: User, action: str, *, about: About, ask: Callable[..., Any] = _anew
) -> Verdict:
    """The verdict on the strength of the best of the person's rights.

    They are asked for each time; only what a page shows may `ask` once (see `kernel.once`).
    """
    today = day(timezone.localdate())
    policies = policy.parse(codex.policies)
    found = []
    all_ever = Grant.objects.filter(user=user)
    trained = ask(("trained", user.pk, about.system), lambda: _trained_until(user, about.system))
    for grant in ask(("all rights", user.pk), lambda: tuple(all_ever)):
        context = {"today": today, "grant": _grant(grant)}
        if action == "decide":
            context["with_ai"] = about.with_ai
        verdict = policies.judge(
            principal=("Person", str(user.pk)),
            action=action,
            resource=_resource(about),
            entities=_entities(user, about, grant, trained),
            context=context,
        )
        if verdict.allowed:
            return verdict
        found.append(verdict)
    return max(found, key=_tells, default=policies.denied(action))


def _tells(verdict: Verdict) -> int:
    """How much a refusal says: a right that has ended least, a rule that forbids most."""
    if verdict.codes == ("no_right",):
        return 1
    return 0 if "grant_not_valid" in verdict.codes else 2


def require_run(*, system: str, phase: str, purpose: str) -> Codex:
    """Let the system run in this phase for this purpose, or raise SystemStopped."""
    codex = codices.in_force()
    verdict = judge_run(codex, system=system, phase=phase, purpose=purpose)
    if not verdict.allowed:
        raise SystemStopped(code=verdict.codes[0], message=verdict.sentence)
    return codex


def judge_run(codex: Codex, *, system: str, phase: str, purpose: str) -> Verdict:
    """The policies' verdict on what is true of the system now. Raises Refused when unknown."""
    context = facts.running(codex, system=system, phase=phase, purpose=purpose)
    return policy.parse(codex.policies).judge(
        principal=("System", system),
        action=facts.ACTIONS[phase],
        resource=("System", system),
        entities=(),
        context=context,
    )


def judged_again(call: Callable[[], T]) -> T:
    """Call; once more when a new codex came into force between the verdict and the database."""
    try:
        return call()
    except Refused as refusal:
        if refusal.code != "codex_changed":
            raise
    return call()


def _resource(about: About) -> tuple[str, str]:
    if about.author is not None:
        return ("Release", "release")
    return ("Matter", "matter") if about.scope is not None else ("Post", about.system or "none")


def _entities(user: User, about: About, grant: Grant, trained: dt.date | None) -> Iterable[Entity]:
    attributes = {"active": user.is_active}
    yield Entity(
        type="Person",
        id=str(user.pk),
        attributes=attributes if trained is None else attributes | {"trained_until": day(trained)},
    )
    yield from _places(about.scope or Scope(), grant)
    kind, number = _resource(about)
    if about.scope is not None and kind == "Matter":
        yield Entity(
            type=kind,
            id=number,
            attributes={
                "unit": ref("Unit", about.scope.unit or _EVERYTHING),
                "kle": ref("Kle", about.scope.kle or _EVERYTHING),
            },
        )
        return
    people = _people(about.system)
    if about.author is not None:
        people["author"] = ref("Person", str(about.author.pk))
    yield Entity(type=kind, id=number, attributes=people)


def _people(system: str) -> dict[str, object]:
    found = Assignment.objects.filter(system_id=system).order_by("-id").first()
    named = {} if found is None else {"manager": found.manager_id, "deputy": found.deputy_id}
    return {name: ref("Person", str(pk)) for name, pk in named.items() if pk is not None}


def _places(scope: Scope, grant: Grant) -> Iterable[Entity]:
    """Units and KLE numbers with what they lie in: everything lies in `*`."""
    units = {scope.unit, grant.unit} - {""}
    yield Entity(type="Unit", id=_EVERYTHING)
    yield from (Entity(type="Unit", id=unit, parents=[("Unit", _EVERYTHING)]) for unit in units)
    yield Entity(type="Kle", id=_EVERYTHING)
    numbers: set[str] = set()
    for number in {scope.kle, grant.kle_prefix} - {""}:
        # 05.01.08 lies in 05.01, in 05; a prefix may end anywhere, as the database's does.
        numbers |= {number[:length] for length in range(1, len(number) + 1)}
    for number in sorted(numbers):
        parent = next((number[:cut] for cut in range(len(number) - 1, 0, -1)), _EVERYTHING)
        yield Entity(type="Kle", id=number, parents=[("Kle", parent)])


def _grant(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "unit": ref("Unit", grant.unit or _EVERYTHING),
        "kle": ref("Kle", grant.kle_prefix or _EVERYTHING),
        "valid_from": day(grant.valid_from),
        "valid_until": FOR_EVER if grant.valid_until is None else day(grant.valid_until),
    }


def _trained_until(user: User, system: str) -> dt.date | None:
    newest = Training.objects.filter(user=user, system_slug__in=(system, "")).order_by("-id")
    return newest.values_list("valid_until", flat=True).first()
