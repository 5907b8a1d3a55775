# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a system is right: as often as it says, as often as its card asks, in each department.

Truth is what people thought before they had seen the suggestion, which it cannot have moved.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kodeks.codex.monitoring import Monitoring, WatchLimit
from kodeks.kernel import agreement, facts, oversight_figures
from kodeks.kernel.models import FirstView, Release
from kodeks.kernel.monitoring_looks import MOST_LOOKS, Look, Watch, since
from kodeks.statistics import calibration, drift, shares
from kodeks.statistics.calibration import Bin
from kodeks.statistics.drift import FALSE_ALARM
from kodeks.statistics.shares import Share

LEAST_OF_DEPARTMENT = 20
"""Cases below which a department's own quality says too little to be judged."""
_BINS = 10


@dataclass(frozen=True, kw_only=True)
class Department:
    """How often a department's people, who had not seen it, came to what was suggested."""

    code: str
    right: Share


def watch(limit: WatchLimit, watched: Monitoring, release: Release) -> Watch:
    """A limit on `calibration` or `quality`, by what people thought of a release's suggestions."""
    return _judged(limit, watched, list(_views(release, since(release, limit.of))))


def departments(system: str) -> tuple[Department, ...]:
    """The quality of the release in operation in each department, the best first."""
    release = facts.released(system)
    if release is None:
        return ()
    views = list(_views(release, since(release, "quality")))
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
    views = [] if release is None else list(_views(release, since(release, "calibration")))
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


@dataclass(frozen=True, kw_only=True)
class _View:
    at: dt.datetime
    agreed: bool
    certainty: float
    team: str


def _views(release: Release, after: dt.datetime) -> Iterator[_View]:
    """What people thought before they saw the suggestion, in the order in which they said it."""
    teams = oversight_figures.teams()
    found = FirstView.objects.filter(recommendation__release=release, at__gt=after)
    same = agreement.of(release.system_id)
    both = () if same is None else ("recommendation__body__suggestion", "body__outcome")
    for at, agreed, certainty, user_id, *outcomes in found.order_by("at", "id").values_list(
        "at", "agreed", "recommendation__confidence", "user_id", *both
    ):
        yield _View(
            at=at,
            agreed=agreed if same is None else same(*outcomes),
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
