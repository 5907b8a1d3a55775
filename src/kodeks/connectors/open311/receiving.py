# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Requests in: a POST becomes an inquiry, once, also when its sender heard nothing and asks again.

GeoReport v2 has no key of the sender's own by which a request could be known, so it is known by all
that was sent: the same from the same system within a day is the same request.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from kodeks.connectors import arriving
from kodeks.connectors.models import Open311Key, Open311Request, Source
from kodeks.inquiries import selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Channel, Inquiry, Topic
from kodeks.kernel import api as kernel

SAME_WITHIN = dt.timedelta(days=1)
MOST_A_MINUTE = 60
"""Requests that one key may make in a minute."""
LONGEST_DESCRIPTION = 4_000
"""Characters, as GeoReport v2 has it."""
_COARSE = Decimal("0.01")
"""Degrees: about a kilometre in Denmark."""
_LONGEST = {
    "address_string": 500,
    "address_id": 100,
    "first_name": 90,
    "last_name": 90,
    "phone": 40,
    "media_url": 1_000,
}
_MOST_ATTRIBUTES = 50
_LONGEST_ATTRIBUTE = 1_000
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,60})\](?:\[\])?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,17})?")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z0-9-]{2,}")


class RequestRefused(Exception):
    """The request cannot be taken in; `code` is an HTTP status, the text is Danish."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What was sent, checked. `position` is latitude and longitude in degrees (WGS 84)."""

    topic: Topic
    text: str = field(repr=False)
    sender_name: str = field(repr=False)
    email: str = field(repr=False)
    position: tuple[Decimal, Decimal] | None = field(repr=False)


def take_in(*, key: Open311Key, fields: Mapping[str, Sequence[str]]) -> Open311Request:
    """The request of a form with these fields. Raises RequestRefused."""
    sent = _checked({name: values[-1] for name, values in fields.items() if values}, fields)
    digest = _digest(key, fields)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A second try while the first is still at work waits for it, and then finds it.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
        known = Open311Request.objects.filter(
            digest=digest, requested_at__gt=timezone.now() - SAME_WITHIN
        ).first()
        return known or _registered(key, sent, digest)


def _registered(key: Open311Key, sent: Sent, digest: str) -> Open311Request:
    _require_not_too_many(key)
    row_id = uuid.uuid4()

    def receive() -> Sequence[Inquiry]:
        try:
            inquiry, _ = services.receive(
                external_id=f"open311:{row_id}",
                text=sent.text,
                channel=Channel.OPEN311,
                sender_name=sent.sender_name,
                address=sent.email,
            )
        except InquiryError as error:
            raise RequestRefused(400, str(error)) from None
        return [inquiry]

    source_key = hashlib.sha256(row_id.bytes).hexdigest()
    taken = arriving.take_in(source=Source.OPEN311, key=source_key, receive=receive)
    latitude, longitude = (
        (None, None) if sent.position is None else (one.quantize(_COARSE) for one in sent.position)
    )
    return Open311Request.objects.create(
        id=row_id,
        inquiry_id=taken.inquiries[0].id,
        key=key,
        service_code=sent.topic.label,
        digest=digest,
        latitude=latitude,
        longitude=longitude,
        requested_at=timezone.now(),
    )


def _require_not_too_many(key: Open311Key) -> None:
    since = timezone.now() - dt.timedelta(minutes=1)
    if Open311Request.objects.filter(key=key, requested_at__gt=since).count() >= MOST_A_MINUTE:
        raise RequestRefused(429, "Der er sendt for meget på et minut. Vent, og prøv igen.")


def _digest(key: Open311Key, fields: Mapping[str, Sequence[str]]) -> str:
    """Keyed, because a telephone number or a name could else be found by trying them all."""
    said = sorted((name, list(values)) for name, values in fields.items() if name != "api_key")
    return kernel.blind_index(json.dumps([key.name, said])).hex()


