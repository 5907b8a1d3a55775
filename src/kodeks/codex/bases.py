# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The dated table of legal bases: may this system, in this phase, do this with these data today?

The law's day is Copenhagen's: a basis with `valid_to` 30 June holds until midnight there. The rule
is small, because the database follows the same one in SQL:

* A row counts for a system, phase, purpose, data category and day.
* A `barred` row that counts beats every other row. A `pending` row never permits.
* Otherwise the newest `allowed` row that counts permits; in operation up to its level of robot
  autonomy.

Sources: GDPR articles 6(3) and 9(2)(g), which ask for a national basis; Datatilsynet's statements
2022-212-3676 and 2023-212-0015, which tell development from operation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kodeks.codex.days import counts, in_words, turning_days
from kodeks.codex.days import law_day as law_day
from kodeks.codex.legal_rows import AUTONOMY, CATEGORIES, NO_PERSONAL_DATA, LegalBasis, Linking

if TYPE_CHECKING:
    from kodeks.codex.bundle import Codex


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the law says: `code` is ok, barred, no_basis or autonomy; `why` is Danish.

    `rows` are those it rests on: the permitting ones, or those that stand in the way.
    """

    allowed: bool
    code: str
    why: str
    rows: tuple[LegalBasis, ...]


def standing(
    codex: Codex,
    *,
    system: str,
    phase: str,
    purpose: str | None,
    categories: Collection[str],
    autonomy: str,
    day: dt.date,
) -> Standing:
    """May `system` do this on `day`? Each of `categories` needs a basis; none at all counts as
    data without personal data. Unknown names have no basis.

    With `purpose` None it is enough that one purpose of the phase is permitted for all categories;
    they are tried in the order of the file, and the first refusal is told when all are refused.
    """
    rows = [row for row in codex.bases if row.system == system and row.phase == phase]
    # Only in operation is there a robot that could act by itself.
    level = autonomy if phase == "operation" else AUTONOMY[0]
    purposes = [purpose] if purpose is not None else list(dict.fromkeys(r.purpose for r in rows))
    found = [
        _for_purpose(
            [row for row in rows if row.purpose == one and counts(row, day)],
            categories=categories,
            autonomy=level,
            day=day,
        )
        for one in purposes or [""]
    ]
    return next((one for one in found if one.allowed), found[0])


def _for_purpose(
    rows: list[LegalBasis], *, categories: Collection[str], autonomy: str, day: dt.date
) -> Standing:
    """Of several refusals the gravest is told: barred, then no_basis, then autonomy."""
    wanted = _in_order(categories)
    barred = [row for row in rows if row.status == "barred" and row.data_category in wanted]
    if barred:
        row = min(barred, key=lambda row: wanted.index(row.data_category))
        why = f"Brugen er spærret for {_name(row.data_category)}: {row.basis}."
        return _refused("barred", why, barred)
    permitting: list[LegalBasis] = []
    for category in wanted:
        newest = _newest(row for row in rows if _permits(row, category))
        if newest is None:
            return _without_basis(rows, category, day)
        permitting.append(newest)
    narrow = [row for row in permitting if not _reaches(row.autonomy, autonomy)]
    if narrow:
        why = "Hjemlen rækker kun til at rådgive. Robotten må ikke tage skridt af sig selv."
        return _refused("autonomy", why, narrow)
    why = " ".join(dict.fromkeys(f"Hjemmel: {row.basis}." for row in permitting))
    return Standing(allowed=True, code="ok", why=why, rows=tuple(permitting))


def _without_basis(rows: list[LegalBasis], category: str, day: dt.date) -> Standing:
    why = f"Der er ingen hjemmel for {_name(category)} den {in_words(day)}."
    pending = [r for r in rows if r.status == "pending" and r.data_category == category]
    if pending:
        why += f" En regel er måske på vej, men den giver ikke lov: {pending[0].basis}."
    return _refused("no_basis", why, pending)


def _refused(code: str, why: str, rows: Iterable[LegalBasis]) -> Standing:
    return Standing(allowed=False, code=code, why=why, rows=tuple(rows))


def changes(
    codex: Codex,
    *,
    system: str,
    phase: str,
    purpose: str | None,
    categories: Collection[str],
    autonomy: str,
    first: dt.date,
    last: dt.date,
) -> tuple[tuple[dt.date, Standing], ...]:
    """The days after `first`, up to and with `last`, on which the standing changes."""

    def on(day: dt.date) -> Standing:
        return standing(
            codex,
            system=system,
            phase=phase,
            purpose=purpose,
            categories=categories,
            autonomy=autonomy,
            day=day,
        )

    found = []
    before = on(first)
    rows = [row for row in codex.bases if row.system == system and row.phase == phase]
    for day in turning_days(rows, first=first, last=last):
        after = on(day)
        if (after.code, after.rows) != (before.code, before.rows):
            found.append((day, after))
        before = after
    return tuple(found)


def may_link(
    codex: Codex, *, system: str, phase: str, purpose: str, sources: Collection[str], day: dt.date
) -> Linking | None:
    """The newest permission that names all of `sources`; None when they may not be linked."""
    rows = [
        row
        for row in codex.linkings
        if (row.system, row.phase, row.purpose) == (system, phase, purpose)
        and counts(row, day)
        and set(sources) <= set(row.sources)
    ]
    return max(rows, key=lambda row: row.valid_from, default=None)


def _in_order(categories: Collection[str]) -> list[str]:
    """Known categories in the order of CATEGORIES, then unknown ones, which no row can name."""
    given = set(categories) or {NO_PERSONAL_DATA}
    return [*(c for c in CATEGORIES if c in given), *sorted(given - set(CATEGORIES))]


def _permits(row: LegalBasis, category: str) -> bool:
    return row.status == "allowed" and row.data_category == category


def _newest(rows: Iterable[LegalBasis]) -> LegalBasis | None:
    """The latest to begin; of two on one day the first in the file."""
    return max(rows, key=lambda row: row.valid_from, default=None)


def _reaches(most: str, wanted: str) -> bool:
    return wanted in AUTONOMY and AUTONOMY.index(wanted) <= AUTONOMY.index(most)


def _name(category: str) -> str:
    return CATEGORIES.get(category, f"»{category}«")
