# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is measured of people's oversight of a system: influence, speed, overrides.

All of it is counted from decisions and what was put before the person; the figures are those of
kodeks.statistics. Persons are never told apart, only teams: a team is a unit that its caseworkers
have their right in.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from kodeks.kernel import agreement
from kodeks.kernel.models import Alarm, Decision, FirstView, Grant, Recommendation, Reversal
from kodeks.statistics import influence, shares, tripwire
from kodeks.statistics.influence import Arm, Influence, Stratum
from kodeks.statistics.shares import FigureError, Share
from kodeks.statistics.tripwire import Wire

EVERYWHERE = ""
"""The team of those whose right is to all units."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One decision on a suggestion that the person had seen."""

    team: str
    month: dt.date
    shown: bool
    """Drawn to be shown at once; otherwise drawn for the person's own view first."""
    agreed: bool
    """In the arm that was shown the decision, in the blind one the own view before; what counts
    as the same is the solution's to say (see `agreement`)."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A system's oversight over the time that is asked about; None where there is too little."""

    cases: Sequence[Case]
    influence: Influence | None
    overridden: Share | None
    """Decisions on a suggestion that did not follow it."""
    fast: Share | None
    """Suggestions followed faster than what they rest on can be read."""
    seconds: float | None
    """The median from when the suggestion was shown to the decision."""
    issued: Mapping[str, int]
    """How the suggestions were put before people: shown, blind, withheld."""
    offered: int
    """Those of them that were put before people as several possibilities."""
    reversals: Reversals | None


@dataclass(frozen=True, kw_only=True)
class Reversals:
    """How many of the decisions were changed later (omgørelse), however long after.

    All decisions of the time count, and `days` says how long they have been open to it: the median
    from the decision until now. A share of young decisions is low because they are young.
    """

    changed: Share
    followed: Share | None
    """Of the decisions that followed the suggestion."""
    deviated: Share | None
    """Of those that chose otherwise than suggested or rejected it."""
    alone: Share | None
    """Of those without a suggestion."""
    causes: Mapping[str, int]
    """Changed decisions by the cause of their newest reversal."""
    days: float


def figures(system: str, *, since: dt.datetime | None = None) -> Figures:
    """The figures of a system from a moment on, or of all its time."""
    decided = list(_decided(system, since))
    cases = [case for row in decided if (case := _case(row)) is not None]
    seconds = [_seconds(row) for row in decided if row["at_once"]]
    followed = [row for row in decided if row["at_once"] and row["choice"] == "accept"]
    other = sum(row["choice"] != "accept" for row in decided)
    return Figures(
        cases=cases,
        influence=_influence(strata(cases)),
        overridden=_share(other, len(decided)),
        fast=_share(sum(map(_is_fast, followed)), len(followed)),
        seconds=statistics.median(seconds) if seconds else None,
        issued=_issued(system, since),
        offered=_issued_by(system, since).filter(body__presentation__has_key="offer").count(),
        reversals=_reversals(system, since),
    )


def strata(cases: Iterable[Case]) -> tuple[Stratum, ...]:
    """Teams and months, each by itself: a change of who decides what is no influence."""
    return tuple(_stratum(group) for group in _grouped(cases, lambda one: (one.team, one.month)))


def by_month(cases: Iterable[Case]) -> list[tuple[dt.date, Influence | None]]:
    """The influence of each month, the first first."""
    groups = _grouped(cases, lambda one: one.month)
    return sorted((group[0].month, _influence(strata(group))) for group in groups)


def by_team(cases: Iterable[Case]) -> list[tuple[str, Influence | None]]:
    """The influence on each team, by its unit's code."""
    groups = _grouped(cases, lambda one: one.team)
    return sorted((group[0].team, _influence(strata(group))) for group in groups)


def wires(found: Figures, *, influence_limit: float, fast_limit: float) -> dict[str, Wire]:
    """How near the tripwires are, by kind (`influence`, `fast`); none of what tells nothing yet."""
    looks = {}
    if found.influence is not None:
        looks["influence"] = tripwire.influence_wire(
            strata=strata(found.cases), limit=influence_limit
        )
    if found.fast is not None and 0 < fast_limit < 1:
        looks["fast"] = tripwire.fast_wire(
            fast=found.fast.count, accepted=found.fast.total, limit=fast_limit
        )
    return looks


def counted_since(system: str) -> dt.datetime | None:
    """Counting begins anew when an alarm about oversight has been answered."""
    closed = Alarm.objects.filter(system_id=system, effect="blind_first", closing__isnull=False)
    return closed.order_by("-closing__at").values_list("closing__at", flat=True).first()