def _checked(given: Mapping[str, str], fields: Mapping[str, Sequence[str]]) -> Sent:
    _require_text(fields)
    topic = _topic(given.get("service_code", ""))
    for name, most in _LONGEST.items():
        if len(given.get(name, "")) > most:
            raise RequestRefused(400, f"{name} må højst være på {most} tegn.")
    description = _described(given)
    position = _position(given)
    if position is None and not (given.get("address_string") or given.get("address_id")):
        raise RequestRefused(
            400, "Stedet mangler. Send lat og long, address_string eller address_id."
        )
    email = given.get("email", "").strip()
    if email and not (email.isascii() and _EMAIL.fullmatch(email)):
        raise RequestRefused(400, "email er ikke en adresse. Ret den, eller udelad den.")
    names = (given.get("first_name", "").strip(), given.get("last_name", "").strip())
    return Sent(
        topic=topic,
        text=_text(description, given, topic, fields),
        sender_name=" ".join(one for one in names if one),
        email=email,
        position=position,
    )


def _require_text(fields: Mapping[str, Sequence[str]]) -> None:
    for name, values in fields.items():
        if any("\x00" in one for one in (name, *values)):
            raise RequestRefused(400, "Et felt har tegn, der ikke er tekst. Send det som tekst.")


def _topic(code: str) -> Topic:
    if not code:
        raise RequestRefused(400, "service_code mangler.")
    found = selectors.topics().get(code)
    if found is None:
        raise RequestRefused(404, "service_code findes ikke. Se listen i services.")
    return found


def _described(given: Mapping[str, str]) -> str:
    description, media = (given.get(name, "").strip() for name in ("description", "media_url"))
    if len(description) > LONGEST_DESCRIPTION:
        raise RequestRefused(400, f"description må højst være på {LONGEST_DESCRIPTION} tegn.")
    if not description and not media:
        raise RequestRefused(400, "description mangler. Skriv, hvad det handler om.")
    if media and not media.startswith(("http://", "https://")):
        raise RequestRefused(400, "media_url skal begynde med https:// eller http://.")
    return description


def _position(given: Mapping[str, str]) -> tuple[Decimal, Decimal] | None:
    latitude, longitude = given.get("lat", "").strip(), given.get("long", "").strip()
    if not latitude and not longitude:
        return None
    if not (_DEGREES.fullmatch(latitude) and _DEGREES.fullmatch(longitude)):
        raise RequestRefused(400, "lat og long skal begge være tal som 55.6761 og 12.5683.")
    found = Decimal(latitude), Decimal(longitude)
    if abs(found[0]) > 90 or abs(found[1]) > 180:
        raise RequestRefused(400, "lat skal være mellem -90 og 90, og long mellem -180 og 180.")
    return found


def _text(
    description: str, given: Mapping[str, str], topic: Topic, fields: Mapping[str, Sequence[str]]
) -> str:
    """What the caseworker reads: the description, then the rest of what was sent."""
    place = ", ".join(
        one
        for one in (
            given.get("address_string", "").strip(),
            given.get("address_id", "").strip(),
            f"{given['lat'].strip()} {given['long'].strip()}" if given.get("lat") else "",
        )
        if one
    )
    lines = [f"Sted: {place}", f"Emne valgt af afsenderen: {topic.title}"]
    lines += [
        f"{word}: {given[name].strip()}"
        for word, name in (("Telefon", "phone"), ("Billede", "media_url"))
        if given.get(name, "").strip()
    ]
    return "\n".join((description, "", *lines, *_attributes(fields))).strip()


def _attributes(fields: Mapping[str, Sequence[str]]) -> list[str]:
    found = [
        (match[1], value)
        for name, values in fields.items()
        if (match := _ATTRIBUTE.fullmatch(name))
        for value in values
    ]
    if len(found) > _MOST_ATTRIBUTES or any(len(value) > _LONGEST_ATTRIBUTE for _, value in found):
        raise RequestRefused(400, "Der er for mange eller for lange attributter. Send færre.")
    return [f"{name}: {value.strip()}" for name, value in found if value.strip()]
