# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A person changes what was decided (omgørelse): after a complaint, of their own motion, or because
a higher body or somebody who looked found it wrong. No AI has a part in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from django.db import transaction

from kodeks.kernel import authority, calls, records, selectors, subjects
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.records import Reversal
from kodeks.language import cpr

Cause = Literal["complaint", "own", "appeal", "mistake"]
CAUSES: Mapping[str, str] = {
    "complaint": "Der er klaget over afgørelsen",
    "own": "Kommunen har selv taget sagen op igen",
    "appeal": "Klageinstansen har ændret afgørelsen eller sendt den tilbage",
    "mistake": "En gennemgang har vist en fejl",
}
"""Each cause as people read it."""


def reverse(
    *,
    replaces: uuid.UUID,
    user: User,
    cause: Cause,
    outcome: Mapping[str, Any],
    own_consideration: str,
) -> Reversal:
    """A person with the right to handle the matter changes what was decided in it.

    `replaces` is what they saw standing: the decision's id, or that of its newest reversal. The
    decision stays as it was written. A stopped system is not in the way.

    Raises Refused when the person may not, has written no consideration of their own, gives no
    cause or the outcome that stands already, when it was reversed meanwhile or is erased.
    """
    row = selectors.first_decision(replaces)
    if row is None:
        raise Refused(code="unknown_decision", message="Afgørelsen findes ikke.")
    subject = subjects.Subject(type=row.subject_type, id=row.subject_id)
    about = About(system=row.system_id, scope=selectors.scope_of(row.body))
    return _reversed(
        subject,
        user,
        about,
        {
            "replaces": str(replaces),
            "cause": cause,
            "outcome": outcome,
            "own_consideration": cpr.mask(own_consideration),
        },
    )


def may_reverse(user: User, decision: records.Decision) -> bool:
    """Whether the person may, for pages that show the way or not."""
    return authority.may(user, "reverse", about=About(system=decision.system, scope=decision.scope))


@transaction.atomic
def _reversed(
    subject: subjects.Subject, user: User, about: About, payload: Mapping[str, Any]
) -> Reversal:
    record_id = uuid.uuid4()
    parts = {"own_consideration": payload["own_consideration"]}
    # In one transaction with the reversal: a key made for one that is refused goes again.
    key = subjects.key_to_seal(subject)

    def call() -> Any:
        sha256 = authority.require(user, "reverse", about=about)
        return calls.call(
            "reverse",
            {
                **payload,
                "id": str(record_id),
                "user_id": user.pk,
                "codex_sha256": sha256,
                "sealed": records.sealed(key, record_id=record_id, parts=parts),
            },
        )

    return selectors.reversal(authority.judged_again(call))
