# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The next version of the robot's flow: a step's code is another, and a step more comes last."""

from __future__ import annotations

import dataclasses
from typing import Any

NEW_STEP = "remember"


def upgrade() -> None:
    """Put the next version in the place of the registered flow, in this process."""
    from django.apps import apps

    from kodeks.inquiries import services
    from kodeks.robots import flows

    known = flows.get(services.FLOW)
    steps = tuple(
        dataclasses.replace(step, run=_changed(step.run)) if step.name == "receipt" else step
        for step in known.steps
    )
    added = flows.Step(name=NEW_STEP, title="Se efter", run=_remember)
    registered = apps.get_app_config("robots").flows
    registered[known.name] = dataclasses.replace(
        known, steps=(*steps, added), version=known.version + 1
    )


def _changed(run: Any) -> Any:
    def changed(context: Any) -> dict[str, Any]:
        return {**run(context), "version": 2}

    return changed


def _remember(context: Any) -> dict[str, Any]:
    return {"document": context.results["receipt"]["document"]}
