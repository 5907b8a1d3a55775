# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.2: citizens' data are protected."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer, storage
from kodeks.kernel.models import RegistryEvent

NUMBER = "0101010000"
CANARY = "Kanariefugl"
PLACE = "some_table/some_column"
REASON = "Borgeren ringer og vil vide, hvor sagen er."


@pytest.fixture
def sealed():
    """A CPR number, sealed for a place and a row."""
    subject = kernel.Subject(type="inquiry", id=uuid.uuid4().hex)
    row = uuid.uuid4().hex
    box = kernel.seal(subject=subject, place=PLACE, row=row, plaintext=NUMBER)
    return {"place": PLACE, "row": row, "sealed": box}


# The log and the kernel's tables


def test_what_a_citizen_wrote_is_in_clear_in_no_table_and_not_in_the_log(stage):
    slug, subject = stage.register(), stage.subject()
    permit = stage.permit(slug)
    reading = stage.read(permit, subject)
    said = {"text": CANARY, "weight": "1", "direction": "for"}
    recommendation_id = stage.issued(
        slug,
        permit_id=permit,
        subject=subject,
        data_used=[stage.datum(reading, value=CANARY)],
        considerations=[said],
        counterfactuals=[{"text": CANARY, "suggestion": {"label": "stoej"}}],
    )
    decision_id = stage.call("decide", stage.choice(recommendation_id, own_consideration=CANARY))
    while sequencer.integrate():
        pass
    # Those who may see it, see it.
    assert kernel.decision(decision_id).body["own_consideration"] == CANARY
    assert not any(CANARY.encode() in leaf for leaf in storage.entries())
    tables = stage.owner.execute(
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'kernel\\_%'"
    ).fetchall()
    assert len(tables) > 30
    for (table,) in tables:
        clear = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s OR t::text LIKE %s"
        hexed = CANARY.encode().hex()
        assert stage.as_owner(clear, f"%{CANARY}%", f"%{hexed}%") == 0, table


def test_equal_records_have_unlike_imprints_in_the_log(stage):
    """The salt keeps others from finding a body by trying."""
    slug = stage.register()
    ids = [stage.issued(slug) for _ in range(5)]
    salts = stage.owner.execute("SELECT salt FROM kernel_secret WHERE record_id = ANY (%s)", (ids,))
    assert len({bytes(salt) for (salt,) in salts.fetchall()}) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"suggestion": {"label": "borger 010101-0000"}},
        {"key": "010101-0000"},
        {"subject": {"type": "citizen", "id": NUMBER}, "data_used": []},
    ],
)
def test_a_cpr_number_gets_into_no_part_that_is_kept_in_clear(stage, change):
    assert stage.refused("issue", stage.proposal(stage.register(), **change)) == "cpr"


def test_a_number_that_a_citizen_wrote_is_masked_before_anything_reads_it(stage):
    inquiry, _ = services.receive(
        external_id="p2-2", text="Mit nummer er 010101-0000, og vejen har huller.", channel="web"
    )
    services.triage(inquiry_id=str(inquiry.id))
    inquiry = Inquiry.objects.get(id=inquiry.id)
    (datum,) = kernel.recommendation(inquiry.recommendation_id).body["data_used"]
    assert "0000" not in inquiry.text + datum["value"]
    assert b"0000" not in bytes(inquiry.sealed_original)


# Sealed numbers


def test_a_sealed_number_opens_only_in_its_own_place_and_unchanged(stage, sealed):
    assert NUMBER.encode() not in sealed["sealed"]
    other = kernel.seal(
        subject=kernel.Subject(type="inquiry", id="17"),
        place=PLACE,
        row="17",
        plaintext="1212121212",
    )
    flipped = bytes([*sealed["sealed"][:-1], sealed["sealed"][-1] ^ 1])
    for box in (other, flipped):
        with pytest.raises(kernel.SealingError):
            kernel.unmask(user=stage.user("sofie"), reason=REASON, **sealed | {"sealed": box})


def test_the_keys_cannot_be_read_by_the_program_itself(stage, sealed):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute("SELECT wrapped FROM kernel_vaultkey")


# Who opened one, and why


@pytest.mark.parametrize("username", ["sofie", "dorte"])
def test_each_opening_stands_in_the_log_with_who_and_why(stage, sealed, username):
    number = kernel.unmask(user=stage.user(username), reason=REASON, **sealed)
    assert number == NUMBER
    event = RegistryEvent.objects.get(kind="unmasking", body__row=sealed["row"])
    assert event.body["user_id"] == stage.user_id(username)
    assert event.body["reason"] == REASON
    assert NUMBER not in str(event.body)


@pytest.mark.parametrize("reason", ["", "   ", "ok", "12345678", "....."])
def test_without_a_reason_in_words_it_stays_shut(stage, sealed, reason):
    with pytest.raises(kernel.Refused) as refusal:
        kernel.unmask(user=stage.user("sofie"), reason=reason, **sealed)
    assert refusal.value.code == "no_reason"


@pytest.mark.parametrize("username", ["merete", "anders", "testine"])
def test_and_for_those_without_the_right(stage, sealed, username):
    with pytest.raises(kernel.Refused) as refusal:
        kernel.unmask(user=stage.user(username), reason=REASON, **sealed)
    assert refusal.value.code == "no_right"
    payload = {"place": PLACE, "row": sealed["row"], "reason": REASON}
    scope = {"user_id": stage.user_id(username), "scope": {"unit": "", "kle": ""}}
    asked = payload | scope | {"codex_sha256": stage.sha256}
    assert stage.refused("unmask", asked) == "no_right"


def test_a_robot_opens_the_number_of_a_decided_matter_only_and_is_in_the_log(stage):
    slug, subject = stage.register(), stage.subject()
    row = uuid.uuid4().hex
    box = kernel.seal(subject=kernel.Subject(**subject), place=PLACE, row=row, plaintext=NUMBER)
    ask = {"robot": "visitator", "place": PLACE, "row": row, "sealed": box, "reason": REASON}
    with pytest.raises(kernel.Refused) as refusal:
        kernel.unmask_for_robot(decision_id=stage.decided(slug), **ask)
    assert refusal.value.code == "no_decision"
    decided = stage.call("decide", stage.choice(stage.issued(slug, subject=subject)))
    assert kernel.unmask_for_robot(decision_id=decided, **ask) == NUMBER
    event = RegistryEvent.objects.get(kind="unmasking", body__row=row)
    assert (event.body["robot"], event.body["decision_id"]) == ("visitator", str(decided))
