# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Erasing: what is personal goes for good, the ledger stays and still verifies.

Planted are a number and words that stand nowhere else; looked through are the files of the
database with its log (WAL), the tables, the queue and the log lines.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

import nearby
import pytest

from kodeks.kernel import erasure, keyring, receipts, selectors, signing, storage, vault
from kodeks.kernel.errors import Refused
from kodeks.kernel.keyring import SealingError, Wrapped
from kodeks.kernel.models import (
    Erasure,
    RegistryEvent,
    Secret,
    SubjectKey,
)
from kodeks.kernel.subjects import Subject
from kodeks.ledger import merkle, receipt

NUMBER = "070961-4711"
WORD = "k" + uuid.uuid4().hex
PLACE = "prøve/cpr"


@pytest.fixture(scope="module")
def home(stage, tmp_path_factory) -> Any:
    """A home with a copy of the keys, as keys are destroyed here."""
    from django.conf import settings

    before = settings.KODEKS_HOME
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(Path(before) / "keys", folder / "keys")
    settings.KODEKS_HOME = folder
    keyring.read_key.cache_clear()
    yield folder
    settings.KODEKS_HOME = before
    keyring.read_key.cache_clear()


@pytest.fixture(scope="module")
def ready(stage, home):
    return stage.register()


class Case:
    """A matter with all that can be personal in the kernel, decided and acted on."""

    def __init__(self, stage: Any, slug: str) -> None:
        self.subject = Subject(type="inquiry", id=uuid.uuid4().hex)
        about = self.subject.as_json()
        permit = stage.permit(slug)
        reading = stage.read(permit, about)
        self.sealed = vault.seal(
            subject=self.subject, place=PLACE, row=self.subject.id, plaintext=NUMBER
        )
        self.recommendation = stage.issued(
            slug,
            permit_id=permit,
            subject=about,
            data_used=[stage.datum(reading, value=f"Jeg er {WORD} med {NUMBER}")],
            considerations=[
                {"text": f"ordet {WORD}", "weight": "1.5", "direction": "for", "rule": ""}
            ],
            counterfactuals=[
                {"text": f"uden {WORD}", "suggestion": {"label": "stoej"}},
            ],
        )
        self.decision = stage.call(
            "decide",
            stage.choice(self.recommendation, own_consideration=f"{WORD} nævner {NUMBER}."),
        )
        stage.call("act", stage.step(self.decision))
        nearby.publish()

    def records(self) -> list[Any]:
        return [
            selectors.recommendation(self.recommendation),
            selectors.decision(self.decision),
            *selectors.acts_of(self.decision),
        ]


def erase(stage: Any, case: Case, **changes: Any) -> int:
    given: dict[str, Any] = {
        "subject": case.subject,
        "user": stage.user("dorte"),
        "reason": "Fristen i arkivreglerne er gået.",
    } | changes
    return erasure.erase(**given)


def files_with(stage: Any, databases: Any, mark: str) -> list[str]:
    """The files of the database cluster, its log (WAL) among them, that hold the bytes."""
    end = stage.as_owner("SELECT pg_current_wal_insert_lsn()")
    while not stage.as_owner("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", end):
        time.sleep(0.02)
    folder = databases.cluster.data_folder
    found = []
    # Other tests drop their databases meanwhile: what is gone holds nothing.
    for inside, _, names in os.walk(folder):
        for path in (Path(inside) / name for name in names):
            with contextlib.suppress(FileNotFoundError):
                if mark.encode() in path.read_bytes():
                    found.append(str(path.relative_to(folder)))
    return sorted(found)


def tables_with(stage: Any, mark: str) -> list[str]:
    """The tables that hold the text: as they are read, so that nothing is hidden by compression."""
    tables = stage.owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall()
    found = []
    for (table,) in tables:
        (rows,) = stage.owner.execute(
            f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", (f"%{mark}%",)
        ).fetchone()
        if rows:
            found.append(table)
    return found


def test_what_is_personal_goes_and_what_was_done_stays(stage, ready):
    case = Case(stage, ready)
    before = case.records()
    assert WORD in str(before[0].body)
    assert WORD in str(before[1].body)
    keys = SubjectKey.objects.filter(subject_id=case.subject.id).count()
    assert (keys, Secret.objects.filter(subject_id=case.subject.id).count()) == (1, 3)

    assert erase(stage, case) == 3

    after = case.records()
    assert [one.erased for one in after[:2]] == [True, True]
    assert WORD not in str([one.body for one in after])
    assert after[0].body["data_used"][0]["value"] == "(slettet)"
    assert after[1].body["own_consideration"] == "(slettet)"
    assert after[0].suggestion == before[0].suggestion
    assert after[1].outcome == before[1].outcome
    for table in ("subjectkey", "vaultkey", "secret"):
        left = f"SELECT count(*) FROM kernel_{table} WHERE subject_id = %s"
        assert stage.as_owner(left, case.subject.id) == 0
    assert erasure.is_erased(case.subject)
    event = RegistryEvent.objects.get(kind="erasure", body__subject=case.subject.as_json())
    assert event.body["records"] == 3


