# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What another body may have of a matter: what it is about and where, and nobody's name or number.

Many servers show what they are sent to everybody. So what points at a person is taken out of the
text: CPR numbers, addresses of e-mail, telephone and other long numbers, and the names of the
parties. A name that we do not know of can stand in the text still (databeskyttelsesforordningens
artikel 5, stk. 1, litra c).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from kodeks.language import cpr, identifiers

_LEAST_OF_A_NAME = 3
_TAKEN_OUT = "(udeladt)"
_POSITION = re.compile(r"(?:^|[\s,])(-?\d{1,2}\.\d{1,12}) (-?\d{1,3}\.\d{1,12})\s*$")
_SPACES = re.compile(r"[ \t]{2,}")


def text(written: str, *, names: Collection[str]) -> str:
    """What was written, without what points at a person. Doing it twice changes nothing more."""
    found = identifiers.remove(cpr.mask(written))
    for name in names:
        parts = [part for part in name.split() if len(part) >= _LEAST_OF_A_NAME]
        for one in (name, *parts):
            if one.strip():
                # A part may be a word too ("Skov"), so it counts as it is written in the name.
                whole = re.IGNORECASE if one == name else re.NOFLAG
                found = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", _TAKEN_OUT, found, flags=whole)
    return _SPACES.sub(" ", found).strip()


def place(given: str) -> tuple[str, tuple[str, str] | None]:
    """An address, and latitude and longitude in degrees where the place ends with them."""
    at = _POSITION.search(given)
    if at is None:
        return identifiers.remove(given).strip(), None
    latitude, longitude = at[1], at[2]
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return identifiers.remove(given).strip(), None
    address = identifiers.remove(given[: at.start()]).strip(" ,")
    return address, (latitude, longitude)
