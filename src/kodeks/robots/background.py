# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Background work that is no robot's act, such as the triage of an inquiry: its register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps

from kodeks.robots.errors import FlowError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kodeks.robots.apps import RobotsConfig


def _register() -> dict[str, Callable[..., Any]]:
    return cast("RobotsConfig", apps.get_app_config("robots")).background


def register(name: str, function: Callable[..., Any]) -> None:
    """Make a function known to `services.enqueue` and to workers; it gets keyword arguments.

    Raises FlowError when another function has the name.
    """
    known = _register()
    if name in known:
        raise FlowError(f"background work {name} is registered twice")
    known[name] = function


def get(name: str) -> Callable[..., Any]:
    """The function of that name; raises FlowError when nothing has registered it."""
    try:
        return _register()[name]
    except KeyError:
        raise FlowError(f"no background work is called {name}") from None
