# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Receipts: verified by a process that has neither database, settings nor keys."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import nearby
import pytest
import warm

from kodeks.kernel import erasure, receipts, selectors, signing
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError

VERIFY = (
    "import sys; from pathlib import Path; from kodeks.ledger import receipt; "
    "found = receipt.verify(Path(sys.argv[1]).read_bytes(), trusted_key=sys.argv[2]); "
    "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]; "
    "sys.stdout.write(found.body['id'])"
)


@pytest.fixture(scope="module")
def records(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.call("act", stage.step(decision_id))
    decision = selectors.decision(decision_id)
    found = [
        selectors.recommendation(decision.recommendation_id),
        decision,
        *selectors.acts_of(decision_id),
    ]
    with pytest.raises(receipts.NotYet):
        receipts.build(found[0])
    nearby.publish()
    return found


def test_each_kind_of_record_has_a_receipt(records):
    kinds = []
    for record in records:
        found = receipt.verify(receipts.build(record), trusted_key=signing.verifier_key())
        assert found.trusted
        assert found.body == record.body
        kinds.append(found.kind)
    assert kinds == ["recommendation", "decision", "act"]


def test_it_is_verified_without_a_database(records, tmp_path):
    path = tmp_path / "kvittering.json"
    path.write_bytes(receipts.build(records[0]))
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, str(path), signing.verifier_key()],
        env={"PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, str(records[0].id)), done.stderr


def test_the_command_verifies_it_too(records, tmp_path):
    path = tmp_path / "kvittering.json"
    path.write_bytes(receipts.build(records[1]))
    command = ["-m", "kodeks", "receipt", "verify", path]
    key = ["--key", signing.verifier_key()]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = warm.run_text([*command, *key], env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ægte" in done.stdout
    path.write_bytes(path.read_bytes().replace(b"rotter", b"ratter"))
    done = warm.run_text([*command, *key], env=environment, cwd=tmp_path)
    assert done.returncode != 0
    assert "ægte" not in done.stdout


def test_any_changed_byte_is_found(records):
    data, key = receipts.build(records[1]), signing.verifier_key()
    draw = random.Random(1)
    for at in {*range(0, len(data), 41), *draw.sample(range(len(data)), 80)}:
        changed = bytearray(data)
        changed[at] ^= 1 << draw.randrange(8)
        with pytest.raises(VerificationError):
            receipt.verify(bytes(changed), trusted_key=key)


def test_the_body_of_one_record_does_not_fit_the_proof_of_another(records):
    first, second = (json.loads(receipts.build(record)) for record in records[:2])
    for field in ("body", "leaf", "proof", "salt", "kind"):
        mixed = json.dumps(
            first | {field: second[field]},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        with pytest.raises(VerificationError):
            receipt.verify(mixed.encode() + b"\n", trusted_key=signing.verifier_key())


def test_old_records_get_a_proof_under_the_newest_head(stage, records):
    for _ in range(3):
        stage.issued(stage.register())
        nearby.publish()
    found = receipt.verify(receipts.build(records[0]), trusted_key=signing.verifier_key())
    assert found.tree_size > found.index + 3
    assert found.body == records[0].body


def test_a_receipt_proves_the_citizens_own_words_and_goes_with_them(stage, records):
    slug = stage.register()
    record = selectors.recommendation(stage.issued(slug))
    nearby.publish()
    before = receipts.build(record)
    assert b"Der er rotter i g" in before
    erasure.erase(subject=record.subject, user=stage.user("dorte"), reason="Fristen er gået.")
    with pytest.raises(receipts.Erased):
        receipts.build(selectors.recommendation(record.id))
    # What the citizen kept can still be verified: the log has not changed.
    assert receipt.verify(before, trusted_key=signing.verifier_key()).body == record.body
