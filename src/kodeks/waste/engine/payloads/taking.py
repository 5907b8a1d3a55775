# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The door: a message or a file in any of the formats, made into readings.

What the topic does not say is seen by the shape. A message that cannot be read at all is an
`Unusable` (a WasteError with a code); one bad row or value of many is a `Refused` among the rest.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from kodeks.waste.engine.payloads import (
    bigbelly,
    chirpstack,
    enevo,
    foreign,
    levels,
    ngsi,
    sheets,
    ttn,
)
from kodeks.waste.engine.payloads.judging import judge
from kodeks.waste.engine.payloads.library import Library
from kodeks.waste.engine.payloads.results import (
    Joined,
    Reading,
    Refused,
    Taken,
    Unusable,
    Uplink,
    shown,
)
from kodeks.waste.engine.payloads.rows import Row, named, rows

MOST_ENTITIES = 100_000
OS2IOT = "os2iot"
_CHIRPSTACK = re.compile(r"application/[^/]{1,64}/device/([0-9a-fA-F]{16})/event/([a-z]{1,20})")
_TTN = re.compile(r"v3/[^/]{1,120}/devices/[^/]{1,64}/([a-z/]{1,30})")

Found = Uplink | Joined | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a message is read by.

    `devices` says which sensor (the id of its table) a device has; a device that is not there is
    read by the profile that its platform names. `zone` is that of times without one.
    """

    library: Library
    devices: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Copenhagen"))


def take(*, content: bytes, ground: Ground, received: dt.datetime, topic: str = "") -> Taken:
    """All readings of one message or file. `received` is when it came (aware); `topic` is MQTT's.

    Raises Unusable, whose text is Danish.
    """
    readings: list[Reading] = []
    refused: list[Refused] = []
    joined: list[Joined] = []
    for one in uplinks(content=content, zone=ground.zone, received=received, topic=topic):
        if type(one) is Uplink:
            ready = ground.library.find(ground.devices.get(one.device), one.profile)
            reading, problems = judge(one, ready=ready, received=received)
            if reading is not None:
                readings.append(reading)
            refused += problems
        elif type(one) is Joined:
            joined.append(one)
        elif type(one) is Refused:
            refused.append(one)
    return Taken(tuple(readings), tuple(refused), tuple(joined))


def uplinks(
    *, content: bytes, zone: ZoneInfo, received: dt.datetime, topic: str = ""
) -> Iterator[Found]:
    """The messages of devices in the content, before any sensor's table. Raises Unusable."""
    if not content.strip():
        raise Unusable("empty", "Beskeden eller filen er tom.")
    if sheets.is_one(content):
        yield from _sheet(content, zone)
        return
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        if topic:
            raise Unusable("not-json", "Beskeden er ikke JSON.")
        yield from _csv(content, zone)
        return
    document = foreign.parse(content)
    if topic:
        yield _on_topic(document, topic)
        return
    documents = document if type(document) is list else _notified(document)
    if len(documents) > MOST_ENTITIES:
        raise Unusable("too-large", f"Beskeden har over {MOST_ENTITIES} dele. Del den i flere.")
    if len(documents) == 1 and document is documents[0]:
        yield from _document(document, received)
        return
    for one in documents:
        try:
            yield from _document(one, received)
        except Unusable as error:
            yield _refused(error, "json", one)


def _on_topic(document: Any, topic: str) -> Found:
    """The one event of a topic of ChirpStack or TTN, or of another that carries one of them."""
    document = foreign.table(document, "beskeden")
    if told := _CHIRPSTACK.fullmatch(topic):
        event = chirpstack.event(document, kind=told.group(2))
        if event.device != told.group(1).lower():
            raise Unusable("other-device", "Beskeden nævner en anden enhed end dens emne (topic).")
        return event
    if told := _TTN.fullmatch(topic):
        return ttn.event(document, kind=told.group(1))
    found = next(iter(_event(document)), None)
    if found is None:
        raise Unusable("unknown-format", "Beskedens format kendes ikke.")
    return found


