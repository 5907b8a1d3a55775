# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots' pages must know of the matters that runs are about: each solution tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps

from kodeks.robots.errors import FlowError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from django.db.models import QuerySet

    from kodeks.kernel import api as kernel
    from kodeks.robots.apps import RobotsConfig


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where matters of a kind lie, as their ids (text).

    `placed()` are those that belong to a unit and KLE number by now; `seen(user, roles)` those that
    the person sees by a right with one of the roles.
    """

    placed: Callable[[], QuerySet[Any, str]]
    seen: Callable[[kernel.User, Collection[str]], QuerySet[Any, str]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of subject.

    `address(id, user)` is the matter's page, or "" for whom may not open it. `over()` are the ids
    (text) about which nothing more can be done, because all is erased. Without `placing`, whoever
    sees the run sees what it is about.
    """

    type: str
    title: str
    address: Callable[[str, kernel.User], str]
    over: Callable[[], QuerySet[Any, str]] | None = None
    placing: Placing | None = None


def _register() -> dict[str, Kind]:
    return cast("RobotsConfig", apps.get_app_config("robots")).subjects


def register(kind: Kind) -> None:
    """Make a type of subject known. Raises FlowError when another has the name."""
    if kind.type in _register():
        raise FlowError(f"subject type {kind.type} is registered twice")
    _register()[kind.type] = kind


def find(type_: str) -> Kind | None:
    return _register().get(type_)


def kinds() -> tuple[Kind, ...]:
    return tuple(_register().values())
