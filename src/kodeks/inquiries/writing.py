# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A letter that a person wrote, journalised and sent, where the robot could not: the case has its
words, the journal's number and how it went out, so the robot goes on after it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from kodeks.casework import by_hand as hand
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Dispatch, Document
from kodeks.documents.errors import DocumentError
from kodeks.inquiries import selectors, senders
from kodeks.inquiries.journalising import adopted
from kodeks.inquiries.models import Topic
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Fact, StepContext
from kodeks.robots.hands import Facts, Kind

DOCUMENT = Fact(
    name="esdh_document",
    title="Dokumentets nummer i ESDH",
    helptext="Nummeret, som ESDH gav dokumentet.",
)
DAY = Fact(name="sent_on", title="Hvornår sendte du brevet?", kind=Kind.DAY)
NUMBER = Fact(
    name="receipt",
    title="Kvittering for brevet",
    helptext="Nummeret på forsendelsen, så den kan findes igen.",
)
_TEXT = Fact(
    name="text",
    title="Brevets tekst",
    helptext="Skriv eller indsæt det, du skrev til borgeren. Borgeren kan se det. Skriv ikke "
    "CPR-numre.",
    kind=Kind.TEXT,
)
FACTS = (DOCUMENT, _TEXT, DAY, NUMBER)


def by_hand(
    context: StepContext,
    case: Case,
    topic: Topic,
    *,
    facts: Facts,
    theme: str,
    user: kernel.User,
) -> dict[str, Any]:
    """Store the letter's words, its entry and that it was sent. Raises BusinessError."""
    day = dt.date.fromisoformat(facts["sent_on"])
    inquiry = selectors.inquiry(uuid.UUID(context.subject_id))
    try:
        document = hand.transcribed(
            key=context.key,
            case=case,
            text=facts["text"],
            unit=topic.unit,
            day=day,
            user=user,
            addressed=senders.addressed(inquiry, case),
        )
        entry = adopted(
            context,
            document,
            theme=theme,
            topic=topic,
            user=user,
            esdh_case=hand.journalled_as(case),
            esdh_document=facts["esdh_document"],
        )
        dispatch = sent(context, document, facts)
    except (CaseworkError, DocumentError) as error:
        raise BusinessError(code="letter", message=str(error)) from error
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
        "dispatch": str(dispatch.id),
    }


def sent(context: StepContext, document: Document, facts: Facts) -> Dispatch:
    """A person sent the letter. Raises CaseworkError."""
    return hand.sent(
        # The same for the step that writes and for the one that sends, which a run has once each.
        key=f"{context.run_id}:send",
        document=document,
        number=facts["receipt"],
        day=dt.date.fromisoformat(facts["sent_on"]),
    )
