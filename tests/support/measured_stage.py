# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Matters of a stage's system from beginning to answer, and what is counted of them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from kernel_stage import Stage

from kodeks.codex.days import law_day
from kodeks.kernel import measured, sequencer
from kodeks.statistics import hours

STEPS = ("journalise", "receipt")
"""All steps of the robot on the stage's card."""


def done(
    stage: Stage,
    slug: str,
    *,
    choice: str = "accept",
    steps: tuple[str, ...] = STEPS,
    answered: bool = False,
    began: dt.datetime | None = None,
    promised: dt.date | None = None,
    unit: str = "vej",
) -> uuid.UUID:
    """A matter that a person decided and the robot took `steps` of; returns its decision."""
    more: dict[str, Any] = {} if began is None else {"began_at": began.isoformat()}
    outcome = {} if choice == "accept" else {"outcome": {"label": "stoej"}}
    decision = stage.call(
        "decide", stage.choice(stage.issued(slug, **more), choice=choice, **outcome)
    )
    run = str(uuid.uuid4())
    for step in steps:
        result = {"unit": unit} if step == "receipt" else {}
        if promised is not None and step == "receipt":
            result["answer_by"] = promised.isoformat()
        stage.call("act", stage.step(decision, run_id=run, step=step, result=result))
    if answered:
        stage.call("milestone", stage.milestone(decision))
    return decision


def read(slug: str, *, contents: bool = False) -> measured.Measured:
    """What the ledger says now of the system, when every entry has its place."""
    while sequencer.integrate():
        pass
    return measured.read(slug, contents=contents)


def freed(found: measured.Measured) -> hours.Freed | None:
    """The hours of today's month; None when nothing happened."""
    by_month = hours.freed(
        studies=found.studies,
        pieces=found.pieces,
        reviews=found.reviews,
        reworks=found.reworks,
        period_of=lambda moment: law_day(moment).replace(day=1),
    )
    return by_month.get(law_day(dt.datetime.now(dt.UTC)).replace(day=1))
