# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The author's half of a release of a retrained model: a worker holds nobody's key, so a person
signs with their own."""

from __future__ import annotations

import uuid

from kodeks.codex.keys import Signer
from kodeks.inquiries import releases
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import steps
from kodeks.inquiries.models import Retraining, RetrainingOutcome
from kodeks.kernel import api as kernel


def propose(
    *, run: str, version: str, author: kernel.User, signer: Signer, small_groups: str = ""
) -> TriageModel:
    """Seal and sign the model of a run that has passed (needs the owner role).

    Raises InquiryError when the run has not passed, else as `releases.propose`.
    """
    found = _found(run)
    proposed = releases.propose(
        source=steps.folder_of(found),
        version=version,
        author=author,
        signer=signer,
        small_groups=small_groups,
    )
    # What is released is the sealed copy.
    steps.forget(found)
    return proposed


def _found(run: str) -> Retraining:
    try:
        found = Retraining.objects.select_related("end").filter(id=uuid.UUID(run)).first()
    except ValueError:
        found = None
    if found is None:
        raise InquiryError(
            "Gentræningen findes ikke. Se numrene med `kodeks inquiries retrainings`."
        )
    end = getattr(found, "end", None)
    if end is None:
        raise InquiryError("Gentræningen er ikke færdig endnu.")
    if end.outcome != RetrainingOutcome.PASSED:
        raise InquiryError(f"Modellen kan ikke frigives. {' '.join(end.reasons)}")
    return found
