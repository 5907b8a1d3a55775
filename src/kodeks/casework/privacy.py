# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Titles and themes travel to registers and lists, so they must not hold a CPR number."""

import re

from kodeks.casework.errors import CaseworkError

# A candidate, not a proof: day, month, year, four digits. Since 2007 CPR numbers need not satisfy
# the modulus 11 check (CPR-kontoret), so the date is all that can be tested.
CPR_PATTERN = r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[ -]?\d{4}(?!\d)"
_CPR = re.compile(CPR_PATTERN)


def without_cpr(text: str, *, name: str) -> str:
    """Return ``text`` trimmed. Raises CaseworkError if it is empty or may hold a CPR number."""
    text = " ".join(text.split())
    if not text:
        raise CaseworkError(f"{name} mangler. Udfyld feltet, og prøv igen.")
    if _CPR.search(text):
        raise CaseworkError(f"{name} må ikke indeholde et CPR-nummer. Fjern nummeret.")
    return text
