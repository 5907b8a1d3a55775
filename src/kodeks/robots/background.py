# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Background work that is no robot's act, such as the triage of an inquiry: its register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps

from kodeks.robots.errors import FlowError

if TYPE_CHECKING:
    from kodeks.robots.apps import RobotsConfig


@dataclass(frozen=True, kw_only=True)
class About:
    """What people are shown of background work that failed.

    `subject(arguments)` is the type and id of what it is about; None when it is about nothing
    that has a page. `wanted(calls)` are those of several calls' arguments that somebody needs
    still. `robot` is the one whose work it is: while a person has paused or stopped it, the work
    waits ("" for work that no robot does, such as a suggestion). `step` is what the card calls it
    where it is a step that the robot takes by itself. `patient` work lies behind all other in the
    queue.
    """

    title: str
    subject: Callable[[Mapping[str, Any]], tuple[str, str] | None] = lambda arguments: None
    wanted: Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]] = lambda calls: (
        calls
    )
    robot: str = ""
    step: str = ""
    patient: bool = False


def _config() -> RobotsConfig:
    return cast("RobotsConfig", apps.get_app_config("robots"))


def _register() -> dict[str, Callable[..., Any]]:
    return _config().background


def register(name: str, function: Callable[..., Any], *, about: About | None = None) -> None:
    """Make a function known to `services.enqueue` and to workers; it gets keyword arguments.

    `about` is what people are shown of it when it fails.

    Raises FlowError when another function has the name.
    """
    known = _register()
    if name in known:
        raise FlowError(f"background work {name} is registered twice")
    known[name] = function
    if about is not None:
        _config().background_about[name] = about


def name_robot(robot: str, title: str) -> None:
    """Give a robot that does background work only its Danish name."""
    _config().background_robots[robot] = title


def robots() -> frozenset[str]:
    """The robots that have background work here."""
    return frozenset(one.robot for one in _config().background_about.values() if one.robot)


def title_of(robot: str) -> str:
    """The robot's Danish name; its bare one when nobody has given it any."""
    return _config().background_robots.get(robot, robot)


def work_of(robot: str) -> tuple[str, ...]:
    """The names of the background work that is the robot's, sorted."""
    found = _config().background_about
    return tuple(sorted(name for name, one in found.items() if one.robot == robot))


def steps_of(robot: str) -> dict[str, str]:
    """The titles of the steps that the robot takes by itself, by the name on the card."""
    found = _config().background_about.values()
    return {one.step: one.title for one in found if one.step and one.robot == robot}


def about(name: str) -> About:
    """What people are shown of it; its bare name when nobody has told more."""
    return _config().background_about.get(name) or About(title=name)


def get(name: str) -> Callable[..., Any]:
    """The function of that name; raises FlowError when nothing has registered it."""
    try:
        return _register()[name]
    except KeyError:
        raise FlowError(f"no background work is called {name}") from None
