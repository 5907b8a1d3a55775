# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases of several units and KLE numbers, for trying who sees which."""

from __future__ import annotations

import datetime as dt
import uuid

from kodeks.casework import services
from kodeks.casework.models import Case

UNITS = ("vej", "vejby", "park")
NUMBERS = ("05.01.08", "05.01.12", "05.10.08", "09.13.01")


DAY = dt.date(2026, 3, 2)


def opened(key: str, *, unit: str, number: str = "05.01.08") -> Case:
    """A case with one of everything that lies in a case."""
    place = services.add_unit(code=unit, name=unit)
    case = services.open_case(
        key=key, title="Hul i vejen", kle_number=number, facet="K01", unit=place,
        parties=[services.NewParty(uuid.uuid4(), "primary", "free", f"Part i {key}")],
    )  # fmt: skip
    document = services.add_document(
        key=key, case=case, title="Brev", direction="incoming", type="inquiry", letter_date=DAY,
        content=f"Indhold af {key}.",
    )  # fmt: skip
    services.register_entry(
        key=key, document=document, received_or_sent_on=DAY, theme="Hul", unit=place,
        actor_kind="ItSystem", actor="prøve",
    )  # fmt: skip
    services.forward(key=key, case=case, unit=place, kind="inquiry")
    return case
