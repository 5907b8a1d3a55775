# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public register of AI systems: made from the kernel at each request.

Nothing is kept here, so the register cannot say anything else than what the kernel enforces.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.kernel import codices, facts, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Release, System
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import figures, plain

STATES = {"running": "I drift", "stopped": "Stoppet", "blocked": "Kan ikke køre"}
_BASIS = ("phase", "basis", "source", "status", "from", "to", "valid_today")
STATUSES = {"running": "success", "stopped": "warning", "blocked": "error"}


def legal_bases(state: SystemState) -> list[dict[str, Any]]:
    """The system's rows of the codex in force, with the texts of their codes."""
    purposes = state.card["purposes"]
    today = timezone.localdate()
    return [
        {
            "phase": row.phase,
            "phase_text": plain.PHASES[row.phase],
            "purpose_text": purposes.get(row.purpose, row.purpose),
            "category_text": plain.CATEGORIES[row.data_category],
            "status": row.status,
            "status_text": plain.LEGAL_STATUSES[row.status],
            "basis": row.basis,
            "source": row.source,
            "from": row.valid_from,
            "to": row.valid_to,
            "valid_today": row.valid_from <= today <= (row.valid_to or today),
        }
        for row in codices.bases_of(state.slug)
    ]


def status(state: SystemState) -> dict[str, Any]:
    """What the system may do now, since when (None: not known) and what is in its way."""
    in_the_way = [one.sentence for one in state.obstacles if one.code != "stopped"]
    code = "blocked" if in_the_way else "running"
    if not state.running:
        code = "stopped"
    since = state.latest_switch.at if state.latest_switch else None
    if since is None and state.release is not None:
        since = state.release.approval.approved_at
    return {
        "code": code,
        "text": STATES[code],
        "badge": STATUSES[code],
        # When an owner left or a rule ended is another day than the last switch.
        "since": None if code == "blocked" else since,
        "obstacles": in_the_way,
    }


def entry_of(state: SystemState) -> dict[str, Any]:
    """Everything the register's page says about a system."""
    purposes = state.card["purposes"]
    return {
        "state": state,
        "card": state.card,
        "status": status(state),
        "autonomy": plain.AUTONOMY[state.card["autonomy"]],
        "purposes": list(purposes.values()),
        "legal_bases": legal_bases(state),
        "data_fields": [
            {**field, "purpose_texts": [purposes[code] for code in field["purposes"]]}
            for field in state.card["data_fields"]
        ],
        "metrics": figures.metrics(state.release.metrics) if state.release else [],
        "groups": figures.groups(state.release.groups) if state.release else [],
        **in_operation(state),
        "robot_steps": _robot_steps(state, "steps"),
        "own_steps": _robot_steps(state, "procedural"),
    }


def in_operation(state: SystemState) -> dict[str, Any]:
    """The groups' newest figures in operation, for the pages about a system."""
    found = facts.measurement_of(state.release) if state.release else None
    return {
        "limits": state.card.get("fairness", []),
        "measurement": found,
        "verdicts": [figures.verdict(one) for one in found.verdicts] if found else [],
        "measured": figures.groups({"measured": found.measured}) if found else [],
    }


def _codex() -> dict[str, Any] | None:
    """Number and hash of the codex in force; None when there is none."""
    try:
        codex = codices.in_force()
    except Refused:
        return None
    return {"number": codex.number, "sha256": codex.sha256}


def _robot_steps(state: SystemState, which: str) -> list[str]:
    """The titles of the robot's `steps`, or of those that it may take by itself (`procedural`)."""
    robot = state.card["robot"]
    if robot is None:
        return []
    return [plain.step_title(robot=robot["name"], step=step) for step in robot[which]]


@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    entries = [entry_of(state) for state in selectors.systems()]
    return render(request, "workbench/register.html", {"entries": entries})


@never_cache
@require_safe
def register_entry(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "workbench/register_entry.html", entry_of(state_or_404(slug)))


@never_cache
@require_safe
def register_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The same for programs: the card's own content, its owner of today and the status."""
    state = state_or_404(slug)
    now = status(state)
    release = state.release
    content = {
        **state.card,
        "owner": {"unit": state.unit, "manager": state.manager},
        "legal_bases": [{name: base[name] for name in _BASIS} for base in legal_bases(state)],
        "codex": _codex(),
        "autonomy_text": plain.AUTONOMY[state.card["autonomy"]],
        "status": {
            "state": now["code"],
            "text": now["text"],
            "since": now["since"],
            "obstacles": now["obstacles"],
        },
        "release": None
        if release is None
        else {
            "version": release.version,
            "artefact_sha256": release.artefact_sha256,
            "released_at": release.approval.approved_at,
            "signed_by": [release.author.full_name, release.approval.approver.full_name],
            "metrics": release.metrics,
            "groups": release.groups,
            "groups_in_operation": _measured(release),
        },
        "card": {"revision": state.revision, "sha256": state.sha256},
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _measured(release: Release) -> dict[str, Any] | None:
    found = facts.measurement_of(release)
    if found is None:
        return None
    told = ("at", "months", "cases", "measured", "verdicts", "broken")
    return {name: getattr(found, name) for name in told}


def state_or_404(slug: str) -> SystemState:
    """The state of a registered system, for a page. Raises Http404."""
    try:
        return selectors.system_state(slug)
    except System.DoesNotExist as error:
        raise Http404 from error
