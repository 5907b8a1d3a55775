# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the owner role registers: cards, who answers, evidence, training, rights; in the ledger."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from kernel_stage import card_text, today

from kodeks.codex import card
from kodeks.codex.days import months_after
from kodeks.codex.keys import generate, load_private, parse_public
from kodeks.kernel import access, codices, registration, selectors
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Assignment, CardRevision, Grant, RegistryEvent

DAY = dt.timedelta(days=1)


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


def read(slug: str, *, name: str = "Prøvesystem", **changes: str) -> card.SystemCard:
    text = card_text(slug, **changes)
    return card.load(text.replace('"Prøvesystem"', f'"{name}"'))


def new_slug() -> str:
    return "s" + uuid.uuid4().hex[:12]


def events(slug: str) -> list[str]:
    found = RegistryEvent.objects.filter(system_slug=slug).order_by("pending_id")
    return list(found.values_list("kind", flat=True))


# Cards


def test_a_card_becomes_revisions_with_fields(owners_django):
    slug = new_slug()
    assert registration.register_card(read(slug)) == 1
    assert registration.register_card(read(slug)) == 1
    assert registration.register_card(read(slug, name="Nyt navn")) == 2
    assert events(slug) == ["card", "card"]
    state = selectors.system_state(slug)
    assert (state.revision, state.name, state.manager, state.unit) == (2, "Nyt navn", "", "")
    newest = CardRevision.objects.filter(system_id=slug).latest("revision")
    assert set(newest.data_fields.values_list("source", "field", "purpose", "free_text")) == {
        ("henvendelse", "text", "triage", False),
        ("henvendelse", "letter", "triage", True),
        ("henvendelse", "history", "improvement", False),
        ("register", "size", "triage", False),
        ("archive", "year", "triage", False),
    }
    assert slug in [system.slug for system in selectors.systems()]


def test_a_card_that_uses_a_protected_field_is_not_registered(owners_django):
    slug = new_slug()
    text = card_text(slug).replace('name = "size"', 'name = "etnicitet"')
    with pytest.raises(Refused) as refusal:
        registration.register_card(card.load(text))
    assert refusal.value.code == "protected_field"
    assert "etnicitet" in refusal.value.message
    assert not CardRevision.objects.filter(system_id=slug).exists()


# Who answers


def test_a_manager_is_a_person_who_may_own_systems(owners_django):
    stage, slug = owners_django, new_slug()
    registration.register_card(read(slug))
    merete, bodil = stage.user("merete"), stage.user("bodil")
    registration.assign(system=slug, unit="Afdelingen", manager=merete, deputy=bodil)
    newest = Assignment.objects.filter(system_id=slug).latest("id")
    assert (newest.manager_name, newest.deputy_name) == (merete.full_name, bodil.full_name)
    assert selectors.system_state(slug).manager == merete.full_name
    for manager, deputy in (
        (stage.user("sofie"), None),
        (stage.user("dorte"), None),
        (merete, stage.user("sofie")),
        (merete, merete),
        (stage.user(stage.new_user(role="system_owner", active=False)), None),
    ):
        with pytest.raises(Refused):
            registration.assign(system=slug, unit="Afdelingen", manager=manager, deputy=deputy)
    assert Assignment.objects.filter(system_id=slug).count() == 1


def test_a_vacancy_remembers_who_was_last_named(owners_django):
    stage, slug = owners_django, new_slug()
    registration.register_card(read(slug))
    registration.assign(system=slug, unit="Afdelingen", manager=stage.user("merete"))
    registration.assign(system=slug, unit="Afdelingen", manager=None)
    newest = Assignment.objects.filter(system_id=slug).latest("id")
    assert newest.manager is None
    assert newest.manager_name == stage.user("merete").full_name
    assert selectors.system_state(slug).manager == ""
    assert events(slug)[-1] == "assignment"


def test_an_unknown_system_gets_no_owner(owners_django):
    with pytest.raises(Refused) as refusal:
        registration.assign(
            system="findes-ikke", unit="Afdelingen", manager=owners_django.user("merete")
        )
    assert refusal.value.code == "unknown_system"


# Evidence


