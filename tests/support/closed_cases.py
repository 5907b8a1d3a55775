# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Closed cases with something personal in them, and the rules by which they are erased."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from kodeks.casework import kle, rules, selectors, services
from kodeks.casework.models import Case, KleSubject
from kodeks.casework.ports import JournalReceipt

NUMBER = "05.01.08"
WHO = "Arkivar Prøve Prøvesen"
SOURCE = "Prøve af en regel"


class Journal:
    """An ESDH system that takes everything."""

    def find(self, *, record):
        return None

    def journalise(self, *, record):
        return JournalReceipt("sag", f"dok-{record.key}", timezone.now())


def rule(years: int | None = 0, *, number: str = NUMBER) -> KleSubject:
    return rules.confirm(number=number, rule=kle.Rule(years, SOURCE), confirmed_by=WHO)


def closed(unit, *, number: str = NUMBER, at: dt.datetime | None = None, key: str = "") -> Case:
    """A closed case with a party and a journalised document; closed at a moment if one is given."""
    key = key or uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        if at is not None:
            patch.setattr(services.timezone, "now", lambda: at)
        case = services.open_case(
            key=key,
            title="Hul i vejen",
            kle_number=number,
            facet="G01",
            unit=unit,
            parties=[
                services.NewParty(
                    id=uuid.uuid4(),
                    role="primary",
                    kind="cpr",
                    name="Ane Øllgaard",
                    sealed_cpr=b"sealed",
                    blind_index=b"index",
                )
            ],
        )
        document = services.add_document(
            key=key,
            case=case,
            title="Brev fra Ane",
            direction="incoming",
            type="inquiry",
            letter_date=dt.date(2026, 3, 2),
            content="Der er et hul i vejen ved Ane.",
        )
        services.advance_case(case=case, state="closed")
    entry = services.register_entry(
        key=key,
        document=document,
        received_or_sent_on=dt.date(2026, 3, 2),
        theme="Hul i vejen",
        unit=unit,
        actor_kind="ItSystem",
        actor="visitator",
    )
    services.journalise(entry=entry, system=Journal())
    return selectors.case(number=case.number)
