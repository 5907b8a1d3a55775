# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Visitator and an ESDH system over HTTP: a CPR number goes there and stays nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deciding
import pytest
from django.apps import apps
from esdh_stage import each_shape
from fake_esdh.serving import CLIENT, SECRET, serving
from fake_esdh.shapes import SHAPES
from fake_esdh.store import Store

from kodeks.casework.models import Document, JournalEntry
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.robots import credentials, engine
from kodeks.robots.models import Run, Status

CPR = "0707701234"


@pytest.mark.django_db(transaction=True)
@each_shape
def test_case_and_both_documents_are_there_with_the_persons_number(
    shape: str,
    triaged: Callable[..., Inquiry],
    sofie: User,
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="prøve")
    apps.get_app_config("connectors").tokens.clear()
    store = Store()
    inquiry = triaged(sender_name="Testine Testesen", sender_cpr=CPR)
    decision = deciding.decide(
        inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration="Hul."
    )
    run = Run.objects.get(decision_id=decision.id)
    with serving(SHAPES[shape].make(store)) as server:
        _connected(settings, server.url, SHAPES[shape].connector, tmp_path)
        engine.execute(run_id=run.id)
    run.refresh_from_db()
    assert run.status == Status.DONE
    (case,) = store.all("case")
    there = {one.id: one.sha256 for one in SHAPES[shape].documents(store)}
    assert {one.case_id for one in SHAPES[shape].documents(store)} == {_name_of(case, shape)}
    entries = JournalEntry.objects.filter(case__key=f"inquiry:{inquiry.id}")
    assert len({entry.esdh_case_id for entry in entries}) == 1
    documents = Document.objects.filter(journal_entry__in=entries)
    assert sorted(there.values()) == sorted(one.sha256 for one in documents)
    assert set(there) == {entry.esdh_document_id for entry in entries}
    told = json.dumps([one.body for one in store.all("case") + store.all("person")])
    assert CPR in told.replace("-", "")
    assert CPR not in caplog.text
    assert CPR not in json.dumps(list(run.step_records.values_list("result", flat=True)))


def _name_of(case: Any, shape: str) -> str:
    return str(case.body["CaseID"]) if shape == "getorganized" else str(case.id)


def _connected(settings: Any, url: str, connector: str, folder: Path) -> None:
    file = folder / "afdelinger.toml"
    file.write_text('["*"]\nid = 1\nname = "Alle"\n')
    settings.KODEKS_JOURNAL_SYSTEM = connector
    settings.KODEKS_ESDH_URL = url
    settings.KODEKS_ESDH_TOKEN_URL = f"{url}/token"
    settings.KODEKS_ESDH_CLIENT = CLIENT
    settings.KODEKS_ESDH_TEMPLATE = "17"
    settings.KODEKS_ESDH_DEPARTMENTS = str(file)
