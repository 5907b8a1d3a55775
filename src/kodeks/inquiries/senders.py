# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who sent an inquiry, as letters call them; and the address of e-mail that they may be answered
at, sealed with the inquiry's key."""

from __future__ import annotations

from kodeks.casework import letters
from kodeks.casework.models import Case
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

_PLACE = "inquiries_inquiry/sealed_address"


def addressed(inquiry: Inquiry, case: Case) -> str:
    """Who stands on a letter in the case about the inquiry. Who was laid on another's case is not
    its primary party, and must not be called by that one's name."""
    if inquiry.case_id == case.id:
        return letters.addressed(case)
    return inquiry.sender_name or letters.NOBODY


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
