# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What every letter to the one who asks must tell: where to complain, the code, and to whom."""

from __future__ import annotations

from kodeks.accessrequests import selectors
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import letters as writing
from kodeks.kernel import api as kernel

_COMPLAINT = {
    "offl": (
        "Du kan klage til den myndighed, som kan behandle en klage over afgørelsen i den sag, "
        "dokumenterne hører til (offentlighedslovens § 37). Er der ingen, kan du klage til "
        "Ankestyrelsen, som fører tilsyn med kommuner."
    ),
    "fvl": (
        "Du kan klage til den myndighed, som kan behandle en klage over afgørelsen i den sag, "
        "dokumenterne hører til (forvaltningslovens § 16, stk. 4)."
    ),
    "gdpr": "Du kan klage til Datatilsynet (databeskyttelsesforordningens artikel 77).",
}
_OMBUDSMAN = "Du kan også skrive til Folketingets Ombudsmand, som selv vælger, hvad han tager op."


def complaint(law: str) -> str:
    """Where to complain, in two paragraphs (fvl. § 25)."""
    return f"{_COMPLAINT[law]}\n\n{_OMBUDSMAN}"


def code(request: AccessRequest) -> str:
    """With which the one who asked sees data and considerations."""
    return kernel.access_code(subject=selectors.subject_of(request))


def recipient(request: AccessRequest) -> writing.Recipient:
    lines = tuple(line for line in request.requester_address.splitlines() if line.strip())
    return writing.Recipient(name=request.requester_name, address=lines)
