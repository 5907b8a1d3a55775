# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages as sensors' platforms send them, of devices that do not exist."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from kodeks.waste.engine.payloads.library import library, shipped
from kodeks.waste.engine.payloads.results import Taken
from kodeks.waste.engine.payloads.taking import Ground, take

RECEIVED = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
SEEN = "2026-11-27T11:58:07.775023242+00:00"
AT = dt.datetime(2026, 11, 27, 11, 58, 7, 775023, tzinfo=dt.UTC)
DEVICE = "24e124713d000001"
EM400 = bytes.fromhex("01755c 036701 01 04824408 050001")
GROUND = Ground(library=library(shipped()))


def taken(content: object, *, topic: str = "", ground: Ground = GROUND) -> Taken:
    """What comes of the content: bytes, text, or what becomes JSON."""
    if isinstance(content, str):
        content = content.encode()
    elif not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return take(content=content, ground=ground, received=RECEIVED, topic=topic)


def chirpstack(
    data: bytes = EM400, *, profile: str = "EM400-UDL", **changed: Any
) -> dict[str, Any]:
    """An uplink of ChirpStack v4."""
    event = {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": SEEN,
        "deviceInfo": {"devEui": DEVICE.upper(), "deviceProfileName": profile, "tags": {}},
        "devAddr": "00189440",
        "adr": True,
        "dr": 1,
        "fCnt": 4,
        "fPort": 85,
        "confirmed": False,
        "data": base64.b64encode(data).decode(),
        "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -36, "snr": 10.5}],
        "txInfo": {"frequency": 867100000},
    }
    return event | changed


def join(**changed: Any) -> dict[str, Any]:
    """A device that came on the net, as ChirpStack v4 tells it."""
    event = {"time": SEEN, "deviceInfo": {"devEui": DEVICE}, "devAddr": "01020304"}
    return event | changed


def ttn(data: bytes = EM400, **changed: Any) -> dict[str, Any]:
    """An uplink of The Things Network v3; the model is as of its device repository."""
    message = {
        "session_key_id": "AYfg8rhha5n+FWx0ZaAprA==",
        "f_port": 85,
        "f_cnt": 17,
        "frm_payload": base64.b64encode(data).decode(),
        "rx_metadata": [{"gateway_ids": {"gateway_id": "g1"}, "rssi": -101, "snr": 2.25}],
        "version_ids": {"brand_id": "milesight-iot", "model_id": "em400-udl"},
        "received_at": SEEN,
    }
    ids = {"device_id": "spand-1", "dev_eui": DEVICE.upper(), "dev_addr": "260B1234"}
    return {"end_device_ids": ids, "received_at": SEEN, "uplink_message": message | changed}


def aarhus(**changed: Any) -> list[dict[str, Any]]:
    """What Aarhus' decoder in OS2iot makes of an EM400."""

    def seen(value: object) -> dict[str, object]:
        return {"type": "Property", "value": value, "observedAt": "2026-11-27T11:58:07.775Z"}

    entity = {
        "id": "distance-sensor:00001-Milesight",
        "type": "distance-sensor",
        "name": {"type": "Property", "value": "Spand 1"},
        "temperature": seen(25.7),
        "distance": seen(2116),
        "position": seen("tilt"),
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [10.2, 56.15]},
        },
    }
    return [entity | changed]


def container(**changed: Any) -> dict[str, Any]:
    """A FIWARE WasteContainer as key-values."""
    entity = {
        "id": "urn:ngsi-ld:WasteContainer:spand-1",
        "type": "WasteContainer",
        "location": {"type": "Point", "coordinates": [12.5, 55.7]},
        "fillingLevel": 0.57,
        "temperature": 21,
        "status": "ok",
        "binLoggedTime": "2026-11-27T11:58:07Z",
    }
    return entity | changed


def bigbelly(**changed: Any) -> dict[str, Any]:
    """One asset of Bigbelly CLEAN."""
    asset = {
        "serialNumber": 1599999,
        "latestFullness": 4,
        "reason": "NOT_READY",
        "fullnessThreshold": 8,
        "ageThreshold": 0,
        "position": "center",
        "longitude": 12.5,
        "latitude": 55.7,
        "description": "Prøvegade",
    }
    return asset | changed


HEADINGS = (
    "ID",
    "Site",
    "Site name",
    "Address",
    "Date & Time of bin collection (Europe/London)",
    "Fill level before collection (percent) NB - 100 percent is actually a bin that's 80 full",
    "Volume (litres)",
    "Weight (kg)",
)


def xlsx(rows: Sequence[Sequence[str | float]], *, sheet: str | None = None, **parts: str) -> bytes:
    """A sheet as spreadsheets save it: texts shared, numbers as they are."""
    strings: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, value in enumerate(row):
            place = f"{chr(65 + column)}{number}"
            if isinstance(value, str):
                strings.append(value)
                cells += f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'
            else:
                cells += f'<c r="{place}"><v>{value!r}</v></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    content = {
        "xl/workbook.xml": f"<workbook {space}><sheets/></workbook>",
        "xl/sharedStrings.xml": f"<sst {space}>{shared}</sst>",
        "xl/worksheets/sheet1.xml": sheet
        or f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>",
    } | {name.replace("__", "/"): text for name, text in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return file.getvalue()
