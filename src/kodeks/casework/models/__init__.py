# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The records of casework: cases with what belongs to them, KLE, clocks, letters and how they went
out, and what is said to be wrong."""

from kodeks.casework.models.cases import (
    CASE_NUMBER,
    FACET,
    KLE_NUMBER,
    SHA256,
    ActorKind,
    Case,
    CaseState,
    Direction,
    Document,
    InboxItem,
    JournalEntry,
    JournalStatus,
    KleSubject,
    Party,
    Retention,
    Sensitivity,
    Unit,
)
from kodeks.casework.models.corrections import Correction, CorrectionState
from kodeks.casework.models.deadlines import (
    Deadline,
    DeadlineEvent,
    DeadlineKind,
    DeadlineRule,
    DeadlineState,
    DeadlineStep,
    DeadlineUnit,
)
from kodeks.casework.models.dispatches import Dispatch, DispatchNews, Heard
from kodeks.casework.models.distributions import (
    Distribution,
    DistributionReceipt,
    DistributionStanding,
    ReceiptCode,
    StandingState,
    Way,
)
from kodeks.casework.models.handovers import Handover
from kodeks.casework.models.kle import KleKeyword, KleRelease, KleSuccession
from kodeks.casework.models.letters import LetterTemplate, ReplyBlock
from kodeks.casework.models.notes import Note, Reminder
from kodeks.casework.models.visible import READERS, InCase, Visible

__all__ = [
    "CASE_NUMBER",
    "FACET",
    "KLE_NUMBER",
    "READERS",
    "SHA256",
    "ActorKind",
    "Case",
    "CaseState",
    "Correction",
    "CorrectionState",
    "Deadline",
    "DeadlineEvent",
    "DeadlineKind",
    "DeadlineRule",
    "DeadlineState",
    "DeadlineStep",
    "DeadlineUnit",
    "Direction",
    "Dispatch",
    "DispatchNews",
    "Distribution",
    "DistributionReceipt",
    "DistributionStanding",
    "Document",
    "Handover",
    "Heard",
    "InCase",
    "InboxItem",
    "JournalEntry",
    "JournalStatus",
    "KleKeyword",
    "KleRelease",
    "KleSubject",
    "KleSuccession",
    "LetterTemplate",
    "Note",
    "Party",
    "ReceiptCode",
    "Reminder",
    "ReplyBlock",
    "Retention",
    "Sensitivity",
    "StandingState",
    "Unit",
    "Visible",
    "Way",
]
