# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealed numbers: opened by the right people with a reason that is written down first."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest

from kodeks.kernel import erasure, selectors, vault
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.keyring import SealingError
from kodeks.kernel.models import RegistryEvent, VaultKey
from kodeks.kernel.subjects import Scope, Subject

NUMBER = "010101-0000"
PLACE = "inquiries_inquiry/cpr"
REASON = "Jeg skal ringe til borgeren om en aftale."


@pytest.fixture
def case():
    """A subject with a sealed number: subject, row and sealed bytes."""
    subject, row = Subject(type="inquiry", id=uuid.uuid4().hex), uuid.uuid4().hex
    return subject, row, vault.seal(subject=subject, place=PLACE, row=row, plaintext=NUMBER)


def unmask(stage, case: Any, **changes: Any) -> str:
    _, row, sealed = case
    given: dict[str, Any] = {
        "user": stage.user("sofie"),
        "place": PLACE,
        "row": row,
        "sealed": sealed,
        "reason": REASON,
    } | changes
    return vault.unmask(**given)


def events(row: str) -> list[dict[str, Any]]:
    found = RegistryEvent.objects.filter(kind="unmasking", body__row=row).order_by("pending_id")
    return list(found.values_list("body", flat=True))


@pytest.mark.parametrize("username", ["sofie", "dorte"])
def test_who_may_and_that_it_is_written_down(stage, case, username):
    subject, row, _ = case
    assert unmask(stage, case, user=stage.user(username)) == NUMBER
    (told,) = events(row)
    assert told["user_id"] == stage.user_id(username)
    assert told["reason"] == REASON
    assert told["subject"] == subject.as_json()
    assert NUMBER not in str(told)


@pytest.mark.parametrize("username", ["merete", "anders", "testine"])
def test_who_may_not(stage, case, username):
    with pytest.raises(Refused) as refusal:
        unmask(stage, case, user=stage.user(username))
    assert refusal.value.code == "no_right"
    assert events(case[1]) == []


def test_a_right_to_one_unit_or_subject_opens_nothing_elsewhere(stage, case):
    number = stage.new_user()
    stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', 'park', '05', NULL)", number)
    user = stage.user(number)
    for unit, kle in (("vej", "05.01"), ("park", "27.03"), ("", ""), ("park", "")):
        with pytest.raises(Refused) as refusal:
            unmask(stage, case, user=user, scope=Scope(unit=unit, kle=kle))
        assert refusal.value.code == "no_right"
    assert unmask(stage, case, user=user, scope=Scope(unit="park", kle="05.01.08")) == NUMBER


@pytest.mark.parametrize("reason", ["", "   ", "1234567", "...", "abcd", "x" * 501])
def test_without_a_reason_in_words_nothing_is_opened(stage, case, reason):
    with pytest.raises(Refused) as refusal:
        unmask(stage, case, reason=reason)
    assert refusal.value.code == "no_reason"
    assert events(case[1]) == []


def test_a_number_in_the_reason_is_masked(stage, case):
    unmask(stage, case, reason="Borgeren 010101-0000 har ringet til os.")
    assert "0000" not in events(case[1])[0]["reason"]


def test_a_changed_or_moved_value_is_not_opened(stage, case):
    subject, row, sealed = case
    with pytest.raises(SealingError):
        unmask(stage, case, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    other_row = uuid.uuid4().hex
    other = vault.seal(subject=subject, place=PLACE, row=other_row, plaintext="010101-0001")
    with pytest.raises(SealingError):
        unmask(stage, case, sealed=other)
    with pytest.raises(SealingError):
        unmask(stage, case, row=other_row)
    # Who tried stands in the log although nothing came of it.
    assert len(events(row)) == 2


def test_the_key_is_not_given_to_whoever_could_still_roll_the_entry_back(stage, case):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(Refused) as refusal:
        unmask(stage, case)
    assert refusal.value.code == "not_logged"
    assert unmask(stage, case) == NUMBER


def test_a_right_that_was_withdrawn_since_gives_no_key(stage, case):
    number = stage.new_user(role="caseworker")
    given = {
        "user_id": number,
        "scope": {"unit": "", "kle": ""},
        "place": PLACE,
        "row": case[1],
        "reason": REASON,
        "codex_sha256": stage.sha256,
    }
    payload = {"unmasking": str(stage.call("unmask", given))}
    assert stage.call("unmasked", payload)
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'caseworker')", number)
    assert stage.refused("unmasked", payload) == "no_right"


