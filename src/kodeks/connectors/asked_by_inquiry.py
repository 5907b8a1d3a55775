# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry that asks for access to documents: the two solutions know nothing of each other."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from kodeks.accessrequests import clock
from kodeks.accessrequests import selectors as access
from kodeks.accessrequests.ports import Begun, NoSuchOrigin
from kodeks.casework.models import DeadlineKind
from kodeks.connectors.inquiry_source import InquirySource
from kodeks.inquiries import selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.ports import Offer
from kodeks.kernel import api as kernel

_OF_DOCUMENTS = {DeadlineKind.ACCESS_REQUEST, DeadlineKind.PARTY_ACCESS}
_REASON = "Anmodningen om aktindsigt skrev borgeren i en henvendelse."


class InquiryOrigin:
    """Implements kodeks.accessrequests.ports.RequestOrigin with inquiries."""

    name = InquirySource.name
    title = "Henvendelsen"

    def begun(self, *, origin_id: str, user: kernel.User) -> Begun:
        found = _inquiry(origin_id, user)
        return Begun(
            name=found.sender_name,
            wording=found.text,
            received_on=timezone.localdate(found.received_at),
            has_number=found.sealed_cpr is not None,
        )

    def number(self, *, origin_id: str, user: kernel.User) -> str:
        found = _inquiry(origin_id, user)
        if found.sealed_cpr is None:
            return ""
        try:
            return services.shown_cpr(inquiry=found, user=user, reason=_REASON)
        except InquiryError as error:
            raise NoSuchOrigin(str(error)) from error

    def address(self, *, origin_id: str) -> str:
        return reverse("inquiries:inquiry", args=[origin_id])


class AccessOffer:
    """Implements kodeks.inquiries.ports.InquiryOffer with access requests."""

    def about(self, *, inquiry: Inquiry, user: kernel.User) -> Offer | None:
        if not kernel.has_role(user, kernel.Role.CASEWORKER):
            return None
        request = access.of_origin(InquiryOrigin.name, str(inquiry.id))
        if request is not None:
            number = "" if request.case is None else f" i sag {request.case.number}"
            return Offer(
                heading="Henvendelsen er en anmodning om aktindsigt",
                text=f"Den bliver besvaret{number}.",
                button="Åbn anmodningen",
                address=reverse("accessrequests:request", args=[request.id]),
            )
        if inquiry.erased_at is not None:
            return None
        query = urlencode({"fra": InquiryOrigin.name, "nr": str(inquiry.id)})
        return Offer(
            heading="Søger borgeren om aktindsigt?",
            text="Så tager anmodningen navn, tekst og dag med herfra. Fristen løber fra den dag.",
            button="Opret anmodning om aktindsigt",
            address=f"{reverse('accessrequests:new')}?{query}",
        )

    def has_taken_over(self, *, inquiry: Inquiry, kind: str) -> bool:
        """A request by either law about access answers what the words of a text asked for."""
        request = access.of_origin(InquiryOrigin.name, str(inquiry.id))
        if request is None:
            return False
        own = clock.KINDS[request.law]
        return kind == own or {kind, own} <= _OF_DOCUMENTS


def _inquiry(origin_id: str, user: kernel.User) -> Inquiry:
    try:
        found = selectors.inquiry(uuid.UUID(origin_id), user=user)
    except (Inquiry.DoesNotExist, ValueError):
        raise NoSuchOrigin("Henvendelsen findes ikke, eller du har ikke adgang til den.") from None
    if found.erased_at is not None:
        raise NoSuchOrigin("Henvendelsens oplysninger er slettet. Den kan ikke bruges mere.")
    return found
