# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.5: data are put together only where that was agreed beforehand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel

YESTERDAY = (today() - dt.timedelta(days=1)).isoformat()
TOMORROW = (today() + dt.timedelta(days=1)).isoformat()
REGISTER: dict[str, Any] = {"source": "register", "fields": ["size"]}
ARCHIVE: dict[str, Any] = {"source": "archive", "fields": ["year"]}


@pytest.fixture(scope="module")
def ready(stage):
    """A system that may read each source but link none."""
    return stage.register()


@pytest.fixture(scope="module")
def linking(stage):
    """A system that may link the inquiry with the register."""
    return stage.register(linkings=[{}])


# The declared purpose


def test_a_field_is_read_for_the_purpose_that_the_card_names(stage, ready):
    assert stage.read(stage.permit(ready), stage.subject())


@pytest.mark.parametrize(
    "asked",
    [
        {"fields": ["cpr"]},
        {"fields": ["text", "history"]},
        {"source": "indkomst"},
        {"source": "register"},
    ],
)
def test_a_field_that_is_not_declared_for_it_is_refused(stage, ready, asked):
    payload = stage.reading(stage.permit(ready), stage.subject(), **asked)
    assert stage.refused("read", payload) == "undeclared_data"


def test_a_purpose_that_is_not_on_the_card_gives_no_permit(stage, ready):
    with pytest.raises(kernel.Refused) as refusal:
        kernel.ask(system=ready, purpose="control")
    assert refusal.value.code == "unknown_purpose"


def test_the_source_is_not_asked_before_it_is_allowed(ready):
    asked = []
    permit = kernel.ask(system=ready, purpose="triage")
    with pytest.raises(kernel.Refused) as refusal:
        permit.read(
            subject=kernel.Subject(type="inquiry", id="g1-5"),
            source="henvendelse",
            fields=["history"],
            fetch=lambda *what: asked.append(what),
        )
    assert refusal.value.code == "undeclared_data"
    assert asked == []


def test_a_suggestion_cannot_use_what_was_not_read(stage, ready):
    payload = stage.proposal(ready)
    payload["data_used"][0]["field"] = "letter"
    assert stage.refused("issue", payload) == "undeclared_data"


# Linking


def test_sources_are_read_together_with_a_permission(stage, linking):
    permit, subject = stage.permit(linking), stage.subject()
    stage.read(permit, subject)
    assert stage.read(permit, subject, **REGISTER)
    third = stage.reading(permit, subject, **ARCHIVE)
    assert stage.refused("read", third) == "undeclared_linking"


def test_without_one_they_are_not_whatever_the_order_and_under_whatever_permit(stage, ready):
    for first, second in (({}, REGISTER), (REGISTER, {}), (REGISTER, ARCHIVE)):
        subject = stage.subject()
        stage.read(stage.permit(ready), subject, **first)
        payload = stage.reading(stage.permit(ready), subject, **second)
        assert stage.refused("read", payload) == "undeclared_linking"


def test_what_is_read_about_two_matters_is_not_linked(stage, ready):
    permit = stage.permit(ready)
    stage.read(permit, stage.subject())
    assert stage.read(permit, stage.subject(), **REGISTER)


@pytest.mark.parametrize(
    "permission",
    [
        {"valid_to": YESTERDAY},
        {"valid_from": TOMORROW},
        {"purpose": "improvement"},
        {"phase": "development"},
        {"sources": ["henvendelse", "archive"]},
    ],
)
def test_the_permission_is_for_a_day_a_phase_a_purpose_and_named_sources(stage, permission):
    slug = stage.register(linkings=[permission])
    permit, subject = stage.permit(slug), stage.subject()
    stage.read(permit, subject)
    payload = stage.reading(permit, subject, **REGISTER)
    assert stage.refused("read", payload) == "undeclared_linking"


def test_on_its_last_day_a_permission_still_holds(stage):
    slug = stage.register(linkings=[{"valid_to": today().isoformat()}])
    permit, subject = stage.permit(slug), stage.subject()
    stage.read(permit, subject)
    assert stage.read(permit, subject, **REGISTER)
