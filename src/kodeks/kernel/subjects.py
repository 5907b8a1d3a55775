# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a matter is about, and the key that seals what is personal in its records."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.kernel import calls, keyring
from kodeks.kernel.keyring import Wrapped
from kodeks.kernel.models import SubjectKey

_PURPOSE = "subject"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A case, a citizen, an application file, a bin, a day's plan: a type and its id.

    Neither may be a CPR number: both stay in the ledger's neighbourhood for ever.
    """

    type: str
    id: str

    def as_json(self) -> dict[str, str]:
        return {"type": self.type, "id": self.id}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a matter belongs: decides who may handle it. Empty until it has been placed."""

    unit: str = ""
    kle: str = ""

    def as_json(self) -> dict[str, str]:
        return {"unit": self.unit, "kle": self.kle}


def candidate(subject: Subject) -> dict[str, Any]:
    """A fresh key for the subject, wrapped; the database takes it when there is none yet."""
    return as_json(keyring.wrap(keyring.new_key(), purpose=_PURPOSE, of=_of(subject)))


def as_json(found: Wrapped) -> dict[str, Any]:
    return {"wrapped": base64.b64encode(found.wrapped).decode("ascii"), "kek": found.kek}


def of_json(value: Mapping[str, Any]) -> Wrapped:
    return Wrapped(wrapped=base64.b64decode(value["wrapped"]), kek=value["kek"])


def opened(subject: Subject, answer: Mapping[str, Any]) -> bytes:
    """The key that the database answered with."""
    return keyring.unwrap(of_json(answer), purpose=_PURPOSE, of=_of(subject))


def key_to_seal(subject: Subject) -> bytes:
    """The subject's key, made when it has none. Raises Refused when the subject is erased."""
    payload = {"subject": subject.as_json(), "key": candidate(subject)}
    return opened(subject, calls.call("subject_key", payload))


def key_to_open(subject: Subject) -> bytes | None:
    """The subject's key; None when there is none (any more)."""
    found = SubjectKey.objects.filter(subject_type=subject.type, subject_id=subject.id).first()
    if found is None:
        return None
    wrapped = Wrapped(wrapped=bytes(found.wrapped), kek=found.kek)
    return keyring.unwrap(wrapped, purpose=_PURPOSE, of=_of(subject))


def rewrapped(row: SubjectKey) -> Wrapped:
    """The key of a row, wrapped by the key in use (for `kodeks key rotate`)."""
    of = (row.subject_type, row.subject_id)
    found = Wrapped(wrapped=bytes(row.wrapped), kek=row.kek)
    return keyring.wrap(keyring.unwrap(found, purpose=_PURPOSE, of=of), purpose=_PURPOSE, of=of)


def _of(subject: Subject) -> tuple[str, str]:
    return (subject.type, subject.id)
