# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The ports to the outside: where the municipality journalises (ESDH), and how letters go out.

A connector implements ``JournalSystem`` or ``LetterDispatch``; the settings KODEKS_JOURNAL_SYSTEM
and KODEKS_LETTER_DISPATCH name its class.
"""

import datetime
import mimetypes
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kodeks.casework.errors import CaseworkError

OPEN311 = "open311"
"""The route of a department that works at another body, which is reached by Open311."""


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


@dataclass(frozen=True)
class CaseRecord:
    """What an ESDH system is told of a case that turned out to be of another subject. The names are
    those of ``JournalRecord``."""

    case_key: str
    case_number: str
    case_title: str
    kle_number: str
    facet: str
    department: str
    esdh_case_id: str


@dataclass(frozen=True)
class Reclassification:
    """Whether the ESDH system has the case under its new subject; if not, a person must see to it.
    ``esdh_case_id`` is "" when the system does not know the case."""

    esdh_case_id: str
    done: bool


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

    def reclassify(self, *, record: CaseRecord) -> Reclassification:
        """Give the case its new title, KLE number and facet. Looks first: safe to repeat."""

    def check(self) -> None:
        """Try the connection, and change nothing there."""


def journal_system() -> JournalSystem:
    """Return the connector that the installation uses.

    Raises CaseworkError when the setting is missing or names nothing.
    """
    system: JournalSystem = _connector("KODEKS_JOURNAL_SYSTEM", "det journalsystem")
    return system


RecipientKind = Literal["cpr", "cvr", "none"]
UNREACHED = "none"
"""The channel of a letter that no channel takes: a person must hand it over."""


@dataclass(frozen=True)
class Recipient:
    """Whom a letter is for: a person, a company, or somebody whose number is not known.

    The number is in memory only. It is "" where the connector does not need it.
    """

    kind: RecipientKind
    number: str = field(default="", repr=False)


@dataclass(frozen=True)
class Enclosed:
    """A document that goes out with a letter."""

    title: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def file_name(self) -> str:
        """The title as a name that every system takes, with the ending of its kind."""
        plain = "".join(sign if sign.isalnum() else "-" for sign in self.title)[:100]
        kind = self.media_type.partition(";")[0].strip()
        return f"{plain}{mimetypes.guess_extension(kind) or '.bin'}"


@dataclass(frozen=True)
class LetterRecord:
    """All that a channel needs for one letter, and what an answer to it is to bring back."""

    key: str
    case_number: str
    kle_number: str
    kle_title: str
    kle_version: str
    """The first day on which the subject has this meaning."""
    facet: str
    subject: str
    department: str
    letter_date: datetime.date
    sha256: str
    content: bytes = field(repr=False)
    recipient: Recipient
    reference: str
    """Of the matter, for whoever answers; an id, never a person's number."""
    enclosed: tuple[Enclosed, ...] = ()


@dataclass(frozen=True)
class DispatchReceipt:
    """What the channel calls the letter ("" when none took it), and when it took it (with zone)."""

    message_id: str
    channel: str
    sent_at: datetime.datetime
    because: str = ""
    """Why it went by another channel than it should: a code; "" when it did not."""


class LetterDispatch(Protocol):
    """A way for letters to go out. Its methods raise PortError or PortRejected, nothing else."""

    description: str
    """A Danish sentence for the pages: how letters go out, and whether that is for real."""
    needs_number: bool
    """Whether the recipient's number must be opened for it, which the log tells of."""
    answering: tuple[str, ...]
    """The channels of its receipts by which something is heard of each letter later."""

    def find(self, *, key: str) -> DispatchReceipt | None:
        """Return the receipt for ``key`` if the letter is known to have gone."""

    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        """Send the letter. The same key is one letter to the recipient, however often.

        The receipt's channel is ``UNREACHED`` when this way does not reach such a recipient.
        """


@dataclass(frozen=True)
class DistributionRecord:
    """A case and what it began with, for the system of the department that is to work with it."""

    key: str
    case_id: str
    case_number: str
    kle_number: str
    facet: str
    unit: str
    route: str
    """ "kle" for the system that has the KLE subject, the UUID of a system, or "open311"."""
    document_id: str
    document_title: str
    direction: str
    letter_date: datetime.date
    theme: str
    media_type: str
    content: bytes = field(repr=False)
    registered_at: datetime.datetime
    since: datetime.datetime
    """No try was made before."""
    place: str = field(default="", repr=False)
    parties: tuple[str, ...] = field(default=(), repr=False)
    """Their names, for a way that must not tell them."""


@dataclass(frozen=True)
class DistributionTaken:
    """What the distribution is called in receipts, and when it was taken (with zone)."""

    message_id: str
    sent_at: datetime.datetime


class CaseDistribution(Protocol):
    """A way to other systems. Its methods raise PortError or PortRejected, and nothing else."""

    description: str
    """A Danish sentence for the pages: what cases are handed to, and whether that is for real."""

    def find(self, *, key: str) -> DistributionTaken | None:
        """Return what was taken under ``key``, if that is known."""

    def send(self, *, record: DistributionRecord) -> DistributionTaken:
        """Hand the case over. The same key is the same distribution, however often."""


def case_distribution(*, route: str) -> CaseDistribution:
    """Return the installation's way to a department that is reached so (``Unit.distribution``).

    Raises CaseworkError when the setting is missing or names nothing.
    """
    setting = "KODEKS_OPEN311_DISTRIBUTION" if route == OPEN311 else "KODEKS_CASE_DISTRIBUTION"
    system: CaseDistribution = _connector(setting, "den fordeling af sager")
    return system


def letter_dispatch() -> LetterDispatch:
    """Return the way that the installation's letters go out.

    Raises CaseworkError when the setting is missing or names nothing.
    """
    dispatch: LetterDispatch = _connector("KODEKS_LETTER_DISPATCH", "den afsendelse af breve")
    return dispatch


def _connector(setting: str, what: str) -> Any:
    try:
        return import_string(getattr(settings, setting, ""))()
    except ImportError as error:
        raise CaseworkError(
            f"Indstillingen {setting} mangler eller er forkert. "
            f"Skriv navnet på {what}, som kommunen bruger."
        ) from error
