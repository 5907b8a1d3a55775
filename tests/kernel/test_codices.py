# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Revisions of the codex: signed by two, dated, in force without a restart, never changed."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from gate import fresh_codices
from kernel_stage import today
from psycopg.types.json import Jsonb
from released import new_signer

from kodeks.codex import bundle, dsse
from kodeks.codex.keys import generate, load_private, public_text
from kodeks.codex.reader import CardError
from kodeks.demo import municipality
from kodeks.kernel import codices, permits, registration, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import CodexRevision

DAY = dt.timedelta(days=1)


@pytest.fixture
def owners_django(stage, databases, worker_database):
    """Django with the owner role, as `kodeks codex register` runs."""
    from django.db import connections

    from kodeks.workbench import database_url

    name = f"{worker_database}_stage"

    def point(role: str) -> None:
        connections["default"].close()
        for key, value in database_url.parse(databases.url(role, name)).items():
            connections["default"].settings_dict[key] = value

    point("owner")
    yield stage
    point("application")


def signed(content: dict[str, Any], *by: str, payload: bytes | None = None) -> Any:
    codex = bundle.of_content(content)
    signers = [municipality.signer(name) for name in by]
    envelope = dsse.sign(
        payload or codex.signed_bytes, payload_type=bundle.PAYLOAD_TYPE, signers=signers
    )
    return codex, envelope


def register(content: dict[str, Any], *by: str, **changes: Any) -> int:
    codex, envelope = signed(content, *by, **changes)
    return registration.register_codex(codex=codex, envelope=envelope)


def test_two_people_put_a_revision_in_force_without_a_restart(owners_django):
    before = codices.in_force()
    number = register(owners_django.content(), "merete", "dorte")
    after = codices.in_force()
    assert after.number == number == before.number + 1
    assert after.sha256 != before.sha256
    newest = codices.revisions()[0]
    assert newest.codex.number == number
    assert newest.signers == ["Dorte Eksempelsen", "Merete Demosen"]


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (("merete",), "two_persons"),
        (("dorte",), "two_persons"),
        (("merete", "merete"), "two_persons"),
        (("merete", "anders"), "no_officer"),
    ],
)
def test_fewer_or_others_do_not(owners_django, by, code):
    before = codices.in_force()
    with pytest.raises(Refused) as refusal:
        register(owners_django.content(), *by)
    assert refusal.value.code == code
    assert codices.in_force() == before


def test_a_signature_of_something_else_counts_for_nothing(owners_django):
    content = owners_django.content()
    other, envelope = signed(owners_django.content(title="Et andet"), "merete", "dorte")
    codex = bundle.of_content(content)
    with pytest.raises(Refused) as refusal:
        registration.register_codex(codex=codex, envelope=envelope)
    assert refusal.value.code == "codex_unsigned"
    assert other.sha256 != codex.sha256


def test_nor_does_one_with_a_key_that_nobody_has_or_that_was_withdrawn(owners_django):
    stage, content = owners_django, owners_django.content()
    codex = bundle.of_content(content)
    stranger = load_private(generate(None), None)
    envelope = dsse.sign(
        codex.signed_bytes,
        payload_type=bundle.PAYLOAD_TYPE,
        signers=[municipality.signer("dorte"), stranger],
    )
    with pytest.raises(Refused) as refusal:
        registration.register_codex(codex=codex, envelope=envelope)
    assert refusal.value.code == "two_persons"
    user = stage.new_user(role="administrator")
    public = stranger.public
    stage.as_owner(
        "SELECT kernel.register_signing_key(%s, %s, %s)", user, public.keyid, public_text(public)
    )
    assert codices.signers_of(envelope)[public.keyid] == user
    stage.as_owner("SELECT kernel.register_signing_key(%s, '', '')", user)
    assert public.keyid not in codices.signers_of(envelope)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": 1}, "codex_number"),
        ({"number": 2}, "codex_number"),
        ({"effective_from": (today() - DAY).isoformat()}, "codex_date"),
        ({"effective_from": "2018-05-25"}, "codex_date"),
    ],
)
def test_no_revision_goes_back_in_number_or_time(owners_django, changes, code):
    before = codices.in_force()
    with pytest.raises(Refused) as refusal:
        register(owners_django.content() | changes, "merete", "dorte")
    assert refusal.value.code == code
    assert codices.in_force() == before