def test_an_entry_gives_the_key_for_a_minute_only(stage, case):
    unmask(stage, case)
    found = RegistryEvent.objects.get(kind="unmasking", body__row=case[1])
    payload = {"unmasking": str(found.id)}
    assert stage.call("unmasked", payload)["kek"] >= 1
    with stage.rewriting("registryevent"):
        stage.owner.execute(
            "UPDATE kernel_registryevent SET at = at - interval '61 seconds' WHERE id = %s",
            (found.id,),
        )
    assert stage.refused("unmasked", payload) == "not_logged"
    other = RegistryEvent.objects.exclude(kind="unmasking").latest("at")
    assert stage.refused("unmasked", {"unmasking": str(other.id)}) == "not_logged"


def test_a_place_is_sealed_once(stage, case):
    subject, row, _ = case
    with pytest.raises(Refused) as refusal:
        vault.seal(subject=subject, place=PLACE, row=row, plaintext=NUMBER)
    assert refusal.value.code == "key_taken"


def test_an_unknown_place_has_no_key(stage, case):
    with pytest.raises(Refused) as refusal:
        unmask(stage, case, row="findes-ikke")
    assert refusal.value.code == "no_key"


def test_the_application_role_cannot_read_the_keys(stage, case):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute("SELECT wrapped FROM kernel_vaultkey")
    assert VaultKey.objects.model._meta.db_table == "kernel_vaultkey"


def robot(case: Any, decision_id: uuid.UUID, **changes: Any) -> str:
    _, row, sealed = case
    given: dict[str, Any] = {
        "decision_id": decision_id,
        "robot": "visitator",
        "place": PLACE,
        "row": row,
        "sealed": sealed,
        "reason": "Brevet skal sendes til borgeren.",
    } | changes
    return vault.unmask_for_robot(**given)


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def decided_about(stage, slug: str, subject: Subject) -> uuid.UUID:
    recommendation = stage.issue(stage.proposal(slug, subject=subject.as_json()))
    return stage.call("decide", stage.choice(recommendation))


def test_the_robot_of_a_decided_matter_opens_it(stage, ready, case):
    decision_id = decided_about(stage, ready, case[0])
    assert robot(case, decision_id) == NUMBER
    (told,) = events(case[1])
    assert told["robot"] == "visitator"
    assert told["decision_id"] == str(decision_id)


def test_and_no_other_robot_or_matter(stage, ready, case):
    elsewhere = decided_about(stage, ready, Subject(type="inquiry", id=uuid.uuid4().hex))
    here = decided_about(stage, ready, case[0])
    for decision_id, name, code in (
        (elsewhere, "visitator", "no_decision"),
        (uuid.UUID(int=0), "visitator", "no_decision"),
        (here, "en-anden", "undeclared_act"),
    ):
        with pytest.raises(Refused) as refusal:
            robot(case, decision_id, robot=name)
        assert refusal.value.code == code
    assert events(case[1]) == []


def test_nor_while_the_system_is_stopped(stage, case):
    slug = stage.register()
    decision_id = decided_about(stage, slug, case[0])
    stage.switch(slug)
    with pytest.raises(SystemStopped):
        robot(case, decision_id)


def test_after_an_erasure_nobody_opens_it(stage, case):
    subject, row, _ = case
    erasure.erase(subject=subject, user=stage.user("dorte"), reason="Fristen er gået.")
    with pytest.raises(Refused) as refusal:
        unmask(stage, case)
    assert refusal.value.code == "no_key"
    with pytest.raises(Refused) as refusal:
        vault.seal(subject=subject, place=PLACE, row=row, plaintext=NUMBER)
    assert refusal.value.code == "erased"
    assert selectors.decision_for(system="inquiries", subject=subject) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"place": "010101-1234"}, "cpr"),
        ({"row": "0101011234"}, "cpr"),
        ({"place": " "}, "form"),
        ({"row": "x" * 81}, "form"),
        ({"wrapped": "ikke base64"}, "form"),
        ({"kek": "1"}, "form"),
        ({"subject": {"type": "inquiry"}}, "missing"),
        ({"more": 1}, "unknown"),
    ],
)
def test_a_deposit_that_is_not_in_order(stage, changes, code):
    payload = {
        "subject": stage.subject(),
        "place": PLACE,
        "row": uuid.uuid4().hex,
        "wrapped": "AAAA",
        "kek": 1,
    } | changes
    before = stage.contents()
    assert stage.refused("deposit", payload) == code
    assert stage.contents() == before
