# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A receipt shows that enough witnesses have seen the log it is from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cosigned import (
    URLS,
    ask,
    integrated,
    line_on,
    recorded,
    register,
    rules_in_force,
    store,
    stranger,
)

from kodeks.kernel import receipts, signing, witnessing
from kodeks.ledger import note, policy, receipt
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import Witness

pytestmark = pytest.mark.usefixtures("usual_witnesses")


OFFLINE = (
    "import sys; from pathlib import Path; from kodeks.ledger import policy, receipt; "
    "rules = policy.parse_policy(Path(sys.argv[2]).read_bytes()); "
    "data = Path(sys.argv[1]).read_bytes(); "
    "found = receipt.verify(data, trusted_key=None, trusted_policy=rules); "
    "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]; "
    "sys.stdout.write(f'{found.trusted} {len(found.cosignatures)}')"
)


def holds(data: bytes, rules: policy.Policy) -> bool:
    try:
        return receipt.verify(data, trusted_key=None, trusted_policy=rules).trusted
    except VerificationError:
        return False


def test_a_receipt_shows_offline_that_enough_have_seen_it(stage, tmp_path: Path):
    record = recorded(stage)
    ask()
    (tmp_path / "kvittering.json").write_bytes(receipts.build(record))
    (tmp_path / "regler").write_text(policy.format_policy(rules_in_force()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "kvittering.json", "regler"],
        env={"PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "True 3"), done.stderr


def test_without_witnesses_there_are_no_receipts_and_that_is_said(stage):
    record = recorded(stage)
    ask()
    assert receipts.build(record)
    register(stage, [], quorum=0)
    assert witnessing.in_force() is None
    assert witnessing.standings() == []
    assert witnessing.newest_seen() is None
    assert ask() == 0
    with pytest.raises(receipts.NotYet, match="mangler et vidne, der ser efter"):
        receipts.build(record)
    register(stage)
    assert receipts.build(record)


def test_another_number_holds_at_once_and_old_receipts_still_hold(stage):
    record = recorded(stage)
    assert ask(*URLS[:2]) == 2
    before = rules_in_force()
    data = receipts.build(record)
    register(stage, quorum=3)
    with pytest.raises(receipts.NotYet, match="ved at blive lavet"):
        receipts.build(record)
    assert holds(data, before)
    assert not holds(data, rules_in_force())
    assert ask(URLS[2]) == 1
    assert holds(receipts.build(record), rules_in_force())
    register(stage, quorum=1)
    assert holds(data, rules_in_force())


def test_a_receipt_outlives_the_witnesses_that_signed_it(stage):
    record = recorded(stage)
    ask()
    before, data = rules_in_force(), receipts.build(record)
    register(stage, [stranger(1), stranger(2)], quorum=1)
    with pytest.raises(receipts.NotYet):
        receipts.build(record)
    assert holds(data, before)
    assert receipt.verify(data, trusted_key=signing.verifier_key()).body == record.body
    # Whom to believe is for the reader to say.
    assert not holds(data, rules_in_force())


def test_a_receipt_carries_five_signatures_unless_more_are_needed(stage):
    """It must have room in a QR code."""
    signers = [
        note.SignerKey(f"nabo-{number}/vidne", bytes([50 + number]) * 32, note.COSIGNATURE)
        for number in range(8)
    ]
    witnesses = [
        Witness(one.verifier, f"http://nabo-{at}.invalid") for at, one in enumerate(signers)
    ]
    record = recorded(stage)
    size = integrated()
    register(stage, witnesses, quorum=2)
    for one in signers:
        store(stage, size, one.verifier.text, line_on(size, one))
    for quorum, carried in ((2, 5), (5, 5), (6, 6), (8, 8)):
        register(stage, witnesses, quorum=quorum)
        found = receipt.verify(
            receipts.build(record), trusted_key=None, trusted_policy=rules_in_force()
        )
        assert len(found.cosignatures) == carried
