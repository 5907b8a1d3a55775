# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Three witnesses of the tests' log in this process: the real ones, asked without a network."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer, signing, witnessing
from kodeks.ledger.note import COSIGNATURE, SignerKey
from kodeks.ledger.policy import Witness
from kodeks.witness.store import Store

QUORUM = 2
SIGNERS = {
    f"http://vidne-{number}.invalid": SignerKey(
        f"proevekommune-{number}/vidne", bytes([number]) * 32, COSIGNATURE
    )
    for number in (1, 2, 3)
}
WITNESSES = [Witness(signer.verifier, url) for url, signer in SIGNERS.items()]
_stores: dict[str, Store] = {}


def submit(url: str, body: bytes) -> kernel.WitnessReply:
    """What the setting KODEKS_WITNESS_CLIENT names in the tests."""
    answer = store(url).add_checkpoint(body, clock=time.time)
    return kernel.WitnessReply(status=answer.status, body=answer.body.encode())


def store(url: str) -> Store:
    """The folder of the witness at `url`, which follows the tests' log."""
    if url not in _stores:
        folder = Path(tempfile.mkdtemp(prefix="kodeks-vidne-"))
        (folder / "key").write_text(f"{SIGNERS[url].text}\n", encoding="utf-8")
        _stores[url] = Store(folder)
        _stores[url].follow(signing.verifier_key())
    return _stores[url]


def forget() -> None:
    """Let the witnesses forget: another database holds another log of the same name."""
    for one in _stores.values():
        shutil.rmtree(one.folder)
    _stores.clear()


def register() -> None:
    """Make them the log's witnesses; as the owner."""
    witnessing.register(WITNESSES, quorum=QUORUM)


def publish() -> None:
    """Give every waiting entry its place and have the head signed by the witnesses."""
    while sequencer.integrate():
        pass
    witnessing.ask()
