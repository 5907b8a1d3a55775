# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The watch over each system: what is measured is looked at every hour, and alarms are raised.

Looking often costs no false alarms: the tripwires hold over all looks (kodeks.statistics.tripwire).
"""

from __future__ import annotations

import threading
import uuid
from typing import cast

import structlog
from django.db import InterfaceError, OperationalError, connection

from kodeks.kernel import (
    alarms,
    drill_figures,
    fairness,
    monitoring_figures,
    monitoring_looks,
    oversight,
    oversight_figures,
)
from kodeks.kernel.alarms import Effect
from kodeks.kernel.drill_figures import Round
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import OversightPlan, System
from kodeks.kernel.monitoring_looks import Look, Watch
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
    """Look at one system: people's oversight, exercises, what is watched, groups.

    Raises alarms with the effect that plan and card say, and returns those that are open for it.
    """
    found = [*_oversight(system), *_drills(system), *_monitoring(system)]
    if fairness.is_due(system):
        try:
            fairness.measure(system=system)
        except Refused as refusal:
            # Too few new matters: the older figures stand, and it is tried again.
            log.info("groups_not_measured", system=system, code=refusal.code)
    return found


def _oversight(system: str) -> list[uuid.UUID]:
    """Put the system on blind-first when a tripwire of its plan has tripped.

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


def _monitoring(system: str) -> list[uuid.UUID]:
    """An alarm for each limit of the card that the release in operation has gone beyond."""
    return [
        alarms.sound(
            system=system,
            kind=monitoring_looks.kind_of(watch.limit.of),
            effect=_effect(watch.limit.effect),
            sentence=_DRIFTED[watch.limit.of](system, watch, drifted),
            measured={
                "size": f"{drifted.change.size:.4f}",
                "limit": watch.limit.limit,
                "chance": f"{drifted.change.chance:.2e}",
                "block": str(drifted.number),
                "cases": str(drifted.cases),
            },
        )
        for watch in monitoring_figures.watches(system)
        if (drifted := watch.drifted) is not None
    ]


def _effect(named: str) -> Effect:
    """The card was read with these three and no other."""
    return cast("Effect", named)


def _drills(system: str) -> list[uuid.UUID]:
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


def _on_inputs(system: str, _: Watch, look: Look) -> str:
    watched = monitoring_looks.card_of(system)
    titles = {one.name: one.title for one in watched.traits} if watched else {}
    return (
        "Sagerne ligner ikke dem, som systemet begyndte med. Det ses på: "
        f"»{titles.get(look.what, look.what)}«."
    )


def _on_scores(_: str, __: Watch, look: Look) -> str:
    return (
        f"Systemet er nu {_percent(look.now)} procent sikkert i snit. Da det begyndte, var det "
        f"{_percent(look.before)} procent."
    )


def _on_flagged(system: str, _: Watch, look: Look) -> str:
    selects = monitoring_looks.selection_of(system) is not None
    does = "vælger nu" if selects else "er nu for usikkert i"
    return (
        f"Systemet {does} {_percent(look.now)} procent af sagerne. Da det begyndte, var det "
        f"{_percent(look.before)} procent."
    )


def _on_calibration(_: str, __: Watch, look: Look) -> str:
    return (
        f"Systemet siger, at det er {_percent(look.before)} procent sikkert. Men kun "
        f"{_percent(look.now)} procent af forslagene er, som medarbejderne selv vurderer."
        if (look.now or 0.0) < (look.before or 0.0)
        else f"Systemet siger, at det er {_percent(look.before)} procent sikkert. Men "
        f"{_percent(look.now)} procent af forslagene er, som medarbejderne selv vurderer."
    )


def _on_quality(_: str, watch: Watch, look: Look) -> str:
    where = f" i {look.what}" if look.what else ""
    return (
        f"Kun {_percent(look.now)} procent af forslagene{where} er, som medarbejderne selv "
        f"vurderer. Det skal være mindst {_percent(watch.limit.limit)} procent."
    )


_DRIFTED = {
    "inputs": _on_inputs,
    "scores": _on_scores,
    "flagged": _on_flagged,
    "calibration": _on_calibration,
    "quality": _on_quality,
}
"""What an alarm says of each thing that is watched (kodeks.codex.monitoring.WATCHED)."""

SENTENCES = {"influence": _on_influence, "fast": _on_speed}
"""What an alarm about the cases says, by its kind."""
KINDS = frozenset(
    {
        *SENTENCES,
        *map(monitoring_looks.kind_of, _DRIFTED),
        *(drill_figures.RELIES, drill_figures.REJECTS, "unfair"),
    }
)
"""Of the alarms that are raised here, and by the database when it has measured groups."""


def _measured(kind: str, found: Figures, wire: Wire) -> dict[str, str]:
    figure = found.influence if kind == "influence" else found.fast
    value = {} if figure is None else {"low": f"{figure.low:.6f}", "high": f"{figure.high:.6f}"}
    return {"score": f"{wire.score:.6f}", "bound": f"{wire.bound:.6f}"} | value


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.0f}"
