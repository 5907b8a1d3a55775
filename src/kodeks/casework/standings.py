# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far another body is with a case that was handed to it (Open311), and when it never says.

Whoever it was handed to has no word with the citizen. So a case that is closed there, that the
other does not know, or that nobody answers in time, comes back as the kind ``OUTSIDE`` to a person
here, who sees to the rest. Each is told once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import dispatching, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    CaseState,
    Distribution,
    DistributionStanding,
    InboxItem,
    StandingState,
    Unit,
    Way,
)
from kodeks.kernel import api as kernel

OUTSIDE = "outside"
_PLACE = "casework_distributionstanding/sealed_notes"
_COMES_BACK = frozenset({StandingState.CLOSED, StandingState.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class News:
    """How far the other says that it is; `notes` are its own words."""

    state: StandingState
    notes: str = field(default="", repr=False)
    updated_at: dt.datetime | None = None


def newest(case: Case) -> Distribution | None:
    """Where the case was handed last."""
    return Distribution.objects.filter(case=case).order_by("-sent_at", "-id").first()


def is_newest(distribution: Distribution) -> bool:
    """Whether the case has not been handed elsewhere since."""
    last = newest(distribution.case)
    return last is not None and last.id == distribution.id


@transaction.atomic
def hear(*, message_id: str, news: News) -> bool:
    """Write down how far the other is; returns whether that is new.

    What is closed there, or not known, comes back to a person. Raises CaseworkError when no
    distribution of ours has that number.
    """
    distribution = _locked(message_id)
    notes_now = dispatching.masked(news.notes) if news.notes.strip() else ""
    last = current(distribution)
    if last is not None and (last.state, notes(last), last.updated_at) == (
        news.state,
        notes_now,
        news.updated_at,
    ):
        return False
    subject = _subject(distribution)
    if kernel.is_erased(subject):
        return False
    row = DistributionStanding(
        distribution=distribution, state=news.state, updated_at=news.updated_at
    )
    if notes_now:
        row.sealed_notes = kernel.seal_note(
            subject=subject, place=_PLACE, row=str(row.id), text=notes_now
        )
    row.save()
    if news.state in _COMES_BACK and (last is None or last.state != news.state):
        _bring_back(distribution, f"{distribution.id}:{row.id}")
    return True


@transaction.atomic
def miss(*, message_id: str) -> bool:
    """Nobody has answered in time: the case comes back to a person, once. Returns whether now.

    Raises CaseworkError when no distribution of ours has that number.
    """
    distribution = _locked(message_id)
    last = current(distribution)
    key = f"{distribution.id}:unanswered"
    if (last is not None and last.state in _COMES_BACK) or InboxItem.objects.filter(
        key=key
    ).exists():
        return False
    return _bring_back(distribution, key)


def current(distribution: Distribution) -> DistributionStanding | None:
    """What was heard last; None when nothing was."""
    return distribution.standings.order_by("-heard_at", "-id").first()


def notes(standing: DistributionStanding) -> str:
    """The other body's words; "" when it gave none, or the case is erased."""
    if standing.sealed_notes is None:
        return ""
    found = kernel.open_note(
        subject=_subject(standing.distribution),
        place=_PLACE,
        row=str(standing.id),
        sealed=bytes(standing.sealed_notes),
    )
    return found or ""


def in_words(distribution: Distribution) -> str:
    """How far the other is, for those who work with the case."""
    name, sent = distribution.unit.name, _day(distribution.sent_at)
    last = current(distribution)
    if last is None:
        return f"Givet til {name} den {sent}. De har ikke svaret endnu"
    heard = _day(last.updated_at or last.heard_at)
    if last.state == StandingState.UNKNOWN:
        return f"Givet til {name} den {sent}. De kender ikke sagen ({heard})"
    state = "Lukket" if last.state == StandingState.CLOSED else "Åben"
    return f"{state} hos {name} den {heard}{_quoted(last)}"


def for_citizen(distribution: Distribution) -> str:
    """How far the other is, for the one who wrote to us."""
    name, sent = distribution.unit.name, _day(distribution.sent_at)
    last = current(distribution)
    given = f"Vi gav din henvendelse videre til {name} den {sent}."
    if last is None:
        return f"{given} De har ikke svaret os endnu."
    if last.state == StandingState.UNKNOWN:
        return f"{given} Vi er ved at finde ud af, hvor langt de er."
    heard = _day(last.updated_at or last.heard_at)
    wrote = f" De skriver{_quoted(last)}." if _quoted(last) else ""
    if last.state == StandingState.CLOSED:
        return f"{given} De blev færdige den {heard}.{wrote}"
    return f"{given} De er i gang med den.{wrote}"


def answers(distribution: Distribution) -> Unit:
    """The department that answers the citizen: whoever has the case here, or will get it back."""
    case = Case.objects.select_related("unit").get(id=distribution.case_id)
    return distribution.returns_to if case.unit_id == distribution.unit_id else case.unit


def what_to_do(case: Case) -> tuple[str, ...]:
    """Why a case has come back from another body, and what a person is to do."""
    distribution = newest(case)
    if distribution is None or distribution.way != Way.OPEN311:
        return ()
    last = current(distribution)
    said = f"{in_words(distribution)}."
    if last is not None and last.state == StandingState.CLOSED:
        return (f"{said} Svar borgeren, og luk sagen.",)
    return (f"{said} Ring til dem, eller giv sagen videre selv.",)


def _bring_back(distribution: Distribution, key: str) -> bool:
    """Before whoever has the case here now: those who sort, unless a person has given it on."""
    case = Case.objects.select_related("unit").get(id=distribution.case_id)
    if case.state == CaseState.CLOSED or not is_newest(distribution):
        return False
    if InboxItem.objects.filter(case=case, kind=OUTSIDE, handled_at=None).exists():
        return False
    away = case.unit_id == distribution.unit_id
    unit = distribution.returns_to if away else case.unit
    if away:
        # Whoever gets it back must be able to answer it, too, and sees to what nobody saw there.
        waiting = InboxItem.objects.filter(case=case, handled_at=None)
        for kind in sorted({distribution.kind, *waiting.values_list("kind", flat=True)}):
            services.forward_anew(key=f"{key}:{kind}", case=case, unit=unit, kind=kind)
    services.forward(key=key, case=case, unit=unit, kind=OUTSIDE)
    return True


def _locked(message_id: str) -> Distribution:
    found = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("case", "unit", "returns_to")
        .filter(message_id=message_id, way=Way.OPEN311)
        .first()
    )
    if found is None:
        raise CaseworkError("Svaret passer ikke til en sag, vi har givet videre.")
    return found


def _quoted(standing: DistributionStanding) -> str:
    # The sentence it stands in has its own full stop.
    words = notes(standing).rstrip(". ")
    return f": »{words}«" if words else ""


def _day(at: dt.datetime) -> str:
    return date_format(timezone.localdate(at))


def _subject(distribution: Distribution) -> kernel.Subject:
    return kernel.Subject(type="case", id=str(distribution.case_id))
