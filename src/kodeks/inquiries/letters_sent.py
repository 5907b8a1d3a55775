# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was sent out about inquiries, and to which of a case's senders."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from kodeks.casework.models import Case, Direction, Document, InCase
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.robots.selectors import subjects_of

_RUN = len(str(uuid.UUID(int=0)))
REPLY = "reply:"
"""What the key of a department's answer begins with."""
_REPLY = re.compile(rf"{REPLY}[0-9a-f-]+:([0-9a-f-]+)(:again)?")
_BY_RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:")


def is_answer(letter: Document) -> bool:
    """Whether a department wrote the letter in answer to an inquiry."""
    return letter.key.startswith(REPLY)


def letters_of(inquiry: Inquiry) -> QuerySet[Document]:
    """What was sent out in the inquiry's case, without the content."""
    case = selectors.case_of(inquiry)
    found = _letters().filter(case=case) if case else Document.objects.none()
    return written_to(inquiry, found.defer("content"))


def written_to(inquiry: Inquiry, letters: QuerySet[Document]) -> QuerySet[Document]:
    """Of a case's letters those to the inquiry's own sender: what the robot wrote to others whose
    inquiries were laid on the same case, or once were, is theirs."""
    about = dict(letters.values_list("pk", "key"))
    owners = _inquiries_of(set(about.values()))
    own = {str(inquiry.id)} if inquiry.case_id is None else {str(inquiry.id), None}
    return letters.filter(pk__in=[pk for pk, key in about.items() if owners.get(key) in own])


def belonging_to(inquiry: Inquiry, case: Case) -> list[Document]:
    """What lies in the case because of the inquiry, which was laid on it: what its sender wrote
    first, then files, notes and letters in the order of their days."""
    about = dict(Document.objects.filter(case=case).values_list("pk", "key"))
    owners = _inquiries_of(set(about.values()))
    own = [pk for pk, key in about.items() if owners.get(key) == str(inquiry.id)]
    found = Document.objects.filter(pk__in=own)
    return sorted(
        found, key=lambda one: (one.key != f"inquiry:{inquiry.id}", one.letter_date, one.key)
    )


def _inquiries_of(keys: Collection[str]) -> dict[str, str]:
    """By a document's key the inquiry that it is about, where the key says so: it begins with the
    robot's run, or with the inquiry itself (see acknowledging), or ends with it (see replying)."""
    found = {key: key.split(":")[1] for key in keys if key.startswith("inquiry:")}
    found |= {key: match[1] for key in keys if (match := _REPLY.fullmatch(key))}
    runs = {key: key[:_RUN] for key in keys if _BY_RUN.match(key)}
    subjects = subjects_of(subject_type=selectors.SUBJECT, runs=list(runs.values()))
    return found | {key: subjects[run] for key, run in runs.items() if run in subjects}


def letter(document_id: uuid.UUID, *, user: kernel.User | None = None) -> Document:
    """One letter with its content. Raises Document.DoesNotExist, also for one that the person does
    not see."""
    found = _letters() if user is None else _letters().visible_to(user, roles=selectors.CASEWORKERS)
    letter: Document = found.select_related("case").get(id=document_id)
    return letter


def _letters() -> InCase:
    joined = Inquiry.objects.exclude(joined=None).values("joined")
    return Document.objects.filter(
        Q(case__inquiry__isnull=False) | Q(case__in=joined),
        direction=Direction.OUTGOING,
        media_type="application/pdf",
        case__erased_at=None,
    )
