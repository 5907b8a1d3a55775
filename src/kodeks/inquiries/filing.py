# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where an inquiry is filed: what a person chose besides its topic, and what follows from that.

It is part of what is decided, so it stands in the ledger and is what the next model learns from:
`kle` and `facet` where they are others than the topic's own; `case` where the inquiry belongs to a
case that is there; `duplicate_of` where it is the same again as another inquiry.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from kodeks.casework import kle, kle_subjects
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, CaseState
from kodeks.inquiries import selectors
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel import api as kernel

_CASE = re.compile(r"\d{4}-\d{7,}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HANDLE_FLOW = "inquiries-handle"
JOIN_FLOW = "inquiries-join"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person chose besides the topic; "" is the topic's own, and no case that is there."""

    kle: str = ""
    facet: str = ""
    case: str = ""
    duplicate_of: str = ""

    @property
    def joins(self) -> bool:
        return bool(self.case or self.duplicate_of)


AS_TOPIC = Wish()


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What a case is opened under."""

    topic: Topic
    kle_number: str
    facet: str


def of(standing: kernel.Decision | kernel.Reversal) -> Filing:
    """What was decided about where the inquiry is filed."""
    topic = selectors.topic_of(standing)
    return Filing(
        topic=topic,
        kle_number=str(standing.outcome.get("kle", topic.kle_number)),
        facet=str(standing.outcome.get("facet", topic.facet)),
    )


def outcome(topic: Topic, wish: Wish) -> dict[str, str]:
    """What is decided, without what is the topic's own. Raises InquiryError."""
    found = {"label": topic.label}
    if wish.case:
        return found | {"case": wish.case}
    if wish.duplicate_of:
        return found | {"duplicate_of": wish.duplicate_of}
    if wish.kle and wish.kle != topic.kle_number:
        found["kle"] = _number(wish.kle)
    if wish.facet and wish.facet != topic.facet:
        found["facet"] = _facet(wish.facet)
    return found


def target(wish: Wish, *, inquiry: Inquiry, user: kernel.User) -> str:
    """The topic of what the inquiry is joined to, "" where it has none of its own.

    Raises InquiryError when the person does not see it, or it cannot be joined.
    """
    if wish.duplicate_of:
        return _first(wish.duplicate_of, inquiry=inquiry, user=user)
    found = (
        Case.objects.visible_to(user, roles=selectors.CASEWORKERS)
        .filter(number=wish.case)
        .exclude(state=CaseState.CLOSED)
        .filter(erased_at=None)
        .first()
    )
    if found is None:
        raise InquiryError("Sagen findes ikke, eller den er lukket. Vælg en anden mulighed.")
    first = Inquiry.objects.filter(case=found).first()
    standing = None if first is None else selectors.standing_of(first)
    return "" if standing is None else str(standing.outcome["label"])


def _first(number: str, *, inquiry: Inquiry, user: kernel.User) -> str:
    try:
        first = selectors.inquiry(uuid.UUID(number), user=user)
    except (ValueError, Inquiry.DoesNotExist):
        first = None
    if first is None or first.id == inquiry.id or first.erased_at is not None:
        raise InquiryError("Den anden henvendelse findes ikke. Vælg en anden mulighed.")
    standing = selectors.standing_of(first)
    if standing is None:
        raise InquiryError(
            "Den anden henvendelse er ikke afgjort endnu. Afgør den først, og så denne."
        )
    case = first.case or first.joined
    if case is not None and case.state == CaseState.CLOSED:
        raise InquiryError("Sagen er lukket. Afgør henvendelsen som en ny sag.")
    return str(standing.outcome["label"])


def choice_of(
    choice: kernel.Choice | Literal["pick"],
    chosen: Mapping[str, Any],
    recommendation: kernel.Recommendation,
) -> kernel.Choice:
    """What the kernel calls it: whoever takes the topic but files it elsewhere follows no more than
    the topic, and whoever joins it to another chooses something else than was suggested. Of several
    topics to choose between, the likeliest one is what would have been suggested."""
    if choice == "pick":
        return "accept" if chosen == recommendation.suggestion else "other"
    if chosen == recommendation.suggestion:
        return choice
    return "other" if choice == "accept" or selectors.JOINS & set(chosen) else choice


def flow_of(chosen: Mapping[str, Any]) -> str:
    """The robot's flow that carries it out."""
    return JOIN_FLOW if selectors.JOINS & set(chosen) else HANDLE_FLOW


def in_words(standing: kernel.Decision | kernel.Reversal) -> list[tuple[str, str]]:
    """What was chosen besides the topic, for a list of facts."""
    found = standing.outcome
    facts = []
    if "kle" in found:
        facts.append(("KLE-nummer", str(found["kle"])))
    if "facet" in found:
        facts.append(("Handlingsfacet", str(found["facet"])))
    if "case" in found:
        facts.append(("Lagt på sagen", str(found["case"])))
    if "duplicate_of" in found:
        facts.append(("Samme henvendelse", "Den er lagt sammen med en, der kom før."))
    return facts


def value_title(value: str) -> str:
    """What a value of an outcome is called beside the topic's title; "" for a topic."""
    if kle.is_number(value):
        return f"KLE-nummer {value}"
    if kle.is_facet(value):
        return f"handlingsfacet {value}"
    if _CASE.fullmatch(value):
        return f"lagt på sag {value}"
    return "lagt sammen med en henvendelse, der kom før" if _ID.fullmatch(value) else ""


def chosen(decision: kernel.Decision) -> str:
    """How the choice differs from the suggestion, where only the filing does; else ""."""
    if selectors.JOINS & set(decision.outcome):
        return "Lagde den sammen med noget, der var her i forvejen"
    if decision.recommendation_id is None or decision.choice != "other":
        return ""
    seen = kernel.recommendation(decision.recommendation_id)
    if seen.suggestion["label"] != decision.outcome["label"]:
        return ""
    if seen.offer:
        return "Valgte det emne, systemet fandt mest sandsynligt, og selv nummer eller facet"
    return "Fulgte forslaget til emne, men valgte selv nummer eller facet"


def _number(number: str) -> str:
    today = timezone.localdate()
    if not kle.is_number(number) or not kle_subjects.titled(number=number, on=today):
        raise InquiryError(
            f"KLE-nummeret {number} er ikke på listen. Skriv et nummer, der gælder nu."
        )
    return number


def _facet(code: str) -> str:
    try:
        kle.require_facet(code, on=timezone.localdate())
    except CaseworkError as error:
        raise InquiryError(str(error)) from error
    return code
