# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A case with documents about the one who asks and others, and requests to see them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from access_cases import ASKER, ASKER_CPR, MEMO, NEIGHBOUR, PHONE_NOTE
from django.test import Client

from kodeks.accessrequests import collecting, services
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import selectors as casework
from kodeks.casework import services as cases
from kodeks.casework.models import Case, Direction, Party
from kodeks.documents.letters import Letter
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def journal_folder(settings: Any, tmp_path: Path) -> Path:
    settings.KODEKS_JOURNAL_FOLDER = tmp_path / "journal"
    settings.KODEKS_OUTBOX_FOLDER = tmp_path / "breve"
    return settings.KODEKS_JOURNAL_FOLDER


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    return lambda username: User.objects.get(username=username)


@pytest.fixture
def sofie(person: Callable[[str], User]) -> User:
    return person("sofie")


@pytest.fixture
def page(client: Client, sofie: User) -> Client:
    """A client signed in as the caseworker."""
    client.force_login(sofie)
    return client


def letter(case: Case) -> Letter:
    return Letter(
        municipality="Eksempelkøbing Kommune",
        department="Affald",
        recipient_name=ASKER,
        recipient_address=("Testvej 1",),
        date=dt.date(2026, 3, 2),
        case_number=case.number,
        subject="Svar om skrald",
        paragraphs=(f"Kære {ASKER}. Vi har talt med {NEIGHBOUR}. Skraldet hentes fredag.",),
        signature=("Venlig hilsen", "Sofie Prøvesen"),
    )


@pytest.fixture
def case(db: None) -> Case:
    """A note about the neighbour, an internal memo and a letter."""
    number = next(_numbers)
    party = uuid4()
    found = cases.open_case(
        key=f"access-test:{number}",
        title="Afhentning af skrald",
        kle_number="07.18.06",
        facet="G01",
        unit=casework.unit(code="jura"),
        parties=[
            cases.NewParty(
                id=party,
                role=Party.Role.PRIMARY,
                kind=Party.Kind.CPR,
                name=ASKER,
                sealed_cpr=kernel.seal(
                    subject=kernel.Subject(type="case", id=str(party)),
                    place="casework_party/sealed_cpr",
                    row=str(party),
                    plaintext=ASKER_CPR,
                ),
                blind_index=kernel.blind_index(ASKER_CPR),
            )
        ],
    )
    cases.add_party(
        case=found,
        party=cases.NewParty(
            id=uuid4(), role=Party.Role.SECONDARY, kind=Party.Kind.FREE, name=NEIGHBOUR
        ),
    )
    for name, direction, day, content in (
        ("Telefonnotat", Direction.INCOMING, 1, PHONE_NOTE),
        ("Notat", Direction.INTERNAL, 3, MEMO),
    ):
        cases.add_document(
            key=f"access-test:{number}:{name}",
            case=found,
            title=name,
            direction=direction,
            type="note",
            letter_date=dt.date(2026, 3, day),
            content=content,
        )
    cases.write_letter(key=f"access-test:{number}:brev", case=found, letter=letter(found))
    return found


@pytest.fixture
def registered(case: Case, sofie: User) -> Callable[..., AccessRequest]:
    """Takes a request about the case in; its documents are not found yet."""

    def take_in(**options: Any) -> AccessRequest:
        given = {
            "key": f"test:{next(_numbers)}",
            "law": "offl",
            "requester_name": ASKER,
            "requester_address": "Testvej 1\n1234 Byby",
            "requester_cpr": ASKER_CPR,
            "wording": "Jeg vil se alt om mit skrald.",
            "case_number": case.number,
            "unit": "jura",
            "received_on": dt.date(2026, 11, 2),
            "user": sofie,
        } | options
        return services.register(**given)[0]

    return take_in


@pytest.fixture
def found(registered: Callable[..., AccessRequest]) -> Callable[..., AccessRequest]:
    """Takes a request in, with its documents and their proposals."""

    def take_in(**options: Any) -> AccessRequest:
        request = registered(**options)
        collecting.collect(request_id=str(request.id))
        for document in request.documents.all():
            collecting.propose(document_id=str(document.id))
        request.refresh_from_db()
        return request

    return take_in
