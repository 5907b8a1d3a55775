# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rules on their way into operation: a rule book is released as a trained model would be.

It is tried on invented texts under a permit for development; the technician signs first
(`propose`), the manager approves with `kodeks release approve`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from kodeks.accessrequests.engine.rules import RuleBook
from kodeks.accessrequests.suggesting import CIRCUMSTANCES, SOURCE, TEXT
from kodeks.codex.keys import Signer
from kodeks.kernel import api as kernel

SYSTEM = "accessrequests"
TRIED = "proevetekst"
LEARNING = "improvement"
_NO_GROUPS = "Reglerne er ikke lært af data og ser ikke på, hvem der søger."


def propose(
    *,
    book: RuleBook,
    version: str,
    texts: Sequence[str],
    metrics: Mapping[str, str],
    author: kernel.User,
    signer: Signer,
) -> None:
    """Seal the rules and sign them as their author (needs the owner role).

    `texts` are the invented ones that the rules were tried with, and `metrics` what came of it.
    Raises kernel Refused when something is missing.
    """
    permit = kernel.ask(system=SYSTEM, purpose=LEARNING, phase="development", user=author)
    digest = hashlib.sha256("\f".join(texts).encode()).hexdigest()
    permit.read_dataset(source=TRIED, fields=("text",), rows=len(texts), sha256=digest)
    kernel.propose(
        system=SYSTEM,
        version=version,
        artefact=book.artefact.as_bytes(),
        permit_id=permit.id,
        inputs=[(SOURCE, TEXT), (SOURCE, CIRCUMSTANCES)],
        metrics=metrics,
        groups=kernel.Groups(measured=[], reason=_NO_GROUPS),
        author=author,
        signer=signer,
    )
