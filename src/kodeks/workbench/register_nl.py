# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system's record by the Dutch publication standard for algorithms 1.0.0, from the kernel.

Source: algoritmeregister-publicatiestandaard-v1.0.0.schema.json (18 of 32 properties required).
docs/register-fields.md says where each property comes from and which are left out. The standard
knows one language, `nld`; the texts are Danish or English, as the card has them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.kernel import codices
from kodeks.kernel.errors import Refused
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import evidence, plain, wording
from kodeks.workbench import register_entries as entries

IN_USE, OUT_OF_USE = "In gebruik", "Buiten gebruik"
HIGH_RISK = "Hoog-risico AI-systeem (Categorie A)"
IMPACTFUL = "Impactvolle algoritmes (Categorie B)"
OTHER = "Overige algoritmes (Categorie C)"
ASSESSMENTS = ("dpia", "fria", "consequence_analysis")
MOST = {
    "name": 99,
    "description_short": 399,
    "organization": 99,
    "purpose_and_impact": 2499,
    "considerations": 2499,
    "human_intervention": 2499,
    "risk_management": 2499,
    "legal_basis": 2499,
    "impact_assessment_explanation": 2499,
    "data": 2499,
    "technical_operation": 4999,
    "supplier": 199,
}
"""The standard's greatest lengths, in characters."""


class NotPublishable(Exception):
    """There is no record of the system; `gaps` has a Danish sentence for each reason."""

    def __init__(self, system: str, gaps: list[str]) -> None:
        super().__init__(f"{system} kan ikke udgives efter standarden. {' '.join(gaps)}")
        self.gaps = gaps


def record(state: SystemState, *, language: str = "da", site: str = "") -> dict[str, Any]:
    """The record as JSON-ready data; `site` is our own address (https://...), for links to us.

    The active language must be the same, as dates are written in it. Raises NotPublishable.
    """
    lacking = gaps(state)
    if lacking:
        raise NotPublishable(state.slug, lacking)
    found = _record(state, language, site)
    too_long = [
        f"Teksten i {name} fylder {len(found[name])} tegn. Der er plads til {most}."
        for name, most in MOST.items()
        if len(found.get(name, "")) > most
    ]
    if too_long:
        raise NotPublishable(state.slug, too_long)
    return found


def gaps(state: SystemState) -> list[str]:
    """What the standard asks for and the kernel does not have."""
    found = []
    if "register" not in state.card:
        found.append("Systemkortet mangler [register] og [english]. Tilføj dem.")
    if entries.first_released(state.slug) is None:
        found.append("Ingen model er taget i brug endnu, så der er ingen startmåned.")
    return found


def _record(state: SystemState, language: str, site: str) -> dict[str, Any]:
    card, _ = entries.card_in(state, language)
    register = card["register"]
    now = entries.status(state, language)
    suffix = "" if language == "da" else "-en"
    source = reverse(f"workbench:register-json{suffix}", args=[state.slug])
    held = {
        "name": card["name"],
        "description_short": card["summary"],
        "organization": settings.KODEKS_MUNICIPALITY,
        "theme": register["themes"],
        "status": IN_USE if now["code"] == "running" else OUT_OF_USE,
        "start_date": _month(entries.first_released(state.slug)),
        "end_date": _month(_ended_at(state)),
        "contact": register["contact"],
        "link": register.get("link"),
        "publication_category": _category(card),
        "source_link": f"{site}{source}" if site.startswith("https://") else None,
        "purpose_and_impact": f"{card['purpose']} {card['affected']}",
        "considerations": register["considerations"],
        "human_intervention": _people(card, language),
        "risk_management": _risks(card, language),
        "legal_basis": _law(state, language),
        **_assessments(state, language),
        "data": _data(card, language),
        "technical_operation": _technique(state, register, language),
        "supplier": register["supplier"],
        "source_code_link": register.get("source_code"),
        "language": "nld",
        "schema": "1.0.0",
        "source_id": state.slug,
    }
    return {name: value for name, value in held.items() if value is not None}


def _month(at: Any) -> str | None:
    return None if at is None else f"{timezone.localtime(at):%Y-%m}"


def _ended_at(state: SystemState) -> Any:
    """When it was stopped, or its model taken back; None while it may run or no day is known."""
    if not state.running and state.latest_switch is not None:
        return state.latest_switch.at
    revocation = getattr(state.release, "revocation", None)
    return None if revocation is None else revocation.revoked_at


def _category(card: dict[str, Any]) -> str:
    if card["risk_class"] == "high":
        return HIGH_RISK
    return IMPACTFUL if card["register"]["impactful"] else OTHER


def _people(card: dict[str, Any], language: str) -> str:
    parts = [wording.say(plain.AUTONOMY[card["autonomy"]], language), card["guidance"]]
    robot = card["robot"]
    if robot is not None and robot["procedural"]:
        text = wording.say(
            "Et menneske ser denne del af robottens egne trin efter: {share}.", language
        )
        parts.append(text.format(share=robot["review_share"]))
    return " ".join(parts)


def _risks(card: dict[str, Any], language: str) -> str:
    check = wording.say("Kontrol med højst {months} måneder imellem: {title}", language)
    checks = [check.format(months=t["every_months"], title=t["title"]) for t in card["supervision"]]
    stop = wording.say("Systemet kan stoppes med det samme.", language)
    return " ".join([card["risk"], *checks, stop])


def _law(state: SystemState, language: str) -> str | None:
    """The bases that allow something today; None when nothing does."""
    rows = [
        f"{row['phase_text']}: {row['basis']}."
        for row in entries.legal_bases(state, language)
        if row["valid_today"] and row["status"] == "allowed"
    ]
    return " ".join(dict.fromkeys(rows)) or None


def _assessments(state: SystemState, language: str) -> dict[str, str | None]:
    """Those in force today by name, and those that the codex does not ask of this system."""
    try:
        codex = codices.in_force()
    except Refused:
        return {"impact_assessments": wording.say("Ingen gælder i dag.", language)}
    today = timezone.localdate()
    asked = {d.duty.kind: d for d in evidence.documents(codex, state, today=today)}
    until = wording.say("gælder til {day}", language)
    held = [
        f"{wording.document(kind, one.duty.title, language)} "
        f"({until.format(day=date_format(one.newest.valid_to))})"
        for kind, one in asked.items()
        if kind in ASSESSMENTS and one.newest is not None and one.badge != "error"
    ]
    spared = [
        wording.document(duty.kind, duty.title, language)
        for duty in codex.duties
        if duty.kind in ASSESSMENTS and duty.kind not in asked
    ]
    not_asked = wording.say("Kodekset kræver ikke dette af systemet: {titles}.", language)
    return {
        "impact_assessments": ", ".join(held) or wording.say("Ingen gælder i dag.", language),
        "impact_assessment_explanation": not_asked.format(titles=", ".join(spared))
        if spared
        else None,
    }


def _data(card: dict[str, Any], language: str) -> str:
    one = wording.say("{title} ({category}; kilde: {source}, fra: {supplier})", language)
    return "; ".join(
        one.format(
            title=field["title"],
            category=wording.say(plain.CATEGORIES[field["category"]], language),
            source=entries.source_title(field),
            supplier=field["supplier"],
        )
        for field in card["data_fields"]
    )


def _technique(state: SystemState, register: dict[str, Any], language: str) -> str:
    fixed = wording.say("Modellen ændrer sig kun, når to personer frigiver en ny.", language)
    named = wording.say("Den nyeste hedder {version}.", language)
    version = "" if state.release is None else f" {named.format(version=state.release.version)}"
    return f"{register['technical_operation']} {fixed}{version}"
