# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What went out and was never heard of: a letter without a receipt, a case without an answer.

After a while (KODEKS_UNHEARD_HOURS) somebody must find out. It becomes an item in an inbox, of the
kind ``UNHEARD``: a letter's in the responsible department's; a case's in the inbox of those who
sort, who have the case until the other system answers. What is heard later ends the item, see
``dispatching.hear`` and ``distributing.hear``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, Model, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import distributing, services, standings
from kodeks.casework.dispatching import UNHEARD
from kodeks.casework.models import Case, Dispatch, Distribution, InboxItem, Way
from kodeks.casework.ports import letter_dispatch

if TYPE_CHECKING:
    from django.db.models import QuerySet

_MOST_AT_ONCE = 500
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Something that nobody has answered. `sent_as` is the key that it was sent under."""

    case_number: str
    sentence: str
    sent_as: str
    sent_at: dt.datetime


def look(now: dt.datetime | None = None) -> int:
    """Put what has waited too long before a person, once; how many were new. Safe to repeat."""
    before = (now or timezone.now()) - dt.timedelta(hours=settings.KODEKS_UNHEARD_HOURS)
    found = 0
    for dispatch in _new(_letters()).filter(sent_at__lt=before)[:_MOST_AT_ONCE]:
        found += _put(dispatch.id, dispatch.document.case_id)
    for distribution in _new(_cases()).filter(sent_at__lt=before)[:_MOST_AT_ONCE]:
        if standings.is_newest(distribution):
            found += _put(distribution.id, distribution.case_id, distribution)
    return found


def of_item(item: InboxItem) -> list[Silence]:
    """What the item is about; nothing once it is handled."""
    return _silences(InboxItem.objects.filter(id=item.id))


def is_open(number: UUID) -> bool:
    """Whether somebody is to find out about the letter or the case that was handed over."""
    return InboxItem.objects.filter(key=f"{UNHEARD}:{number}", handled_at=None).exists()


def everywhere() -> list[Silence]:
    """What somebody is to find out, of all cases, the oldest first."""
    return _silences(InboxItem.objects.all())


def _letters() -> QuerySet[Dispatch]:
    """Letters by a channel that gives receipts, of which nothing was heard."""
    answering = letter_dispatch().answering
    found = Dispatch.objects.filter(
        channel__in=answering, news=None, document__case__erased_at=None
    )
    return found.select_related("document__case").defer("document__content")


def _cases() -> QuerySet[Distribution]:
    """Cases that were handed over, and neither taken nor sent back."""
    answered = distributing.answers().filter(distribution=OuterRef("pk"))
    # Only the post between systems gives receipts; other bodies are asked (standings).
    return Distribution.objects.filter(
        ~Exists(answered), case__erased_at=None, way=Way.SF2900
    ).select_related("case")


def _new(found: QuerySet[M]) -> QuerySet[M]:
    """Those that were never put before a person."""
    told = InboxItem.objects.filter(
        key=Concat(Value(f"{UNHEARD}:"), Cast(OuterRef("pk"), CharField()))
    )
    return found.filter(~Exists(told)).order_by("sent_at", "pk")


@transaction.atomic
def _put(number: UUID, case_id: UUID, distribution: Distribution | None = None) -> bool:
    """Under the lock that the receipt takes, so that one that comes meanwhile counts."""
    if distribution is None:
        Dispatch.objects.select_for_update().get(id=number)
        still = _letters().filter(id=number).exists()
    else:
        Distribution.objects.select_for_update().get(id=number)
        still = _cases().filter(id=number).exists()
    if not still:
        return False
    case = Case.objects.select_related("unit").get(id=case_id)
    unit = case.unit if distribution is None else distribution.returns_to
    services.forward(key=f"{UNHEARD}:{number}", case=case, unit=unit, kind=UNHEARD)
    return True


def _silences(items: QuerySet[InboxItem]) -> list[Silence]:
    numbers = [
        UUID(key.partition(":")[2])
        for key in items.filter(kind=UNHEARD, handled_at=None).values_list("key", flat=True)
    ]
    letters = Dispatch.objects.filter(id__in=numbers).annotate(
        case_number=F("document__case__number"), title=F("document__title")
    )
    cases = Distribution.objects.filter(id__in=numbers).select_related("case", "unit")
    found = [
        Silence(
            case_number=one.case_number,
            sentence=f"Brevet »{one.title}« blev sendt den {_day(one.sent_at)}, men der er ikke "
            "kommet en kvittering. Find ud af, om det er kommet frem.",
            sent_as=one.key,
            sent_at=one.sent_at,
        )
        for one in letters
    ] + [
        Silence(
            case_number=one.case.number,
            sentence=f"Sagen blev fordelt til {one.unit.name} den {_day(one.sent_at)}, men "
            "afdelingens system har ikke svaret. Spørg afdelingen, om den har sagen.",
            sent_as=one.key,
            sent_at=one.sent_at,
        )
        for one in cases
    ]
    return sorted(found, key=lambda one: one.sent_at)


def _day(moment: dt.datetime) -> str:
    return date_format(timezone.localdate(moment))
