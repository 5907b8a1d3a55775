# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.2: it can be seen when somebody changes the history."""

from __future__ import annotations

import nearby
import psycopg
import pytest
from django.db import DatabaseError

from kodeks.kernel import api as kernel
from kodeks.kernel import receipts, signing, storage
from kodeks.kernel.models import LedgerTile
from kodeks.ledger import checkpoint, note
from kodeks.ledger.errors import VerificationError

KEPT = ["recommendation", "decision", "act", "registryevent", "evidence", "switch", "ledgerentry"]


@pytest.fixture(scope="module")
def decided(stage):
    """A decision that was carried out, with its place in the log."""
    slug = stage.register()
    stage.switch(slug)
    stage.switch(slug, verb="resume")
    decision_id = stage.decided(slug)
    stage.call("act", stage.step(decision_id))
    integrate()
    return kernel.decision(decision_id)


def integrate() -> None:
    nearby.publish()


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_neither_program_nor_owner_changes_what_is_written(stage, decided, table, statement):
    column = "index" if table == "ledgerentry" else "id"
    forbidden = statement.format(f"kernel_{table}", column, column)
    before = stage.contents()
    for connection in (stage.application, stage.owner):
        with pytest.raises(psycopg.Error) as error:
            connection.execute(forbidden)
        assert error.value.sqlstate in ("KDREF", "42501")
    assert stage.contents() == before


def test_everything_that_was_written_has_a_place_under_a_signed_head(stage, decided):
    integrate()
    head = storage.latest_checkpoint()
    key = signing.signer().verifier
    opened = checkpoint.open_signed(head.note.encode(), key=key)
    assert (opened.size, opened.root) == (head.size, bytes(head.root))
    assert len(list(storage.entries(size=head.size))) == head.size > 10
    (waiting,) = stage.owner.execute("SELECT count(*) FROM kernel_ledgerpending").fetchone()
    assert waiting == 0
    another = note.parse_signer_key(note.generate_key(opened.origin)).verifier
    with pytest.raises(VerificationError):
        checkpoint.open_signed(head.note.encode(), key=another)


def test_a_head_over_another_tree_is_refused_by_the_database(stage):
    stage.decided(stage.register())
    with stage.application.transaction(force_rollback=True):
        stage.application.execute("SELECT * FROM kernel.ledger_integrate(5000)").fetchall()
        with pytest.raises(psycopg.Error) as error:
            stage.application.execute(
                "SELECT kernel.ledger_publish(1, %s, 'x', '{}', '{}', '{}', '{}')", (b"0" * 32,)
            )
    assert error.value.diag.message_detail == "ledger"


# Somebody who switches the guards off


def force(stage, table: str, statement: str, *values: object) -> None:
    stage.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    stage.owner.execute(statement, values)
    stage.owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_record_changed_by_force_no_longer_fits_the_log(stage):
    decision = kernel.decision(stage.decided(stage.register()))
    integrate()
    assert receipts.build(decision)
    force(
        stage,
        "kernel_decision",
        "UPDATE kernel_decision SET body = jsonb_set(body, '{outcome,label}', '\"stoej\"')"
        " WHERE id = %s",
        decision.id,
    )
    with pytest.raises(VerificationError):
        receipts.build(kernel.decision(decision.id))


def test_nor_does_one_whose_log_entry_was_changed_along_with_it(stage):
    decision = kernel.decision(stage.decided(stage.register()))
    integrate()
    change = (
        "UPDATE kernel_ledgerentry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'),"
        " %s, %s), 'UTF8') WHERE pending_id = %s"
    )
    force(stage, "kernel_ledgerentry", change, "decision", "decisive", decision.pending_id)
    try:
        with pytest.raises(VerificationError):
            receipts.build(decision)
        # Nor does the log go on over an entry that is not the one it signed.
        stage.register()
        with pytest.raises(DatabaseError, match="fliser"):
            integrate()
    finally:
        force(stage, "kernel_ledgerentry", change, "decisive", "decision", decision.pending_id)
    integrate()
    assert receipts.build(decision)


def test_a_forged_tree_does_not_fit_the_root_that_was_signed(stage):
    decision = kernel.decision(stage.decided(stage.register()))
    integrate()
    tile = LedgerTile.objects.filter(level=0).latest("index")
    change = "UPDATE kernel_ledgertile SET data = %s WHERE id = %s"
    true = bytes(tile.data)
    force(stage, "kernel_ledgertile", change, bytes(32) + true[32:], tile.id)
    try:
        with pytest.raises(VerificationError):
            receipts.build(decision)
    finally:
        force(stage, "kernel_ledgertile", change, true, tile.id)
    assert receipts.build(decision)
