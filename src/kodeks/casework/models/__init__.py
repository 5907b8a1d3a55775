# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The records of casework: cases with what belongs to them, how letters went out, and what is
said to be wrong."""

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
from kodeks.casework.models.dispatches import Dispatch, DispatchNews, Heard
from kodeks.casework.models.distributions import (
    Distribution,
    DistributionReceipt,
    ReceiptCode,
)

__all__ = [
    "CASE_NUMBER",
    "FACET",
    "KLE_NUMBER",
    "SHA256",
    "ActorKind",
    "Case",
    "CaseState",
    "Correction",
    "CorrectionState",
    "Direction",
    "Dispatch",
    "DispatchNews",
    "Distribution",
    "DistributionReceipt",
    "Document",
    "Heard",
    "InboxItem",
    "JournalEntry",
    "JournalStatus",
    "KleSubject",
    "Party",
    "ReceiptCode",
    "Retention",
    "Sensitivity",
    "Unit",
]
