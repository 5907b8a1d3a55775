# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A department, a case and a document to work on."""

import datetime as dt

import pytest
from clock_steps import MONDAY
from django.utils import timezone
from unit_cases import DAY, NUMBERS, UNITS, opened

from kodeks.casework import services
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service


@pytest.fixture
def unit(db):
    return services.add_unit(code="vej", name="Vej og Park")


@pytest.fixture
def case(unit):
    return services.open_case(
        key="henvendelse-1", title="Hul i vejen", kle_number="05.01.08", facet="K01", unit=unit
    )


@pytest.fixture
def document(case):
    return services.add_document(
        key="dokument-1",
        case=case,
        title="Henvendelse",
        direction="incoming",
        type="inquiry",
        letter_date=dt.date(2026, 3, 2),
        content="Der er et hul i vejen ved Ane.",
    )


@pytest.fixture
def entry(document, unit):
    return services.register_entry(
        key="post-1",
        document=document,
        received_or_sent_on=dt.date(2026, 3, 2),
        theme="Hul i vejen",
        unit=unit,
        actor_kind="ItSystem",
        actor="inquiries",
    )


@pytest.fixture
def sofie(db: None) -> User:
    return User.objects.get(username="sofie")


@pytest.fixture
def on(monkeypatch):
    """Makes a day today, at noon."""

    def be(day: str | dt.date) -> None:
        moment = dt.datetime.combine(dt.date.fromisoformat(str(day)), dt.time(12))
        aware = timezone.make_aware(moment)
        monkeypatch.setattr(timezone, "now", lambda: aware)

    be(MONDAY)
    return be


@pytest.fixture
def town(as_owner):
    """A case of each unit and number, and one that is forwarded and changes subject."""
    services.load_kle_subjects()
    with as_service("tests"):
        services.add_kle_subject(number="05.10.08", title="Prøve", valid_from=DAY)
        for unit in UNITS:
            for number in NUMBERS:
                opened(f"{unit}/{number}", unit=unit, number=number)
    return as_owner


@pytest.fixture
def listed(db):
    """The subjects of the KLE list with their rules, and no others."""
    services.load_kle_subjects()


@pytest.fixture
def dorte(db) -> User:
    return User.objects.get(username="dorte")
