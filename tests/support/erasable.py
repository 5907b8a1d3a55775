# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry whose case may be erased as soon as it is closed, with words that are found again."""

from __future__ import annotations

from kodeks.casework import retention
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User

LABEL = "vejbelysning"
"""In the demo municipality its cases may be erased as soon as they are closed."""
TEXT = "Gadelampen ved Kanariestien er gået i stykker."
NAME = "Kanaria Kanariesen"
CPR = "710190-0000"
WHY = "Kanariestien er mørk."


def suggested(inquiry: Inquiry) -> str:
    found = selectors.recommendation_of(inquiry)
    return str(found.suggestion["label"]) if found else ""


def erase(inquiry: Inquiry, user: User) -> bool:
    assert inquiry.case is not None
    return retention.erase_case(case=inquiry.case, user=user)


def planted(text: str) -> list[str]:
    marks = ("Kanari", "kanari", CPR, CPR.replace("-", ""))
    return [mark for mark in marks if mark in text]
