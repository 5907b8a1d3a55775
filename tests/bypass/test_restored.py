# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts on a database restored into a new cluster, whose transactions are counted anew."""

from __future__ import annotations

from typing import Any

import pytest
from attempts import Attempt, none_succeeds
from cases import Case, ready
from gate import TURNED_AWAY, bare, forge

KIND = "restart"


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage).fully_made()


def test_a_permit_in_a_database_that_was_restored(stage: Any, case: Case) -> None:
    """Restored by pg_dump into a new cluster, whose transaction numbers begin anew.

    kernel.registered_since compares numbers of the old cluster with numbers of the new one: what is
    registered after the restoring has a lower number than the permit's snapshot and is not seen.
    For as long as the permit lasts, a quarter of an hour, no stop ends it.
    """
    number = "SET snapshot = '900000000:900000000:' WHERE id = %s"
    forge(stage, "kernel_permit", number, case.permit)
    stage.switch(case.slug, by=case.manager)
    taking = ("read", "model-key", "issue", "act", "act-by-itself")
    attempts = [bare(name, stage.application, case.gated[name]) for name in taking]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


def test_a_stop_in_a_database_that_was_restored(stage: Any, case: Case) -> None:
    """The same, and for good: a start from before the restoring counts as having seen the stop.

    kernel.is_running and facts.is_running ask whether the stop's transaction number lies below the
    snapshot of a start; all numbers of the new cluster do, until it has caught up with the old one.
    """
    stage.switch(case.slug, by=case.manager)
    stage.switch(case.slug, by=case.manager, verb="resume")
    number = "SET snapshot = '900000000:900000000:' WHERE system_id = %s AND running"
    forge(stage, "kernel_switch", number, case.slug)
    stage.switch(case.slug, by=case.manager)
    asking = ("permit", "permit-development", "permit-retraining", "accept", "unmask-robot")
    attempts = [bare(name, stage.application, case.gated[name]) for name in asking]
    attempts += [Attempt(name=f"python {name}", try_=door) for name, door in case.doors]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
