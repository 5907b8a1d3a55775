# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the register says about one system, in Danish or English.

What is the system's own comes from its card, which has the English texts too; codes are put into
words by the table of `wording`. Law is quoted in Danish, the only language in which it is law.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from kodeks.codex import card_texts
from kodeks.kernel import alarms, codices, facts, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Release
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import figures, plain, service_page, wording

STATES = {"running": "I drift", "stopped": "Stoppet", "blocked": "Kan ikke køre"}
STATUSES = {"running": "success", "stopped": "warning", "blocked": "error"}
_BASIS = ("phase", "basis", "source", "status", "from", "to", "valid_today")


def status(state: SystemState, language: str = "da") -> dict[str, Any]:
    """What the system may do now, since when (None: not known) and what is in its way."""
    in_the_way = [one for one in state.obstacles if one.code != "stopped"]
    code = "blocked" if in_the_way else "running"
    if not state.running:
        code = "stopped"
    since = state.latest_switch.at if state.latest_switch else None
    if since is None and state.release is not None:
        since = state.release.approval.approved_at
    sentences = [wording.obstacle(one.code, one.sentence, language) for one in in_the_way]
    return {
        "code": code,
        "text": wording.say(STATES[code], language),
        "badge": STATUSES[code],
        # When an owner left or a rule ended is another day than the last switch.
        "since": None if code == "blocked" else since,
        "obstacles": list(dict.fromkeys(sentences)),
        "codes": [one.code for one in in_the_way],
        # What stops it is among the obstacles already.
        "alarms": _alarms(state.slug, language),
    }


def _alarms(slug: str, language: str) -> list[str]:
    found = [one for one in alarms.of(slug) if one.is_open and one.effect != "stop"]
    return [wording.alarm(one.kind, one.sentence, language) for one in found]


def card_in(state: SystemState, language: str) -> tuple[dict[str, Any], str]:
    """The card in that language if it has it, else in Danish; and the language it is in."""
    translated = card_texts.in_english(state.card) if language == "en" else None
    if translated is not None:
        return translated, "en"
    return {key: value for key, value in state.card.items() if key != "english"}, "da"


def legal_bases(state: SystemState, language: str = "da") -> list[dict[str, Any]]:
    """The system's rows of the codex in force, with the texts of their codes."""
    purposes = card_in(state, language)[0]["purposes"]
    today = timezone.localdate()
    return [
        {
            "phase": row.phase,
            "phase_text": wording.say(plain.PHASES[row.phase], language),
            "purpose_text": purposes.get(row.purpose, row.purpose),
            "category_text": wording.say(plain.CATEGORIES[row.data_category], language),
            "status": row.status,
            "status_text": wording.say(plain.LEGAL_STATUSES[row.status], language),
            "basis": row.basis,
            "source": row.source,
            "from": row.valid_from,
            "to": row.valid_to,
            "valid_today": row.valid_from <= today <= (row.valid_to or today),
        }
        for row in codices.bases_of(state.slug)
    ]


def entry_of(state: SystemState, language: str = "da") -> dict[str, Any]:
    """Everything the register's page says about a system.

    `danish` and `of_card` are attributes for what stands in Danish on an English page.
    """
    card, written_in = card_in(state, language)
    purposes = card["purposes"]
    danish = format_html(' lang="{}"', "da") if language != "da" else ""
    release = state.release
    return {
        "slug": state.slug,
        "language": language,
        "danish": danish,
        "of_card": danish if written_in != language else "",
        "title": card["name"] if written_in == language else state.slug,
        "translated": written_in == language,
        "publishable": "register" in card,
        "dutch": "register" in card and first_released(state.slug) is not None,
        "state": state,
        "card": card,
        "status": status(state, language),
        "autonomy": wording.say(plain.AUTONOMY[card["autonomy"]], language),
        "purposes": list(purposes.values()),
        "legal_bases": legal_bases(state, language),
        "data_fields": [
            {
                **field,
                "source_title": source_title(field),
                "purpose_texts": [purposes[code] for code in field["purposes"]],
            }
            for field in card["data_fields"]
        ],
        "metrics": figures.metrics(release.metrics, language=language) if release else [],
        "groups": figures.groups(release.groups, language=language) if release else [],
        **in_operation(state, language),
        "robot_steps": robot_steps(card, "steps"),
        "own_steps": robot_steps(card, "procedural"),
        "service": service_page.totals(state.slug, language),
    }


def as_data(state: SystemState, language: str = "da") -> dict[str, Any]:
    """The same for programs: the card's own content, its owner of today and the status."""
    card, written_in = card_in(state, language)
    now = status(state, language)
    release = state.release
    bases = legal_bases(state, language)
    return {
        **card,
        "language": language,
        "card_language": written_in,
        "owner": {"unit": state.unit, "manager": state.manager},
        "legal_bases": [{name: base[name] for name in _BASIS} for base in bases],
        "codex": _codex(),
        "autonomy_text": wording.say(plain.AUTONOMY[card["autonomy"]], language),
        "status": {
            "state": now["code"],
            "text": now["text"],
            "since": now["since"],
            "obstacles": now["obstacles"],
            "codes": now["codes"],
            "alarms": now["alarms"],
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
        "service": service_page.public(state.slug),
        "card": {"revision": state.revision, "sha256": state.sha256},
    }


def in_operation(state: SystemState, language: str = "da") -> dict[str, Any]:
    """The groups' newest figures in operation, for the pages about a system."""
    found = facts.measurement_of(state.release) if state.release else None
    return {
        "limits": state.card.get("fairness", []),
        "measurement": found,
        "verdicts": [figures.verdict(one, language=language) for one in found.verdicts]
        if found
        else [],
        "measured": figures.groups({"measured": found.measured}, language=language)
        if found
        else [],
    }


def _measured(release: Release) -> dict[str, Any] | None:
    found = facts.measurement_of(release)
    if found is None:
        return None
    told = ("at", "months", "cases", "measured", "verdicts", "broken")
    return {name: getattr(found, name) for name in told}


def source_title(field: dict[str, Any]) -> str:
    """What a field's source is called: in English the card says it, in Danish its name does."""
    return str(capfirst(field.get("source_title", field["source"])))


def robot_steps(card: dict[str, Any], which: str) -> list[str]:
    """The titles of the robot's `steps`, or of those that it may take by itself (`procedural`)."""
    robot = card["robot"]
    if robot is None:
        return []
    titles = robot.get("step_titles", {})
    return [titles.get(s) or plain.step_title(robot=robot["name"], step=s) for s in robot[which]]


def first_released(slug: str) -> Any:
    """When a model of the system was first put in use; None when none ever was."""
    approved = selectors.releases(slug).filter(approval__isnull=False)
    return approved.order_by("approval__id").values_list("approval__approved_at", flat=True).first()


def _codex() -> dict[str, Any] | None:
    """Number and hash of the codex in force; None when there is none."""
    try:
        codex = codices.in_force()
    except Refused:
        return None
    return {"number": codex.number, "sha256": codex.sha256}
