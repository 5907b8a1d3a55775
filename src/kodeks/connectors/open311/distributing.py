# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's way to a department at another body: a case becomes a request at its server."""

from __future__ import annotations

import uuid

from django.utils import timezone

from kodeks.casework import selectors
from kodeks.casework.ports import DistributionRecord, DistributionTaken, PortRejected
from kodeks.connectors.models import Open311Sent
from kodeks.connectors.open311 import bodies, minimal
from kodeks.connectors.open311.sending import Matter

_NAMESPACE = uuid.UUID("0d9bb7a4-5b7e-4d3a-8a52-3f5f5c8d3e11")
_TEXT = "text/plain"


class Open311Distribution:
    """Implements kodeks.casework.ports.CaseDistribution."""

    description = "Sager til andre, der ikke er i kommunens systemer, gives videre med Open311."

    def find(self, *, key: str) -> DistributionTaken | None:
        """Nothing: what was taken is looked for by `send`, which knows what kind of request it is.

        What is written down here is so in the caller's transaction, so it is there with the
        distribution or not at all.
        """
        return None

    def send(self, *, record: DistributionRecord) -> DistributionTaken:
        """Hand the matter over: what it is about and where, not who wrote.

        May raise `kodeks.robots.errors.BusinessError` when the robot has no key.
        """
        way = bodies.of(selectors.unit(code=record.unit))
        if way is None:
            raise PortRejected(
                "Afdelingen skal have sager med Open311, men der er ingen adresse. "
                "Sæt den med `kodeks open311 body set`."
            )
        code = bodies.code_for(way, kle_number=record.kle_number)
        if not code:
            raise PortRejected(
                f"Modtageren har ingen service_code til KLE-emnet {record.kle_number}. "
                "Sæt den med `kodeks open311 body set`."
            )
        address, position = minimal.place(record.place)
        taken = bodies.server(way).send(
            matter=Matter(
                key=record.key,
                service_code=code,
                description=_description(record),
                decided_at=record.since,
                address=address,
                position=position,
            )
        )
        sent = Open311Sent.objects.create(
            key=record.key,
            message_id=f"open311:{uuid.uuid5(_NAMESPACE, record.key)}",
            way=way,
            number=taken.number,
            token=taken.token,
            sent_at=timezone.now(),
        )
        return DistributionTaken(sent.message_id, sent.sent_at)


def _description(record: DistributionRecord) -> str:
    """Files are not handed over: nobody can see in them whom they tell of."""
    if record.media_type.partition(";")[0].strip() != _TEXT:
        raise PortRejected("Kun tekst kan gives videre med Open311. Giv sagen videre selv.")
    written = record.content.decode("utf-8", errors="replace")
    return f"{record.theme}\n\n{minimal.text(written, names=record.parties)}"
