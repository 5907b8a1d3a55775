# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G3.3: matters are treated alike, and they go on at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import deciding
import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.inquiries import services
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Decision
from kodeks.robots import queueing
from kodeks.robots.models import Run

TEXT = "Der er et dybt hul i vejen på Testvej. Asfalten er væk."


@pytest.fixture
def suggested(stage):
    """An inquiry with the suggestion of the released model."""

    def receive(text: str = TEXT, **options: Any):
        given = {"external_id": uuid.uuid4().hex, "channel": "web"} | options
        inquiry, _ = services.receive(text=text, **given)
        services.triage(inquiry_id=str(inquiry.id))
        inquiry.refresh_from_db()
        return inquiry

    return receive


def decide(stage, inquiry):
    return deciding.decide(
        inquiry_id=inquiry.id,
        user=stage.user("sofie"),
        choice="accept",
        label="",
        own_consideration="Borgeren skriver om et hul i en vej.",
    )


# Alike


def test_equal_data_give_equal_suggestions_by_the_one_released_model(suggested):
    alike = ("suggestion", "confidence", "alternatives", "considerations", "release")
    # Long ago, or the second's data would say that nearly the same came shortly before.
    long_ago = timezone.now() - dt.timedelta(days=90)
    both = (suggested(received_at=long_ago), suggested())
    first, second = (kernel.recommendation(one.recommendation_id).body for one in both)
    assert first["subject"] != second["subject"]
    assert {name: first[name] for name in alike} == {name: second[name] for name in alike}
    assert first["counterfactuals"] == second["counterfactuals"]


def test_other_data_give_another_suggestion(suggested):
    """Or the test above would say nothing."""
    other = suggested("Der er rotter i vores gård, og de løber ved skraldespanden.")
    first, second = (
        kernel.recommendation(one.recommendation_id).suggestion for one in (suggested(), other)
    )
    assert first != second


def test_no_other_model_can_make_one(stage):
    payload = stage.proposal(stage.register(), artefact_sha256="b2" * 32)
    assert stage.refused("issue", payload) == "wrong_release"


# At once


def jobs_of(run: Run):
    return ProcrastinateJob.objects.filter(args__run_id=str(run.id), status="todo")


def test_the_robot_is_set_to_work_with_the_decision(stage, suggested):
    run = Run.objects.get(decision_id=decide(stage, suggested()).id)
    assert run.robot == "visitator"
    assert jobs_of(run).count() == 1


def test_a_decision_that_is_rolled_back_sets_no_robot_to_work(stage, suggested):
    inquiry = suggested()
    with transaction.atomic():
        decision = decide(stage, inquiry)
        run = Run.objects.get(decision_id=decision.id)
        transaction.set_rollback(True)
    assert not Decision.objects.filter(id=decision.id).exists()
    assert not Run.objects.filter(id=run.id).exists()
    assert not jobs_of(run).exists()


def test_a_robot_that_cannot_be_set_to_work_leaves_no_decision(stage, suggested, monkeypatch):
    inquiry = suggested()

    def broken(**_: object) -> None:
        raise RuntimeError("the queue is gone")

    monkeypatch.setattr(queueing, "defer_run", broken)
    with pytest.raises(RuntimeError, match="queue"):
        decide(stage, inquiry)
    assert kernel.decision_for(system="inquiries", subject=services.subject_of(inquiry)) is None
    monkeypatch.undo()
    assert decide(stage, inquiry)
