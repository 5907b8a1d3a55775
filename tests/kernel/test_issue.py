# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.issue: what a recommendation must have, through services and through bare SQL."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import threading
import time
import uuid
from typing import Any

import psycopg
import pytest

from kodeks.kernel import services
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import LedgerPending, Recommendation
from kodeks.ledger.canonical import canonical_json

ARTEFACT = "a1" * 32


def issue(slug: str, **changes: Any) -> Recommendation:
    arguments: dict[str, Any] = {
        "system": slug,
        "subject": services.Subject(type="inquiry", id="17"),
        "purpose": "triage",
        "suggestion": {"label": "rotter"},
        "confidence": 0.91,
        "alternatives": [services.Alternative(value="stoej", confidence=0.05)],
        "data_used": [
            services.Datum(
                source="henvendelse",
                field="text",
                value="Der er rotter.",
                fetched_at=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC),
            )
        ],
        "considerations": [
            services.Consideration(text="ordet rotter", weight=1.5, direction="for")
        ],
        "artefact_sha256": ARTEFACT,
        "key": uuid.uuid4().hex,
    }
    return services.issue(**arguments | changes)


def test_the_record_holds_what_the_law_asks_for(stage):
    slug = stage.register()
    body = issue(slug).body
    assert body["owner"] == {"unit": "Prøveafdelingen", "manager": "Merete Demosen"}
    assert body["basis"]["phase"] == "operation"
    assert body["basis"]["source"] == "Forordning (EU) 2016/679"
    assert body["release"] == {"version": "1", "artefact_sha256": ARTEFACT}
    assert body["data_used"][0]["supplier"] == "Borgeren selv"
    assert body["data_used"][0]["title"] == "Teksten"
    assert body["considerations"][0] == {
        "text": "ordet rotter",
        "weight": "1.500000",
        "direction": "for",
        "rule": "",
    }
    assert body["confidence"] == "0.910000"
    assert body["card"]["revision"] == 1


def test_the_ledger_leaf_commits_to_the_body_and_holds_no_personal_data(stage):
    slug = stage.register()
    record = issue(slug)
    leaf = json.loads(bytes(LedgerPending.objects.get(id=record.pending_id).leaf))
    commitment = hashlib.sha256(bytes(record.salt) + canonical_json(record.body)).hexdigest()
    assert leaf == {
        "at": record.body["issued_at"],
        "commitment": commitment,
        "id": str(record.id),
        "kind": "recommendation",
        "system": slug,
    }
    assert len(bytes(record.salt)) == 32


def test_the_same_key_gives_the_first_recommendation(stage):
    slug = stage.register()
    first = issue(slug, key="k")
    before = stage.contents()
    assert issue(slug, key="k", confidence=0.5).id == first.id
    assert stage.contents() == before


def test_a_key_cannot_be_used_for_another_matter(stage):
    slug = stage.register()
    issue(slug, key="k")
    with pytest.raises(Refused) as refusal:
        issue(slug, key="k", subject=services.Subject(type="inquiry", id="18"))
    assert refusal.value.code == "key_taken"


def test_concurrent_callers_with_one_key_get_one_recommendation(stage):
    slug = stage.register()
    payload = json.dumps(stage.proposal(slug))
    found = []

    def call() -> None:
        with psycopg.connect(stage.url) as connection:
            row = connection.execute("SELECT kernel.issue(%s::jsonb)", (payload,)).fetchone()
            time.sleep(0.02)
        found.append(row[0])

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert Recommendation.objects.filter(system_id=slug).count() == 1


def test_the_time_is_the_moment_of_the_call_not_of_the_transaction(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as connection:
        (began,) = connection.execute("SELECT now()").fetchone()
        time.sleep(0.05)
        (found,) = connection.execute(
            "SELECT kernel.issue(%s::jsonb)", (json.dumps(stage.proposal(slug)),)
        ).fetchone()
    record = Recommendation.objects.get(id=found)
    assert record.issued_at - began >= dt.timedelta(seconds=0.05)
    assert dt.datetime.fromisoformat(record.body["issued_at"]) == record.issued_at


def test_a_refusal_leaves_the_callers_transaction_usable(stage):
    from django.db import transaction

    slug = stage.register()
    with transaction.atomic():
        with pytest.raises(Refused):
            issue(slug, considerations=[])
        kept = issue(slug)
    assert Recommendation.objects.filter(id=kept.id).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"data_used": []}, "no_data"),
        ({"considerations": []}, "no_considerations"),
        ({"suggestion": {}}, "no_suggestion"),
        ({"confidence": math.nan}, "no_uncertainty"),
        ({"confidence": math.inf}, "no_uncertainty"),
        ({"confidence": 1.5}, "no_uncertainty"),
        ({"confidence": -0.1}, "no_uncertainty"),
        ({"artefact_sha256": "b2" * 32}, "wrong_release"),
        ({"purpose": "improvement"}, "no_basis"),
        ({"purpose": "andet"}, "no_basis"),
        ({"system": "findes-ikke"}, "unknown_system"),
        ({"key": ""}, "form"),
        ({"subject": services.Subject(type="inquiry", id=" ")}, "form"),
        ({"subject": services.Subject(type="", id="17")}, "form"),
        ({"suggestion": {"æble": 1}}, "form"),
        ({"suggestion": {"score": 0.5}}, "form"),
        ({"suggestion": {"text": "x" * 2_000_001}}, "too_large"),
        (
            {
                "considerations": [
                    services.Consideration(text="ord", weight=math.nan, direction="for")
                ]
            },
            "no_considerations",
        ),
        (
            {"considerations": [services.Consideration(text="\n\t", weight=1, direction="for")]},
            "no_considerations",
        ),
        (
            {"considerations": [services.Consideration(text="ord", weight=1, direction="maybe")]},
            "no_considerations",
        ),
    ],
)
def test_services_refuse_with_a_danish_sentence(stage, changes, code):
    slug = stage.register()
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        issue(slug, **changes)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")
    assert stage.contents() == before


def test_a_body_too_deep_for_a_receipt_is_refused(stage):
    slug = stage.register()
    nested: dict[str, Any] = {"a": 1}
    for _ in range(70):
        nested = {"a": nested}
    with pytest.raises(Refused) as refusal:
        issue(slug, suggestion=nested)
    assert refusal.value.code == "form"


@pytest.mark.parametrize("manager", ["", "   "])
def test_without_a_named_manager_nothing_is_issued(stage, manager):
    slug = stage.register()
    stage.assign(slug=slug, manager=manager)
    with pytest.raises(Refused) as refusal:
        issue(slug)
    assert refusal.value.code == "no_owner"
    stage.assign(slug=slug, manager="Ny Leder")
    assert issue(slug).body["owner"]["manager"] == "Ny Leder"


def test_a_new_release_replaces_the_old_one_at_once(stage):
    slug = stage.register()
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    with pytest.raises(Refused) as refusal:
        issue(slug)
    assert refusal.value.code == "wrong_release"
    assert issue(slug, artefact_sha256="b2" * 32).body["release"]["version"] == "2"


def test_other_database_errors_keep_their_cause(stage):
    from django.db import DataError

    with pytest.raises(DataError) as error:
        issue(stage.register(), suggestion={"text": "\x00"})
    assert isinstance(error.value.__cause__, psycopg.Error)
