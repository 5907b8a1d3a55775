# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People of Eksempelkøbing, inquiries on the real database, and a journal folder of one's own."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from browsing import browser  # noqa: F401

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import stewardship
from kodeks.kernel.models import User

HOLE = "Der er et dybt hul i vejen på Testvej. Asfalten er væk, og cyklisterne må køre udenom."
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def journal_folder(settings: Any, tmp_path: Path) -> Path:
    settings.KODEKS_JOURNAL_FOLDER = tmp_path / "journal"
    settings.KODEKS_OUTBOX_FOLDER = tmp_path / "outbox"
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


@pytest.fixture
def arrived(db: None) -> Callable[..., Inquiry]:
    """Takes an inquiry in; not triaged."""

    def take_in(text: str = HOLE, **options: Any) -> Inquiry:
        options = {"channel": "web", "external_id": f"test:{next(_numbers)}"} | options
        inquiry, _ = services.receive(text=text, **options)
        return inquiry

    return take_in


@pytest.fixture
def triaged(arrived: Callable[..., Inquiry]) -> Callable[..., Inquiry]:
    """Takes an inquiry in, with its recommendation."""

    def take_in(text: str = HOLE, **options: Any) -> Inquiry:
        inquiry = arrived(text, **options)
        services.triage(inquiry_id=str(inquiry.id))
        inquiry.refresh_from_db()
        return inquiry

    return take_in


@pytest.fixture
def stop(person: Callable[[str], User]) -> Callable[[], None]:
    return lambda: stewardship.stop(
        system=services.SYSTEM, user=person("merete"), reason="Prøve af stop"
    )
