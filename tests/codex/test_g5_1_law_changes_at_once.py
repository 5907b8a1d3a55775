# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.1: when the law changes, the use changes on the same day."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kernel_stage import basis, today

from kodeks.codex import bundle
from kodeks.kernel import api as kernel
from kodeks.kernel import codex_impact

DAY = dt.timedelta(days=1)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def new_law(stage, slug: str, *rows) -> dict[str, Any]:
    """The content of a new codex, in which only these rows speak of the system."""
    content = stage.content()
    others = [row for row in content["legal_bases"] if row["system"] != slug]
    return content | {"legal_bases": others + [basis(slug, **row) for row in rows]}


def change_law(stage, slug: str, *rows) -> None:
    stage.register_codex(new_law(stage, slug, *rows))


def law_on(stage, slug: str, day: dt.date) -> str:
    """What the database's gate would say of the law on another day."""
    return stage.as_owner(
        "SELECT code FROM kernel.law((SELECT id FROM kernel.codex_in_force(%s)), %s, 'operation',"
        " 'triage', '{ordinary}', 'advise', %s)",
        today(),
        slug,
        day,
    )


def test_a_change_counts_for_the_next_suggestion_without_a_restart(stage):
    slug = stage.register()
    permit = kernel.ask(system=slug, purpose="triage")
    payload = stage.proposal(slug, permit_id=str(permit.id))
    change_law(stage, slug, {"valid_to": (today() - DAY).isoformat()})
    assert stage.refused("issue", payload) == "no_basis"
    with pytest.raises(kernel.SystemStopped):
        kernel.ask(system=slug, purpose="triage")
    change_law(stage, slug, {"valid_from": today().isoformat()})
    assert kernel.ask(system=slug, purpose="triage")
    assert stage.issued(slug)


def test_a_basis_holds_from_its_first_day_to_its_last(stage):
    slug = stage.register()
    first, last = today() + 10 * DAY, today() + 20 * DAY
    change_law(stage, slug, {"valid_from": first.isoformat(), "valid_to": last.isoformat()})
    days = [first - DAY, first, last, last + DAY]
    assert [law_on(stage, slug, day) for day in days] == ["no_basis", "ok", "ok", "no_basis"]


def test_a_day_ends_at_midnight_in_copenhagen_summer_and_winter(stage):
    for moment, day in (
        ("2026-07-31T21:59:59Z", "2026-07-31"),
        ("2026-07-31T22:00:00Z", "2026-08-01"),
        ("2026-12-31T22:59:59Z", "2026-12-31"),
        ("2026-12-31T23:00:00Z", "2027-01-01"),
    ):
        found = stage.as_owner("SELECT kernel.day_of(%s::timestamptz)", moment)
        assert found == dt.date.fromisoformat(day)


def test_no_permit_outlives_the_day_it_was_judged_by(stage):
    slug, limits = stage.register(), stage.content()["limits"]
    midnight = dt.datetime.combine(today() + DAY, dt.time(), COPENHAGEN)
    permit = kernel.ask(system=slug, purpose="triage")
    assert permit.expires_at <= min(midnight, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=15))
    try:
        stage.revise(limits=limits | {"permit_minutes": 2 * 24 * 60})
        assert kernel.ask(system=slug, purpose="triage").expires_at == midnight
    finally:
        stage.revise(limits=limits)


@pytest.mark.parametrize(
    "linkings",
    [[{"sources": ["henvendelse", "register", "archive"]}], []],
    ids=["that may link its sources", "that reads one source of several at a time"],
)
def test_before_a_new_edition_counts_it_can_be_seen_what_a_running_system_loses(stage, linkings):
    slug = stage.register(linkings=linkings)
    stage.issued(slug)

    def losses(*rows) -> list[str]:
        new = bundle.of_content(new_law(stage, slug, *rows))
        told = codex_impact.lines(new, first=today(), last=today() + 30 * DAY)
        return [line for line in told if f"({slug}), drift" in line]

    assert losses({}) == []
    (line,) = losses({"valid_to": (today() + 10 * DAY).isoformat()})
    assert line.startswith("MISTER")
    assert "Model: 1. Åbne sager: 1." in line
