# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system's oversight as tests move it: its plan, first views, the month of its seed."""

from __future__ import annotations

import uuid
from typing import Any

SHARES = {
    "blind_share": "0.500000",
    "least_confidence": "0.000000",
    "influence_limit": "0.100000",
    "fast_limit": "0.200000",
}


def plan(stage: Any, slug: str, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.oversee that is in order, but for `changes`."""
    by = {"user_id": stage.user_id("merete"), "codex_sha256": stage.sha256}
    return {"system": slug, **SHARES, **by, **changes}


def planned(stage: Any, **changes: Any) -> str:
    """A system that is in use for long, with a plan; half of it is blind-first."""
    slug: str = stage.register()
    stage.call("oversee", plan(stage, slug, **changes))
    return slug


def at_its_beginning(stage: Any, slug: str, *, plan: bool) -> None:
    """As if the system had never suggested anything; without `plan` none was ever made for it."""
    for table in ("drawseed", *(() if plan else ("oversightplan",))):
        with stage.rewriting(table):
            stage.owner.execute(f"DELETE FROM kernel_{table} WHERE system_id = %s", (slug,))


def a_month_later(stage: Any, slug: str) -> None:
    """As if the system's newest seed were last month's."""
    with stage.rewriting("drawseed"):
        stage.owner.execute(
            "UPDATE kernel_drawseed SET month = month - interval '1 month' WHERE system_id = %s",
            (slug,),
        )


def presentation(stage: Any, recommendation_id: uuid.UUID) -> dict[str, str]:
    """How the recommendation was put before people when it was issued."""
    return stage.as_owner(
        "SELECT body -> 'presentation' FROM kernel_recommendation WHERE id = %s", recommendation_id
    )


def issued(stage: Any, slug: str, how: str, **changes: Any) -> uuid.UUID:
    """A recommendation that came out as `how`, seen by nobody."""
    for _ in range(60):
        found = stage.call("issue", stage.proposal(slug, **changes))
        if presentation(stage, found)["how"] == how:
            return found
    raise AssertionError(f"no suggestion was {how}")


def view(stage: Any, recommendation_id: uuid.UUID, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.first_view that is in order, but for `changes`."""
    payload = {
        "id": str(uuid.uuid4()),
        "recommendation_id": str(recommendation_id),
        "user_id": stage.user_id("sofie"),
        "outcome": {"label": "rotter"},
        "own_consideration": "Borgeren nævner rotter.",
        "codex_sha256": stage.sha256,
    } | changes
    if "sealed" not in changes:
        subject = stage.as_owner(
            "SELECT body -> 'subject' FROM kernel_recommendation WHERE id = %s", recommendation_id
        )
        parts = {"own_consideration": payload["own_consideration"]}
        payload["sealed"] = stage.sealed(str(payload["id"]), subject, parts)
    return payload


def look(stage: Any, recommendation_id: uuid.UUID, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.show that is in order, but for `changes`."""
    return {
        "recommendation_id": str(recommendation_id),
        "user_id": stage.user_id("sofie"),
        "codex_sha256": stage.sha256,
    } | changes


def alarm(slug: str, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.raise_alarm that is in order, but for `changes`."""
    return {
        "system": slug,
        "kind": "influence",
        "effect": "blind_first",
        "sentence": "Forslagene påvirker medarbejderne for meget.",
        "measured": {"estimate": "0.24"},
    } | changes


def closing(stage: Any, alarm_id: uuid.UUID, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.close_alarm that is in order, but for `changes`."""
    return {
        "alarm_id": str(alarm_id),
        "text": "Vi har talt om det på et møde.",
        "user_id": stage.user_id("merete"),
        "codex_sha256": stage.sha256,
    } | changes


def handled(stage: Any, slug: str, how: str, *, agreeing: bool) -> None:
    """One suggestion of an arm that Sofie decides; agreeing with it, or not."""
    found = issued(stage, slug, how)
    label = {"label": "rotter" if agreeing else "stoej"}
    if how == "blind":
        stage.call("first_view", view(stage, found, outcome=label))
    stage.call("show", look(stage, found))
    choice = "accept" if agreeing else "other"
    stage.call("decide", stage.choice(found, choice=choice, outcome=label))
