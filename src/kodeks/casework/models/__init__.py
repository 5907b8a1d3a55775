# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The records of casework: cases with what belongs to them, and what is said to be wrong."""

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
    "Direction",
    "Document",
    "InCase",
    "InboxItem",
    "JournalEntry",
    "JournalStatus",
    "KleSubject",
    "Note",
    "Party",
    "Reminder",
    "Retention",
    "Sensitivity",
    "Unit",
    "Visible",
]
