# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A fake ESDH system, the connector that speaks with it, and what must be there in the end."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from fake_esdh import faults
from fake_esdh.serving import CLIENT, SECRET, Server, serving
from fake_esdh.shapes import SHAPES, Kind
from fake_esdh.store import Store, Thing
from journal_records import record

from kodeks.casework.ports import (
    JournalReceipt,
    JournalRecord,
    PartyRecord,
    PortError,
    PortRejected,
)
from kodeks.connectors.esdh.getorganized import GetOrganizedJournal
from kodeks.connectors.esdh.nova import NovaJournal
from kodeks.connectors.esdh.options import Department, Options
from kodeks.connectors.esdh.sbsys import SbsysJournal
from kodeks.connectors.models import EsdhAttempt
from kodeks.robots import credentials

CLASSES: dict[str, Callable[..., Any]] = {
    "nova": NovaJournal,
    "getorganized": GetOrganizedJournal,
    "sbsys": SbsysJournal,
}
NUMBER = "0707701234"
OF_PERSON = PartyRecord("7d", "Ane Øllgaard", "cpr", "", NUMBER)
SECONDS = 10.0
PATIENCE = 20.0

each_shape = pytest.mark.parametrize("shape", sorted(SHAPES))


@dataclasses.dataclass
class Esdh:
    """A fake system and the connector that speaks with it."""

    kind: Kind
    server: Server
    store: Store
    connector: Any = None

    def begin(self, plan: faults.Plan) -> None:
        """From the beginning, with an empty store."""
        self.store = Store()
        apps.get_app_config("connectors").esdh_tokens.clear()
        EsdhAttempt.objects.all().delete()
        self.server.shape, self.server.plan = self.kind.make(self.store), plan

    def made(self) -> Any:
        """A connector, as each step has its own."""
        return CLASSES[self.kind.name](chosen=options(self.server))

    def documents(self) -> list[Thing]:
        return self.kind.documents(self.store)

    def once(self, made: JournalRecord) -> JournalReceipt:
        """As casework does it in a step's transaction."""
        self.connector = self.made()
        with transaction.atomic():
            return self.connector.find(record=made) or self.connector.journalise(record=made)

    def at_last(self, made: JournalRecord) -> JournalReceipt:
        """Tried again as the robot does, and after a rejection as a person does."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self.once(made)
            except (PortError, PortRejected):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def options(server: Server, **changes: Any) -> Options:
    given: dict[str, Any] = {
        "url": server.url,
        "token_url": f"{server.url}/token",
        "client": CLIENT,
        "template": 17,
        "mark_field": "",
        "seconds": SECONDS,
        "departments": {"*": Department(id=818485, name="Vej og Park", caseworker=5, reminder=3)},
    }
    return Options(**(given | changes))


@pytest.fixture
def esdh(shape: str) -> Iterator[Esdh]:
    """With the robot's credential in place; for tests that commit."""
    credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="prøve")
    store = Store()
    with serving(SHAPES[shape].make(store)) as server:
        found = Esdh(SHAPES[shape], server, store)
        found.begin(faults.Plan())
        found.connector = found.made()
        yield found


def first(**changes: Any) -> JournalRecord:
    return record(key="r:journalise", content=b"Der er et hul.", party=OF_PERSON, **changes)


def letter(receipt: JournalReceipt, content: bytes = b"%PDF-brev") -> JournalRecord:
    """The second document of the same case: its number is known, the person's is closed again."""
    return record(
        key="r:receipt", content=content, direction="outgoing", esdh_case_id=receipt.esdh_case_id,
        party=dataclasses.replace(OF_PERSON, cpr=""),
    )  # fmt: skip


def assert_one_of_each(esdh: Esdh, receipts: list[JournalReceipt], contents: list[bytes]) -> None:
    assert len(esdh.store.all("case")) == 1
    found = {one.id: one for one in esdh.documents()}
    assert [found[receipt.esdh_document_id].content for receipt in receipts] == contents
    assert len(found) == len(receipts)
    assert len({one.case_id for one in found.values()}) == 1
    assert len({receipt.esdh_case_id for receipt in receipts}) == 1
    if esdh.kind.name == "sbsys":
        assert len(esdh.store.all("note")) == len(receipts)
        assert len(esdh.store.all("person")) == len(esdh.store.all("reminder")) == 1
    if esdh.kind.name == "getorganized":
        assert len(esdh.store.all("document")) == len(receipts)
