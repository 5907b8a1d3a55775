# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.issue: what a recommendation is made of, its key, its permit and its cost."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import time
import uuid

import psycopg
import pytest
from issuing import one, row
from kernel_stage import ARTEFACT, COUNTED, card_text, today
from overlapping import goes_through, overlapped

from kodeks.kernel.models import LedgerPending, Recommendation, Secret
from kodeks.ledger.canonical import canonical_json


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def test_the_record_holds_what_it_stood_on(stage, ready):
    record = row(stage, ready)
    body = record.body
    assert body["owner"] == {"unit": "Prøveafdelingen", "manager": "Merete Demosen"}
    assert body["bases"] == [
        {
            "basis": "Artikel 6, stk. 1, litra e",
            "source": "Forordning (EU) 2016/679",
            "phase": "operation",
            "data_category": "ordinary",
            "valid_from": "2018-05-25",
            "valid_to": None,
        }
    ]
    assert body["release"] == {"version": "1", "artefact_sha256": ARTEFACT}
    assert body["codex"] == {"number": stage.codex["number"], "sha256": stage.sha256}
    assert body["permit"] == str(record.permit_id)
    assert body["system_name"] == "Prøvesystem"
    assert body["purpose"] == record.purpose == "triage"
    assert body["card"]["revision"] == 1
    assert body["confidence"] == "0.910000"
    assert body["scope"] == {"unit": "", "kle": ""}
    assert body["data_read"] == []
    (datum,) = body["data_used"]
    assert datum == {
        "source": "henvendelse",
        "field": "text",
        "fetched_at": "2026-01-05T09:30:00+00:00",
        "supplier": "Borgeren selv",
        "title": "Teksten",
    }
    assert body["considerations"] == [{"weight": "1.5", "direction": "for", "rule": ""}]


def test_personal_texts_are_sealed_and_not_in_the_row(stage, ready):
    record = row(
        stage,
        ready,
        considerations=one(text="hemmeligt hensyn"),
        counterfactuals=[{"text": "hemmelig ændring", "suggestion": {"label": "stoej"}}],
        sealed="c2VhbGVk",
    )
    stored = json.dumps(record.body)
    assert "hemmelig" not in stored
    assert "Der er rotter" not in stored
    secret = Secret.objects.get(record_id=record.id)
    assert bytes(secret.sealed) == b"sealed"
    assert (secret.subject_type, secret.subject_id) == (record.subject_type, record.subject_id)
    assert record.body["counterfactuals"] == [{"suggestion": {"label": "stoej"}}]


def test_the_ledger_commits_to_the_whole_body_and_holds_nothing_personal(stage, ready):
    payload = stage.proposal(
        ready, counterfactuals=[{"text": "uden", "suggestion": {"label": "x"}}]
    )
    record = Recommendation.objects.get(id=stage.call("issue", payload))
    whole = dict(record.body)
    whole["data_used"] = [
        {**one, "value": given["value"]}
        for one, given in zip(whole["data_used"], payload["data_used"], strict=True)
    ]
    whole["considerations"] = payload["considerations"]
    whole["counterfactuals"] = payload["counterfactuals"]
    leaf = json.loads(bytes(LedgerPending.objects.get(id=record.pending_id).leaf))
    salt = bytes(Secret.objects.get(record_id=record.id).salt)
    assert len(salt) == 32
    assert leaf == {
        "at": record.body["issued_at"],
        "commitment": hashlib.sha256(salt + canonical_json(whole)).hexdigest(),
        "id": str(record.id),
        "kind": "recommendation",
        "system": ready,
    }


def test_what_was_read_and_not_used_is_told(stage):
    slug = stage.register(linkings=[{}])
    permit, subject = stage.permit(slug), stage.subject()
    used = stage.read(permit, subject)
    stage.read(permit, subject, fields=["letter"])
    stage.read(permit, subject, source="register", fields=["size"])
    other = stage.subject()
    stage.read(permit, other, source="register", fields=["size"])
    body = row(stage, slug, permit_id=permit, subject=subject, data_used=[stage.datum(used)]).body
    assert body["data_read"] == [
        {"source": "henvendelse", "field": "letter", "title": "Brevet"},
        {"source": "register", "field": "size", "title": "Størrelsen"},
    ]


def test_what_was_read_is_told_in_the_words_of_its_own_card_and_purpose(stage):
    slug = stage.register()
    other = stage.register()
    text = card_text(slug)
    renamed = text.replace('title = "Brevet"', 'title = "Det gamle brev"')
    assert renamed != text
    stage.register_card(renamed)
    stage.register_card(card_text(slug))
    stage.register_card(card_text(other).replace('title = "Brevet"', 'title = "Et andet brev"'))
    permit, subject = stage.permit(slug), stage.subject()
    used = stage.read(permit, subject)
    stage.read(permit, subject, fields=["letter"])
    body = row(stage, slug, permit_id=permit, subject=subject, data_used=[stage.datum(used)]).body
    assert body["data_read"] == [{"source": "henvendelse", "field": "letter", "title": "Brevet"}]


def test_when_the_matter_began_is_told(stage, ready):
    began = "2026-02-01T08:00:00Z"
    assert row(stage, ready, began_at=began).body["began_at"] == began
    body = row(stage, ready).body
    assert body["began_at"] == body["issued_at"]


