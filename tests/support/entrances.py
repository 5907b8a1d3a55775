# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's services for a case, each as one call."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

from cases import Case

from kodeks.kernel import api as kernel
from kodeks.kernel import releases, stewardship


def entrances(case: Case) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything in Python that asks the codex."""
    stage, slug, told = case.stage, case.slug, "Det er sket."
    worker, manager, officer = (
        stage.user(who) for who in (case.worker, case.manager, case.officer)
    )
    doors = dict(case.doors)
    yield from ((name, doors[name]) for name in ("ask", "suggest", "unmask"))
    yield "other", lambda: case.decide("other")
    yield "attest", lambda: stewardship.attest(system=slug, user=manager)
    names = ("ask-development", "ask-retraining", "accept", "act", "act-by-itself")
    yield from ((name, doors[name]) for name in names)
    yield "reject", lambda: case.decide("reject")
    found = {"task": "quality", "passed": True, "finding": told}
    yield "supervise", lambda: stewardship.supervise(system=slug, user=officer, **found)
    yield "resume", lambda: stewardship.resume(system=slug, user=manager, reason=told)
    step = {"incident_id": uuid.UUID(case.reported), "step": "reported", "text": told}
    yield (
        "incident",
        lambda: stewardship.handle_incident(user=officer, **step),
    )
    reviewed = uuid.UUID(case.by_people["caseworker review"][1]["act_id"])
    yield (
        "review",
        lambda: kernel.review(act_id=reviewed, user=worker, passed=True, finding=told),
    )
    gone = kernel.Subject(**stage.subject())
    yield "erase", lambda: kernel.erase(subject=gone, user=officer, reason=told)
    yield (
        "revoke",
        lambda: releases.revoke(system=slug, version="1", user=manager, reason=told),
    )