def document(stage: Any, slug: str, **changes: Any) -> dict[str, Any]:
    return {
        "system": slug,
        "kind": "dpia",
        "title": "Konsekvensanalyse",
        "sha256": "e1" * 32,
        "signer": stage.user("merete"),
        "valid_from": today(),
        "valid_to": months_after(today(), 24),
    } | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "horoskop"}, "form"),
        ({"title": " "}, "form"),
        ({"sha256": "e1" * 31}, "form"),
        ({"sha256": "E1" * 32}, "form"),
        ({"valid_to": today() - DAY}, "form"),
        ({"valid_to": months_after(today(), 24) + DAY}, "form"),
        ({"signer": "dorte"}, "no_right"),
        ({"signer": "anders"}, "no_right"),
        # Who owns systems, but not this one.
        ({"signer": "bodil"}, "no_right"),
        ({"system": "findes-ikke"}, "unknown_system"),
    ],
)
def test_evidence_that_is_not_in_order(owners_django, changes, code):
    stage, slug = owners_django, new_slug()
    registration.register_card(read(slug))
    registration.assign(system=slug, unit="Afdelingen", manager=stage.user("merete"))
    given = document(stage, slug, **changes)
    if isinstance(given["signer"], str):
        given["signer"] = stage.user(given["signer"])
    with pytest.raises(Refused) as refusal:
        registration.register_evidence(**given)
    assert refusal.value.code == code
    assert "evidence" not in events(slug)


def test_evidence_stands_in_the_ledger_with_its_hash(owners_django):
    slug = new_slug()
    registration.register_card(read(slug))
    merete = owners_django.user("merete")
    registration.assign(system=slug, unit="Afdelingen", manager=merete)
    registration.register_evidence(**document(owners_django, slug))
    event = RegistryEvent.objects.get(system_slug=slug, kind="evidence")
    assert event.body["sha256"] == "e1" * 32
    assert event.body["evidence"] == "dpia"


# People


def new_user() -> Any:
    return registration.add_user(
        username="u" + uuid.uuid4().hex[:12],
        full_name="Prøve Prøvesen",
        title="Sagsbehandler",
        password=None,
        person_index=None,
    )


def test_a_grant_and_its_end_stand_in_the_ledger(owners_django):
    user = new_user()
    assert not user.has_usable_password()
    registration.grant(user=user, role="caseworker", unit="park", kle_prefix="05")
    assert access.roles_of(user) == {"caseworker"}
    assert registration.revoke(user=user, role="caseworker") == 1
    assert registration.revoke(user=user, role="caseworker") == 0
    assert access.roles_of(user) == frozenset()
    found = Grant.objects.get(user=user)
    assert (found.unit, found.kle_prefix) == ("park", "05")
    told = RegistryEvent.objects.filter(body__user=user.pk).order_by("pending_id")
    assert list(told.values_list("kind", flat=True)) == ["grant", "revocation", "revocation"]


def test_a_right_is_shortened_and_never_made_longer(owners_django):
    user = new_user()
    registration.grant(user=user, role="caseworker", valid_until=today() + DAY)
    found = Grant.objects.get(user=user)
    for until in (today() + 2 * DAY, None):
        with pytest.raises(Exception, match="kan ikke forlænges"):
            Grant.objects.filter(pk=found.pk).update(valid_until=until)
    for change in ({"role": "administrator"}, {"unit": "vej"}, {"valid_from": today() - DAY}):
        with pytest.raises(Exception, match="kan ikke forlænges"):
            Grant.objects.filter(pk=found.pk).update(**change)
    assert Grant.objects.filter(pk=found.pk).update(valid_until=today()) == 1


def test_closing_an_account_is_an_event(owners_django):
    """It may leave a system without anybody who answers, so permits end with it."""
    user = new_user()
    user.is_active = False
    user.save()
    event = RegistryEvent.objects.filter(kind="account", body__user=user.pk).get()
    assert event.body["active"] is False


def test_an_account_is_checked_before_it_is_made(owners_django):
    with pytest.raises(ValidationError):
        registration.add_user(
            username="med blanke",
            full_name="Prøve",
            title="",
            password=None,
            person_index=None,
        )


def test_an_unknown_role_is_refused(owners_django):
    with pytest.raises(ValueError, match="konge"):
        registration.grant(user=owners_django.user("sofie"), role="konge")


# Signing keys


def test_a_key_is_one_persons_and_can_be_withdrawn(owners_django):
    first, second = new_user(), new_user()
    signer, newer = (load_private(generate(None), None) for _ in range(2))
    registration.register_signing_key(user=first, key=signer.public)
    assert codices.signing_keys()[signer.public.keyid][0] == first.pk
    assert parse_public(codices.signing_keys()[signer.public.keyid][1]) == signer.public
    with pytest.raises(Refused) as refusal:
        registration.register_signing_key(user=second, key=signer.public)
    assert refusal.value.code == "key_taken"
    registration.register_signing_key(user=first, key=newer.public)
    assert {signer.public.keyid, newer.public.keyid} <= set(codices.signing_keys())
    registration.register_signing_key(user=first, key=None)
    assert not {signer.public.keyid, newer.public.keyid} & set(codices.signing_keys())
    with pytest.raises(Refused) as refusal:
        registration.register_signing_key(user=first, key=signer.public)
    assert refusal.value.code == "key_withdrawn"
    third = load_private(generate(None), None).public
    registration.register_signing_key(user=first, key=third)
    registration.register_signing_key(user=first, key=third)
    assert third.keyid in codices.signing_keys()


