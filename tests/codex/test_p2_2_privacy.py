# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.2: the ledger holds no personal data and CPR numbers are sealed."""

import pytest

from kodeks.kernel import sealing, sequencer
from kodeks.kernel.sealing import SealingError

CANARY = "010101-0000 Kanariefugl"


def test_what_a_citizen_wrote_is_nowhere_in_the_ledger(stage):
    datum = {
        "source": "henvendelse",
        "field": "text",
        "value": CANARY,
        "fetched_at": "2026-01-05T09:30:00Z",
    }
    stage.issued(stage.register(), data_used=[datum])
    waiting = stage.owner.execute("SELECT leaf FROM kernel_ledgerpending").fetchall()
    assert waiting
    while sequencer.integrate():
        pass
    placed = stage.owner.execute("SELECT leaf FROM kernel_ledgerentry").fetchall()
    assert not any(b"Kanariefugl" in leaf for (leaf,) in waiting + placed)


def test_equal_bodies_have_unlike_commitments(stage):
    """The salt keeps others from finding a body by trying."""
    slug = stage.register()
    salts = {
        bytes(salt)
        for (salt,) in stage.owner.execute(
            "SELECT salt FROM kernel_recommendation WHERE id = ANY (%s)",
            ([stage.issued(slug) for _ in range(5)],),
        ).fetchall()
    }
    assert len(salts) == 5


def test_a_cpr_number_opens_only_in_its_own_place(stage):
    sealed = sealing.seal(table="t", row="1", plaintext="0101010000")
    assert b"0101010000" not in sealed
    with pytest.raises(SealingError):
        sealing.open_sealed(table="t", row="2", sealed=sealed)
