# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""ChirpStack v4: the events on `application/+/device/+/event/+`, also as OS2iot passes them on.

Source: ChirpStack's JSON of integration events (deviceInfo, devAddr, fCnt, fPort, data, object,
rxInfo, deduplicationId); a join gives a new devAddr, which is our session.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping
from typing import Any

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.quantities import number
from kodeks.waste.engine.payloads.results import Gateway, Joined, Unusable, Uplink

SOURCE = "chirpstack"
MOST_GATEWAYS = 32


def is_one(document: Mapping[str, Any]) -> bool:
    return "deviceInfo" in document


def event(document: Mapping[str, Any], *, kind: str = "", source: str = SOURCE) -> Uplink | Joined:
    """The uplink or the join of one event. `kind` is what the topic calls it, or "" to see it by
    its shape: a join has a devAddr and no port, counter or radio. Raises Unusable."""
    if not kind:
        kind = "up" if document.keys() & {"fCnt", "fPort", "rxInfo", "data"} else "join"
    if kind not in ("up", "join"):
        raise Unusable("event", f"Hændelsen {kind[:40]} er ikke en måling.")
    info = foreign.table(document.get("deviceInfo"), "deviceInfo")
    device = foreign.device(info.get("devEui"), "devEui")
    session = foreign.session(document.get("devAddr"))
    at = foreign.moment(document.get("time"))
    if kind == "join":
        if not session:
            raise Unusable("session", "Enheden er kommet på nettet, men uden devAddr.")
        return Joined(device=device, session=session, at=at, source=source)
    profile = info.get("deviceProfileName")
    decoded = document.get("object")
    return Uplink(
        device=device,
        at=at,
        source=source,
        session=session,
        counter=foreign.counter(document.get("fCnt")),
        port=foreign.port(document.get("fPort")),
        raw=data_of(document.get("data")),
        decoded=decoded if type(decoded) is dict else None,
        gateways=gateways(document.get("rxInfo"), lambda one: one.get("gatewayId")),
        deduplication=short_text(document.get("deduplicationId")),
        profile=profile if type(profile) is str else "",
    )


def data_of(value: Any) -> bytes | None:
    """The bytes of base64, or None where there are none. Raises Unusable."""
    if value is None or value == "":
        return None
    try:
        return binascii.a2b_base64(value, strict_mode=True)
    except (binascii.Error, ValueError, TypeError):
        raise Unusable("not-base64", "Beskedens data er ikke base64.") from None


def gateways(value: Any, named: Callable[[Mapping[str, Any]], Any]) -> tuple[Gateway, ...]:
    """Who heard it, each `named`; what cannot be read is left out, as nothing is measured by it."""
    heard = (
        [one for one in value[:MOST_GATEWAYS] if type(one) is dict] if type(value) is list else []
    )
    return tuple(
        [
            Gateway(
                id=short_text(named(one)), rssi=number(one.get("rssi")), snr=number(one.get("snr"))
            )
            for one in heard
            if type(one) is dict
        ]
    )


def short_text(value: Any) -> str:
    """A plain identifier of at most 64 characters, or "" for anything else."""
    known = type(value) is str and len(value) <= 64 and value.isascii() and value.isprintable()
    return value if known else ""
