# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calling the database: what it answers, and how its refusals reach whoever called."""

from __future__ import annotations

import uuid
from contextlib import nullcontext

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from kodeks.kernel import calls
from kodeks.kernel.errors import Refused, SystemStopped


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def usable() -> bool:
    """Whether the transaction goes on."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, TransactionManagementError):
        return False
    return True


def test_what_it_answers(stage, ready):
    answer = calls.call("permit", stage.asking(ready))
    assert uuid.UUID(answer["id"])
    obstacles = calls.call("obstacles", ready, "operation", "triage")
    assert obstacles == []
    assert calls.call("subject_key", stage_key(stage))["kek"] == 1
    stop = {"system": ready, "user_id": stage.user_id("merete"), "reason": "Prøve med æøå."}
    assert calls.call("stop", stop) in (None, "")
    again = stop | {"codex_sha256": stage.sha256}
    assert calls.call("resume", again) in (None, "")


def stage_key(stage) -> dict[str, object]:
    return {"subject": stage.subject(), "key": {"wrapped": "AAAA", "kek": 1}}


def test_a_refusal_carries_code_and_sentence(stage, ready):
    with pytest.raises(Refused) as refusal:
        calls.call("permit", stage.asking("findes-ikke"))
    assert not isinstance(refusal.value, SystemStopped)
    assert refusal.value.code == "unknown_system"
    assert refusal.value.message == str(refusal.value) == "Systemet er ikke registreret."


def test_a_system_that_may_not_run_is_told_apart(stage):
    slug = stage.register(released=False)
    with pytest.raises(SystemStopped) as stopped:
        calls.call("permit", stage.asking(slug))
    assert stopped.value.code == "no_release"
    assert stopped.value.message.startswith("Systemet har ingen model")


@pytest.mark.parametrize("guard", [transaction.atomic, nullcontext])
def test_any_other_error_is_raised_as_it_is(stage, guard):
    with pytest.raises(DatabaseError) as error, guard():
        calls.call("findes_ikke", {})
    assert calls.refusal_of(error.value) is None
    assert usable()


def test_errors_of_another_kind_are_no_refusals():
    assert calls.refusal_of(DatabaseError("x")) is None


def test_the_callers_transaction_goes_on_after_a_refusal(stage, ready):
    with transaction.atomic():
        with pytest.raises(Refused):
            calls.call("permit", stage.asking("findes-ikke"))
        assert usable()
        assert calls.call("permit", stage.asking(ready))


def test_without_a_savepoint_it_ends(stage):
    with transaction.atomic():
        with pytest.raises(Refused):
            calls.call("permit", stage.asking("findes-ikke"), savepoint=False)
        assert not usable()
    assert usable()


@pytest.mark.parametrize("savepoint", [True, False])
def test_outside_a_transaction_nothing_is_left_open(stage, ready, savepoint):
    with pytest.raises(Refused):
        calls.call("permit", stage.asking("findes-ikke"), savepoint=savepoint)
    assert usable()
    assert not connection.in_atomic_block
    permit = calls.call("permit", stage.asking(ready), savepoint=savepoint)["id"]
    # Committed: another connection sees it.
    assert stage.as_owner("SELECT count(*) FROM kernel_permit WHERE id = %s", permit) == 1
