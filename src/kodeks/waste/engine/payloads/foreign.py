# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Foreign JSON and the values in it: read strictly, and refused with a sentence."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kodeks.waste.engine.payloads.results import Unusable

MOST_JSON = 16_000_000
"""Bytes: a snapshot of some 50,000 Bigbelly bins."""
LONGEST_NAME = 120
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AHEAD = dt.timedelta(minutes=5)
"""How far a clock may be ahead of ours."""

_NAME = re.compile(r"\w[\w .,:@/+()#&'%=~-]{0,119}")
_EUI = re.compile(r"[0-9A-Fa-f]{16}")
_SESSION = re.compile(r"[0-9A-Za-z+/=_-]{1,64}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DANISH = re.compile(
    r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})"
    r"(?:,? (?:kl\.? )?([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?)?"
)


def parse(content: bytes) -> Any:
    """The JSON of a message in UTF-8. A name given twice in one object is refused, as two readers
    would read two messages; so are NaN and Infinity. Raises Unusable."""
    if len(content) > MOST_JSON:
        raise Unusable("too-large", "Beskeden er større end 16 MB. Del den i flere.")
    try:
        return _DECODER.decode(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable("not-json", "Beskeden er ikke JSON i UTF-8.") from None


def _no_constant(name: str) -> None:
    raise Unusable("not-json", f"Beskeden har {name} som tal. Det er ikke JSON.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unusable("doubled", "Et navn findes to gange i samme objekt i beskeden.")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def table(value: Any, name: str) -> Mapping[str, Any]:
    """The value as an object. Raises Unusable."""
    if type(value) is not dict:
        raise Unusable("shape", f"Feltet {name} mangler, eller det er ikke et objekt.")
    return value


def device(value: Any, name: str) -> str:
    """An identifier as we keep it: an EUI in small letters. Raises Unusable."""
    if type(value) is int and 0 <= value < 10**18:
        value = str(value)
    if type(value) is not str or not _NAME.fullmatch(text := value.strip()):
        raise Unusable(
            "no-device",
            f"Feltet {name} mangler, eller det er ikke et navn på højst {LONGEST_NAME} tegn.",
        )
    return text.lower() if len(text) == 16 and _EUI.fullmatch(text) else text


def session(value: Any) -> str:
    """A session's name, or "" where none is given. Raises Unusable."""
    if value is None or value == "":
        return ""
    if type(value) is not str or not _SESSION.fullmatch(value):
        raise Unusable("session", "Enhedens session (devAddr) kan ikke læses.")
    return value


def counter(value: Any) -> int | None:
    """A frame counter of at most 32 bits, or None where none is given. Raises Unusable."""
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < 2**32:
        raise Unusable("counter", "Beskedens tæller skal være et helt tal fra 0 til 4294967295.")
    return value


def port(value: Any) -> int | None:
    """A LoRaWAN port, or None where none is given. Raises Unusable."""
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= 255:
        raise Unusable("port", "Beskedens port skal være et helt tal fra 0 til 255.")
    return value


def moment(value: Any, *, zone: ZoneInfo | None = None) -> dt.datetime:
    """A time of ISO 8601, or as Danes write it (3-6-2026 kl. 13.23), in UTC.

    Without a zone of its own it is in `zone`, or refused where that is None. A date alone is
    noon, so that its weekday is right in any zone. An hour that comes twice is the first one.
    Raises Unusable.
    """
    found = _parsed(value.strip()) if type(value) is str else None
    if found is None:
        raise Unusable("no-time", "Tidspunktet mangler, eller det kan ikke læses.")
    try:
        if found.tzinfo is None:
            if zone is None:
                raise Unusable("no-zone", "Tidspunktet har ingen tidszone.")
            local = found.replace(tzinfo=zone)
            at = local.astimezone(dt.UTC)
            if at.astimezone(zone).replace(tzinfo=None) != found:
                raise Unusable("no-time", "Tidspunktet findes ikke: uret blev stillet frem.")
            return at
        return found.astimezone(dt.UTC)
    except OverflowError:
        raise Unusable("no-time", "Tidspunktet mangler, eller det kan ikke læses.") from None


def _parsed(text: str) -> dt.datetime | None:
    try:
        if _MOMENT.fullmatch(text):
            found = dt.datetime.fromisoformat(text)
            return found.replace(hour=12) if len(text) == 10 else found
        if told := _DANISH.fullmatch(text):
            day, month, year = (int(part) for part in told.groups()[:3])
            hour, minute, second = (int(part or 0) for part in told.groups()[3:])
            if told.group(4) is None:
                hour = 12
            return dt.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return None


def within_time(at: dt.datetime, received: dt.datetime) -> str:
    """The Danish sentence when a time cannot be right, else ""."""
    if at < EARLIEST:
        return "Tidspunktet er før år 2000. Se efter, om enhedens ur går rigtigt."
    if at > received + AHEAD:
        return "Tidspunktet ligger i fremtiden. Se efter, om enhedens ur går rigtigt."
    return ""
