# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The watch over each system: what is measured is looked at every hour, and alarms are raised.

Looking often costs no false alarms: the tripwires hold over all looks (kodeks.statistics.tripwire).
"""

from __future__ import annotations

import threading
import uuid

import structlog
from django.db import InterfaceError, OperationalError, connection

from kodeks.kernel import alarms, drill_figures, oversight, oversight_figures
from kodeks.kernel.drill_figures import Round
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import OversightPlan, System
from kodeks.kernel.oversight_figures import Figures
from kodeks.statistics.tripwire import Wire

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 3600.0


def run(stopped: threading.Event) -> None:
    """Look at every system each hour until `stopped`; a database that goes away is waited for."""
    while not stopped.is_set():
        try:
            look_at_all()
        except (OperationalError, InterfaceError) as error:
            log.warning("watching_waits_for_database", error=type(error).__name__)
        connection.close()
        stopped.wait(PAUSE_SECONDS)


def look_at_all() -> list[uuid.UUID]:
    """Look at every system; the alarms that are open for what was found."""
    found = []
    for system in System.objects.order_by("slug").values_list("slug", flat=True):
        try:
            found += look(system)
        except Refused as refusal:
            log.warning("alarm_refused", system=system, code=refusal.code)
    return found


def look(system: str) -> list[uuid.UUID]:
    """Look at one system: at the tripwires of its plan, and at its teams' exercises."""
    return [*_look_at_cases(system), *_look_at_drills(system)]


def _look_at_cases(system: str) -> list[uuid.UUID]:
    """Put the system on blind-first when a tripwire has tripped.

    Without a plan all of it is blind-first, so there is nothing to trip.
    """
    plan = oversight.plan_of(system)
    if plan is None:
        return []
    found = oversight_figures.figures(system, since=oversight_figures.counted_since(system))
    looks = oversight_figures.wires(
        found,
        influence_limit=float(plan.influence_limit),
        fast_limit=float(plan.fast_limit),
    )
    return [
        alarms.sound(
            system=system,
            kind=kind,
            effect="blind_first",
            sentence=SENTENCES[kind](found, plan),
            measured=_measured(kind, found, wire),
        )
        for kind, wire in looks.items()
        if wire.is_tripped
    ]


def _look_at_drills(system: str) -> list[uuid.UUID]:
    """An alarm about each failed round, once.

    A team that follows what is wrong gets the remedy that is known to help: one's own view first. A
    team that only rejects too much does not rely on the system, so that changes nothing.
    """
    failed = drill_figures.failed_without_alarm(drill_figures.rounds(system), system=system)
    return [
        alarms.sound(
            system=system,
            kind=drill_figures.RELIES if one.relies else drill_figures.REJECTS,
            effect="blind_first" if one.relies else "none",
            sentence=_on_drills(one),
            measured=_drilled(one),
        )
        for one in failed
    ]


def _on_drills(found: Round) -> str:
    """It does not say which team: the sentence is public."""
    row = found.row
    if found.relies:
        return (
            f"I en øvelse fangede en afdeling {found.caught} af {found.wrong} forkerte forslag. "
            f"Der skulle fanges {row.caught_cases} af {row.wrong_cases}."
        )
    return (
        f"I en øvelse fulgte en afdeling kun {found.followed} af {found.right} rigtige forslag. "
        f"Der skulle følges {row.followed_cases} af {row.right_cases}."
    )


def _drilled(found: Round) -> dict[str, str]:
    figures = {
        "round": str(found.row.pk),
        "caught": str(found.caught),
        "wrong": str(found.wrong),
        "followed": str(found.followed),
        "right": str(found.right),
    }
    if found.verdict is None:
        return figures
    return figures | {
        "low": f"{found.verdict.low:.6f}",
        "high": f"{found.verdict.high:.6f}",
    }


def _on_influence(found: Figures, plan: OversightPlan) -> str:
    if found.influence is None:
        raise ValueError("a wire tripped on no figure")
    return (
        f"Forslagene påvirker medarbejderne med {_percent(found.influence.estimate)} "
        f"procentpoint. Grænsen er {_percent(plan.influence_limit)}."
    )


def _on_speed(found: Figures, plan: OversightPlan) -> str:
    if found.fast is None:
        raise ValueError("a wire tripped on no figure")
    return (
        f"I {_percent(found.fast.value)} procent af sagerne er forslaget fulgt hurtigere, end "
        f"teksten kan læses. Grænsen er {_percent(plan.fast_limit)} procent."
    )


SENTENCES = {"influence": _on_influence, "fast": _on_speed}
"""What an alarm about the cases says, by its kind."""


def _measured(kind: str, found: Figures, wire: Wire) -> dict[str, str]:
    figure = found.influence if kind == "influence" else found.fast
    value = {} if figure is None else {"low": f"{figure.low:.6f}", "high": f"{figure.high:.6f}"}
    return {"score": f"{wire.score:.6f}", "bound": f"{wire.bound:.6f}"} | value


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.0f}"
