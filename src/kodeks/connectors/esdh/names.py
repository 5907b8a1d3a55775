# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a case and a document of ours are called in an ESDH system, the same at each try."""

from __future__ import annotations

import re
import uuid

_NAMESPACE = uuid.UUID("0b6b1e0e-8f6b-5d0a-9d7c-4c5a1d2f7e61")
_SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt", "application/json": ".json"}
_LONGEST_TITLE = 150
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


def case_id(key: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"case|{key}")


def document_id(key: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"document|{key}")


def transaction_id(*parts: str) -> uuid.UUID:
    """One for each thing that is done to a document, so that the same try again has the same."""
    return uuid.uuid5(_NAMESPACE, "|".join(("transaction", *parts)))


def mark(identity: uuid.UUID) -> str:
    """What our cases and documents are known by where the system takes no key: 64 bits."""
    return f"kodeks:{identity.hex[:16]}"


def marked(title: str, identity: uuid.UUID) -> str:
    """A title with our mark behind it."""
    return f"{plain(title)} ({mark(identity)})"


def plain(title: str) -> str:
    """One line without signs that neither XML nor a list can show."""
    return _UNPRINTABLE.sub(" ", title)[:_LONGEST_TITLE].strip() or "Uden titel"


def suffix(media_type: str) -> str:
    return _SUFFIXES.get(media_type.partition(";")[0].strip(), ".bin")
