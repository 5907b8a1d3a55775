# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.5: the citizen is told what data are used for, and they are erased in time."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import nearby
import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel import receipts, storage
from kodeks.kernel.models import RegistryEvent, Secret, SubjectKey, VaultKey

DAY = dt.timedelta(days=1)
REASON = "Fristen for sagen er nået."

# Told


@pytest.mark.parametrize("phase", ["development", "retraining"])
@pytest.mark.parametrize(
    "document",
    [
        {"withdrawn": True},
        {"valid_from": today() - DAY, "valid_to": today() - DAY},
        {"valid_from": today() + DAY},
    ],
    ids=["withdrawn", "out of date", "not valid yet"],
)
def test_no_model_learns_from_citizens_data_before_they_are_told(stage, phase, document):
    slug = stage.register(released=False)
    ask = {"system": slug, "purpose": "improvement", "phase": phase, "user": stage.user("anders")}
    permit = kernel.ask(**ask)
    stage.evidence(slug, kind="information_duty", **document)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(**ask)
    assert stopped.value.code == "no_information_duty"
    with pytest.raises(kernel.SystemStopped) as stopped:
        permit.read_dataset(source="henvendelse", fields=["history"], rows=1, sha256="d1" * 32)
    assert stopped.value.code == "no_information_duty"
    stage.evidence(slug, kind="information_duty")
    assert kernel.ask(**ask)


def test_a_system_that_never_told_them_cannot_learn(stage):
    slug = stage.register(ready=False)
    learning = {"phase": "development", "purpose": "improvement"}
    assert "no_information_duty" in stage.obstacles(slug, **learning)


# Erased


@pytest.fixture
def matter(stage):
    """A decided matter that stands in the log, and a sealed number of its citizen."""
    subject = stage.subject()
    about, row = kernel.Subject(**subject), uuid.uuid4().hex
    slug = stage.register()
    decision_id = stage.call("decide", stage.choice(stage.issued(slug, subject=subject)))
    box = kernel.seal(subject=about, place="t/c", row=row, plaintext="0101010000")
    nearby.publish()
    return slug, about, decision_id, {"place": "t/c", "row": row, "sealed": box}


def erase(stage, about: kernel.Subject, *, by: str = "dorte", reason: str = REASON) -> int:
    return kernel.erase(subject=about, user=stage.user(by), reason=reason)


def test_after_erasure_nothing_personal_can_be_read_any_more(stage, matter):
    slug, about, decision_id, sealed = matter
    before = kernel.decision(decision_id)
    assert before.body["own_consideration"] == "Borgeren nævner rotter."
    assert receipts.build(before)
    assert erase(stage, about) == 2
    after = kernel.decision(decision_id)
    recommendation = kernel.recommendation_for(system=slug, subject=about)
    assert (after.erased, recommendation.erased) == (True, True)
    assert after.body["own_consideration"] == "(slettet)"
    assert recommendation.body["data_used"][0]["value"] == "(slettet)"
    assert recommendation.body["considerations"][0]["text"] == "(slettet)"
    with pytest.raises(receipts.Erased):
        receipts.build(after)
    with pytest.raises(kernel.Refused) as refusal:
        kernel.unmask(user=stage.user("sofie"), reason="Borgeren ringer om sagen.", **sealed)
    assert refusal.value.code == "no_key"


def test_key_salt_and_sealed_texts_are_gone_and_not_only_hidden(stage, matter):
    _, about, decision_id, _ = matter
    found = {"subject_type": about.type, "subject_id": about.id}
    for kept in (SubjectKey, VaultKey, Secret):
        assert stage.as_owner(counted(kept), about.type, about.id) > 0
    erase(stage, about)
    assert kernel.is_erased(about)
    assert not SubjectKey.objects.filter(**found).exists()
    assert not Secret.objects.filter(record_id=decision_id).exists()
    for kept in (SubjectKey, VaultKey, Secret):
        assert stage.as_owner(counted(kept), about.type, about.id) == 0


def counted(model) -> str:
    table = model._meta.db_table
    return f"SELECT count(*) FROM {table} WHERE subject_type = %s AND subject_id = %s"


def test_the_log_still_holds_that_there_was_a_decision_and_who_erased_it(stage, matter):
    _, about, decision_id, _ = matter
    erase(stage, about)
    leaves = [json.loads(leaf) for leaf in storage.entries()]
    assert str(decision_id) in {leaf["id"] for leaf in leaves}
    event = RegistryEvent.objects.get(kind="erasure", body__subject__id=about.id)
    assert (event.body["user"], event.body["reason"]) == (stage.user_id("dorte"), REASON)


def test_nothing_new_can_come_about_what_was_erased(stage, matter):
    slug, about, _, _ = matter
    erase(stage, about)
    payload = stage.reading(stage.permit(slug), about.as_json())
    assert stage.refused("read", payload) == "erased"
    with pytest.raises(kernel.Refused) as refusal:
        erase(stage, about)
    assert refusal.value.code == "erased"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "sofie"}, "no_right"),
        ({"by": "merete"}, "no_right"),
        ({"by": "testine"}, "no_right"),
        ({"reason": " "}, "no_reason"),
    ],
)
def test_an_erasure_that_is_not_in_order_erases_nothing(stage, matter, changes, code):
    _, about, decision_id, _ = matter
    with pytest.raises(kernel.Refused) as refusal:
        erase(stage, about, **changes)
    assert refusal.value.code == code
    assert not kernel.decision(decision_id).erased


def test_keys_cannot_be_deleted_without_an_erasure(stage, matter):
    for connection in (stage.application, stage.owner):
        with pytest.raises(Exception, match=r"kun, når sagen er slettet|permission denied"):
            connection.execute("DELETE FROM kernel_subjectkey")
