# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robot Visitator enters in the journal, when an inquiry is handled or changed later."""

from __future__ import annotations

from kodeks.casework import services as casework
from kodeks.casework.models import ActorKind, Document, JournalEntry
from kodeks.casework.ports import journal_system
from kodeks.inquiries.models import Topic
from kodeks.robots.flows import StepContext

ROBOT = "visitator"


def entered(
    context: StepContext,
    document: Document,
    *,
    theme: str,
    topic: Topic,
    part: int = 0,
    cpr: str = "",
) -> JournalEntry:
    """The document's entry, which has its number from the journal; once for each step of a run,
    and for each `part` of what the step enters.

    `cpr` is the sender's number where the step has opened it, for the journal only.

    Raises CaseworkError, and PortRejected when the journal will not have it.
    """
    entry = casework.register_entry(
        key=f"{context.key}:{part}" if part else context.key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=theme,
        unit=topic.unit,
        actor_kind=ActorKind.SYSTEM,
        actor=ROBOT,
    )
    return casework.journalise(entry=entry, system=journal_system(), cpr=cpr)