def test_the_time_is_the_moment_of_the_call_not_of_the_transaction(stage, ready):
    payload = json.dumps(stage.proposal(ready))
    with psycopg.connect(stage.url) as connection:
        (began,) = connection.execute("SELECT now()").fetchone()
        time.sleep(0.05)
        (found,) = connection.execute("SELECT kernel.issue(%s::jsonb)", (payload,)).fetchone()
    record = Recommendation.objects.get(id=found)
    assert record.issued_at - began >= dt.timedelta(seconds=0.05)
    assert dt.datetime.fromisoformat(record.body["issued_at"]) == record.issued_at


# Keys


def test_the_same_key_gives_the_first_recommendation(stage, ready):
    payload = stage.proposal(ready)
    first = stage.call("issue", payload)
    before = stage.contents()
    again = payload | {"id": str(uuid.uuid4()), "confidence": "0.5", "suggestion": {"label": "x"}}
    assert stage.call("issue", again) == first
    assert stage.contents() == before


def test_a_key_cannot_be_used_for_another_matter(stage, ready):
    stage.issued(ready, key="taken")
    assert stage.refused("issue", stage.proposal(ready, key="taken")) == "key_taken"


def test_systems_have_keys_of_their_own(stage, ready):
    key = uuid.uuid4().hex
    assert stage.issued(ready, key=key) != stage.issued(stage.register(), key=key)


def test_concurrent_callers_with_one_key_get_one_recommendation(stage, ready):
    payload = stage.proposal(ready)
    found = []

    def call() -> None:
        mine = json.dumps(payload | {"id": str(uuid.uuid4())})
        with psycopg.connect(stage.url) as connection:
            found.append(
                connection.execute("SELECT kernel.issue(%s::jsonb)", (mine,)).fetchone()[0]
            )
            time.sleep(0.02)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_second_caller_with_the_key_waits_for_the_first_and_gets_its_recommendation(stage, ready):
    first = stage.proposal(ready)
    second = first | {"id": str(uuid.uuid4()), "permit_id": stage.permit(ready)}
    assert overlapped(stage, ("issue", first), ("issue", second)) == uuid.UUID(first["id"])


def test_nobody_waits_for_another_key_or_another_system(stage, ready):
    other = stage.register()
    first = stage.proposal(ready)
    second = stage.proposal(ready)
    assert goes_through(stage, ("issue", first), ("issue", second))
    third = stage.proposal(other, key="shared")
    fourth = stage.proposal(ready, key="shared")
    assert goes_through(stage, ("issue", third), ("issue", fourth))


# The permit


def test_only_a_permit_for_operation_gives_recommendations(stage, ready):
    permit = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    payload = stage.proposal(ready)
    assert stage.refused("issue", payload | {"permit_id": permit}) == "phase"


def test_a_permit_is_good_for_its_own_system_only(stage, ready):
    """The system is the permit's, so another system's permit is another system's recommendation."""
    other = stage.register()
    payload = stage.proposal(ready)
    before = stage.contents()
    assert stage.refused("issue", payload | {"permit_id": stage.permit(other)}) == "undeclared_data"
    after = stage.contents()
    assert after["kernel_recommendation"] == before["kernel_recommendation"]


def test_a_permit_ends(stage, ready):
    payload = stage.proposal(ready)
    old = str(uuid.uuid4())
    stage.owner.execute(
        "INSERT INTO kernel_permit SELECT (p).* FROM (SELECT jsonb_populate_record(p, %s) AS p"
        " FROM kernel_permit AS p WHERE p.id = %s) AS x",
        (
            json.dumps({"id": old, "expires_at": "2026-01-01T00:00:00Z"}),
            payload["permit_id"],
        ),
    )
    assert stage.refused("issue", payload | {"permit_id": old}) == "permit_expired"


def test_a_new_release_replaces_the_old_one_at_once(stage):
    slug = stage.register()
    old = stage.proposal(slug)
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    assert stage.refused("issue", old) == "permit_expired"
    assert stage.refused("issue", stage.proposal(slug)) == "wrong_release"
    assert row(stage, slug, artefact_sha256="b2" * 32).body["release"]["version"] == "2"


def test_the_last_day_of_a_basis_counts_in_every_time_zone(stage):
    slug = stage.register(
        bases=[{"valid_from": today().isoformat(), "valid_to": today().isoformat()}], released=False
    )
    assert stage.obstacles(slug) == ["no_release"]
    for zone in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Tokyo"):
        with psycopg.connect(stage.url, autocommit=True) as connection:
            connection.execute(f"SET TIME ZONE '{zone}'")
            (found,) = connection.execute(
                "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
            ).fetchone()
            assert [one["code"] for one in found] == ["no_release"]


# What it costs


@pytest.mark.parametrize("table", COUNTED)
def test_it_does_not_read_what_the_system_did_before(stage, table):
    """Each issue costs the same, however many there were: also before a table has statistics."""
    slug = stage.register()
    _until_no_transaction_is_older(stage)
    permit = stage.permit(slug)

    def rows_read() -> int:
        (read,) = stage.application.execute(
            "SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_xact_user_tables"
            " WHERE relname = %s",
            (f"kernel_{table}",),
        ).fetchone()
        return int(read)

    def issue() -> None:
        stage.call("issue", stage.proposal(slug, permit_id=permit))

    for _ in range(60):
        issue()
    with stage.application.transaction():
        issue()
        before = rows_read()
        issue()
        assert rows_read() - before < 40


def _until_no_transaction_is_older(stage) -> None:
    """A permit looks at what was registered since the oldest transaction of when it was given.

    That may be one of another worker's tests, in another database of the same server.
    """
    deadline = time.monotonic() + 60
    while not stage.as_owner(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        " > (SELECT max(xid) FROM kernel_registryevent)"
    ):
        assert time.monotonic() < deadline, "a transaction has been open for a minute"
        time.sleep(0.1)
