# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is watched of a system in operation: is it still the system that was taken into use?

All of it is counted from the records of the release in operation, so nobody can tidy it and anybody
can count it again. The card says what is watched and how far it may go (kodeks.codex.monitoring);
the figures are those of kodeks.statistics.drift. Truth is what people thought before they had seen
the suggestion, which it cannot have moved.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kodeks.codex import monitoring
from kodeks.codex.monitoring import Monitoring, WatchLimit
from kodeks.kernel import facts, oversight_figures
from kodeks.kernel.models import Alarm, CardRevision, FirstView, Recommendation, Release
from kodeks.statistics import calibration, drift, shares
from kodeks.statistics.calibration import Bin
from kodeks.statistics.drift import FALSE_ALARM, Change
from kodeks.statistics.shares import Share

MOST_LOOKS = 24
"""Blocks that are looked at: the newest. Older ones were, when they were the newest."""
LEAST_OF_DEPARTMENT = 20
"""Cases below which a department's own quality says too little to be judged."""
_BINS = 10
_BY_ISSUE = ("inputs", "scores", "flagged")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One block of cases against what it is held up to.

    `before` and `now` are what a person would read (a share or a mean, 0 to 1), None where the
    measure has no such figure; `change` is how far apart the two are.
    """

    what: str
    """The trait or the department it is about; empty for the whole."""
    number: int
    at: dt.datetime
    """When the last case of the block came."""
    cases: int
    before: float | None
    now: float | None
    change: Change
    is_drift: bool


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A limit of the card with its looks, the oldest first, and how many cases the next lacks."""

    limit: WatchLimit
    looks: tuple[Look, ...]
    lacking: int

    @property
    def newest(self) -> tuple[Look, ...]:
        """The looks at the newest block: one for each trait or department."""
        last = max((one.number for one in self.looks), default=0)
        return tuple(one for one in self.looks if one.number == last)

    @property
    def drifted(self) -> Look | None:
        """The look that went furthest beyond the limit; None when none did."""
        found = [one for one in self.looks if one.is_drift]
        return max(found, key=lambda one: one.change.size) if found else None


@dataclass(frozen=True, kw_only=True)
class Department:
    """How often a department's people, who had not seen it, came to what was suggested."""

    code: str
    right: Share


def kind_of(of: str) -> str:
    """The kind of alarm for one of kodeks.codex.monitoring.WATCHED."""
    return of if of in ("calibration", "quality") else f"drift_{of}"


def card_of(system: str) -> Monitoring | None:
    """How the system is watched, by its newest card; None where nothing is."""
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    return None if card is None else monitoring.monitoring_of(card.card)


def selection_of(system: str) -> Mapping[str, str] | None:
    """What a suggestion says when it selects a matter, by the newest card; None if none does."""
    card = CardRevision.objects.filter(system_id=system).order_by("-revision").first()
    found: Mapping[str, str] | None = None if card is None else card.card.get("selection")
    return found


def watches(system: str) -> tuple[Watch, ...]:
    """Every limit of the card with what was seen; none without limits or a release."""
    watched, release = card_of(system), facts.released(system)
    if watched is None or release is None:
        return ()
    return tuple(_watch(one, watched, release) for one in watched.limits)


def departments(system: str) -> tuple[Department, ...]:
    """The quality of the release in operation in each department, the best first."""
    release = facts.released(system)
    if release is None:
        return ()
    views = list(_views(release, _since(release, "quality")))
    found = [
        Department(code=code, right=shares.share(count=right, total=total))
        for code, (right, total) in _by_team(views).items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.right.value, one.code)))


def quality(system: str) -> Share | None:
    """How often people who had not seen it came to what the release in operation suggested."""
    found = departments(system)
    total = sum(one.right.total for one in found)
    return shares.share(count=sum(one.right.count for one in found), total=total) if total else None


def calibration_bins(system: str) -> tuple[Bin, ...]:
    """Of the suggestions with a certainty from 0.8 to 0.9, say, how many were right; tenths."""
    release = facts.released(system)
    views = [] if release is None else list(_views(release, _since(release, "calibration")))
    if not views:
        return ()
    (found,) = calibration.by_group(
        chance=[one.certainty for one in views],
        positive=[one.agreed for one in views],
        groups=[""] * len(views),
        seed=0,
        bins=_BINS,
    )
    return found.bins


