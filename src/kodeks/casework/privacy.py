# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Titles and themes travel to registers and lists, so they must not hold a CPR number."""

import re
import unicodedata

from kodeks.casework.errors import CaseworkError
from kodeks.language import cpr

# The plainest form, as a constraint in the database: it uses only what PostgreSQL knows too.
# `language.cpr` finds the others, such as test numbers and other dashes.
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
    if _CPR.search(text) or cpr.find(text):
        raise CaseworkError(f"{name} må ikke indeholde et CPR-nummer. Fjern nummeret.")
    return text
