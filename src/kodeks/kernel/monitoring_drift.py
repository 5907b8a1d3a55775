# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether what a system meets and answers is as it was with its first cases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kodeks.codex.monitoring import Monitoring, WatchLimit
from kodeks.kernel import once
from kodeks.kernel.models import Recommendation, Release
from kodeks.kernel.monitoring_looks import MOST_LOOKS, Look, Watch, card_of, selection_of, since
from kodeks.statistics import drift
from kodeks.statistics.drift import FALSE_ALARM, Change

_BINS = 10
_TOO_UNCERTAIN = ("outside", "uncertain")


def watch(limit: WatchLimit, watched: Monitoring, release: Release) -> Watch:
    """A limit on `inputs`, `scores` or `flagged`, by the suggestions of a release."""
    rows = _issued(release, since(release, limit.of))
    return _compared(limit, watched, rows, _MEASURES[limit.of](release))


@dataclass(frozen=True, kw_only=True)
class _Issued:
    at: dt.datetime
    certainty: float
    how: str
    offer: str
    traits: dict[str, str]
    suggestion: dict[str, Any]


def _issued(release: Release, after: dt.datetime) -> QuerySet[Recommendation]:
    """The suggestions of a release since a moment, in the order of the queue to the ledger.

    That number has an index; the moment has none, as each issue would have to pay for it.
    """
    found = Recommendation.objects.filter(release=release, issued_at__gt=after)
    return found.order_by("pending_id")


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
            return one.how == "withheld" or one.offer in _TOO_UNCERTAIN
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
    rows: QuerySet[Recommendation],
    compared: _Compared,
) -> Watch:
    total, size = rows.count(), watched.block_cases
    after = total - watched.reference_cases
    blocks = max(0, after // size)
    lacking = size - after % size if after >= 0 else size - after
    if not blocks:
        return Watch(limit=limit, looks=(), lacking=lacking)
    reference = _cases(rows[: watched.reference_cases])
    kept = min(blocks, MOST_LOOKS)
    begun = after % size
    newest = _cases(rows.reverse()[begun : begun + kept * size])[::-1]
    looks = [
        look
        for place in range(kept)
        for look in _looks(
            limit,
            compared,
            number=blocks - kept + place + 1,
            reference=reference,
            now=newest[place * size : (place + 1) * size],
        )
    ]
    return Watch(limit=limit, looks=tuple(looks), lacking=lacking)


def _looks(
    limit: WatchLimit,
    compared: _Compared,
    *,
    number: int,
    reference: Sequence[_Issued],
    now: Sequence[_Issued],
) -> Iterator[Look]:
    """One block against the reference: a look for each thing that is compared."""
    for what in compared.whats:
        before, figure, change = compared.measure(what, reference, now)
        yield Look(
            what=what,
            number=number,
            at=now[-1].at,
            cases=len(now),
            before=before,
            now=figure,
            change=change,
            is_drift=change.is_drift(
                most=float(limit.limit),
                number=number,
                false_alarm=FALSE_ALARM / len(compared.whats),
            ),
        )


def _cases(rows: QuerySet[Recommendation]) -> list[_Issued]:
    """Read once for a page: most limits look at the same suggestions."""
    return once.once(("issued", str(rows.query)), lambda: _read(rows))


def _read(rows: QuerySet[Recommendation]) -> list[_Issued]:
    found = rows.values_list(
        "issued_at",
        "confidence",
        "body__presentation__how",
        "body__presentation__offer",
        "body__traits",
        "body__suggestion",
    )
    return [
        _Issued(
            at=at,
            certainty=float(certainty),
            how=how,
            offer=offer or "",
            traits=traits or {},
            suggestion=suggestion,
        )
        for at, certainty, how, offer, traits, suggestion in found
    ]


def _trait(one: _Issued, name: str) -> str:
    """Empty where the card of then did not watch it."""
    return one.traits.get(name, "")


def _bin(certainty: float) -> int:
    return min(int(certainty * _BINS), _BINS - 1)


def _mean(cases: Sequence[_Issued]) -> float:
    return sum(one.certainty for one in cases) / len(cases)
