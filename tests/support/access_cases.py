# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What stands in the documents that tests ask to see. Nobody in it exists."""

from __future__ import annotations

from typing import Any

from kodeks.accessrequests import deciding
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.kernel import api as kernel

ASKER = "Testine Testesen"
ASKER_CPR = "0101019995"
NEIGHBOUR = "Xerxes Quistgaard"
PHONE_NOTE = (
    f"Samtale med {ASKER}. Naboen {NEIGHBOUR} bor på Attrapvej 9 og har telefon 12 34 56 78.\n"
    "Xerxes har CPR 010190-1234. Han har fået diagnosen angst. Skraldet bliver hentet fredag."
)
MEMO = "Internt notat. Vi bør hente skraldet om fredagen. Sofie Prøvesen mener det samme."
WHY = "Jeg har læst dokumentet og set på, hvem der er nævnt."


def titled(request: AccessRequest, title: str) -> RequestDocument:
    return request.documents.get(title=title)


def seen(document: RequestDocument, user: kernel.User) -> dict[str, Any]:
    kernel.show(recommendation_id=document.recommendation_id, user=user)
    return dict(kernel.recommendation(document.recommendation_id).suggestion)


def follow(document: RequestDocument, user: kernel.User) -> kernel.Decision:
    proposed = seen(document, user)
    return deciding.decide_document(
        document_id=document.id,
        user=user,
        label=proposed["label"],
        marks=[tuple(mark) for mark in proposed["marks"]],
        rule=proposed["rule"],
        own_consideration=WHY,
        with_proposal=True,
    )


def answer(request: AccessRequest, user: kernel.User) -> kernel.Decision:
    """Every proposal is followed, and the request answered."""
    for document in request.documents.filter(decision_id=None):
        follow(document, user)
    return deciding.decide(request_id=request.id, user=user, own_consideration=WHY)