def test_policies_that_do_not_fit_their_schema_or_duties_are_refused(owners_django):
    policies = owners_django.codex["content"]["policies"]
    for broken in (
        policies + "\npermit (principal, action",
        policies.replace("context.running", "context.runing"),
        policies.replace('@id("no_dpia")', '@id("no_dpja")'),
        "permit (principal, action, resource);",
    ):
        assert broken != policies
        with pytest.raises(CardError):
            register(owners_django.content() | {"policies": broken}, "merete", "dorte")


def test_it_takes_effect_on_its_day_unless_a_later_one_overtakes_it(owners_django):
    stage = owners_django
    before, day = codices.in_force(), today() + 400 * DAY
    planned = stage.content() | {"effective_from": day.isoformat(), "title": "Planlagt"}
    number = register(planned, "merete", "dorte")
    assert codices.in_force() == before
    assert codices.in_force(day - DAY) == before
    assert codices.in_force(day).number == number
    with stage.days_later(400):
        assert codices.in_force().number == number
        assert stage.as_owner("SELECT (kernel.codex_in_force(kernel.today())).number") == number
    # The law changes before the planned day: the higher number counts, now and then.
    urgent = planned | {"number": number + 1, "effective_from": today().isoformat()}
    register(urgent, "merete", "dorte")
    assert codices.in_force().number == codices.in_force(day).number == number + 1
    overtaken = {one.codex.number: one.overtaken for one in codices.revisions()}
    assert overtaken[number]
    assert not overtaken[number + 1]
    # Of two for the same day the higher number.
    register(urgent | {"number": number + 2}, "merete", "dorte")
    overtaken = {one.codex.number: one.overtaken for one in codices.revisions()}
    assert overtaken[number + 1]
    assert not overtaken[number + 2]
    with stage.days_later(400):
        found = stage.as_owner("SELECT (kernel.codex_in_force(kernel.today())).number")
        assert found == number + 2


def everything(slug: str) -> list[str]:
    """The refusals of all that Python's gate is asked about."""
    found = []
    for call in (
        codices.in_force,
        lambda: permits.ask(system=slug, purpose="triage"),
        lambda: permits.under_permit(system=slug, purpose="triage", work=lambda permit: None),
    ):
        with pytest.raises(Refused) as refusal:
            call()
        found.append(refusal.value.code)
    return found


