# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a robot does: a flow of named steps, and the register of flows.

A solution registers its flows in its own `robots.py`, which is imported when Django starts.
Steps are known by name, so a run that began under an older version of the code goes on under
the new one: steps already recorded are skipped, also when their code has changed. What is renamed
says what it was called before (`formerly`, oldest first), and whoever changes a flow's names or
order gives it a higher `version`: a worker leaves a run that a newer version has touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps

from kodeks.robots.errors import BusinessError, FlowError
from kodeks.robots.hands import Fact, Hand

__all__ = [
    "BusinessError",
    "Fact",
    "Flow",
    "Hand",
    "Result",
    "Step",
    "StepContext",
    "find",
    "get",
    "names",
    "register",
]

Result = Mapping[str, str | int | bool | None]
"""What a step leaves behind: flat, ids only, see `results.validate`."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class StepContext:
    """What a step is told. `key` is the idempotency key that connectors must honour."""

    run_id: UUID
    step: str
    key: str
    subject_type: str
    subject_id: str
    decision_id: UUID
    results: Mapping[str, Result]
    """Results of the steps already done, by step name."""
    prepared: Any = None
    """What the step's `prepare` came back with."""


def nothing(context: StepContext) -> None:
    """What a step prepares that needs nothing before its transaction."""


@dataclass(frozen=True)
class Step:
    """One step. `run` may be called again after a crash: its work in the database is then
    undone, but work outside must look for `context.key` before it creates anything. `prepare` is
    called before the step's transaction begins, for what must be committed by itself."""

    name: str
    title: str
    run: Callable[[StepContext], dict[str, Any]]
    prepare: Callable[[StepContext], Any] = nothing
    formerly: tuple[str, ...] = ()
    """Names it had before, oldest first."""
    by_hand: Hand | None = None
    """What is asked of a person who does it instead. Without one a later step that needs its result
    is for a person too."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it has or had, oldest first."""
        return (*self.formerly, self.name)


@dataclass(frozen=True)
class Flow:
    """A robot's steps in order; `title` and the steps' titles are Danish."""

    name: str
    robot: str
    title: str
    steps: tuple[Step, ...]
    version: int = 1
    formerly: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it has or had, oldest first."""
        return (*self.formerly, self.name)

    def left(self, recorded: Collection[str]) -> list[Step]:
        """The steps that are not recorded, under whichever of their names."""
        return [step for step in self.steps if not set(step.names) & set(recorded)]

    def present_name(self, recorded: str) -> str:
        """What a recorded step is called now; its own name when the flow has lost it."""
        return next((step.name for step in self.steps if recorded in step.names), recorded)

    def __post_init__(self) -> None:
        steps = [name for step in self.steps for name in step.names]
        for name in (*self.names, self.robot, *steps):
            if not _NAME.fullmatch(name):
                raise FlowError(
                    f"{name!r}: a name is 1-60 of a-z, 0-9, '_' and '-', beginning with a letter"
                )
        if not self.steps:
            raise FlowError(f"flow {self.name} has no steps")
        if len(set(steps)) != len(steps):
            raise FlowError(f"flow {self.name} has two steps of the same name")
        if self.version < 1:
            raise FlowError(f"flow {self.name}: versions begin with 1")


def _register() -> dict[str, Flow]:
    found: dict[str, Flow] = apps.get_app_config("robots").flows  # type: ignore[attr-defined]
    return found


def register(flow: Flow) -> None:
    """Make a flow known to `services.start` and to workers.

    Raises FlowError when another flow has, or had, one of its names.
    """
    known = _register()
    if any(find(name) for name in flow.names):
        raise FlowError(f"flow {flow.name} is registered twice")
    known[flow.name] = flow


def find(name: str) -> Flow | None:
    """The flow that has or had that name; None when this program knows none."""
    known = _register()
    if name in known:
        return known[name]
    return next((flow for flow in known.values() if name in flow.formerly), None)


def get(name: str) -> Flow:
    """As `find`; raises FlowError when nothing has registered it."""
    found = find(name)
    if found is None:
        raise FlowError(f"no flow is called {name}")
    return found


def names() -> tuple[str, ...]:
    """Names of all registered flows, as they were registered."""
    return tuple(_register())
