# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The port to the system where the municipality journalises (ESDH).

A connector implements ``JournalSystem``; the setting KODEKS_JOURNAL_SYSTEM names its class.
"""

import datetime
from dataclasses import dataclass, field
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
    """The primary party.

    ``cpr`` (ten digits) is there when the robot opened the number for the step, which the log tells
    of. It lives in memory only: a connector hands it to the ESDH system and writes it nowhere.
    """

    party_id: str
    name: str
    kind: str
    cvr: str
    cpr: str = field(default="", repr=False)


@dataclass(frozen=True)
class JournalRecord:
    """All that an ESDH system needs for one document, from case to content.

    ``case_key`` is what a case is known by from one try to the next: a case that was rolled back
    gets another number when it is opened again. ``esdh_case_id`` is what the system called the case
    when it took an earlier document of it.
    """

    key: str
    case_key: str
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
    content: bytes = field(repr=False)
    esdh_case_id: str = ""


@dataclass(frozen=True)
class JournalReceipt:
    """What the ESDH system calls the case and the document, and when it took them (with zone)."""

    esdh_case_id: str
    esdh_document_id: str
    journalised_at: datetime.datetime


class JournalSystem(Protocol):
    """An ESDH system. All methods raise PortError or PortRejected, and nothing else."""

    description: str
    """A Danish sentence for the pages: where the journal is kept, and whether that is for real."""

    def find(self, *, record: JournalRecord) -> JournalReceipt | None:
        """Return the receipt if the record's document is there already, with these very bytes."""

    def journalise(self, *, record: JournalRecord) -> JournalReceipt:
        """Store the document. The same key gives the same receipt and one document, always.

        Bytes that a try before this one left there are replaced: that try was rolled back here,
        and the letter written anew.
        """

    def check(self) -> None:
        """Try the connection, and change nothing there."""


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
