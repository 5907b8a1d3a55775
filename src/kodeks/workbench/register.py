# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public register of AI systems and the public log: made from the kernel at each request.

Nothing is kept here, so the register cannot say anything else than what the kernel enforces.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.kernel import selectors, signing, storage
from kodeks.kernel.models import LedgerPending, System
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import figures, plain

STATES = {"running": "I drift", "stopped": "Stoppet", "blocked": "Kan ikke køre"}
STATUSES = {"running": "success", "stopped": "warning", "blocked": "error"}


def obstacles(state: SystemState) -> list[str]:
    """Why the kernel lets the system do nothing today, apart from its being stopped."""
    found = []
    if not state.answered_for:
        found.append("Der er ikke udpeget en leder, som har ansvaret.")
    if not any(base["phase"] == "operation" and base["valid_today"] for base in legal_bases(state)):
        found.append("Der er i dag ingen regel, som giver lov til at bruge systemet i drift.")
    if state.release is None:
        found.append("Der er ikke godkendt en model til systemet.")
    return found


def legal_bases(state: SystemState) -> list[dict[str, Any]]:
    """The card's legal bases, each with the texts of its codes and whether it holds today."""
    purposes = state.card["purposes"]
    return [
        {
            **base,
            "phase_text": plain.PHASES[base["phase"]],
            "purpose_text": purposes[base["purpose"]],
            "from": dt.date.fromisoformat(base["valid_from"]),
            "to": dt.date.fromisoformat(base["valid_to"]) if base["valid_to"] else None,
            "valid_today": _holds(base, timezone.localdate()),
        }
        for base in state.card["legal_bases"]
    ]


def _holds(base: dict[str, Any], day: dt.date) -> bool:
    return bool(base["valid_from"] <= day.isoformat() <= (base["valid_to"] or "9999-12-31"))


def status(state: SystemState) -> dict[str, Any]:
    """What the system may do now, since when (None: not known) and what is in its way."""
    in_the_way = obstacles(state)
    code = "blocked" if in_the_way else "running"
    if not state.running:
        code = "stopped"
    since = state.latest_switch.at if state.latest_switch else None
    if since is None and state.release is not None:
        since = state.release.released_at
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
        "robot_steps": _robot_steps(state),
    }


def _robot_steps(state: SystemState) -> list[str]:
    robot = state.card["robot"]
    if robot is None:
        return []
    return [plain.step_title(robot=robot["name"], step=step) for step in robot["steps"]]


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
        "legal_bases": [
            {**base, "valid_today": _holds(base, timezone.localdate())}
            for base in state.card["legal_bases"]
        ],
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
            "released_at": release.released_at,
            "metrics": release.metrics,
        },
        "card": {"revision": state.revision, "sha256": state.sha256},
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})


def state_or_404(slug: str) -> SystemState:
    """The state of a registered system, for a page. Raises Http404."""
    try:
        return selectors.system_state(slug)
    except System.DoesNotExist as error:
        raise Http404 from error


@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    head = storage.latest_checkpoint()
    context = {
        "head": head,
        "root": base64.b64encode(bytes(head.root)).decode() if head else "",
        "waiting": LedgerPending.objects.count(),
        "key": signing.verifier_key(),
    }
    return render(request, "workbench/ledger.html", context)


@require_safe
def ledger_key(request: HttpRequest) -> HttpResponse:
    return HttpResponse(signing.verifier_key() + "\n", content_type="text/plain; charset=utf-8")