def test_the_ledger_still_verifies_and_old_receipts_too(stage, ready):
    case, other = Case(stage, ready), Case(stage, ready)
    kept = [receipts.build(record) for record in case.records()]
    erase(stage, case)
    stage.issued(ready)
    nearby.publish()
    key = signing.verifier_key()
    assert all(receipt.verify(one, trusted_key=key) for one in kept)
    assert all(
        receipt.verify(receipts.build(record), trusted_key=key) for record in other.records()
    )
    for record in case.records():
        with pytest.raises(receipts.Erased):
            receipts.build(record)
    assert None not in [storage.place_of(record.pending_id) for record in case.records()]
    head = stage.owner.execute(
        "SELECT size, root FROM kernel_ledgercheckpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    entries = list(storage.entries(size=head[0]))
    assert head == (
        len(entries),
        merkle.root_hash([merkle.leaf_hash(one) for one in entries]),
    )


def test_nothing_new_can_come_about_what_was_erased(stage, ready):
    case = Case(stage, ready)
    erase(stage, case)
    about = case.subject.as_json()
    permit = stage.permit(ready)
    attempts = {
        "read": stage.reading(permit, about),
        "issue": stage.proposal(ready, permit_id=permit) | {"subject": about},
        "decide": stage.own(ready) | {"subject": about},
        "act": stage.step(case.decision),
        "subject_key": {"subject": about, "key": {"wrapped": "AAAA", "kek": 1}},
        "deposit": {
            "subject": about,
            "place": "a/b",
            "row": uuid.uuid4().hex,
            "wrapped": "AAAA",
            "kek": 1,
        },
        "erase": {
            "subject": about,
            "user_id": stage.user_id("dorte"),
            "reason": "Fristen er gået.",
            "codex_sha256": stage.sha256,
        },
    }
    before = stage.contents()
    for function, payload in attempts.items():
        assert stage.refused(function, payload) == "erased", function
    assert stage.contents() == before


@pytest.mark.parametrize("username", ["sofie", "merete", "testine"])
def test_who_may_not_erase(stage, ready, username):
    case = Case(stage, ready)
    with pytest.raises(Refused) as refusal:
        erase(stage, case, user=stage.user(username))
    assert refusal.value.code == "no_right"
    with pytest.raises(Refused) as refusal:
        erase(stage, case, reason=" ")
    assert refusal.value.code == "no_reason"
    assert not Erasure.objects.filter(subject_id=case.subject.id).exists()
    assert case.records()[0].erased is False


def test_keys_and_bodies_go_no_other_way(stage, ready):
    case = Case(stage, ready)
    for table in ("subjectkey", "vaultkey", "secret"):
        with pytest.raises(Exception, match="slettes kun, når sagen er slettet"):
            stage.owner.execute(
                f"DELETE FROM kernel_{table} WHERE subject_id = %s", (case.subject.id,)
            )
    assert case.records()[0].erased is False


MARKS = [NUMBER, NUMBER.replace("-", ""), WORD]


def test_what_is_planted_is_found_nowhere(stage, ready, caplog, databases):
    """In tables, files, WAL, queue and log lines; and not only after the erasure."""
    caplog.set_level(logging.DEBUG)
    case, control = Case(stage, ready), "p" + uuid.uuid4().hex
    # The search itself is tried on a word that is kept in clear, on purpose; more than once,
    # because the edge of a page may cut it in two.
    for _ in range(3):
        other = Subject(type="inquiry", id=uuid.uuid4().hex)
        erasure.erase(subject=other, user=stage.user("dorte"), reason=f"Prøve {control}.")
    assert "kernel_erasure" in tables_with(stage, control)
    found = files_with(stage, databases, control)
    assert any(name.startswith("pg_wal/") for name in found)
    for turn in (lambda: None, lambda: erase(stage, case)):
        turn()
        for mark in MARKS:
            assert tables_with(stage, mark) == []
            assert files_with(stage, databases, mark) == []
            assert mark not in caplog.text


def test_a_copy_of_the_keys_from_before_opens_nothing_after_a_rotation(
    stage, ready, home, databases, worker_database
):
    """What lingers in a freed page, in WAL or in a backup."""
    from django.db import connections

    from kodeks.workbench import database_url

    case = Case(stage, ready)
    row = SubjectKey.objects.get(subject_id=case.subject.id)
    lingering = Wrapped(wrapped=bytes(row.wrapped), kek=row.kek)
    of = (case.subject.type, case.subject.id)
    assert keyring.unwrap(lingering, purpose="subject", of=of)
    kept = Case(stage, ready)
    erase(stage, case)

    name = f"{worker_database}_stage"
    settings = connections["default"].settings_dict
    connections["default"].close()
    settings |= database_url.parse(databases.url("owner", name))
    try:
        assert erasure.rotate_keys(others=[lambda: 1000]) > 1000
    finally:
        connections["default"].close()
        settings |= database_url.parse(databases.url("application", name))

    assert sorted(path.name for path in (home / "keys").glob("kek-*")) == [f"kek-{row.kek + 1:04d}"]
    with pytest.raises(SealingError, match="mangler"):
        keyring.unwrap(lingering, purpose="subject", of=of)
    # What was not erased is as it was.
    assert WORD in str(kept.records()[0].body)
    opened = vault.unmask(
        user=stage.user("sofie"),
        place=PLACE,
        row=kept.subject.id,
        sealed=kept.sealed,
        reason="Prøve af en rotation.",
    )
    assert opened == NUMBER
    assert stage.issued(ready)
