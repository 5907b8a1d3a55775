# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The ports: what an inquiry can become besides a case (setting KODEKS_INQUIRY_OFFERS), and mail to
its sender (KODEKS_INQUIRY_MAIL)."""

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

    def has_taken_over(self, *, inquiry: Inquiry, kind: str) -> bool:
        """Whether the inquiry has become this, and its deadline of the kind runs there."""


def offers(inquiry: Inquiry, *, user: kernel.User) -> list[Offer]:
    """The installation's offers about the inquiry, in the order of the setting."""
    found = (
        import_string(path)().about(inquiry=inquiry, user=user)
        for path in settings.KODEKS_INQUIRY_OFFERS
    )
    return [offer for offer in found if offer is not None]


class InquiryMail(Protocol):
    """Mail to whoever sent an inquiry."""

    def acknowledge(self, *, inquiry: Inquiry, address: str) -> bool:
        """Queue the acknowledgement in the caller's transaction; whether there is to be one. Its
        words are asked for when it is sent (`acknowledging.words`)."""

    def is_set_up(self) -> bool:
        """Whether mail can be sent at all."""

    def refused(self) -> frozenset[str]:
        """The ids, as text, of inquiries that wait and whose acknowledgement no server took."""


def inquiry_mail() -> InquiryMail | None:
    """The installation's mail; None when the setting is empty."""
    path = settings.KODEKS_INQUIRY_MAIL
    return import_string(path)() if path else None


def is_taken_over(inquiry: Inquiry, *, kind: str) -> bool:
    """Whether one of the installation's solutions has the deadline of the kind."""
    return any(
        import_string(path)().has_taken_over(inquiry=inquiry, kind=kind)
        for path in settings.KODEKS_INQUIRY_OFFERS
    )
