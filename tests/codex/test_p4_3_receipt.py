# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.3: the citizen can get a proof of what was written about the matter."""

from __future__ import annotations

import json
import os
import subprocess

import nearby
import pytest
import warm

from kodeks.kernel import api as kernel
from kodeks.kernel import receipts, signing
from kodeks.ledger import note, receipt
from kodeks.ledger.errors import VerificationError


@pytest.fixture(scope="module")
def records(stage):
    """A suggestion, the decision on it and the robot's step, with their place in the log."""
    decision = kernel.decision(stage.decided(stage.register()))
    stage.call("act", stage.step(decision.id))
    nearby.publish()
    (act,) = kernel.acts_of(decision.id)
    return [kernel.recommendation(decision.recommendation_id), decision, act]


def test_each_record_has_a_receipt_that_proves_all_of_it(records):
    for record in records:
        found = receipt.verify(receipts.build(record), trusted_key=signing.verifier_key())
        assert found.trusted
        assert found.body == record.body


def verify(folder, data: bytes, key: str) -> subprocess.CompletedProcess[str]:
    """What the citizen's own machine says, which knows neither us nor our database."""
    file = folder / "kvittering.json"
    file.write_bytes(data)
    ours = ("KODEKS_", "DJANGO_", "PG")
    return warm.run_text(
        ["-m", "kodeks", "receipt", "verify", file, "--key", key],
        env={name: value for name, value in os.environ.items() if not name.startswith(ours)},
        cwd=folder,
    )


def test_it_can_be_checked_without_asking_the_municipality(records, tmp_path):
    data, key = receipts.build(records[0]), signing.verifier_key()
    done = verify(tmp_path, data, key)
    assert done.returncode == 0
    assert "Kvitteringen er ægte." in done.stdout
    changed = verify(tmp_path, data.replace(b"0.910000", b"0.990000"), key)
    assert changed.returncode == 1
    another = note.parse_signer_key(note.generate_key("anden/kodeks")).verifier.text
    assert verify(tmp_path, data, another).returncode == 1


def test_not_one_letter_of_it_can_be_changed(records):
    data, key = receipts.build(records[1]), signing.verifier_key()
    for place in range(0, len(data), 7):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(VerificationError):
            receipt.verify(changed, trusted_key=key)


def test_a_body_that_was_never_in_the_log_gets_none(stage, records):
    body = json.loads(json.dumps(records[1].body)) | {"own_consideration": "Noget andet."}
    forged = type(records[1])(**(vars(records[1]) | {"body": body}))
    with pytest.raises(VerificationError):
        receipts.build(forged)


def test_before_the_record_has_its_place_in_the_log_the_citizen_is_asked_to_wait(stage):
    decision = kernel.decision(stage.decided(stage.register()))
    with pytest.raises(receipts.NotYet):
        receipts.build(decision)
