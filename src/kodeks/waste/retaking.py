# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What lies in quarantine by reason, and taking what came before its device was on the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from kodeks.waste import allowed, ingesting, sources
from kodeks.waste.messages import Message
from kodeks.waste.models import Quarantined
from kodeks.waste.quarantine import MOST_RAW

_CURABLE = ("unknown-device", "no-bin")
_LOT = 500


@dataclass
class Retaken:
    """Parts that were stored, parts that went aside again, and those that cannot be taken: of which
    the whole message was not kept, or whose device may come from one source only, which nobody
    can tell afterwards."""

    stored: int = 0
    aside: int = 0
    impossible: int = 0


def by_reason() -> list[tuple[str, str, int]]:
    """Code, reason and how many parts, most first. Nothing of the messages."""
    found = Quarantined.objects.values_list("code", "reason").annotate(count=Count("id"))
    return [(code, reason, count) for code, reason, count in found.order_by("-count", "code")]


def retake() -> Retaken:
    """Take the messages of devices that are on the list now. What is taken leaves the quarantine;
    what is refused for another reason lies there under that."""
    devices = allowed.known(timezone.now()).devices
    ready = {name for name, one in devices.items() if one.bin is not None}
    rows = Quarantined.objects.filter(code__in=_CURABLE, device__in=ready)
    whole = rows.filter(raw_bytes__lte=MOST_RAW).order_by("received_at")
    found = Retaken(impossible=rows.filter(raw_bytes__gt=MOST_RAW).count())
    # A month of a whole town may lie there: their places first, and the messages by the lot.
    parts: dict[str, list[int]] = {}
    for pk, digest, topic, device in whole.values_list("pk", "digest", "topic", "device"):
        if topic or not devices[device].source:
            parts.setdefault(digest, []).append(pk)
        else:
            found.impossible += 1
    digests = list(parts)
    for at in range(0, len(digests), _LOT):
        lot = [parts[digest] for digest in digests[at : at + _LOT]]
        outcome = ingesting.take(messages=_messages([pks[0] for pks in lot]))
        found.stored += outcome.stored
        found.aside += outcome.quarantined
        Quarantined.objects.filter(pk__in=[pk for pks in lot for pk in pks]).delete()
    return found


def _messages(pks: Sequence[int]) -> list[Message]:
    """As they came, in the order of `pks`."""
    rows = Quarantined.objects.in_bulk(pks)
    return [
        Message(
            source=sources.BROKER if row.topic else sources.FILE,
            content=bytes(row.raw),
            received=row.received_at,
            topic=row.topic,
        )
        for row in (rows[pk] for pk in pks if pk in rows)
    ]
