# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Titles and themes travel to registers and lists, so they must not hold a CPR number."""

import re
import unicodedata

from kodeks.casework.errors import CaseworkError

# A candidate, not a proof: day, month, year, four digits. Since 2007 CPR numbers need not satisfy
# the modulus 11 check (CPR-kontoret), so the date is all that can be tested.
# The same pattern is a constraint in the database, so it uses only what PostgreSQL knows too.
CPR_PATTERN = r"(?<![0-9])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[ -]?[0-9]{4}(?![0-9])"
_CPR = re.compile(CPR_PATTERN)
MAX_LENGTH = 200


def without_cpr(text: str, *, name: str) -> str:
    """Return ``text`` on one line without control characters.

    Raises CaseworkError if it is empty, longer than 200 characters or may hold a CPR number.
    """
    text = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)
    text = " ".join(text.split())
    if not text:
        raise CaseworkError(f"{name} mangler. Udfyld feltet, og prøv igen.")
    if len(text) > MAX_LENGTH:
        raise CaseworkError(f"{name} er længere end {MAX_LENGTH} tegn. Gør teksten kortere.")
    if _CPR.search(text):
        raise CaseworkError(f"{name} må ikke indeholde et CPR-nummer. Fjern nummeret.")
    return text
