# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Records as they are read: whole for the citizen, without personal texts in the tables."""

from __future__ import annotations

import base64
import uuid

import pytest

from kodeks.kernel import insight, models, records, selectors
from kodeks.kernel.keyring import SealingError
from kodeks.kernel.subjects import Scope, Subject


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def subject_of(stage, recommendation_id: uuid.UUID) -> Subject:
    body = models.Recommendation.objects.get(id=recommendation_id).body
    return Subject(**body["subject"])


def test_a_recommendation_is_read_whole(stage, ready):
    counterfactuals = [{"text": "uden ordet rotter", "suggestion": {"label": "stoej"}}]
    scope = {"unit": "park", "kle": "05.01.08"}
    recommendation_id = stage.issued(ready, counterfactuals=counterfactuals, scope=scope)
    found = selectors.recommendation(recommendation_id)
    assert found.body["data_used"][0]["value"] == "Der er rotter i gården."
    assert found.body["considerations"][0]["text"] == "ordet rotter"
    assert found.body["counterfactuals"] == counterfactuals
    assert (found.scope, found.suggestion) == (Scope(**scope), {"label": "rotter"})
    assert found.purpose_text == "At finde afdelingen."
    assert found.metrics == {"accuracy": "0.9"}
    assert not found.erased
    row = models.Recommendation.objects.get(id=recommendation_id)
    assert "rotter i" not in str(row.body)
    assert "uden ordet" not in str(row.body)


def test_the_newest_of_a_subject_is_found_and_of_no_other(stage, ready):
    first = stage.issued(ready)
    subject = subject_of(stage, first)
    second = stage.issued(ready, subject=subject.as_json())
    assert selectors.recommendation_for(system=ready, subject=subject).id == second
    nobody = Subject(type="inquiry", id="findes-ikke")
    assert selectors.recommendation_for(system=ready, subject=nobody) is None
    assert selectors.recommendation_for(system="inquiries", subject=subject) is None
    assert selectors.recommendation(uuid.UUID(int=0)) is None


def test_what_a_citizen_sees_is_one_subjects_records(stage, ready):
    recommendation_id = stage.issued(ready)
    decision_id = stage.call("decide", stage.choice(recommendation_id))
    stage.call("act", stage.step(decision_id))
    subject = subject_of(stage, recommendation_id)
    found = insight.of(system=ready, subject=subject)
    assert found.recommendation.id == recommendation_id
    assert found.decision.id == decision_id
    assert found.decision.body["own_consideration"] == "Borgeren nævner rotter."
    assert found.decision.user == stage.user("sofie")
    assert [act.step for act in found.acts] == ["journalise"]
    assert selectors.systems_of_decisions([decision_id]) == {decision_id: ready}
    other = insight.of(system=ready, subject=Subject(type="bin", id=uuid.uuid4().hex))
    assert (other.recommendation, other.decision, other.acts) == (None, None, [])


@pytest.mark.parametrize("change", ["flip", "cut", "swap"])
def test_a_sealed_part_that_was_changed_is_not_shown_as_if_nothing_had_happened(
    stage, ready, change
):
    recommendation_id, other = stage.issued(ready), stage.issued(ready)
    row = models.Secret.objects.get(record_id=recommendation_id)
    sealed = bytes(row.sealed)
    changed = {
        "flip": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "cut": sealed[:20],
        "swap": bytes(models.Secret.objects.get(record_id=other).sealed),
    }[change]
    with stage.rewriting("secret"):
        stage.owner.execute(
            "UPDATE kernel_secret SET sealed = %s WHERE record_id = %s",
            (changed, recommendation_id),
        )
    with pytest.raises(SealingError):
        selectors.recommendation(recommendation_id)


def test_a_text_with_signs_that_are_no_text_survives(stage):
    key, number = bytes(32), uuid.uuid4()
    sealed = records.sealed(key, record_id=number, parts={"own_consideration": "a\ud800b\u0000"})
    assert base64.b64decode(sealed)


def test_may_run_is_what_the_gate_says(stage):
    slug = stage.register()
    assert selectors.may_run(slug)
    assert selectors.system_state(slug).obstacles == ()
    stage.evidence(slug, kind="dpia", withdrawn=True)
    stage.switch(slug)
    state = selectors.system_state(slug)
    assert [one.code for one in state.obstacles] == ["stopped", "no_dpia"]
    assert not selectors.may_run(slug)
    assert not selectors.may_run(slug, purpose="triage")
