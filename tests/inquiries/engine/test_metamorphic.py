# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts in other clothes, counted: what kept its route, and what can be made again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kodeks.inquiries.engine import changing
from kodeks.inquiries.engine.handling import Handled, uniformity
from kodeks.inquiries.engine.metamorphic import changed, measured, wanted
from kodeks.inquiries.engine.results import Triage

TEXTS = ("Der er rotter i gården.", "Lampen på hjørnet er slukket.", "Hvem er konge i Norge?")
KEYS = ("a", "b", "c")


def answer(texts: Sequence[str]) -> list[Triage]:
    """Knows rats and lamps, but no rat in capitals."""
    found = []
    for text in texts:
        label = "rotter" if "otter" in text else "lys"
        inside = "otter" in text or "ampen" in text.lower()
        found.append(
            Triage(
                label=label,
                confidence=0.9,
                accepted=inside,
                alternatives=(),
                out_of_scope=not inside,
                considerations=(),
                way="label" if inside else "outside",
            )
        )
    return found


def test_each_way_is_counted_and_what_moved_is_named() -> None:
    seen: list[int] = []
    found = measured(TEXTS, KEYS, answer=answer, progress=seen.append)
    lines = {(one.kind, one.way): one for one in found.lines}
    ways = [(kind, way) for kind in changing.CHANGES for way in (*changing.CHANGES[kind], "")]
    assert list(lines) == ways
    upper = lines["casing", "upper"]
    assert (upper.same.count, upper.same.total, upper.sure.count) == (2, 3, 1)
    whole = lines["casing", ""]
    assert (whole.same.count, whole.same.total) == (8, 9)
    assert whole.same.low < whole.same.value < whole.same.high
    assert (found.texts, found.sure.count) == (3, 2)
    (moved,) = (one for one in found.moved if one.way == "upper")
    assert (moved.place, moved.before, moved.after) == (0, "rotter", "")
    assert seen[-1] == 3 * (1 + sum(len(ways) for ways in changing.CHANGES.values()))


@pytest.mark.parametrize("kind", list(changing.CHANGES))
def test_a_change_is_made_again_by_its_key(kind: str) -> None:
    for way in changing.CHANGES[kind]:
        one, again = (changed(TEXTS[0], key="a", kind=kind, way=way) for _ in range(2))
        assert one == again
    assert 0.9 < wanted(kind) < 1


def test_the_gap_of_two_groups_has_its_interval_and_their_names() -> None:
    handled = [
        Handled(
            label="rotter",
            unit="Miljø",
            by="1",
            groups={"channel": channel},
            sure=number < sure,
            days=None,
        )
        for channel, sure in (("Mail", 90), ("Brev", 70))
        for number in range(100)
    ]
    gap = uniformity(handled, []).gaps["channel"]
    assert (gap.higher, gap.lower) == ("Mail", "Brev")
    assert gap.value == pytest.approx(20)
    assert 5 < gap.low < 20 < gap.high < 35
