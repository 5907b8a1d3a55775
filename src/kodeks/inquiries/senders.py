# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The address of e-mail that a sender may be answered at, sealed with the inquiry's key."""

from __future__ import annotations

from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

_PLACE = "inquiries_inquiry/sealed_address"


def address_of(inquiry: Inquiry) -> str:
    """The address of e-mail that the sender may be answered at; "" when there is none."""
    if inquiry.sealed_address is None:
        return ""
    opened = kernel.open_file(
        subject=selectors.subject_of(inquiry),
        place=_PLACE,
        row=str(inquiry.id),
        sealed=bytes(inquiry.sealed_address),
    )
    return "" if opened is None else opened.decode()


def sealed_address(subject: kernel.Subject, address: str) -> bytes:
    """Sealed as a file is: people do put their number into an address, and it must still be
    answered."""
    return kernel.seal_file(subject=subject, place=_PLACE, row=subject.id, content=address.encode())
