# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The port to what an inquiry can become besides a case (setting KODEKS_INQUIRY_OFFERS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A link on the page of an inquiry: to what it has become, or to make it so."""

    heading: str
    text: str
    button: str
    address: str


class InquiryOffer(Protocol):
    """Something that an inquiry can be taken over by."""

    def about(self, *, inquiry: Inquiry, user: kernel.User) -> Offer | None:
        """What the person may do; None when it is nothing for them."""


def offers(inquiry: Inquiry, *, user: kernel.User) -> list[Offer]:
    """The installation's offers about the inquiry, in the order of the setting."""
    found = (
        import_string(path)().about(inquiry=inquiry, user=user)
        for path in settings.KODEKS_INQUIRY_OFFERS
    )
    return [offer for offer in found if offer is not None]