# History

KEYS = {"subjectkey", "vaultkey", "releasekey"}
MAY_CHANGE = {"user", "user_groups", "user_user_permissions", "ledgerpending", "ledgertile"}


@pytest.mark.parametrize("verb", ["update", "delete", "truncate"])
def test_even_the_owner_role_does_not_rewrite_history(filled, verb):
    """Triggers refuse; the owner can drop them, and the outside witness of the log tells."""
    for table, (rows, _) in filled.contents().items():
        name = table.removeprefix("kernel_")
        if name == "django_migrations" or (name in MAY_CHANGE and verb != "truncate"):
            continue
        if rows == 0 and verb != "truncate":
            continue
        column = filled.as_owner(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", table
        )
        statement = {
            "update": f'UPDATE {table} SET "{column}" = "{column}"',
            "delete": f"DELETE FROM {table}",
            "truncate": f"TRUNCATE {table} CASCADE",
        }[verb]
        before = filled.contents()
        if (name, verb) == ("grant", "update"):
            statement = f"UPDATE {table} SET role = 'administrator'"
        with pytest.raises(psycopg.Error) as error:
            filled.owner.execute(statement)
        assert error.value.diag.message_detail == "history", statement
        assert filled.contents() == before


def test_keys_are_only_wrapped_by_newer_keys(filled):
    for name in KEYS:
        for change in ("wrapped = 'x'", "kek = kek - 1", "kek = kek + 1, made_at = now()"):
            if name == "releasekey" and "made_at" in change:
                change = "kek = kek + 1, release_id = -release_id"
            with pytest.raises(psycopg.Error) as error:
                filled.owner.execute(f"UPDATE kernel_{name} SET {change}")
            assert error.value.diag.message_detail == "history", (name, change)


def structure(stage: Any, table: str, but: tuple[str, ...]) -> str:
    return str(
        stage.as_owner(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attname = ANY (%s)",
            f"kernel_{table}",
            list(but),
        )
    )


GOOD = (
    '{"data_used": [1], "considerations": [1],'
    ' "owner": {"unit": "Park", "manager": "Merete Demosen"}}'
)


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        (GOOD.replace('"data_used": [1]', '"data_used": []'), 0.5),
        (GOOD.replace('"considerations": [1]', '"considerations": []'), 0.5),
        (GOOD.replace("Merete Demosen", " "), 0.5),
        (GOOD.replace("Park", ""), 0.5),
        (GOOD, 1.5),
        (GOOD, -0.1),
        (GOOD, "NaN"),
        ("{}", 0.5),
    ],
)
def test_the_structural_minimum_holds_past_the_functions(stage, body, confidence):
    """A row that is written by the owner, past the gate, must still have the minimum."""
    recommendation_id = stage.issued(stage.register())
    columns = structure(stage, "recommendation", ("id", "key", "pending_id", "body", "confidence"))
    with pytest.raises(psycopg.errors.CheckViolation):
        stage.owner.execute(
            "INSERT INTO kernel_recommendation"
            f" (id, key, pending_id, body, confidence, {columns})"
            f" SELECT gen_random_uuid(), 'k', -1, %s::jsonb, %s, {columns}"
            " FROM kernel_recommendation WHERE id = %s",
            (body, confidence, recommendation_id),
        )


@pytest.mark.parametrize(
    "change", ["choice = 'robot'", "choice = 'own'", "own_letters = 2", "recommendation_id = NULL"]
)
def test_so_it_does_for_decisions(stage, change):
    decision_id = stage.decided(stage.register())
    columns = structure(stage, "decision", ("id", "pending_id", "subject_id"))
    values = columns
    name, _, value = change.partition(" = ")
    values = ", ".join(value if column == name else column for column in columns.split(", "))
    with pytest.raises(psycopg.errors.CheckViolation):
        stage.owner.execute(
            f"INSERT INTO kernel_decision (id, pending_id, subject_id, {columns})"
            f" SELECT gen_random_uuid(), -1, 'x', {values} FROM kernel_decision WHERE id = %s",
            (decision_id,),
        )