def _decided(system: str, since: dt.datetime | None) -> Iterable[dict[str, Any]]:
    units = teams()
    same = agreement.of(system)
    views = {} if same is None else _own_outcomes(system)
    suggestion = () if same is None else ("recommendation__body__suggestion",)
    found = Decision.objects.filter(system_id=system, recommendation__isnull=False)
    rows = _from(found, "decided_at", since).values_list(
        "choice", "body", "decided_at", "user_id", "recommendation__body__presentation", *suggestion
    )
    for choice, body, decided_at, user_id, presentation, *suggested in rows:
        drawn = presentation["why"] == "drawn" and "commitment" in presentation
        view = body.get("first_view")
        agreed, agreed_before = choice == "accept", body.get("agreed_before")
        if same is not None:
            agreed = same(suggested[0], body["outcome"])
            agreed_before = None if view is None else same(suggested[0], views[view])
        yield {
            "choice": choice,
            "decided_at": decided_at,
            "shown_at": dt.datetime.fromisoformat(body["shown_at"]),
            "agreed": agreed,
            "agreed_before": agreed_before,
            "team": units.get(user_id, EVERYWHERE),
            "words": presentation["words"],
            "drawn": presentation["how"] if drawn else "",
            "at_once": view is None,
        }


def _own_outcomes(system: str) -> dict[str, Mapping[str, Any]]:
    """What people would have chosen before they saw the suggestion, by the view's id."""
    found = FirstView.objects.filter(recommendation__system_id=system)
    return {str(number): outcome for number, outcome in found.values_list("id", "body__outcome")}


def _reversals(system: str, since: dt.datetime | None) -> Reversals | None:
    newest = Reversal.objects.filter(decision=OuterRef("pk"), later=None).values("cause")
    found = _from(Decision.objects.filter(system_id=system), "decided_at", since)
    rows = list(
        found.annotate(reversed_for=Subquery(newest)).values_list(
            "choice", "decided_at", "reversed_for"
        )
    )
    if not rows:
        return None
    now = timezone.now()

    def changed(*choices: str) -> Share | None:
        among = [cause is not None for choice, _, cause in rows if choice in choices]
        return _share(sum(among), len(among))

    return Reversals(
        changed=shares.share(count=sum(cause is not None for *_, cause in rows), total=len(rows)),
        followed=changed("accept"),
        deviated=changed("other", "reject"),
        alone=changed("own"),
        causes=Counter(cause for *_, cause in rows if cause is not None),
        days=statistics.median((now - at).total_seconds() / 86_400 for _, at, _ in rows),
    )


def _case(row: Mapping[str, Any]) -> Case | None:
    """None for what chance did not place, and for what an alarm put in another arm than chance."""
    shown = row["drawn"] == "shown"
    if not row["drawn"] or shown != row["at_once"]:
        return None
    return Case(
        team=row["team"],
        month=timezone.localdate(row["decided_at"]).replace(day=1),
        shown=shown,
        agreed=row["agreed"] if shown else row["agreed_before"],
    )


def teams() -> dict[int, str]:
    """The unit of each caseworker whose right is to one; of several the newest."""
    grants = Grant.objects.filter(role="caseworker").exclude(unit=EVERYWHERE).order_by("id")
    return dict(grants.values_list("user_id", "unit"))


def _issued(system: str, since: dt.datetime | None) -> dict[str, int]:
    found = _issued_by(system, since).values_list("body__presentation__how", flat=True)
    return dict(Counter(found))


def _issued_by(system: str, since: dt.datetime | None) -> QuerySet[Recommendation]:
    return _from(Recommendation.objects.filter(system_id=system), "issued_at", since)


def _from(rows: QuerySet[Any], moment: str, since: dt.datetime | None) -> QuerySet[Any]:
    return rows if since is None else rows.filter(**{f"{moment}__gt": since})


def _seconds(row: Mapping[str, Any]) -> float:
    taken: dt.timedelta = row["decided_at"] - row["shown_at"]
    return max(0.0, taken.total_seconds())


def _is_fast(row: Mapping[str, Any]) -> bool:
    return tripwire.is_too_fast(words=row["words"], seconds=_seconds(row))


def _grouped(cases: Iterable[Case], key: Any) -> list[list[Case]]:
    groups: dict[Any, list[Case]] = {}
    for one in cases:
        groups.setdefault(key(one), []).append(one)
    return list(groups.values())


def _stratum(group: Sequence[Case]) -> Stratum:
    def arm(shown: bool) -> Arm:
        answers = [one.agreed for one in group if one.shown == shown]
        return Arm(agreed=sum(answers), total=len(answers))

    return Stratum(shown=arm(True), blind=arm(False))


def _influence(groups: Sequence[Stratum]) -> Influence | None:
    try:
        return influence.pooled(strata=groups)
    except FigureError:
        return None


def _share(count: int, total: int) -> Share | None:
    return shares.share(count=count, total=total) if total else None