def _watch(limit: WatchLimit, watched: Monitoring, release: Release) -> Watch:
    since = _since(release, limit.of)
    if limit.of in _BY_ISSUE:
        return _compared(limit, watched, _issued(release, since), _MEASURES[limit.of](release))
    return _judged(limit, watched, list(_views(release, since)))


def _since(release: Release, of: str) -> dt.datetime:
    """Counting begins with the release, and anew when an alarm about it has been answered."""
    closed = Alarm.objects.filter(
        system_id=release.system_id, kind=kind_of(of), closing__at__gt=release.approval.approved_at
    )
    newest = closed.order_by("-closing__at").values_list("closing__at", flat=True).first()
    return newest or release.approval.approved_at


@dataclass(frozen=True, kw_only=True)
class _Issued:
    at: dt.datetime
    certainty: float
    how: str
    traits: dict[str, str]
    suggestion: dict[str, Any]


def _issued(release: Release, since: dt.datetime) -> QuerySet[Recommendation, Any]:
    found = Recommendation.objects.filter(release=release, issued_at__gt=since)
    return found.order_by("issued_at", "id").values_list(
        "issued_at", "confidence", "body__presentation__how", "body__traits", "body__suggestion"
    )


Measure = Callable[
    [str, Sequence[_Issued], Sequence[_Issued]], tuple[float | None, float | None, Change]
]


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """What is compared (the traits of a card, or the whole), and how."""

    whats: tuple[str, ...]
    measure: Measure


def _of_inputs(release: Release) -> _Compared:
    watched = card_of(release.system_id)
    names = tuple(one.name for one in watched.traits) if watched else ()

    def measure(
        what: str, before: Sequence[_Issued], now: Sequence[_Issued]
    ) -> tuple[None, None, Change]:
        kinds = sorted({_trait(one, what) for one in (*before, *now)})
        old, new = (Counter(_trait(one, what) for one in cases) for cases in (before, now))
        change = drift.distribution(
            before=[old[kind] for kind in kinds], after=[new[kind] for kind in kinds]
        )
        return None, None, change

    return _Compared(whats=names, measure=measure)


def _of_scores(_: Release) -> _Compared:
    def measure(
        _: str, before: Sequence[_Issued], now: Sequence[_Issued]
    ) -> tuple[float, float, Change]:
        old, new = (Counter(_bin(one.certainty) for one in cases) for cases in (before, now))
        change = drift.distribution(
            before=[old[place] for place in range(_BINS)],
            after=[new[place] for place in range(_BINS)],
        )
        return _mean(before), _mean(now), change

    return _Compared(whats=("",), measure=measure)


def _of_flagged(release: Release) -> _Compared:
    selection = selection_of(release.system_id)

    def is_flagged(one: _Issued) -> bool:
        if selection is None:
            return one.how == "withheld"
        return bool(one.suggestion.get(selection["field"]) == selection["value"])

    def measure(
        _: str, before: Sequence[_Issued], now: Sequence[_Issued]
    ) -> tuple[float, float, Change]:
        old, new = (sum(map(is_flagged, cases)) for cases in (before, now))
        change = drift.share(before=(old, len(before)), after=(new, len(now)))
        return old / len(before), new / len(now), change

    return _Compared(whats=("",), measure=measure)


_MEASURES: dict[str, Callable[[Release], _Compared]] = {
    "inputs": _of_inputs,
    "scores": _of_scores,
    "flagged": _of_flagged,
}


