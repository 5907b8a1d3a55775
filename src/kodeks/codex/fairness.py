# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How differently a system may treat groups of citizens: the card's limits, and whether they hold.

A limit is on what is between any two groups: a difference of shares, or a ratio. It is broken when
the figures say so beyond doubt, that is when the lower end of the 95 % interval of what is between
two groups lies above the limit. The interval is made of the two groups' own intervals by MOVER:
Zou and Donner 2008 for a difference, Donner and Zou 2012 for a ratio (in the form without a
division by zero).

Groups with fewer cases than the limit's `least_count` are not judged. When fewer than two are left
nobody can tell, which is an answer of its own: a release must then say why in words that two people
sign, and in operation more months are counted.

The database does exactly the same in SQL (sql/fairness.sql); a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from kodeks.codex.reader import SLUG, CardError, Reader

MEASURES = ("selection_rate", "tpr", "fpr", "precision", "accuracy", "error")
"""What a limit may be on; kodeks.statistics.groups defines them."""
OF_AGREEMENT = ("accuracy", "error")
"""Those that ask only whether the suggestion was right, so that nothing need be said to select."""
LEAST_CASES = 10
"""A figure about fewer tells of people and not of the system."""
KINDS = {"most_difference": "difference", "most_ratio": "ratio"}
_MOST = {
    "most_difference": re.compile(r"0\.[0-9]{1,4}"),
    "most_ratio": re.compile(r"[1-9][0-9]?\.[0-9]{1,4}"),
}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The most that may be between two groups of an attribute in one measure.

    `kind` is "difference" or "ratio" (highest over lowest); `most` is a number as text.
    """

    attribute: str
    title: str
    measure: str
    kind: str
    most: str
    least_count: int


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a suggestion or an outcome says when it selects: `field` has `value`."""

    field: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the figures say of one limit: `state` is "held", "broken" or "too_few".

    `higher` and `lower` are the groups that lie furthest apart beyond doubt, `value` what is
    between them (None for a ratio to zero) and `low` the lower end of its interval.
    """

    limit: Limit
    state: str
    higher: str = ""
    lower: str = ""
    value: float | None = None
    low: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Figure:
    group: str
    value: float
    low: float
    high: float


def judge(limits: Iterable[Limit], measured: Iterable[Mapping[str, str]]) -> tuple[Verdict, ...]:
    """The verdict on each limit, by figures as a release has them (see kernel.releases.Groups)."""
    figures = list(measured)
    return tuple(_judge(limit, figures) for limit in limits)


def _judge(limit: Limit, measured: Sequence[Mapping[str, str]]) -> Verdict:
    groups = [
        _Figure(
            group=one["group"],
            value=float(one["value"]),
            low=float(one["low"]),
            high=float(one["high"]),
        )
        for one in measured
        if (one["attribute"], one["measure"]) == (limit.attribute, limit.measure)
        and int(one["count"]) >= limit.least_count
    ]
    pairs = [
        (between(limit.kind, a, b), a.group, b.group)
        for a in groups
        for b in groups
        if a.value > b.value or (a.value == b.value and a.group < b.group)
    ]
    if not pairs:
        return Verdict(limit=limit, state="too_few")
    # The furthest apart; of equals the first by name (code points, as COLLATE "C").
    (value, low), higher, lower = min(pairs, key=lambda one: (-one[0][1], one[1], one[2]))
    return Verdict(
        limit=limit,
        state="broken" if low > float(limit.most) else "held",
        higher=higher,
        lower=lower,
        value=value,
        low=low,
    )


def between(kind: str, a: Any, b: Any) -> tuple[float | None, float]:
    """What is between two groups, the first the higher, and the lower end of its interval."""
    if kind == "difference":
        value = a.value - b.value
        reach = (a.value - a.low) * (a.value - a.low) + (b.high - b.value) * (b.high - b.value)
        return value, value - sqrt(reach)
    product = a.value * b.value
    above = a.low * (2 * a.value - a.low)
    below = b.high * (2 * b.value - b.high)
    divisor = product + sqrt(max(0.0, product * product - above * below))
    return (
        a.value / b.value if b.value > 0 else None,
        above / divisor if divisor > 0 else 0.0,
    )


def limits_of(card: Mapping[str, Any]) -> tuple[Limit, ...]:
    """The limits of a registered card's content; a card from before there were any has none."""
    return tuple(Limit(**one) for one in card.get("fairness", ()))


def read_limits(reader: Reader) -> tuple[Limit, ...]:
    """The [[fairness]] rows of a card, if it has any. Raises CardError."""
    limits = tuple(map(_limit, reader.tables("fairness"))) if reader.has("fairness") else ()
    seen = [(one.attribute, one.measure) for one in limits]
    for number, key in enumerate(seen):
        if key in seen[:number]:
            raise CardError(
                f"Systemkortet har to grænser for {' '.join(key)}. Slet den ene af dem."
            )
    return limits


def read_selection(reader: Reader, limits: Sequence[Limit]) -> Selection | None:
    """The [selection] table, which limits on whom the system selects ask for. Raises CardError."""
    table = reader.optional_table("selection")
    asking = [one.measure for one in limits if one.measure not in OF_AGREEMENT]
    if table is None:
        if asking:
            raise CardError(
                f"Grænsen for {asking[0]} kræver, at kortet siger, hvornår systemet udvælger. "
                "Tilføj [selection] med `field` og `value`."
            )
        return None
    selection = Selection(field=table.match("field", SLUG), value=table.line("value"))
    table.finish()
    return selection


def _limit(row: Reader) -> Limit:
    given = [name for name in KINDS if row.has(name)]
    if len(given) != 1:
        raise CardError(f"I {row.where} skal der stå enten `most_difference` eller `most_ratio`.")
    (name,) = given
    most = row.text(name)
    if not _MOST[name].fullmatch(most) or not float(most):
        raise CardError(
            f"I {row.where} skal `{name}` være et tal som tekst, fx "
            + ('"0.10".' if name == "most_difference" else '"1.25". Det mindste er "1.0".')
        )
    limit = Limit(
        attribute=row.match("attribute", SLUG),
        title=row.line("title"),
        measure=row.choice("measure", MEASURES),
        kind=KINDS[name],
        most=most,
        least_count=row.integer("least_count", least=LEAST_CASES, most=100_000),
    )
    row.finish()
    return limit
