# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Things Network v3: `v3/{application}@{tenant}/devices/{device}/up` and `/join`.

Its JSON leaves out what is zero, so an uplink without f_cnt has 0. The session is named by
session_key_id, which is new at every join.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.chirpstack import data_of, gateways
from kodeks.waste.engine.payloads.results import Joined, Unusable, Uplink

SOURCE = "ttn"


def is_one(document: Mapping[str, Any]) -> bool:
    return "end_device_ids" in document


def event(document: Mapping[str, Any], *, kind: str = "") -> Uplink | Joined:
    """The uplink or the join of one message. Raises Unusable."""
    ids = foreign.table(document.get("end_device_ids"), "end_device_ids")
    device = foreign.device(ids.get("dev_eui") or ids.get("device_id"), "dev_eui")
    if "join_accept" in document and kind in ("", "join"):
        accepted = foreign.table(document["join_accept"], "join_accept")
        session = _session(accepted, ids)
        if not session:
            raise Unusable("session", "Enheden er kommet på nettet, men uden session.")
        at = foreign.moment(accepted.get("received_at") or document.get("received_at"))
        return Joined(device=device, session=session, at=at, source=SOURCE)
    if "uplink_message" not in document:
        raise Unusable("event", "Beskeden fra TTN er ikke en måling.")
    message = foreign.table(document["uplink_message"], "uplink_message")
    decoded = message.get("decoded_payload")
    return Uplink(
        device=device,
        at=foreign.moment(message.get("received_at") or document.get("received_at")),
        source=SOURCE,
        session=_session(message, ids),
        counter=foreign.counter(message.get("f_cnt", 0)),
        port=foreign.port(message.get("f_port")),
        raw=data_of(message.get("frm_payload")),
        decoded=decoded if type(decoded) is dict else None,
        gateways=gateways(message.get("rx_metadata"), _gateway),
        profile=_profile(message),
    )


def _session(message: Mapping[str, Any], ids: Mapping[str, Any]) -> str:
    return foreign.session(message.get("session_key_id") or ids.get("dev_addr"))


def _profile(message: Mapping[str, Any]) -> str:
    """The model of the device repository, where the device was made from it."""
    versions = message.get("version_ids")
    model = versions.get("model_id") if type(versions) is dict else None
    return model if type(model) is str else ""


def _gateway(one: Mapping[str, Any]) -> Any:
    ids = one.get("gateway_ids")
    return (ids.get("eui") or ids.get("gateway_id")) if type(ids) is dict else None
