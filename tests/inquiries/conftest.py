# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People of Eksempelkøbing, inquiries on the real database, and a journal folder of one's own."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

import deciding
import erasable
import joinings
import kernel_stage
from browsing import browser  # noqa: F401

from kodeks.casework.models import InboxItem
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run

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
def sure(person: Callable[[str], User], databases: Any, worker_database: str) -> Iterator[None]:
    """A plan that allows so many to be wrong that the model, which has learned from few texts, is
    sure of a hole in the road; and of which nothing is drawn to be seen blind."""
    merete = person("merete").pk
    errors = dict.fromkeys(selectors.department_names(), "0.5")
    with psycopg.connect(databases.url("owner", worker_database), autocommit=True) as owner:
        kernel_stage.nothing_drawn(owner, services.SYSTEM, user=merete, errors=errors)
        yield
        # Plans are only ever added to: the newest counts.
        kernel_stage.nothing_drawn(owner, services.SYSTEM, user=merete)


@pytest.fixture
def stop(person: Callable[[str], User]) -> Callable[[], None]:
    return lambda: stewardship.stop(
        system=services.SYSTEM, user=person("merete"), reason="Prøve af stop"
    )


@pytest.fixture
def forwarded(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., InboxItem]:
    """An inquiry that the robot has sent to the department of `label`."""

    def send(label: str = "rotter", **options: Any) -> InboxItem:
        inquiry = triaged(**options)
        suggested = kernel.recommendation(inquiry.recommendation_id).suggestion["label"]
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="accept" if suggested == label else "other",
            label=label,
            own_consideration="Det handler om rotter.",
        )
        engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
        return InboxItem.objects.select_related("unit", "case__inquiry").get(
            case__inquiry__id=inquiry.id, kind="inquiry"
        )

    return send


@pytest.fixture
def handled(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """An inquiry with its own case, which the department has not answered."""

    def handle(text: str = joinings.FIRST, *, label: str = "vejskade", **options: Any) -> Inquiry:
        inquiry = triaged(text, **options)
        joinings.carried_out(joinings.decided(inquiry, sofie, label=label))
        return selectors.inquiry(inquiry.id)

    return handle


@pytest.fixture
def closed(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """An inquiry that the robot has carried through and the department has answered."""

    def close(*, label: str = erasable.LABEL, answered: bool = True, **options: Any) -> Inquiry:
        given = {"sender_name": erasable.NAME, "district": "Kanarieby"} | options
        inquiry = triaged(erasable.TEXT, **given)
        follows = erasable.suggested(inquiry) == label
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="accept" if follows else "other",
            label="" if follows else label,
            own_consideration=erasable.WHY,
        )
        engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
        if answered:
            item = InboxItem.objects.get(case__inquiry__id=inquiry.id, kind="inquiry")
            services.mark_answered(item_id=item.id, user=sofie)
        return selectors.inquiry(inquiry.id)

    return close


@pytest.fixture
def erased(closed: Callable[..., Inquiry], person: Callable[[str], User]) -> Inquiry:
    inquiry = closed()
    erasable.erase(inquiry, person("dorte"))
    return selectors.inquiry(inquiry.id)