def _compared(
    limit: WatchLimit,
    watched: Monitoring,
    rows: QuerySet[Recommendation, Any],
    compared: _Compared,
) -> Watch:
    total, size = rows.count(), watched.block_cases
    after = total - watched.reference_cases
    blocks = max(0, after // size)
    lacking = size - after % size if after >= 0 else size - after
    if not blocks:
        return Watch(limit=limit, looks=(), lacking=lacking)
    reference = _cases(rows[: watched.reference_cases])
    looks = []
    for number in range(max(1, blocks - MOST_LOOKS + 1), blocks + 1):
        start = watched.reference_cases + (number - 1) * size
        now = _cases(rows[start : start + size])
        for what in compared.whats:
            before, after_it, change = compared.measure(what, reference, now)
            looks.append(
                Look(
                    what=what,
                    number=number,
                    at=now[-1].at,
                    cases=len(now),
                    before=before,
                    now=after_it,
                    change=change,
                    is_drift=change.is_drift(
                        most=float(limit.limit),
                        number=number,
                        false_alarm=FALSE_ALARM / len(compared.whats),
                    ),
                )
            )
    return Watch(limit=limit, looks=tuple(looks), lacking=lacking)


def _cases(rows: QuerySet[Recommendation, Any]) -> list[_Issued]:
    return [
        _Issued(
            at=at,
            certainty=float(certainty),
            how=how,
            traits=traits or {},
            suggestion=suggestion,
        )
        for at, certainty, how, traits, suggestion in rows
    ]


def _trait(one: _Issued, name: str) -> str:
    """Empty where the card of then did not watch it."""
    return one.traits.get(name, "")


def _bin(certainty: float) -> int:
    return min(int(certainty * _BINS), _BINS - 1)


def _mean(cases: Sequence[_Issued]) -> float:
    return sum(one.certainty for one in cases) / len(cases)


@dataclass(frozen=True, kw_only=True)
class _View:
    at: dt.datetime
    agreed: bool
    certainty: float
    team: str


def _views(release: Release, since: dt.datetime) -> Iterator[_View]:
    """What people thought before they saw the suggestion, in the order in which they said it."""
    teams = oversight_figures.teams()
    found = FirstView.objects.filter(recommendation__release=release, at__gt=since)
    for at, agreed, certainty, user_id in found.order_by("at", "id").values_list(
        "at", "agreed", "recommendation__confidence", "user_id"
    ):
        yield _View(
            at=at,
            agreed=agreed,
            certainty=float(certainty),
            team=teams.get(user_id, oversight_figures.EVERYWHERE),
        )


def _judged(limit: WatchLimit, watched: Monitoring, views: Sequence[_View]) -> Watch:
    size = watched.block_cases
    blocks = len(views) // size
    looks: list[Look] = []
    for number in range(max(1, blocks - MOST_LOOKS + 1), blocks + 1):
        cases = views[(number - 1) * size : number * size]
        if limit.of == "calibration":
            looks.append(_calibrated(limit, number, cases))
        else:
            looks += _qualities(limit, number, cases, views[: number * size])
    return Watch(limit=limit, looks=tuple(looks), lacking=size - len(views) % size)


def _calibrated(limit: WatchLimit, number: int, cases: Sequence[_View]) -> Look:
    most = float(limit.limit)
    change = drift.calibration(
        chance=[one.certainty for one in cases], right=[one.agreed for one in cases], most=most
    )
    return Look(
        what="",
        number=number,
        at=cases[-1].at,
        cases=len(cases),
        before=sum(one.certainty for one in cases) / len(cases),
        now=sum(one.agreed for one in cases) / len(cases),
        change=change,
        is_drift=change.is_drift(most=most, number=number),
    )


def _qualities(
    limit: WatchLimit, number: int, cases: Sequence[_View], so_far: Sequence[_View]
) -> Iterator[Look]:
    """The block's quality; and each department's over all its cases so far, as it has few of them.

    Half the false alarm is the whole's, the other half the departments'.
    """
    least = float(limit.limit)
    right = sum(one.agreed for one in cases)
    teams = {
        code: found
        for code, found in _by_team(so_far).items()
        if code != oversight_figures.EVERYWHERE and found[1] >= LEAST_OF_DEPARTMENT
    }
    counted = [("", right, len(cases), FALSE_ALARM / 2)]
    counted += [(code, *found, FALSE_ALARM / 2 / len(teams)) for code, found in teams.items()]
    for what, count, total, false_alarm in counted:
        change = drift.at_least(count=count, total=total, least=least)
        yield Look(
            what=what,
            number=number,
            at=cases[-1].at,
            cases=total,
            before=None,
            now=count / total,
            change=change,
            is_drift=change.is_drift(most=0.0, number=number, false_alarm=false_alarm),
        )


def _by_team(views: Sequence[_View]) -> dict[str, tuple[int, int]]:
    """Of each department how many agreed, and of how many."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in views:
        total[one.team] += 1
        right[one.team] += one.agreed
    return {code: (right[code], total[code]) for code in sorted(total)}
