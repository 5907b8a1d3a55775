# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model that was in operation some releases ago, beside which a new one is tried as well.

Each new model may be a little worse than the one before it. Held against the oldest of the last
releases, the small losses are seen as the one loss that they are. Which one that is follows from
the list of releases: taking the best of several by the same texts would find one that had luck.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.releases import SYSTEM
from kodeks.inquiries.suggesting import PURPOSE
from kodeks.kernel import api as kernel
from kodeks.language.embeddings import EmbeddingError

T = TypeVar("T")
_SHUT = frozenset({"wrong_release", "unsigned", "no_key"})


def oldest(*, present: str, most: int) -> kernel.Worked | None:
    """The oldest of the last `most` releases that has worked and is another model than the one in
    operation, of which `present` is the hash."""
    found = kernel.worked(system=SYSTEM, most=most)
    return next((one for one in reversed(found) if one.artefact_sha256 != present), None)


def ask(one: kernel.Worked, compute: Callable[[TriageModel], T]) -> T:
    """Let that model compute, as when a suggestion of its own is computed again.

    Raises InquiryError when it cannot be opened or used any more.
    """

    def work(permit: kernel.Permit) -> T:
        again = permit.again(one.recommendation_id)
        return again.predict(load=TriageModel.of_bytes, compute=compute)

    try:
        return kernel.under_permit(system=SYSTEM, purpose=PURPOSE, work=work)
    except kernel.Refused as refusal:
        if refusal.code not in _SHUT:
            raise
        raise InquiryError(refusal.message) from refusal
    except (TriageModelError, EmbeddingError) as error:
        raise InquiryError(str(error)) from error
