# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The waiting inquiries as a caseworker sorts them: filters, what each would find, what is next.

What is sorted by a suggestion is sorted for those alone to whom it is shown as it comes: trained
people, while the system runs and no alarm has everybody see for themselves first. An inquiry that
is to be seen blind, or whose suggestion is withheld for doubt, is in none of those lists and in
none of their counts (decisions 0015 and 0042).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils import timezone

from kodeks.inquiries import selectors
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.suggesting import PURPOSE, SYSTEM
from kodeks.kernel import api as kernel

AGES = {"1": 1, "3": 3, "7": 7, "14": 14}
"""Days that an inquiry has waited for more than."""
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("calm", "-has_clock", "-is_mine", "received_at", "id"),
    "oldest": ("calm", "received_at", "id"),
    "newest": ("calm", "-received_at", "-id"),
}
"""By the value in the address: in the order of the gates, or by time. Whatever the order, what is
urgent stands first."""
_GATES = (("calm", 0, 1), ("has_clock", True, False), ("is_mine", True, False))
"""What comes first of an annotation of `selectors.ranked`, and what comes after. The first holds in
every order."""
WAYS = ("label", "department", "choose", "outside")
_BY_SUGGESTION = frozenset({"topic", "department", "way"})
_NEAR = dt.timedelta(days=2)
_LONGEST = 200
_LOOKED_BACK = 120
"""Days back in which the day of receipt is sought whose answers are due now."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; "" is all. The names are those of the form and of the address."""

    words: str = ""
    urgency: str = ""
    age: str = ""
    due: str = ""
    channel: str = ""
    district: str = ""
    legal: str = ""
    state: str = ""
    department: str = ""
    topic: str = ""
    way: str = ""
    order: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something else than the order is asked for."""
        return any(value for name, value in asdict(self).items() if name != "order")

    def without(self, name: str) -> Wanted:
        """The same without one of its filters."""
        return replace(self, **{name: ""})

    @property
    def query(self) -> str:
        """What is wanted as the query of an address; "" for everything."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def of(cls, given: QueryDict) -> Wanted:
        """What an address or a form asks for; what cannot be searched for is left out."""
        return cls(
            **{
                name: value
                for name in NAMES
                if (value := str(given.get(name, "")))
                and len(value) <= _LONGEST
                and "\x00" not in value
            }
        )


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of receipt up to which answers are late, or due within two days; None: no day."""

    late: dt.date | None
    near: dt.date | None


class Inbox:
    """The inquiries that wait and that the person sees, at one moment."""

    def __init__(self, user: kernel.User) -> None:
        self.user = user
        self.today = timezone.localdate()

    @cached_property
    def days(self) -> Days:
        return _days(self.today)

    @cached_property
    def sees_suggestions(self) -> bool:
        return sees_suggestions(self.user)

    def waiting(self) -> QuerySet[Inquiry]:
        """All of them, in the order of the gates."""
        return selectors.waiting(user=self.user)

    def found(self, wanted: Wanted) -> QuerySet[Inquiry]:
        """Those that fit, in the order that is wanted."""
        found = self.waiting().filter(self._fit(wanted))
        return found.order_by(*ORDERS.get(wanted.order, ORDERS[""]))

    def counts(self, wanted: Wanted) -> dict[str, dict[str, int]]:
        """For each filter and each of its values: how many there are of it among those that fit the
        other filters."""
        fixed, open_ended = self._facets()
        names = [*fixed, *open_ended]
        found: dict[str, dict[str, int]] = {name: {} for name in names}
        # The filters that are not in use share their condition, so they are counted in one reading.
        groups: dict[Wanted, list[str]] = {}
        for name in names:
            groups.setdefault(_without(wanted, name), []).append(name)
        for others, of in groups.items():
            rows = self.waiting().filter(self._fit(others)).order_by()
            asked = {
                f"{name}__{value}": Count("pk", filter=self._value(name, value))
                for name in of
                if name in fixed
                for value in fixed[name]
            }
            if asked:
                for key, number in rows.aggregate(**asked).items():
                    name, _, value = key.rpartition("__")
                    found[name][value] = number
            for name in of:
                if name in open_ended:
                    column, allowed = open_ended[name]
                    listed = rows.filter(allowed).values_list(column).annotate(n=Count("pk"))
                    found[name] = {value: number for value, number in listed if value}
        if self.sees_suggestions:
            found["department"] = _by_department(found["department"])
        return found

    def next_after(self, wanted: Wanted, inquiry: Inquiry) -> Inquiry | None:
        """The one after it in the list, also when it does not wait any more; else the first."""
        found = self.found(wanted).exclude(pk=inquiry.pk)
        return found.filter(self._beyond(wanted.order, inquiry)).first() or found.first()

    def before(self, wanted: Wanted, inquiry: Inquiry) -> Inquiry | None:
        """The one before it in the list."""
        found = self.found(wanted).filter(self._beyond(wanted.order, inquiry, back=True))
        return found.exclude(pk=inquiry.pk).reverse().first()

    def _beyond(self, order: str, inquiry: Inquiry, *, back: bool = False) -> Q:
        """After the inquiry in the order, or before it."""
        at, newest = inquiry.received_at, order == "newest"
        side = "lt" if newest != back else "gt"
        found = Q(**{f"received_at__{side}": at}) | Q(received_at=at, **{f"pk__{side}": inquiry.pk})
        gates = _GATES[:1] if order in ORDERS and order else _GATES
        rows = selectors.ranked(Inquiry.objects.filter(pk=inquiry.pk), user=self.user)
        own = rows.values(*(name for name, *_ in gates)).first() or {}
        for name, first, last in reversed(gates):
            value = own.get(name, last)
            found &= Q(**{name: value})
            if value == (last if back else first):
                found |= Q(**{name: first if back else last})
        return found

    def _facets(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, Q]]]:
        """Filters with their values, and those whose values are what there is, by column."""
        fixed: dict[str, tuple[str, ...]] = {
            "urgency": ("urgent", "calm"),
            "age": tuple(AGES),
            "due": ("late", "near"),
            "legal": ("1",),
            "state": ("ready", "waiting"),
        }
        open_ended = {"channel": ("channel", Q()), "district": ("district", Q())}
        if self.sees_suggestions:
            fixed["way"] = WAYS
            open_ended |= {
                "topic": ("sorting__label", _SHOWN),
                "department": ("sorting__label", _SHOWN),
            }
        return fixed, open_ended

    def _fit(self, wanted: Wanted) -> Q:
        fit = Q()
        for name, value in asdict(wanted).items():
            if value and name != "order":
                fit &= self._value(name, value)
        return fit

    def _value(self, name: str, value: str) -> Q:
        if name in _BY_SUGGESTION and not self.sees_suggestions:
            return _NOTHING
        return _VALUES[name](self, value)


def sees_suggestions(user: kernel.User) -> bool:
    """Whether suggestions are shown to the person as they come."""
    # Somewhere: one whose right is a department's sees those of that department.
    own = [
        kernel.Scope(unit=right.unit, kle=right.kle_prefix)
        for right in kernel.rights(user)
        if right.role == kernel.Role.CASEWORKER
    ]
    return (
        not kernel.is_blind_for_all(SYSTEM)
        and any(
            kernel.may(user, "decide", about=kernel.About(system=SYSTEM, scope=scope, with_ai=True))
            for scope in own
        )
        and kernel.may_run(SYSTEM, purpose=PURPOSE)
    )


_NOTHING = Q(pk__in=[])
_SHOWN = Q(sorting__how="shown")
_OUTSIDE = Q(sorting__how__in=("shown", "withheld"), sorting__way="outside")
"""Who opens it is told that the system does not know the topic; before there were topics to choose
between then, that was all that was told."""
_CALM = Q(urgency="")


def _with(inbox: Inbox, words: str) -> Q:
    # Migration 0012's column is no field: what is read of an inquiry needs no words.
    found = RawSQL(
        "inquiries_inquiry.words @@ websearch_to_tsquery('pg_catalog.danish', %s)",
        (words,),
        output_field=BooleanField(),
    )
    return Q(found)


def _older(inbox: Inbox, value: str) -> Q:
    if value not in AGES:
        return _NOTHING
    return _until(inbox.today - dt.timedelta(days=AGES[value] + 1))


def _due(inbox: Inbox, value: str) -> Q:
    late, near = inbox.days.late, inbox.days.near
    if value == "late":
        return _NOTHING if late is None else _until(late)
    if near is None:
        return _NOTHING
    return _until(near) if late is None else _until(near) & ~_until(late)


def _until(day: dt.date) -> Q:
    """Received on that day or before."""
    return Q(received_at__lt=timezone.make_aware(dt.datetime.combine(day, dt.time.max)))


def _department(inbox: Inbox, code: str) -> Q:
    labels = Topic.objects.order_by().filter(unit__code=code).values_list("label", flat=True)
    return _SHOWN & Q(sorting__label__in=list(labels))


def _way(inbox: Inbox, value: str) -> Q:
    return _OUTSIDE if value == "outside" else _SHOWN & Q(sorting__way=value)


_VALUES: Mapping[str, Callable[[Inbox, str], Q]] = {
    "words": _with,
    "urgency": lambda _, value: ~_CALM if value == "urgent" else _CALM,
    "age": _older,
    "due": _due,
    "channel": lambda _, value: Q(channel=value),
    "district": lambda _, value: Q(district=value),
    "legal": lambda _, value: Q(has_clock=True),
    "state": lambda _, value: Q(recommendation_id__isnull=value == "waiting"),
    "department": _department,
    "topic": lambda _, value: _SHOWN & Q(sorting__label=value),
    "way": _way,
}


def _without(wanted: Wanted, name: str) -> Wanted:
    return replace(wanted.without(name), order="")


def _by_department(of_labels: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    units = dict(Topic.objects.order_by().values_list("label", "unit__code"))
    for label, number in of_labels.items():
        if label in units:
            found[units[label]] = found.get(units[label], 0) + number
    return found


def _days(today: dt.date) -> Days:
    """The newest days of receipt whose first promise is over, or is over within two days.

    A later day of receipt is never promised an earlier answer, so the days can be halved.
    """
    if not Topic.objects.exists():
        return Days(late=None, near=None)

    def first(day: dt.date) -> dt.date:
        return selectors.promises(since=day)[0]

    return Days(
        late=_newest(today, lambda day: first(day) < today),
        near=_newest(today, lambda day: first(day) <= today + _NEAR),
    )


def _newest(today: dt.date, holds: Callable[[dt.date], bool]) -> dt.date | None:
    low, high = 0, _LOOKED_BACK  # holds for `high` days back, or for none
    if not holds(today - dt.timedelta(days=high)):
        return None
    while low < high:
        middle = (low + high) // 2
        if holds(today - dt.timedelta(days=middle)):
            high = middle
        else:
            low = middle + 1
    return today - dt.timedelta(days=high)


NAMES = tuple(field.name for field in fields(Wanted))
