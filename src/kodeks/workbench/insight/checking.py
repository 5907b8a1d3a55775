# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A file of insight put to the test: are its receipts true, and does its suggestion come again?

Receipts hold without the municipality. Computing again needs its sealed release, so that part is
done in the installation, of the data that stand in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.kernel import signing
from kodeks.kernel.records import ERASED
from kodeks.kernel.replaying import Outcome
from kodeks.kernel.subjects import Subject
from kodeks.ledger import receipt
from kodeks.ledger.canonical import canonical_json
from kodeks.ledger.errors import VerificationError
from kodeks.workbench import matters
from kodeks.workbench.insight import export

MOST_BYTES = 50_000_000
_NAMES = {"recommendation": "Forslaget", "decision": "Valget", "reversal": "Omgørelsen"}
_REPLAYED = {
    Outcome.SAME: "Regnet ud igen. Det er ens, bit for bit.",
    Outcome.REWORDED: "Regnet ud igen. Tallene er ens, men ordene er skrevet om siden.",
    Outcome.DIFFERENT: "Regnet ud igen. Det er ikke ens.",
    Outcome.IMPOSSIBLE: "Kan ikke regnes ud igen.",
}


class NotInsight(Exception):
    """The file is no file of insight. The text is Danish."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: `holds` is None when it could not be."""

    about: str
    sentence: str
    holds: bool | None


def check(content: bytes) -> tuple[Finding, ...]:
    """What holds and what does not, record by record. Raises NotInsight."""
    return tuple(_findings(_parsed(content)))


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise NotInsight("Filen er for stor til at være en fil med indsigt.")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotInsight("Filen er ikke JSON. Hent den igen på sagens side.") from error
    if not isinstance(found, dict) or found.get("format") != export.FORMAT:
        raise NotInsight("Filen er ikke en fil med indsigt. Hent den på sagens side.")
    if found.get("version") != export.VERSION:
        raise NotInsight("Filen er af en anden version. Hent den igen på sagens side.")
    return found


def _findings(found: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        for one in found["records"]:
            kind, body = str(one["kind"]), one["body"]
            # What came again has a number after its kind.
            name = _NAMES.get(kind.partition("-")[0], f"Handlingen {kind.removeprefix('act-')}")
            yield _proved(name, kind, one)
            if kind == "recommendation":
                yield _replayed(name, body)
    except (KeyError, TypeError, AttributeError) as error:
        raise NotInsight("Filen mangler noget. Hent den igen på sagens side.") from error


def _proved(name: str, kind: str, one: Mapping[str, Any]) -> Finding:
    """The receipt is true, of this log, and proves exactly the body in the file."""
    if one["receipt"] is None:
        why = str(one["no_receipt"])
        return Finding(about=name, sentence=f"Der er ingen kvittering. {why}", holds=None)
    try:
        # A receipt file is the canonical form and a newline, whatever form the file has it in.
        data = canonical_json(one["receipt"]) + b"\n"
        proved = receipt.verify(data, trusted_key=signing.verifier_key())
    except VerificationError as error:
        return Finding(about=name, sentence=str(error), holds=False)
    if proved.kind != kind.partition("-")[0] or proved.body != one["body"]:
        return Finding(about=name, sentence="Kvitteringen gælder noget andet.", holds=False)
    return Finding(about=name, sentence="Kvitteringen er ægte.", holds=True)


def _replayed(name: str, body: Mapping[str, Any]) -> Finding:
    if any(datum["value"] == ERASED for datum in body["data_used"]):
        return Finding(about=name, sentence="Kan ikke regnes ud igen. Det er slettet.", holds=None)
    found = matters.by_subject(Subject(**body["subject"]))
    if found is None or found.matter.system != body["system"]:
        return Finding(about=name, sentence="Sagen findes ikke her.", holds=None)
    replay = found.replay(body)
    sentence = f"{_REPLAYED[replay.outcome]} {replay.reason}".strip()
    holds = None if replay.outcome is Outcome.IMPOSSIBLE else replay.confirmed
    return Finding(about=name, sentence=sentence, holds=holds)
