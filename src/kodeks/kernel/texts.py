# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who stands behind the words of a letter: approvals of texts, as entries in the ledger."""

from __future__ import annotations

import uuid

from kodeks.kernel import calls, models
from kodeks.kernel.models import User

_KIND = "letter_approved"


def approve_text(
    *, letter: str, version: int, sha256: str, written_by: int, reason: str, user: User
) -> uuid.UUID:
    """Enter in the ledger that the person approves a version of a letter's text; returns the id.

    `sha256` is of the text, `written_by` the account of its writer, who must be another. `reason`
    may be "": only a text that is hard to read needs one. The same
    approval again is the first one. Raises Refused when the person may not, wrote it, or the
    version is approved already.
    """
    found: uuid.UUID = calls.call(
        "approve_text",
        {
            "letter": letter,
            "version": version,
            "sha256": sha256,
            "written_by": written_by,
            "user_id": user.pk,
        }
        | ({"reason": reason} if reason else {}),
    )
    return found


def text_approval(*, letter: str, version: int) -> uuid.UUID | None:
    """The entry of the approval; None for a text that was approved before there were any."""
    found = models.RegistryEvent.objects.filter(
        kind=_KIND, body__letter=letter, body__version=version
    )
    return found.values_list("id", flat=True).first()
