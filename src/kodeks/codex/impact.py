# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a new edition of the codex does to the systems in use: which uses end, and which begin.

A use is a system's phase and purpose. On a day it is permitted when the law permits it, its data
sources may be linked, its evidence is in order, and none of its fields is protected. Two courses
are compared day by day: the old edition for ever, and the old one until the new takes effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kodeks.codex.bases import may_link, standing
from kodeks.codex.bundle import Codex
from kodeks.codex.days import in_words, turning_days
from kodeks.codex.duties import required
from kodeks.codex.legal_rows import NO_PERSONAL_DATA
from kodeks.codex.protected import protected_attribute, proxy_of


@dataclass(frozen=True, kw_only=True)
class Use:
    """One phase and purpose of a system: what it takes, and how many open cases it has.

    `categories` are data categories; `sources` the data sources that it reads together.
    """

    phase: str
    purpose: str
    categories: frozenset[str]
    sources: frozenset[str] = frozenset()
    open_cases: int = 0


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """One system as it runs. `release` names the model in operation.

    `fields` are names with their Danish titles; `evidence` says for each kind of evidence the
    last day on which it is valid.
    """

    slug: str
    name: str
    risk_class: str
    autonomy: str
    release: str | None
    uses: tuple[Use, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, dt.date] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A use that is permitted until the day before `day` and then not, for one reason.

    `code` is barred, no_basis, autonomy, linking, evidence, protected or proxy; `why` is Danish.
    `caused_by_new` is False when the same happens that day under the old edition.
    """

    system: str
    name: str
    phase: str
    purpose: str
    day: dt.date
    code: str
    why: str
    release: str | None
    open_cases: int
    caused_by_new: bool


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A use that is permitted from `day` and was not the day before."""

    system: str
    name: str
    phase: str
    purpose: str
    day: dt.date
    caused_by_new: bool


@dataclass(frozen=True, kw_only=True)
class Impact:
    """Losses and gains by day, system and use."""

    losses: tuple[Loss, ...]
    gains: tuple[Gain, ...]


@dataclass(frozen=True)
class _Obstacle:
    """Why a use is not permitted. `about` tells two obstacles with one code apart."""

    code: str
    about: str
    why: str

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.about


def impact(
    *, old: Codex, new: Codex, systems: Sequence[SystemFacts], first: dt.date, last: dt.date
) -> Impact:
    """What changes from `first` to `last`, both included, when `new` follows `old`.

    On `first` the uses are compared with the old edition that day, so that a new edition that is
    already in force shows what it took. Raises CardError for an unknown risk class or phase.
    """
    found = [
        change
        for system in systems
        for use in system.uses
        for change in _changes(old, new, system, use, first, last)
    ]
    found.sort(key=_place)
    return Impact(
        losses=tuple(change for change in found if isinstance(change, Loss)),
        gains=tuple(change for change in found if isinstance(change, Gain)),
    )


def _changes(
    old: Codex, new: Codex, system: SystemFacts, use: Use, first: dt.date, last: dt.date
) -> Iterator[Loss | Gain]:
    before = _obstacles(old, system, use, first)
    for day in _days(old, new, system, first, last):
        by_old = _obstacles(old, system, use, day)
        now = by_old if day < new.effective_from else _obstacles(new, system, use, day)
        if now and not before:
            for obstacle in now.values():
                yield _loss(system, use, day, obstacle, obstacle.key not in by_old)
        elif before and not now:
            yield _gain(system, use, day, bool(by_old))
        before = now


def _days(
    old: Codex, new: Codex, system: SystemFacts, first: dt.date, last: dt.date
) -> list[dt.date]:
    """`first`, and every later day on which something begins or ends."""
    days = {first, new.effective_from}
    for codex in (old, new):
        days.update(turning_days([*codex.bases, *codex.linkings], first=first, last=last))
        days.update(turning_days(codex.duties, first=first, last=last))
    days.update(day + dt.timedelta(days=1) for day in system.evidence.values() if day <= last)
    return sorted(day for day in days if first <= day <= last)


def _obstacles(
    codex: Codex, system: SystemFacts, use: Use, day: dt.date
) -> dict[tuple[str, str], _Obstacle]:
    found = [
        *_of_law(codex, system, use, day),
        *_of_evidence(codex, system, use, day),
        *_of_fields(codex, system),
    ]
    return {obstacle.key: obstacle for obstacle in found}


def _of_law(codex: Codex, system: SystemFacts, use: Use, day: dt.date) -> Iterator[_Obstacle]:
    law = standing(
        codex,
        system=system.slug,
        phase=use.phase,
        purpose=use.purpose,
        categories=use.categories,
        autonomy=system.autonomy,
        day=day,
    )
    if not law.allowed:
        yield _Obstacle(law.code, "", law.why)
    personal = use.categories - {NO_PERSONAL_DATA}
    if personal and len(use.sources) > 1:
        link = may_link(
            codex,
            system=system.slug,
            phase=use.phase,
            purpose=use.purpose,
            sources=use.sources,
            day=day,
        )
        if link is None:
            names = ", ".join(sorted(use.sources))
            yield _Obstacle("linking", "", f"Kilderne må ikke samkøres: {names}.")


def _of_evidence(codex: Codex, system: SystemFacts, use: Use, day: dt.date) -> Iterator[_Obstacle]:
    for duty in required(
        codex.duties,
        risk_class=system.risk_class,
        phase=use.phase,
        categories=use.categories,
        day=day,
    ):
        last = system.evidence.get(duty.kind)
        if last is None:
            yield _Obstacle("evidence", duty.kind, f"Der mangler et bilag: {duty.title}.")
        elif last < day:
            why = f"Et bilag er for gammelt: {duty.title}. Det gjaldt til {in_words(last)}."
            yield _Obstacle("evidence", duty.kind, why)


def _of_fields(codex: Codex, system: SystemFacts) -> Iterator[_Obstacle]:
    for name, title in system.fields.items():
        attribute = protected_attribute(codex.attributes, field=name, title=title)
        proxy = proxy_of(codex.proxies, system=system.slug, field=name)
        if attribute is not None:
            why = f"Feltet »{title}« er beskyttet: {attribute.title}."
            yield _Obstacle("protected", name, why)
        elif proxy is not None:
            yield _Obstacle("proxy", name, f"Feltet »{title}« må ikke bruges. {proxy.why}")


def _loss(
    system: SystemFacts, use: Use, day: dt.date, obstacle: _Obstacle, caused_by_new: bool
) -> Loss:
    return Loss(
        system=system.slug,
        name=system.name,
        phase=use.phase,
        purpose=use.purpose,
        day=day,
        code=obstacle.code,
        why=obstacle.why,
        release=system.release,
        open_cases=use.open_cases,
        caused_by_new=caused_by_new,
    )


def _gain(system: SystemFacts, use: Use, day: dt.date, caused_by_new: bool) -> Gain:
    return Gain(
        system=system.slug,
        name=system.name,
        phase=use.phase,
        purpose=use.purpose,
        day=day,
        caused_by_new=caused_by_new,
    )


def _place(change: Loss | Gain) -> tuple[dt.date, str, str, str]:
    return change.day, change.system, change.phase, change.purpose
