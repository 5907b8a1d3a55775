# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a robot does: a flow of named steps, and the register of flows.

A solution registers its flows in its own `robots.py`, which is imported when Django starts.
Steps are known by name, so a run that began under an older version of the code goes on under
the new one: steps already recorded are skipped, also when their code has changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps

from kodeks.robots.errors import BusinessError, FlowError

__all__ = ["BusinessError", "Flow", "Result", "Step", "StepContext", "get", "names", "register"]

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


@dataclass(frozen=True)
class Step:
    """One step. `run` may be called again after a crash: its work in the database is then
    undone, but work outside must look for `context.key` before it creates anything. `prepare` is
    called before the step's transaction begins, for what must be committed by itself."""

    name: str
    title: str
    run: Callable[[StepContext], dict[str, Any]]
    prepare: Callable[[StepContext], Any] = lambda context: None


@dataclass(frozen=True)
class Flow:
    """A robot's steps in order; `title` and the steps' titles are Danish."""

    name: str
    robot: str
    title: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        for name in (self.name, self.robot, *(step.name for step in self.steps)):
            if not _NAME.fullmatch(name):
                raise FlowError(
                    f"{name!r}: a name is 1-60 of a-z, 0-9, '_' and '-', beginning with a letter"
                )
        if not self.steps:
            raise FlowError(f"flow {self.name} has no steps")
        if len({step.name for step in self.steps}) != len(self.steps):
            raise FlowError(f"flow {self.name} has two steps of the same name")


def _register() -> dict[str, Flow]:
    found: dict[str, Flow] = apps.get_app_config("robots").flows  # type: ignore[attr-defined]
    return found


def register(flow: Flow) -> None:
    """Make a flow known to `services.start` and to workers.

    Raises FlowError when another flow has the name.
    """
    known = _register()
    if flow.name in known:
        raise FlowError(f"flow {flow.name} is registered twice")
    known[flow.name] = flow


def get(name: str) -> Flow:
    """The flow of that name; raises FlowError when nothing has registered it."""
    try:
        return _register()[name]
    except KeyError:
        raise FlowError(f"no flow is called {name}") from None


def names() -> tuple[str, ...]:
    """Names of all registered flows, sorted."""
    return tuple(sorted(_register()))
