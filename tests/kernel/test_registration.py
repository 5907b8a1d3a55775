# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the owner role registers: cards, owners, releases and rights, each in the ledger."""

from __future__ import annotations

import json
import uuid

import psycopg
import pytest
from kernel_stage import CARD

from kodeks.codex import card
from kodeks.kernel import registration, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Assignment, CardRevision, Grant, RegistryEvent


@pytest.fixture(scope="module")
def owners_django(stage, databases, worker_database):
    """Django as `kodeks system` and `kodeks user` run it: with the owner role."""
    from django.db import connections

    from kodeks.workbench import database_url

    name = f"{worker_database}_stage"
    connections["default"].close()
    for key, value in database_url.parse(databases.url("owner", name)).items():
        connections["default"].settings_dict[key] = value
    yield stage
    databases.connect_django(name)


def read(slug: str, *, name: str = "Prøvesystem") -> card.SystemCard:
    text = CARD.format(slug=slug, phase="operation", valid_from="2018-05-25", valid_to="")
    return card.load(text.replace('"Prøvesystem"', f'"{name}"'))


def new_slug() -> str:
    return "s" + uuid.uuid4().hex[:12]


def events(slug: str) -> list[str]:
    found = RegistryEvent.objects.filter(system_slug=slug).order_by("pending_id")
    return list(found.values_list("kind", flat=True))


def test_a_card_becomes_revisions_with_owner_bases_and_fields(owners_django):
    slug = new_slug()
    assert registration.register_card(read(slug)) == 1
    assert registration.register_card(read(slug)) == 1
    assert registration.register_card(read(slug, name="Nyt navn")) == 2
    assert events(slug) == ["card", "assignment", "card", "assignment"]
    state = selectors.system_state(slug)
    assert (state.revision, state.name, state.manager) == (2, "Nyt navn", "Merete Demosen")
    assert state.answered_for
    newest = CardRevision.objects.filter(system_id=slug).latest("revision")
    assert newest.legal_bases.count() == 1
    assert set(newest.data_fields.values_list("field", "purpose")) == {
        ("text", "triage"),
        ("history", "improvement"),
    }
    assert slug in [system.slug for system in selectors.systems()]


def test_an_equal_card_does_not_undo_a_new_owner(owners_django):
    slug = new_slug()
    registration.register_card(read(slug))
    registration.assign(system=slug, unit="Afdelingen", manager="Ny Leder")
    registration.register_card(read(slug))
    assert Assignment.objects.filter(system_id=slug).latest("id").manager == "Ny Leder"


def test_a_vacancy_is_seen(owners_django):
    slug = new_slug()
    registration.register_card(read(slug))
    registration.assign(system=slug, unit="Afdelingen", manager="")
    assert not selectors.system_state(slug).answered_for


@pytest.mark.parametrize("artefact", ["", "a1" * 31, "g1" * 32, "A1" * 32])
def test_a_release_needs_the_hash_of_its_artefact(owners_django, artefact):
    slug = new_slug()
    registration.register_card(read(slug))
    with pytest.raises(Refused) as refusal:
        registration.release(system=slug, version="1", artefact_sha256=artefact, metrics={})
    assert refusal.value.code == "form"
    assert selectors.system_state(slug).release is None


def test_a_version_is_released_once(owners_django):
    slug = new_slug()
    registration.register_card(read(slug))
    registration.release(
        system=slug, version="1", artefact_sha256="a1" * 32, metrics={"accuracy": "0.9"}
    )
    with pytest.raises(Refused) as refusal:
        registration.release(system=slug, version="1", artefact_sha256="b2" * 32, metrics={})
    assert refusal.value.code == "released"
    assert selectors.system_state(slug).release.metrics == {"accuracy": "0.9"}
    assert events(slug)[-1] == "release"


def test_a_grant_and_its_end_stand_in_the_ledger(owners_django):
    user = registration.add_user(
        username="u" + uuid.uuid4().hex[:12],
        full_name="Prøve Prøvesen",
        title="Sagsbehandler",
        password=None,
        person_index=None,
    )
    assert not user.has_usable_password()
    registration.grant(user=user, role="caseworker", unit="park")
    assert registration.revoke(user=user, role="caseworker") == 1
    assert registration.revoke(user=user, role="caseworker") == 0
    assert Grant.objects.get(user=user).unit == "park"
    told = RegistryEvent.objects.filter(body__user=user.pk).order_by("pending_id")
    assert list(told.values_list("kind", flat=True)) == ["grant", "revocation", "revocation"]


def test_an_unknown_role_is_refused(owners_django):
    with pytest.raises(ValueError, match="konge"):
        registration.grant(user=owners_django.user("sofie"), role="konge")


@pytest.mark.parametrize(
    "table",
    [
        "system",
        "cardrevision",
        "assignment",
        "legalbasis",
        "datafield",
        "release",
        "switch",
        "registryevent",
        "recommendation",
        "decision",
        "act",
        "ledgerentry",
        "ledgercheckpoint",
        "ledgertile",
    ],
)
def test_even_the_owner_role_does_not_rewrite_history(stage, table):
    """Triggers refuse; the owner can drop them, and the outside witness of the log tells."""
    slug = stage.register()
    stage.call("act", stage.step(stage.decided(slug)))
    stage.switch(slug)
    before = stage.contents()
    column = stage.as_owner(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
        f"kernel_{table}",
    )
    for statement in (
        f'UPDATE kernel_{table} SET "{column}" = "{column}"',
        f"DELETE FROM kernel_{table}",
        f"TRUNCATE kernel_{table} CASCADE",
    ):
        if stage.as_owner(f"SELECT count(*) FROM kernel_{table}") or "TRUNCATE" in statement:
            with pytest.raises(psycopg.Error) as error:
                stage.owner.execute(statement)
            assert error.value.diag.message_detail == "history"
    assert stage.contents() == before


def test_the_structural_minimum_holds_past_the_functions(stage):
    """A row that is written by the owner, past the gate, must still have the minimum."""
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    columns = stage.as_owner(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
        " WHERE attrelid = 'kernel_recommendation'::regclass AND attnum > 0"
        " AND attname NOT IN ('id', 'key', 'pending_id', 'body', 'confidence')"
    )
    for body, confidence in (
        ('{"data_used": [], "considerations": [1]}', 0.5),
        ('{"data_used": [1], "considerations": []}', 0.5),
        ('{"data_used": [1], "considerations": [1]}', 1.5),
        ('{"data_used": [1], "considerations": [1]}', "NaN"),
        ("{}", 0.5),
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            stage.owner.execute(
                "INSERT INTO kernel_recommendation"
                f" (id, key, pending_id, body, confidence, {columns})"
                f" SELECT gen_random_uuid(), 'k', -1, %s::jsonb, %s, {columns}"
                " FROM kernel_recommendation WHERE id = %s",
                (json.dumps(json.loads(body)), confidence, recommendation_id),
            )
