# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whom nobody has told that their inquiry has come: why, and what a person can do about it.

Those that wait only: once a person has decided, the robot's letter says more, and what becomes of
that is on the department's list.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from kodeks.inquiries import acknowledging, ports, selectors
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

MOST = 50
_TIME_TO_SEND = dt.timedelta(minutes=15)
"""Before that, one may still be on its way."""
_UNKNOWN = Case(When(sealed_address=None, sealed_cpr=None, then=1), default=0)
_DECIDE = "Afgør henvendelsen, så skriver robotten et brev."


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """One inquiry, why its sender has heard nothing, and what can be done; in Danish."""

    inquiry: Inquiry
    why: str
    do: str


def listed(*, user: kernel.User) -> list[Unreached]:
    """At most MOST of those that the person sees: whom we know how to reach, then the oldest."""
    refused = _refused()
    rows = _found(user, refused).annotate(unknown=_UNKNOWN).defer("sealed_original")
    rows = rows.order_by("unknown", "received_at", "id")
    return [_told(one, refused) for one in rows[:MOST]]


def count(*, user: kernel.User) -> int:
    """How many of them there are."""
    return _found(user, _refused()).count()


def _refused() -> frozenset[str]:
    mail = ports.inquiry_mail()
    return mail.refused() if mail else frozenset()


def _found(user: kernel.User, refused: frozenset[str]) -> QuerySet[Inquiry]:
    return selectors.visible_to(user).filter(
        # A part of an inquiry that was split is told of in the whole's own acknowledgement.
        Q(acknowledgement=None, parent=None) | Q(pk__in=refused),
        decision_id=None,
        erased_at=None,
        registered_at__lt=timezone.now() - _TIME_TO_SEND,
    )


def _told(inquiry: Inquiry, refused: frozenset[str]) -> Unreached:
    why, do = _why(inquiry, is_refused=str(inquiry.id) in refused)
    return Unreached(inquiry=inquiry, why=why, do=do)


def _why(inquiry: Inquiry, *, is_refused: bool) -> tuple[str, str]:
    """Why, in the order in which `acknowledging` looks for a way, and what to do."""
    by_mail, by_post = acknowledging.ways_to(inquiry)
    mail = ports.inquiry_mail()
    if is_refused:
        return (
            "Mailen kunne ikke afleveres.",
            f"Se, om adressen er skrevet rigtigt. Ring, hvis der er et nummer. {_DECIDE}",
        )
    if inquiry.sealed_address is not None and not (mail and mail.is_set_up()):
        return ("Der er ikke sat mail op.", f"Sig det til it-driften. {_DECIDE}")
    if not by_mail and not by_post:
        if inquiry.sealed_cpr is not None:
            return ("Digital Post bliver først sendt, når et menneske har afgjort.", _DECIDE)
        return (
            "Der er hverken mailadresse eller CPR-nummer.",
            "Se, om teksten har et telefonnummer eller en adresse, og giv selv besked.",
        )
    if inquiry.recommendation_id is None:
        return ("Kvitteringen venter på et forslag, som ikke er lavet.", _DECIDE)
    if by_mail:
        return (
            "Samme mailadresse har fået en anden kvittering inden for et døgn.",
            "Se, om det er det samme igen. Er det noget andet, så giv selv besked.",
        )
    return ("Robotten har ikke sendt den.", f"Se robottens opgaver. {_DECIDE}")
