# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An alarm about a report of uniformity that surely does not hold what is wanted, and none else."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from kodeks.inquiries import unevenness, uniformity
from kodeks.inquiries.suggesting import SYSTEM
from kodeks.kernel.models import Alarm
from kodeks.statistics.shares import share

pytestmark = pytest.mark.django_db


def figures(*groups: tuple[str, str, int, int], same: tuple[str, int, int] | None = None) -> Any:
    """As a report has them: attribute, group, how many of how many are sure; and of one kind of
    changes, how many of how many keep their topic."""
    lines = []
    if same is not None:
        kind, count, total = same
        kept = asdict(share(count=count, total=total))
        lines = [{"kind": kind, "way": "", "same": kept}, {"kind": kind, "way": "x", "same": kept}]
    sure = [
        {"attribute": of, "group": name, "share": asdict(share(count=count, total=total))}
        for of, name, count, total in groups
    ]
    return {"sure": sure, "gaps": {}, "clothes": {"lines": lines}}


def sounded(found: Any) -> Alarm | None:
    unevenness.sound(found, system=SYSTEM, titles=uniformity.titles())
    return Alarm.objects.filter(system_id=SYSTEM, kind=unevenness.KIND).first()


def test_a_gap_that_is_surely_too_large_is_told() -> None:
    alarm = sounded(
        figures(("channel", "Brev", 40, 100), ("channel", "E-mail", 90, 100), ("all", "", 9, 10))
    )
    assert alarm is not None
    assert alarm.effect == "none"
    assert "50,0 procentpoint mellem E-mail og Brev" in alarm.sentence
    assert alarm.measured == {"gap_channel": "50.00"}


@pytest.mark.parametrize(
    "groups",
    [
        # Of the two farthest apart of seven, as many differ so much by chance.
        [("district", f"Bydel {place}", 70 - 2 * place, 100) for place in range(7)],
        [("channel", "Brev", 3, 10), ("channel", "E-mail", 6, 10)],
        [("channel", "Brev", 500, 1000), ("channel", "E-mail", 515, 1000)],
        # Long texts may be less sure than short ones.
        [("length", "lang", 10, 1000), ("length", "kort", 900, 1000)],
        [("channel", "Brev", 10, 1000)],
    ],
)
def test_what_chance_or_the_texts_themselves_may_do_is_not(groups: Any) -> None:
    assert sounded(figures(*groups)) is None


@pytest.mark.parametrize(
    ("same", "is_told"),
    [
        (("typos", 180, 200), True),
        (("typos", 188, 200), False),
        (("name", 190, 200), True),
        (("name", 197, 200), False),
    ],
)
def test_routes_that_surely_move_too_often_are_told(
    same: tuple[str, int, int], is_told: bool
) -> None:
    alarm = sounded(figures(same=same))
    assert (alarm is not None) == is_told
    if alarm is not None:
        assert "procent af teksterne får samme emne efter ændringen" in alarm.sentence
        assert set(alarm.measured) == {f"same_{same[0]}"}


def test_a_report_without_a_model_to_try_is_no_alarm() -> None:
    assert sounded({"sure": [], "gaps": {}, "clothes": {"why": "Systemet er stoppet."}}) is None


def test_the_same_bad_report_is_one_alarm() -> None:
    bad = figures(same=("typos", 100, 200))
    first, second = sounded(bad), sounded(bad)
    assert first == second
    assert Alarm.objects.filter(kind=unevenness.KIND).count() == 1
