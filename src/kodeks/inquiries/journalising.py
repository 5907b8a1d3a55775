# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robot Visitator enters in the journal, when an inquiry is handled or changed later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kodeks.casework import by_hand
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import ActorKind, Case, Document, JournalEntry, Unit
from kodeks.casework.ports import PortRejected, journal_system
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.inquiries import attachments
from kodeks.inquiries.models import Topic
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import StepContext

ROBOT = "visitator"
ACKNOWLEDGEMENT, SPLIT = attachments.MOST + 1, attachments.MOST + 2
"""Which `part` of a step's entries the acknowledgement is, and the note about a split; each file
that came with the inquiry is the part of its number."""


@contextmanager
def for_a_person(code: str) -> Iterator[None]:
    """What no second try mends goes to a person: under `code`, or as the journal's refusal."""
    try:
        yield
    except (CaseworkError, DocumentError) as error:
        raise BusinessError(code=code, message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="journal", message=str(error)) from error


def result_of(case: Case, entry: JournalEntry) -> dict[str, Any]:
    """What a step that journalised leaves."""
    return {
        "case": case.number,
        "entry": str(entry.id),
        "esdh_case": entry.esdh_case_id,
        "esdh_document": entry.esdh_document_id,
    }


def told(
    context: StepContext,
    letter: Letter,
    *,
    case: Case,
    theme: str,
    topic: Topic,
    unit: Unit | None = None,
) -> dict[str, Any]:
    """Write the step's letter and journalise it (offentlighedsloven § 15, stk. 1); what it leaves.

    Raises CaseworkError and PortRejected.
    """
    document = casework.write_letter(key=context.key, case=case, letter=letter)
    entry = entered(context, document, theme=theme, topic=topic, unit=unit)
    return {
        "document": str(document.id),
        "sha256": document.sha256,
        "entry": str(entry.id),
        "esdh_document": entry.esdh_document_id,
    }


def entered(
    context: StepContext,
    document: Document,
    *,
    theme: str,
    topic: Topic,
    part: int = 0,
    cpr: str = "",
    unit: Unit | None = None,
) -> JournalEntry:
    """The document's entry, which has its number from the journal; once for each step of a run,
    and for each `part` of what the step enters. The topic's unit enters it where no other is given.

    `cpr` is the sender's number where the step has opened it, for the journal only.

    Raises CaseworkError, and PortRejected when the journal will not have it.
    """
    entry = casework.register_entry(
        key=f"{context.key}:{part}" if part else context.key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=theme,
        unit=unit or topic.unit,
        actor_kind=ActorKind.SYSTEM,
        actor=ROBOT,
    )
    return casework.journalise(entry=entry, system=journal_system(), cpr=cpr)


def adopted(
    context: StepContext,
    document: Document,
    *,
    theme: str,
    topic: Topic,
    user: kernel.User,
    esdh_case: str,
    esdh_document: str,
    part: int = 0,
) -> JournalEntry:
    """The document's entry, as `entered`, where a person journalised it and gives the numbers."""
    return by_hand.journalised(
        key=f"{context.key}:{part}" if part else context.key,
        document=document,
        theme=theme,
        unit=topic.unit,
        user=user,
        esdh_case_id=esdh_case,
        esdh_document_id=esdh_document,
    )
