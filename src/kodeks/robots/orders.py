# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A robot is paused, stopped and set going again, apart from the system whose decisions it serves.

Paused, a step that runs ends and no other begins; runs wait. Stopped, the same, and the runs that
wait stand on people's task list meanwhile. Workers ask between steps, so an order holds at once. A
robot's background work waits in either case, also what schedules begin: it is queued as ever, and
done when the robot goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.language.cpr import looks_like_cpr
from kodeks.robots import background, flows
from kodeks.robots.models import Order, RobotState, Run

if TYPE_CHECKING:
    from django.db.models import QuerySet

_MAY_ORDER = frozenset({kernel.Role.SYSTEM_OWNER, kernel.Role.ADMINISTRATOR})
_ALREADY = {
    RobotState.RUNNING: "Robotten kører allerede. Genindlæs siden.",
    RobotState.PAUSED: "Robotten er allerede på pause. Genindlæs siden.",
    RobotState.STOPPED: "Robotten er allerede stoppet. Genindlæs siden.",
}
LONGEST_REASON = 500


def newest() -> Subquery:
    """The state last ordered of an outer query's `robot`; null when nothing was ordered."""
    found = Order.objects.filter(robot=OuterRef("robot")).order_by("-id")
    return Subquery(found.values("state")[:1])


def state_of(robot: str) -> RobotState:
    """What the robot was told last; it runs until somebody says otherwise."""
    found = of_robot(robot).values_list("state", flat=True).first()
    return RobotState(found or RobotState.RUNNING)


def is_at_rest(robot: str) -> bool:
    """Whether a person has paused or stopped the robot."""
    return state_of(robot) != RobotState.RUNNING


def of_robot(robot: str) -> QuerySet[Order]:
    """The orders given to a robot, newest first."""
    return Order.objects.filter(robot=robot).order_by("-id")


def present() -> dict[str, Order]:
    """The newest order of each robot that was ever given one."""
    found = Order.objects.order_by("robot", "-id").distinct("robot")
    return {order.robot: order for order in found}


def known_robots() -> tuple[str, ...]:
    """Robots that have a flow or background work here, or have had runs, sorted."""
    registered = {flows.get(name).robot for name in flows.names()} | background.robots()
    return tuple(sorted(registered | set(Run.objects.values_list("robot", flat=True).distinct())))


def may_order(user: kernel.User) -> bool:
    """Whether the person may pause, stop and set robots going again."""
    return bool(kernel.roles_of(user) & _MAY_ORDER)


def require_may_order(user: kernel.User) -> None:
    """Raise Refused when the person may not steer robots."""
    if not may_order(user):
        raise kernel.Refused(
            code="access",
            message="Du har ikke ret til at styre robotten. Spørg systemets ejer.",
        )


@transaction.atomic
def give(*, robot: str, state: RobotState, reason: str, user: kernel.User) -> Order:
    """Tell a robot to run, pause or stop. Written down with the person and the reason.

    Raises Refused when the person may not, the robot is unknown, no reason is given or it holds a
    CPR number, or the robot is told what it was told before.
    """
    require_may_order(user)
    if robot not in known_robots():
        raise kernel.Refused(code="unknown_robot", message="Robotten findes ikke.")
    with connection.cursor() as cursor:
        # Two people at once: the second sees what the first ordered.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"robot order:{robot}"]
        )
    if state_of(robot) == state:
        raise kernel.Refused(code="already", message=_ALREADY[state])
    return Order.objects.create(
        robot=robot,
        state=state,
        user_id=str(user.pk),
        reason=reason_in_order(reason),
        ordered_at=timezone.now(),
    )


def reason_in_order(reason: str) -> str:
    """The reason a person gave. Raises Refused when it is empty, too long or holds a CPR number."""
    text = reason.strip()
    if not text:
        raise kernel.Refused(code="reason", message="Skriv hvorfor.")
    if len(text) > LONGEST_REASON:
        raise kernel.Refused(
            code="reason", message=f"Begrundelsen må højst fylde {LONGEST_REASON} tegn."
        )
    if looks_like_cpr(text):
        raise kernel.Refused(
            code="clear_cpr", message="Begrundelsen har et CPR-nummer. Skriv den uden nummer."
        )
    return text