def _notified(document: Mapping[str, Any]) -> list[Any]:
    """The entities that a context broker notifies of, or the document itself."""
    told = document.get("type") == "Notification" or "subscriptionId" in document
    entities = document.get("data") if told else None
    return entities if type(entities) is list else [document]


def _document(document: Any, received: dt.datetime) -> Iterator[Found]:
    document = foreign.table(document, "beskeden")
    if bigbelly.is_one(document):
        yield from _assets(document, received)
        return
    found = list(_event(document))
    if not found:
        raise Unusable("unknown-format", "Beskedens format kendes ikke. Se dem i docs/sensors.md.")
    yield from found


def _event(document: Mapping[str, Any]) -> Iterator[Found]:
    if chirpstack.is_one(document):
        yield chirpstack.event(document)
    elif ttn.is_one(document):
        yield ttn.event(document)
    elif type(inner := document.get("payload")) is dict and chirpstack.is_one(inner):
        # OS2iot's decoders get the event and may hand it on beside what they made of it.
        if type(decoded := document.get("decoded")) is dict and "object" not in inner:
            inner = inner | {"object": decoded}
        yield chirpstack.event(inner, source=OS2IOT)
    elif ngsi.is_one(document):
        yield ngsi.uplink(document)


def _assets(document: Mapping[str, Any], received: dt.datetime) -> Iterator[Found]:
    assets = document["assets"]
    if type(assets) is not list or len(assets) > MOST_ENTITIES:
        raise Unusable("shape", "Feltet assets er ikke en liste, eller den er for lang.")
    for asset in assets:
        try:
            yield bigbelly.uplink(asset, document=document, received=received)
        except Unusable as error:
            yield _refused(error, bigbelly.SOURCE, asset)


def _csv(content: bytes, zone: ZoneInfo) -> Iterator[Found]:
    found = rows(content)
    _, first = next(found, (0, []))
    header = [name.strip().lower() for name in first]
    plain = [levels.NAMES.get(name, name) for name in header]
    if told := enevo.header_of(first):
        names, own = told
        yield from _rows(found, names, partial(enevo.of_row, zone=own or zone), enevo.SOURCE)
    elif set(bigbelly.COLUMNS) <= set(header):
        yield from _rows(found, header, partial(bigbelly.of_row, zone=zone), bigbelly.SOURCE)
    elif levels.is_header(plain):
        yield from _rows(found, plain, partial(levels.of_row, zone=zone), levels.SOURCE)
    else:
        raise Unusable(
            "unknown-format",
            "Filens kolonner kendes ikke. En fil med niveauer har bin, time og level_pct.",
        )


def _sheet(content: bytes, zone: ZoneInfo) -> Iterator[Found]:
    sheet = sheets.read(content)
    for at, cells in enumerate(sheet.rows[: enevo.HEADER_WITHIN]):
        if told := enevo.header_of(cells):
            names, own = told
            wide = len(names)
            # A sheet leaves out the empty cells at the end of a row.
            padded = (
                (number, (row + [""] * wide)[:wide])
                for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2)
                if any(row)
            )
            yield from _rows(
                padded,
                names,
                partial(enevo.of_row, zone=own or zone, from_1904=sheet.from_1904),
                enevo.SOURCE,
            )
            return
    raise Unusable("unknown-format", "Regnearkets kolonner kendes ikke. Det er ikke Enevos ark.")


def _rows(
    found: Iterator[Row],
    header: list[str],
    read: Callable[[Mapping[str, str]], Uplink],
    source: str,
) -> Iterator[Found]:
    doubled = next((name for name in header if name and header.count(name) > 1), None)
    if doubled is not None:
        raise Unusable("columns", f"Kolonnen {shown(doubled)} findes flere gange. Ret filen.")
    for number, row in found:
        try:
            yield read(named(row, header, number))
        except Unusable as error:
            yield _refused(error, source, ";".join(row), where=f"Række {number}: ")


def _refused(error: Unusable, source: str, value: object, where: str = "") -> Refused:
    return Refused(code=error.code, reason=f"{where}{error}", source=source, value=shown(value))
