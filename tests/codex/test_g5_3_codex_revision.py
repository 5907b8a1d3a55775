# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.3: the codex has editions, and each suggestion says which one was in force."""

from __future__ import annotations

import datetime as dt
import html
import json

import psycopg
import pytest
from django.db import connections, transaction
from django.test import Client
from kernel_stage import today

from kodeks.codex import bundle, dsse
from kodeks.demo import municipality
from kodeks.kernel import api as kernel
from kodeks.kernel import calls, codices, registration
from kodeks.kernel.models import CodexRevision
from kodeks.workbench import database_url

DAY = dt.timedelta(days=1)


@pytest.fixture
def as_owners(stage, databases):
    """Django as the commands of `kodeks` run it: with the owner role."""
    name = stage.owner.info.dbname
    connections["default"].close()
    settings = database_url.parse(databases.url("owner", name))
    connections["default"].settings_dict.update(settings)
    yield
    databases.connect_django(name)


def signed(stage, *names: str, **changes):
    """A new edition with the signatures of these people."""
    codex = bundle.of_content(stage.content() | changes)
    signers = [municipality.signer(name) for name in names]
    return codex, dsse.sign(codex.signed_bytes, payload_type=bundle.PAYLOAD_TYPE, signers=signers)


# Editions


def test_the_next_suggestion_names_the_new_edition_by_number_and_hash(stage):
    slug = stage.register()
    first = kernel.recommendation(stage.issued(slug)).body["codex"]
    number = stage.revise()
    second = kernel.recommendation(stage.issued(slug)).body["codex"]
    assert first["number"] < second["number"] == number
    assert second["sha256"] == stage.sha256 == codices.in_force().sha256 != first["sha256"]


def test_a_decision_and_a_robots_step_name_it_too(stage):
    decision = kernel.decision(stage.decided(stage.register()))
    stage.call("act", stage.step(decision.id))
    (act,) = kernel.acts_of(decision.id)
    assert decision.body["codex"] == act.body["codex"]
    assert decision.body["codex"]["sha256"] == stage.sha256


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("merete",), "two_persons"),
        (("merete", "merete"), "two_persons"),
        (("merete", "anders"), "no_officer"),
        (("dorte", "sofie"), "no_right"),
    ],
)
def test_an_edition_that_is_not_of_two_people_and_the_officer_is_refused(stage, names, code):
    with pytest.raises(psycopg.Error) as error:
        stage.register_codex(stage.content(), by=names)
    assert error.value.diag.message_detail == code


def test_nor_is_one_whose_signatures_do_not_hold(stage):
    codex, alone = signed(stage, "merete")
    with pytest.raises(kernel.Refused) as refusal:
        registration.register_codex(codex=codex, envelope=alone)
    assert refusal.value.code == "two_persons"
    _, other = signed(stage, "merete", "dorte", title="Et andet kodeks")
    with pytest.raises(kernel.Refused) as refusal:
        registration.register_codex(codex=codex, envelope=other)
    assert refusal.value.code == "codex_unsigned"


def test_one_that_got_into_the_database_past_the_program_stops_everything(stage, as_owners):
    """The owner's calls, without the program that verifies the signatures."""
    slug = stage.register()
    codex, envelope = signed(stage, "merete")
    signers = [stage.user_id("merete"), stage.user_id("dorte")]
    with transaction.atomic():
        text = json.loads(envelope.as_text())
        calls.call("register_codex", codex.content, codex.sha256, text, signers)
        with pytest.raises(kernel.Refused) as refusal:
            kernel.ask(system=slug, purpose="triage")
        assert refusal.value.code == "codex_unsigned"
        assert Client().get("/kodeks/").status_code == 503
        transaction.set_rollback(True)
    assert kernel.ask(system=slug, purpose="triage")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": 1}, "codex_number"),
        ({"effective_from": (today() - DAY).isoformat()}, "codex_date"),
    ],
)
def test_no_edition_goes_back_in_number_or_time(stage, changes, code):
    with pytest.raises(psycopg.Error) as error:
        stage.register_codex(stage.content() | changes)
    assert error.value.diag.message_detail == code


def test_an_edition_counts_from_its_date(stage):
    def number_on(day: dt.date) -> int:
        return stage.as_owner("SELECT number FROM kernel.codex_in_force(%s)", day)

    now = number_on(today())
    with stage.owner.transaction(force_rollback=True):
        coming = stage.revise(effective_from=(today() + DAY).isoformat())
        assert (number_on(today()), number_on(today() + DAY)) == (now, coming)
    assert number_on(today() - DAY) == bundle.shipped().number


# The page


def test_anybody_can_read_every_clause_with_its_controls_and_every_edition(stage):
    number = stage.revise()
    page = html.unescape(Client().get("/kodeks/").content.decode())
    codex = codices.in_force()
    assert len(codex.clauses) >= 40
    for clause in codex.clauses:
        assert f"{clause.id} {clause.text}" in page
    for control in codex.controls:
        assert control.text in page
    for revision in CodexRevision.objects.all():
        assert revision.sha256 in page
    assert f"{number} (gælder nu)" in page
    assert "Dorte Eksempelsen og Merete Demosen" in page
