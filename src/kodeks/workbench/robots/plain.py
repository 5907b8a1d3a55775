# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robots' pages show in words: names of robots and people, ages, causes, states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.timesince import timesince

from kodeks.kernel import selectors
from kodeks.kernel.models import User
from kodeks.robots import background
from kodeks.robots.models import Failure, RobotState, Run, Status

STATE_BADGES = {
    RobotState.RUNNING: "success",
    RobotState.PAUSED: "warning",
    RobotState.STOPPED: "error",
}
TECHNICAL, BUSINESS = "Teknisk fejl", "Faglig fejl"
_STATUS_BADGES = {Status.DONE: "success", Status.HELD: "error", Status.WAITING: "warning"}


@dataclass(frozen=True, kw_only=True)
class Named:
    """A robot's Danish name, and its system's part of the address ("" when it has none)."""

    robot: str
    title: str
    system: str = ""


def robots_named() -> dict[str, Named]:
    """The robots that stand on a system's card."""
    found = {}
    for state in selectors.systems():
        robot = state.card["robot"]
        if robot:
            found[robot["name"]] = Named(
                robot=robot["name"],
                title=robot["title"],
                system=state.slug,
            )
    return found


def named(robot: str, known: dict[str, Named] | None = None) -> Named:
    """One of them; one that stands on no card by the name that its work gives it, or its own."""
    found = (robots_named() if known is None else known).get(robot)
    return found or Named(robot=robot, title=background.title_of(robot))


def people(numbers: Iterable[str]) -> dict[str, str]:
    """Names of people by the number that the robots' tables keep."""
    wanted = {int(number) for number in numbers if number.isdigit()}
    found = User.objects.filter(pk__in=wanted)
    return {str(user.pk): user.full_name or user.username for user in found}


def age(at: object) -> str:
    """How long ago, in two parts at most."""
    return timesince(at, timezone.now(), depth=2) if at else ""  # type: ignore[arg-type]


def status_badge(run: Run) -> str:
    return _STATUS_BADGES.get(Status(run.status), "info")


def kind_of(failure: Failure) -> str:
    return TECHNICAL if failure.technical else BUSINESS


def why(run: Run, state: str | None) -> str:
    """Why a run stands where it does, in a sentence; "" when it is done or on its way."""
    if run.status == Status.HELD:
        return run.held_reason
    if run.status != Status.DONE and state == RobotState.STOPPED:
        return "Robotten er stoppet. Opgaven venter, til den kører igen, eller en person gør den."
    if run.status == Status.WAITING:
        if state == RobotState.PAUSED:
            return "Robotten er på pause. Den går videre, når nogen sætter den i gang."
        return "Systemet kan ikke køre. Robotten går videre, når det kan igen."
    if run.stranded_since is not None:
        return "Opgaven venter på en arbejder med en nyere udgave af robotten."
    if run.status != Status.DONE and run.attempts:
        return f"Det gik ikke første gang. Robotten prøver selv igen (forsøg {run.attempts})."
    return ""
