# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the robot Visitator gives a case on: to the department's inbox here, or to the system that
the department works in (SF2900), or to another body (Open311)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from kodeks.casework import by_hand as hand
from kodeks.casework import distributing, handovers
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Document, InboxItem, Unit
from kodeks.casework.ports import PortRejected, case_distribution
from kodeks.inquiries import opening, selectors
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Fact, StepContext
from kodeks.robots.hands import Facts

FACTS = (
    Fact(
        name="reference",
        title="Sagens nummer hos afdelingen",
        helptext="Hvis afdelingen arbejder i et andet system: nummeret, som sagen har dér.",
        required=False,
    ),
)

_PLACE = re.compile(r"^Sted: (.+)$", re.MULTILINE)
"""As inquiries that come by Open311 have it (connectors.open311.receiving)."""


def given(
    context: StepContext, case: Case, topic: Topic, *, decided_at: dt.datetime
) -> dict[str, Any]:
    """Out of the inbox it may lie in, and to the department that answers. Where a person has given
    the case after it was decided, it stays."""
    unit = topic.unit
    placed = handovers.newest(case)
    if placed is not None and placed.at >= decided_at:
        return {"handover": str(placed.id), "unit": placed.to_unit.code}
    try:
        if unit.distribution:
            return _distributed(context, case, unit)
        item = casework.forward_anew(key=context.key, case=case, unit=unit, kind=selectors.SUBJECT)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="distribution", message=str(error)) from error
    return {"inbox_item": str(item.id), "unit": unit.code}


def by_hand(context: StepContext, case: Case, topic: Topic, facts: Facts) -> dict[str, Any]:
    """A person gave the case on. A department that works here has it in its inbox all the same."""
    unit, number = topic.unit, facts["reference"]
    if not unit.distribution:
        item = casework.forward_anew(key=context.key, case=case, unit=unit, kind=selectors.SUBJECT)
        return {"inbox_item": str(item.id), "unit": unit.code}
    if not number:
        raise BusinessError(
            code="reference",
            message=f"{unit.name} arbejder i et andet system. Skriv sagens nummer hos afdelingen.",
        )
    hand.handed_over(case=case, unit=unit, kind=selectors.SUBJECT)
    return {"reference": number, "unit": unit.code}


def added(context: StepContext, case: Case) -> dict[str, Any]:
    """Something new came to a case that is there: its department has it in its inbox, or is handed
    what the citizen wrote when it works elsewhere."""
    unit = case.unit
    try:
        if unit.distribution:
            return _distributed(context, case, unit)
        kind = selectors.SUBJECT
        item = InboxItem.objects.filter(case=case, unit=unit, kind=kind, handled_at=None).first()
        if item is None:
            item = casework.forward(key=context.key, case=case, unit=unit, kind=kind)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="distribution", message=str(error)) from error
    return {"inbox_item": str(item.id), "unit": unit.code}


def _distributed(context: StepContext, case: Case, unit: Unit) -> dict[str, Any]:
    """What is handed on is what the citizen wrote. It comes back to those who sort when the other
    system says no."""
    # In a case of its own after it was laid on another's, it stands under another key.
    document = Document.objects.get(case=case, key__in=opening.keys_of(context.subject_id))
    inquiry = selectors.inquiry(uuid.UUID(context.subject_id))
    distribution = distributing.distribute(
        key=context.key,
        document=document,
        unit=unit,
        returns_to=selectors.topic(OUT_OF_SCOPE).unit,
        kind=selectors.SUBJECT,
        system=case_distribution(route=unit.distribution),
        place=place_of(inquiry),
        is_urgent=bool(inquiry.urgency),
    )
    return {
        "distribution": str(distribution.id),
        "message": distribution.message_id,
        "unit": unit.code,
    }


def place_of(inquiry: Inquiry) -> str:
    """Where it is about: what the inquiry itself names as the place, else the part of the town."""
    named = _PLACE.search(inquiry.text)
    return named[1].strip() if named else inquiry.district
