# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drawing again: whether what was drawn for blind-first came out as the opened seeds say.

The ledger committed to each month's seed before it was used and holds the seed itself once the next
month's is made. Whoever has both can draw every suggestion of the month again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from kodeks.kernel.models import Recommendation, RegistryEvent
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
    name = f"{system}/{subject.type}/{subject.id}"
    number = int.from_bytes(hashlib.sha256(seed + name.encode()).digest()[:4], "big")
    return number < share * _SPAN


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