TAMPERED = {
    "content": "content = jsonb_set(content, '{title}', '\"Et andet\"')",
    "policies": "content = jsonb_set(content, '{policies}',"
    " '\"permit (principal, action, resource);\"')",
    "envelope": "envelope = jsonb_set(envelope, '{signatures,1}', envelope -> 'signatures' -> 0)",
    "one-signature": "envelope = envelope #- '{signatures,1}'",
    "limits": "limits = limits || '{\"attestation_months\": 600}'",
    "earlier": "effective_from = effective_from - 1",
    "put-off": "effective_from = effective_from + 30",
    "unreadable": "content = '{}'",
    "number": "number = number + 100",
    "hash": "sha256 = repeat('c0', 32)",
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_codex_that_was_tampered_with_stops_everything(stage, name):
    """As a database superuser could. The stop button still works, see test_stop."""
    slug = stage.register()
    (row,) = stage.owner.execute(
        "SELECT to_jsonb(c) FROM kernel_codexrevision AS c ORDER BY number DESC LIMIT 1"
    ).fetchone()
    fresh_codices()
    with stage.rewriting("codexrevision"):
        stage.owner.execute(
            f"UPDATE kernel_codexrevision SET {TAMPERED[name]} WHERE id = %s", (row["id"],)
        )
        try:
            assert everything(slug) == ["codex_unsigned"] * 3
            assert selectors.obstacles(slug)[0].code == "codex_unsigned"
            if name in ("content", "policies", "unreadable", "hash"):
                with pytest.raises(Refused):
                    codices.revisions()
        finally:
            stage.owner.execute(
                "UPDATE kernel_codexrevision SET (content, envelope, limits, effective_from,"
                " number, sha256) = (SELECT r.content, r.envelope, r.limits, r.effective_from,"
                " r.number, r.sha256 FROM jsonb_populate_record(NULL::kernel_codexrevision, %s)"
                " AS r) WHERE id = %s",
                (Jsonb(row), row["id"]),
            )
    fresh_codices()
    assert permits.ask(system=slug, purpose="triage")


def test_a_withdrawn_key_takes_its_signature_along_at_once(stage):
    slug = stage.register()
    assert permits.ask(system=slug, purpose="triage")
    dorte = stage.user_id("dorte")
    stage.as_owner("SELECT kernel.register_signing_key(%s, '', '')", dorte)
    assert everything(slug) == ["codex_unsigned"] * 3
    with stage.rewriting("signingkey"):
        stage.owner.execute(
            "DELETE FROM kernel_signingkey WHERE user_id = %s AND keyid = ''", (dorte,)
        )
    assert permits.ask(system=slug, purpose="triage")


def test_a_new_codex_mends_one_whose_key_was_withdrawn(owners_django):
    stage, slug = owners_django, owners_django.register()
    officer = stage.new_user(role="data_protection_officer")
    codex = bundle.of_content(stage.content())
    envelope = dsse.sign(
        codex.signed_bytes,
        payload_type=bundle.PAYLOAD_TYPE,
        signers=[municipality.signer("merete"), new_signer(stage, officer)],
    )
    lost = registration.register_codex(codex=codex, envelope=envelope)
    stage.as_owner("SELECT kernel.register_signing_key(%s, '', '')", officer)
    assert everything(slug) == ["codex_unsigned"] * 3
    mended = register(stage.content(), "merete", "dorte")
    assert codices.in_force().number == mended
    assert permits.ask(system=slug, purpose="triage")
    holds = {one.codex.number: one.holds for one in codices.revisions()}
    assert (holds[lost], holds[mended]) == (False, True)


def test_rows_made_of_the_codex_cannot_say_more_than_it_does(stage):
    """Python judges by what was signed, so rows that were let in behind it permit nothing."""
    slug = stage.register(bases=[{"status": "barred"}], released=False)
    assert stage.obstacles(slug)[0] == "barred"
    with stage.rewriting("legalbasis"):
        stage.owner.execute(
            "UPDATE kernel_legalbasis SET status = 'allowed' WHERE system_slug = %s", (slug,)
        )
    assert "barred" not in stage.obstacles(slug)
    with pytest.raises(Refused) as refusal:
        permits.ask(system=slug, purpose="triage")
    assert refusal.value.code == "no_basis"


def test_old_recommendations_keep_the_codex_of_their_day(stage):
    slug = stage.register()
    first = selectors.recommendation(stage.issued(slug))
    number = stage.revise()
    second = selectors.recommendation(stage.issued(slug))
    assert first.body["codex"]["number"] == number - 1
    assert second.body["codex"]["number"] == number
    assert selectors.recommendation(first.id).body["codex"] == first.body["codex"]
    found = codices.verified(first.body["codex"]["sha256"])
    assert found.number == number - 1


def test_a_revision_that_takes_a_basis_away_takes_effect_at_once(stage):
    slug = stage.register(bases=[{}], released=False)
    payload = {"system": slug, "phase": "operation", "purpose": "triage"}
    content = stage.content()
    content["legal_bases"] = [row for row in content["legal_bases"] if row["system"] != slug]
    assert "no_basis" not in stage.obstacles(slug)
    stage.register_codex(content)
    assert "no_basis" in stage.obstacles(slug)
    assert stage.refused("permit", payload | {"codex_sha256": stage.sha256}) == "no_basis"


def test_the_envelope_is_kept_as_it_was_signed(stage):
    row = CodexRevision.objects.latest("number")
    envelope = dsse.parse(json.dumps(row.envelope))
    assert envelope.payload == bundle.of_content(row.content).signed_bytes
    assert base64.b64decode(row.envelope["payload"]) == envelope.payload
    assert set(codices.signers_of(envelope).values()) == {
        stage.user_id("merete"),
        stage.user_id("dorte"),
    }
    assert codices.bases_of("s000")[0].status == "allowed"
