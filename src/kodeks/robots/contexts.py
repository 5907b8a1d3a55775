# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a step is told of its run: by the robot's engine, and when a person does the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from kodeks.robots import flows
from kodeks.robots.errors import BusinessError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kodeks.robots.models import Run, StepRecord


class _ByHand(dict[str, str | int | bool | None]):
    """The result of a step that a person did. It may lack what the robot's has: a flow need not
    say what must be known of each step."""

    def __missing__(self, key: str) -> NoReturn:
        raise BusinessError(
            "by_hand",
            "En medarbejder har gjort et tidligere trin. Robotten mangler svaret fra det. Gør "
            "også dette trin selv.",
        )


def context_of(
    run: Run, flow: flows.Flow, step: flows.Step, records: Iterable[StepRecord]
) -> flows.StepContext:
    """The step's context, with the results of the steps that are recorded."""
    return flows.StepContext(
        run_id=run.id,
        step=step.name,
        # Its first name: a renamed step finds again what it made outside before a crash.
        key=f"{run.id}:{step.names[0]}",
        subject_type=run.subject_type,
        subject_id=run.subject_id,
        decision_id=run.decision_id,
        results={
            flow.present_name(one.step): _ByHand(one.result) if one.done_by else one.result
            for one in records
        },
    )
