# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's tables, and nothing of them for other rooms: those use `kodeks.kernel.api`.

The application role may read them (but for the keys of models and sealed numbers, the seeds of
draws, who belongs to which group and who answered which exercise); only the functions in schema
`kernel` (folder sql) write them, so there are no `save` calls here and no `objects.create`
anywhere.
"""

from kodeks.kernel.models.codex import BarredField, CodexRevision, Duty, LegalBasis, Linking
from kodeks.kernel.models.drills import (
    DrillAnswer,
    DrillDeal,
    DrillRound,
    DrillShowing,
    ExerciseSet,
)
from kodeks.kernel.models.fairness import AuditAttribute, GroupMeasurement
from kodeks.kernel.models.ledger import (
    LedgerBundle,
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerEntry,
    LedgerPending,
    LedgerTile,
    WitnessConflict,
    WitnessPolicy,
)
from kodeks.kernel.models.oversight import (
    Alarm,
    AlarmClosing,
    DrawSeed,
    FirstView,
    OversightPlan,
    Viewing,
)
from kodeks.kernel.models.people import Absence, Grant, Role, SigningKey, Training, User
from kodeks.kernel.models.permits import DatasetReading, Permit, Reading
from kodeks.kernel.models.privacy import Erasure, Secret, SubjectKey, VaultKey
from kodeks.kernel.models.records import (
    Act,
    ActReview,
    Decision,
    Recommendation,
    Record,
    RegistryEvent,
    Reversal,
)
from kodeks.kernel.models.releases import (
    Release,
    ReleaseApproval,
    ReleaseKey,
    ReleaseRevocation,
)
from kodeks.kernel.models.service import Milestone, TimeStudy
from kodeks.kernel.models.stewardship import (
    Assignment,
    Attestation,
    Evidence,
    Incident,
    IncidentStep,
    SupervisionCheck,
    Switch,
)
from kodeks.kernel.models.systems import CardRevision, DataField, System

__all__ = [
    "Absence",
    "Act",
    "ActReview",
    "Alarm",
    "AlarmClosing",
    "Assignment",
    "Attestation",
    "AuditAttribute",
    "BarredField",
    "CardRevision",
    "CodexRevision",
    "DataField",
    "DatasetReading",
    "Decision",
    "DrawSeed",
    "DrillAnswer",
    "DrillDeal",
    "DrillRound",
    "DrillShowing",
    "Duty",
    "Erasure",
    "Evidence",
    "ExerciseSet",
    "FirstView",
    "Grant",
    "GroupMeasurement",
    "Incident",
    "IncidentStep",
    "LedgerBundle",
    "LedgerCheckpoint",
    "LedgerCosignature",
    "LedgerEntry",
    "LedgerPending",
    "LedgerTile",
    "LegalBasis",
    "Linking",
    "Milestone",
    "OversightPlan",
    "Permit",
    "Reading",
    "Recommendation",
    "Record",
    "RegistryEvent",
    "Release",
    "ReleaseApproval",
    "ReleaseKey",
    "ReleaseRevocation",
    "Reversal",
    "Role",
    "Secret",
    "SigningKey",
    "SubjectKey",
    "SupervisionCheck",
    "Switch",
    "System",
    "TimeStudy",
    "Training",
    "User",
    "VaultKey",
    "Viewing",
    "WitnessConflict",
    "WitnessPolicy",
]
