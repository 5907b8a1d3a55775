# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The port to the system where the municipality journalises (ESDH).

A connector implements ``JournalSystem``; the setting KODEKS_JOURNAL_SYSTEM names its class.
"""

import datetime
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kodeks.casework.errors import CaseworkError


class PortError(Exception):
    """The outside system failed for a technical reason; the same call may be tried again."""


class PortRejected(Exception):
    """The outside system said no. Trying again is useless; a person must look."""


@dataclass(frozen=True)
class PartyRecord:
    """The primary party. A CPR number is not here: it stays sealed.

    A connector that must have it has the robot open it by ``party_id`` (``kernel.unmask_for_robot``
    in a step's ``prepare``), which the log tells of.
    """

    party_id: str
    name: str
    kind: str
    cvr: str


@dataclass(frozen=True)
class JournalRecord:
    """All that an ESDH system needs for one document, from case to content."""

    key: str
    case_number: str
    case_title: str
    kle_number: str
    facet: str
    party: PartyRecord | None
    direction: str
    letter_date: datetime.date
    received_or_sent_on: datetime.date
    theme: str
    department: str
    sensitivity: str
    actor_kind: str
    actor: str
    document_title: str
    document_type: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True)
class JournalReceipt:
    """What the ESDH system calls the case and the document, and when it took them (with zone)."""

    esdh_case_id: str
    esdh_document_id: str
    journalised_at: datetime.datetime


class JournalSystem(Protocol):
    """An ESDH system. Both methods raise PortError or PortRejected, and nothing else."""

    description: str
    """A Danish sentence for the pages: where the journal is kept, and whether that is for real."""

    def find(self, *, key: str) -> JournalReceipt | None:
        """Return the receipt for ``key`` if the document is already there."""

    def journalise(self, *, record: JournalRecord) -> JournalReceipt:
        """Store the document. The same key gives the same receipt and one document, always."""


def journal_system() -> JournalSystem:
    """Return the connector that the installation uses.

    Raises CaseworkError when the setting is missing or names nothing.
    """
    path = getattr(settings, "KODEKS_JOURNAL_SYSTEM", "")
    try:
        system: JournalSystem = import_string(path)()
    except ImportError as error:
        raise CaseworkError(
            "Indstillingen KODEKS_JOURNAL_SYSTEM mangler eller er forkert. "
            "Skriv navnet på det journalsystem, som kommunen bruger."
        ) from error
    return system
