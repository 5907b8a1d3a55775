# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An invented case about storskrald, and somebody who asks to see it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.utils import timezone

from kodeks.accessrequests import services
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.models import Case, Direction, Party
from kodeks.demo.access import UNIT
from kodeks.documents.letters import Facts, Letter
from kodeks.kernel.models import User

KEY = "demo-access"
ASKER = "Testine Testesen"
NEIGHBOUR = "Nabolina Attrapsen"
NOTE = (
    f"Telefonnotat. {ASKER} ringede om storskrald på Testvej.\n"
    f"Naboen {NEIGHBOUR} bor på Attrapvej 9, 2. tv. og har telefon 22 34 56 78.\n"
    "Nabolina har CPR 010190-1234. Hun er sygemeldt og kan ikke flytte sine møbler.\n"
    "Storskraldet bliver hentet fredag i lige uger."
)
MEMO = (
    "Internt notat. Vi bør hente storskraldet en ekstra gang.\n"
    "Der stod tre sofaer på fortovet den 3. marts. Sofie Prøvesen er enig."
)


def ask() -> bool:
    """Register the request; returns whether it was new. Safe to repeat."""
    case = _case()
    _, new = services.register(
        key=KEY,
        law="offl",
        requester_name=ASKER,
        requester_address="Testvej 1\n9999 Eksempelkøbing",
        wording="Jeg vil gerne se alt i sagen om storskrald på Testvej.",
        case_number=case.number,
        unit=UNIT[0],
        received_on=timezone.localdate() - dt.timedelta(days=3),
        user=User.objects.get(username="sofie"),
    )
    return new


def _case() -> Case:
    unit = casework.unit(code=UNIT[0])
    case = cases.open_case(
        key=KEY, title="Storskrald på Testvej", kle_number="07.18.10", facet="G01", unit=unit
    )
    for number, (role, name) in enumerate(
        ((Party.Role.PRIMARY, ASKER), (Party.Role.SECONDARY, NEIGHBOUR))
    ):
        party_id = uuid.uuid5(case.id, str(number))
        cases.add_party(
            case=case,
            party=cases.NewParty(id=party_id, role=role, kind=Party.Kind.FREE, name=name),
        )
    day = dt.date(2026, 3, 2)
    for title, direction, content in (
        ("Telefonnotat", Direction.INCOMING, NOTE),
        ("Notat om ekstra afhentning", Direction.INTERNAL, MEMO),
    ):
        cases.add_document(
            key=f"{KEY}:{title}",
            case=case,
            title=title,
            direction=direction,
            type="note",
            letter_date=day,
            content=content,
        )
    cases.write_letter(
        key=f"{KEY}:letter",
        case=case,
        letter=Letter(
            municipality=settings.KODEKS_MUNICIPALITY,
            department=unit.name,
            recipient_name=ASKER,
            recipient_address=("Testvej 1",),
            date=day + dt.timedelta(days=2),
            case_number=case.number,
            subject="Svar om storskrald",
            paragraphs=(
                f"Kære Testine. Vi har talt med {NEIGHBOUR} om hendes møbler.",
                Facts(rows=(("Ekstra afhentning", "Fredag den 6. marts"),)),
            ),
            signature=("Venlig hilsen", "Sofie Prøvesen", "Sagsbehandler"),
        ),
    )
    return case
