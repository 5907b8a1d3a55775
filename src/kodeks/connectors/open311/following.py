# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far other bodies are with what was handed to them: asked for on a schedule, and told on.

Nothing is lost when a server is away: it is asked the next time, and a person here is told of what
nobody has closed after the days that the way gives.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kodeks.casework import standings
from kodeks.casework.models import StandingState, Unit
from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors.models import Open311Sent
from kodeks.connectors.open311 import bodies
from kodeks.connectors.open311.sending import Gone, Open311Body, Standing

log = structlog.get_logger(__name__)

FORGOTTEN = dt.timedelta(days=365)
"""What is not closed after that is asked for no more; a person was told long before."""


def follow() -> None:
    """Ask for all that is open. A server that fails is asked once, and again the next time."""
    away: set[int] = set()
    now = timezone.now()
    for sent in Open311Sent.objects.filter(over_at=None).select_related("way__unit"):
        if sent.way_id not in away:
            try:
                _ask(sent, bodies.server(sent.way))
            except (PortError, PortRejected) as error:
                away.add(sent.way_id)
                log.warning(
                    "open311_status_unread", unit=sent.way.unit.code, error=type(error).__name__
                )
        if sent.over_at is None and now - sent.sent_at > dt.timedelta(days=sent.way.answer_days):
            standings.miss(message_id=sent.message_id)
            if now - sent.sent_at > FORGOTTEN:
                _over(sent)


def waiting(unit: Unit) -> int:
    """How many of the department's matters are with the other and not closed, as far as we know."""
    return Open311Sent.objects.filter(way__unit=unit, over_at=None).count()


def last_heard(unit: Unit) -> dt.datetime | None:
    """When the other last told how far it was with any of them."""
    found = Open311Sent.objects.filter(way__unit=unit).aggregate(at=Max("asked_at"))
    at: dt.datetime | None = found["at"]
    return at


def _ask(sent: Open311Sent, server: Open311Body) -> None:
    if not sent.number:
        sent.number = server.number_of(token=sent.token)
        if not sent.number:
            return
        Open311Sent.objects.filter(pk=sent.pk).update(number=sent.number)
    try:
        news = _news(server.standing(number=sent.number))
    except Gone:
        news = standings.News(state=StandingState.UNKNOWN)
    standings.hear(message_id=sent.message_id, news=news)
    Open311Sent.objects.filter(pk=sent.pk).update(asked_at=timezone.now())
    if news.state != StandingState.OPEN:
        _over(sent)


def _over(sent: Open311Sent) -> None:
    sent.over_at = timezone.now()
    Open311Sent.objects.filter(pk=sent.pk).update(over_at=sent.over_at)


def _news(told: Standing) -> standings.News:
    return standings.News(
        state=StandingState.OPEN if told.is_open else StandingState.CLOSED,
        notes=told.notes,
        updated_at=_moment(told.updated_at),
    )


def _moment(told: str) -> dt.datetime | None:
    """The other's clock; None for what is no time. Without a zone it is Danish time."""
    try:
        at = parse_datetime(told.strip())
    except ValueError:
        return None
    if at is None or timezone.is_aware(at):
        return at
    return timezone.make_aware(at)
