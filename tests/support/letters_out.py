# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A letter that has gone out with Digital Post, and a case that was distributed by SF2900."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from kodeks.casework import dispatching, distributing, services
from kodeks.casework.models import Case, Dispatch, Distribution
from kodeks.casework.ports import (
    DispatchReceipt,
    DistributionTaken,
    JournalReceipt,
    Recipient,
)

AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)


class Journal:
    """Takes everything."""

    def find(self, *, record):
        return None

    def journalise(self, *, record):
        return JournalReceipt("ESDH-1", f"ESDH-1-{record.key}", AT)


class Post:
    """Takes everything, as Digital Post."""

    needs_number = False
    description = "Prøve."

    def find(self, *, key):
        return None

    def send(self, *, record):
        return DispatchReceipt(str(uuid.uuid4()), "digital-post", AT)


def a_case() -> Case:
    key = uuid.uuid4().hex
    unit = services.add_unit(code="vej", name="Vej og Park")
    return services.open_case(
        key=key, title="Hul i vejen", kle_number="05.01.08", facet="K01", unit=unit
    )


def journalised(case: Case, *, direction: str = "outgoing"):
    key = uuid.uuid4().hex
    document = services.add_document(
        key=key,
        case=case,
        title="Vi har modtaget din henvendelse",
        direction=direction,
        type="letter",
        letter_date=AT.date(),
        content=b"%PDF-1.7",
        media_type="application/pdf",
    )
    entry = services.register_entry(
        key=key,
        document=document,
        received_or_sent_on=AT.date(),
        theme="Hul i vejen",
        unit=case.unit,
        actor_kind="ItSystem",
        actor="visitator",
    )
    services.journalise(entry=entry, system=Journal())
    return document


def sent_letter() -> Dispatch:
    return dispatching.send_letter(
        key=uuid.uuid4().hex,
        document=journalised(a_case()),
        recipient=Recipient(kind="cpr"),
        reference="sag",
        system=Post(),
    )


class Component:
    """Takes everything, as Fordelingskomponenten; what was sent is kept."""

    description = "Prøve."

    def __init__(self, *, fail=None):
        self.sent, self.fail = [], fail

    def find(self, *, key):
        return None

    def send(self, *, record):
        self.sent.append(record)
        if self.fail is not None:
            raise self.fail
        return DistributionTaken(str(uuid.uuid4()), timezone.now())


def distributed(*, case: Case | None = None, system: Component | None = None) -> Distribution:
    """A case that went to a department which works elsewhere."""
    case = case or a_case()
    receiver = services.add_unit(code="havn", name="Havnekontoret")
    sorting = services.add_unit(code="visitering", name="Fælles visitering")
    return distributing.distribute(
        key=uuid.uuid4().hex,
        document=journalised(case, direction="incoming"),
        unit=distributing.route(unit=receiver, by="kle"),
        returns_to=sorting,
        kind="inquiry",
        system=system or Component(),
    )
