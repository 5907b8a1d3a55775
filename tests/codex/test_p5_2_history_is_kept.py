# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.2: a change of history is refused, and seen if it is forced."""

import psycopg
import pytest

from kodeks.kernel import receipts, sequencer
from kodeks.kernel.models import Recommendation
from kodeks.ledger.errors import VerificationError


@pytest.mark.parametrize(
    "verb", ["UPDATE kernel_decision SET choice = 'own'", "DELETE FROM kernel_decision"]
)
def test_neither_the_application_nor_the_owner_role_rewrites_it(stage, verb):
    stage.decided(stage.register())
    for connection in (stage.application, stage.owner):
        with pytest.raises(psycopg.Error):
            connection.execute(verb)


def test_a_body_changed_by_force_gets_no_receipt(stage):
    record = Recommendation.objects.get(id=stage.issued(stage.register()))
    while sequencer.integrate():
        pass
    assert receipts.build(record)
    stage.owner.execute("ALTER TABLE kernel_recommendation DISABLE TRIGGER history")
    stage.owner.execute(
        "UPDATE kernel_recommendation SET body = jsonb_set(body, '{confidence}', '\"0.990000\"')"
        " WHERE id = %s",
        (record.id,),
    )
    stage.owner.execute("ALTER TABLE kernel_recommendation ENABLE TRIGGER history")
    with pytest.raises(VerificationError):
        receipts.build(Recommendation.objects.get(id=record.id))
