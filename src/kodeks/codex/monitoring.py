# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a system is watched in operation: the card's [monitoring] table.

What is watched, over blocks of cases: `inputs` (the traits that each suggestion tells of the data
it rests on), `scores` (how certain the system is), `flagged` (how many it selects or, where it
selects nobody, is too uncertain about), `calibration` (whether it is as often right as it says)
and `quality` (how often people who have not seen the suggestion come to the same). A limit has the
effect that an alarm has until the one who answers for the system has found the cause.
Source: AI Act, articles 26(5) and 72.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kodeks.codex.reader import SLUG, CardError, Reader

WATCHED = ("inputs", "scores", "flagged", "calibration", "quality")
OF_SUGGESTIONS = ("inputs", "scores", "flagged")
"""Those that are counted from what was suggested; the others from what people thought of it."""
EFFECTS = ("none", "blind_first", "stop")
MOST_TRAITS = 8
_LIMIT = re.compile(r"[0-2]\.[0-9]{1,4}")
_LEAST_BLOCK, _MOST_BLOCK = 50, 100_000


@dataclass(frozen=True, kw_only=True)
class Trait:
    """A property of the data, told as one of few kinds with each suggestion ("0-9 words")."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class WatchLimit:
    """What one of WATCHED may come to, as text, and what follows when it goes beyond.

    For `inputs` and `scores` a population stability index, for `flagged` and `calibration` a
    difference of shares, for `quality` the least share.
    """

    of: str
    limit: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """The first `reference_cases` suggestions of a release are what each later block of
    `block_cases` is compared with."""

    reference_cases: int
    block_cases: int
    traits: tuple[Trait, ...]
    limits: tuple[WatchLimit, ...]


def monitoring_of(card: Mapping[str, Any]) -> Monitoring | None:
    """The table of a registered card's content; None when the card has none."""
    found = card.get("monitoring")
    if found is None:
        return None
    return Monitoring(
        reference_cases=found["reference_cases"],
        block_cases=found["block_cases"],
        traits=tuple(Trait(**one) for one in found["traits"]),
        limits=tuple(WatchLimit(**one) for one in found["limits"]),
    )


def as_content(monitoring: Monitoring | None) -> dict[str, Any] | None:
    """As it stands in the card's content: JSON-ready."""
    if monitoring is None:
        return None
    return {
        "reference_cases": monitoring.reference_cases,
        "block_cases": monitoring.block_cases,
        "traits": [asdict(one) for one in monitoring.traits],
        "limits": [asdict(one) for one in monitoring.limits],
    }


def read(reader: Reader) -> Monitoring | None:
    """The [monitoring] table of a card, if it has one. Raises CardError."""
    table = reader.optional_table("monitoring")
    if table is None:
        return None
    found = Monitoring(
        reference_cases=table.integer("reference_cases", least=_LEAST_BLOCK, most=_MOST_BLOCK),
        block_cases=table.integer("block_cases", least=_LEAST_BLOCK, most=_MOST_BLOCK),
        traits=tuple(map(_trait, table.tables("traits"))) if table.has("traits") else (),
        limits=tuple(map(_limit, table.tables("limits"))),
    )
    table.finish()
    _refuse_twice("kendetegn", [one.name for one in found.traits])
    _refuse_twice("grænse for", [one.of for one in found.limits])
    if len(found.traits) > MOST_TRAITS:
        raise CardError(f"Der kan højst stå {MOST_TRAITS} [[monitoring.traits]]. Slet nogle.")
    if not found.traits and any(one.of == "inputs" for one in found.limits):
        raise CardError(
            "Grænsen for inputs kræver, at kortet siger, hvad der holdes øje med. Tilføj "
            "[[monitoring.traits]]."
        )
    return found


def _trait(row: Reader) -> Trait:
    trait = Trait(name=row.match("name", SLUG), title=row.line("title"))
    row.finish()
    return trait


def _limit(row: Reader) -> WatchLimit:
    of = row.choice("of", WATCHED)
    name = "least" if of == "quality" else "most"
    limit = row.text(name)
    if not _LIMIT.fullmatch(limit) or not float(limit) or not float(limit) < _beyond(of):
        raise CardError(
            f"I {row.where} skal `{name}` være et tal som tekst, fx "
            + ('"0.70".' if name == "least" else '"0.25".')
        )
    found = WatchLimit(of=of, limit=limit, effect=row.choice("effect", EFFECTS))
    row.finish()
    return found


def _beyond(of: str) -> float:
    """A share lies below 1; a stability index does not have to."""
    return 3.0 if of in ("inputs", "scores") else 1.0


def _refuse_twice(what: str, names: list[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise CardError(f"[monitoring] har to gange {what} {name}. Slet den ene.")
