# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The ports of this room: where documents lie, and where requests come from.

The settings KODEKS_DOCUMENT_SOURCES and KODEKS_REQUEST_ORIGINS name the classes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kodeks.kernel import api as kernel


class SourceError(Exception):
    """The source failed for a technical reason; the same call may be tried again."""


class NoSuchDocument(Exception):
    """The source has no such document, or has it no longer; a person must look."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: the documents of a case, or of all cases of a person.

    `person` is the kernel's blind index of a CPR number; b"" when it is a case.
    """

    case_number: str = ""
    person: bytes = b""


@dataclass(frozen=True, kw_only=True)
class FoundDocument:
    """One document as its source describes it; `id` is the source's own.

    `unit` and `kle` say where its case belongs, and so who may decide about it; "" where the
    source does not say.
    """

    id: str
    case_number: str
    title: str
    date: dt.date
    direction: str
    media_type: str
    sha256: str
    unit: str = ""
    kle: str = ""


class DocumentSource(Protocol):
    """A place with documents. Raises SourceError and NoSuchDocument, and nothing else."""

    name: str
    """A short code, kept with each document."""
    title: str
    """In Danish, for lists."""

    def find(self, *, wanted: Wanted) -> Iterable[FoundDocument]:
        """All that is there now; the same question may be asked again."""

    def fetch(self, *, document_id: str) -> bytes:
        """A document's content."""

    def people(self, *, case_number: str) -> Iterable[str]:
        """The names of a case's parties; none where the source knows none."""


def sources() -> dict[str, DocumentSource]:
    """The installation's sources by their names, in the order of the setting."""
    found = (import_string(path)() for path in settings.KODEKS_DOCUMENT_SOURCES)
    return {source.name: source for source in found}


class NoSuchOrigin(Exception):
    """There is no such matter to begin with, or it is not the person's; the text is Danish."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What is known of a request from where it came; "" for what is not. No number is opened."""

    name: str
    wording: str
    received_on: dt.date
    has_number: bool


class RequestOrigin(Protocol):
    """A place where people ask for access among other things. Raises NoSuchOrigin."""

    name: str
    """A short code, kept with the request; a source of documents there has the same."""
    title: str
    """In Danish, for links to it."""

    def begun(self, *, origin_id: str, user: kernel.User) -> Begun:
        """What is known, for a person who may see it."""

    def number(self, *, origin_id: str, user: kernel.User) -> str:
        """The CPR number of the one who asks, which the log tells of. Raises kernel Refused."""

    def address(self, *, origin_id: str) -> str:
        """The address of its page here."""


def origins() -> dict[str, RequestOrigin]:
    """The installation's origins by their names."""
    found = (import_string(path)() for path in settings.KODEKS_REQUEST_ORIGINS)
    return {origin.name: origin for origin in found}
