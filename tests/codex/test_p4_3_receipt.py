# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.3: the citizen gets a proof that needs nothing from the municipality."""

import pytest

from kodeks.kernel import receipts, sequencer, signing
from kodeks.kernel.models import Recommendation
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError


def test_the_receipt_proves_what_was_shown_and_nothing_else(stage):
    record = Recommendation.objects.get(id=stage.issued(stage.register()))
    while sequencer.integrate():
        pass
    data, key = receipts.build(record), signing.verifier_key()
    assert receipt.verify(data, trusted_key=key).body == record.body
    with pytest.raises(VerificationError):
        receipt.verify(data.replace(b"0.910000", b"0.990000"), trusted_key=key)
