# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Find what points at one person in free text besides CPR numbers: addresses of e-mail, telephone
numbers and other long numbers (accounts, customers, case files).

A model learns words, and such "words" would be kept in its vocabulary for ever.
"""

import re

from kodeks.language import tokens

# Each alternative begins with a character class that the one before cannot leave half-read, so the
# time is linear in the text.
_EMAIL = r"[^\s@<>()\[\],;:\"']{1,64}@[^\s@<>()\[\],;:\"']{1,255}"
_DANISH_TELEPHONE = r"(?<!\d)(?:\+45[ ]?)?\d\d[ .]\d\d[ .]\d\d[ .]\d\d(?!\d)"
_LONG_NUMBER = r"(?<!\d)\d{5,}(?!\d)"
_ANY = re.compile("|".join((_EMAIL, _DANISH_TELEPHONE, _LONG_NUMBER)))
_NUMBER = re.compile(f"{_DANISH_TELEPHONE}|{_LONG_NUMBER}")
# Both begin so, and to look for a digit first is quicker than to look back at every sign.
_MAY_BE_NUMBER = re.compile(r"\d\d[ .]?\d\d[ .]?\d")


def remove(text: str) -> str:
    """`text` with each of them replaced by one space; removing twice changes nothing more."""
    return marked(text, " ")


def marked(text: str, mark: str) -> str:
    """`text` with `mark` in place of each of them."""
    # Nearly every text has none, and looking for addresses of e-mail takes longest.
    if "@" in text:
        return _ANY.sub(mark, text)
    if tokens.has_digit(text) and _MAY_BE_NUMBER.search(text):
        return _NUMBER.sub(mark, text)
    return text
