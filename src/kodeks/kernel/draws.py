# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drawing again: whether blind-first and exercises came out as the opened seeds say.

The ledger committed to each month's seed before it was used and holds the seed itself once the next
month's is made. Whoever has both can draw every suggestion and every round of the month again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kodeks.codex import exercises
from kodeks.codex.exercises import ExerciseSet
from kodeks.kernel.models import DrillRound, Recommendation, RegistryEvent
from kodeks.kernel.subjects import Subject

_SPAN = 2**32


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """Of a system's draws: how many came out as they should, and the ids of those that did not.

    `sealed` are those whose seed is not open yet.
    """

    right: int
    wrong: tuple[str, ...]
    sealed: int


def is_blind(*, seed: bytes, system: str, subject: Subject, share: Decimal) -> bool:
    """The draw itself, as kernel.drawn_number makes it: the first four bytes of a hash."""
    return _number(seed, f"{system}/{subject.type}/{subject.id}") < share * _SPAN


def _number(seed: bytes, name: str) -> int:
    return int.from_bytes(hashlib.sha256(seed + name.encode()).digest()[:4], "big")


def seeds(system: str) -> dict[str, bytes]:
    """The opened seeds of a system by their commitments, which the ledger has from before.

    A seed that was opened but is not one that was committed to is left out.
    """
    events = RegistryEvent.objects.filter(kind="draw_seed", system_slug=system)
    bodies = list(events.order_by("pending_id").values_list("body", flat=True))
    committed = {body["commitment"] for body in bodies}
    opened = [bytes.fromhex(body["opened"]["seed"]) for body in bodies if "opened" in body]
    named = {hashlib.sha256(seed).hexdigest(): seed for seed in opened}
    return {name: seed for name, seed in named.items() if name in committed}


def draw_again(system: str) -> Redrawn:
    """Draw all of a system's suggestions again, as far as their seeds are open."""
    opened = seeds(system)
    right, wrong, sealed = 0, [], 0
    found = Recommendation.objects.filter(
        system_id=system, body__presentation__has_key="commitment"
    ).values_list("id", "subject_type", "subject_id", "body__presentation")
    for number, kind, subject_id, presentation in found.iterator():
        seed = opened.get(presentation["commitment"])
        if seed is None:
            sealed += 1
            continue
        blind = is_blind(
            seed=seed,
            system=system,
            subject=Subject(type=kind, id=subject_id),
            share=Decimal(presentation["share"]),
        )
        if presentation["how"] == ("blind" if blind else "shown"):
            right += 1
        else:
            wrong.append(str(number))
    return Redrawn(right=right, wrong=tuple(wrong), sealed=sealed)


def draw_drills_again(system: str) -> Redrawn:
    """Draw the exercises of all rounds again, as far as their seeds are open."""
    opened = seeds(system)
    drawn = {
        body["round"]: tuple(body["drawn"])
        for body in RegistryEvent.objects.filter(
            kind="drill_round", system_slug=system
        ).values_list("body", flat=True)
    }
    had: dict[str, Counter[str]] = {}
    right, wrong, sealed = 0, [], 0
    rounds = DrillRound.objects.filter(system_id=system).select_related("exercises")
    for row in rounds.order_by("team", "number"):
        found = drawn.get(str(row.pk), ())
        before = had.setdefault(row.team, Counter())
        seed = opened.get(row.commitment)
        if seed is None:
            sealed += 1
        elif _exercises(seed, row, before) == found:
            right += 1
        else:
            wrong.append(str(row.pk))
        before.update(found)
    return Redrawn(right=right, wrong=tuple(wrong), sealed=sealed)


def _exercises(seed: bytes, row: DrillRound, before: Mapping[str, int]) -> tuple[str, ...]:
    """As kernel.drawn_exercises draws them, in the order in which they are answered."""
    of: ExerciseSet = exercises.of_content(row.exercises.content)
    numbers = {
        one.id: _number(seed, f"{row.system_id}/drill/{row.team}/{row.number}/{one.id}")
        for one in of.exercises
    }
    chosen: list[str] = []
    for is_wrong, most in ((True, row.wrong_cases), (False, row.right_cases)):
        ids = [one.id for one in of.exercises if one.wrong == is_wrong]
        chosen += sorted(ids, key=lambda one: (before.get(one, 0), numbers[one], one))[:most]
    return tuple(sorted(chosen, key=lambda one: (numbers[one], one)))
