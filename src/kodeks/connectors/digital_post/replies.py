# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What Digital Post says of a letter later: PKO_PostStatus, which Beskedfordeler (SF1461) pushes.

The form is known from public adapters, not from the schema: an envelope with a number (BeskedId)
and, in base64, an element PKO_PostStatus.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass

from lxml import etree

from kodeks.casework.dispatching import News
from kodeks.casework.models import Heard
from kodeks.connectors import xml
from kodeks.connectors.xml import XmlError

_SAGDOK = "urn:oio:sagdok:3.0.0"
_STS = "urn:oio:sts:1.0.0"
_STATUS = {
    "modtaget digital post": Heard.RECEIVED,
    "afleveret digital post": Heard.DELIVERED,
    "fejlet": Heard.FAILED,
}
_NO_CODE = re.compile("[^A-Za-z0-9._:-]")


@dataclass(frozen=True)
class Status:
    """What is said of which message."""

    message_id: str
    news: News


def read(data: bytes) -> Status:
    """The status in an envelope of Beskedfordeler. Raises XmlError, and nothing else."""
    envelope = xml.parse(data)
    if xml.local(envelope) == "ModtagBeskedInput":
        envelope = xml.find(envelope, "Haendelsesbesked")
    if xml.local(envelope) != "Haendelsesbesked":
        raise XmlError("no envelope")
    reference = _uuid(xml.text(envelope, "BeskedId", "UUIDIdentifikator"))
    try:
        content = base64.b64decode(xml.text(envelope, "Beskeddata", "Base64"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise XmlError("no base64") from error
    status = xml.parse(content)
    if xml.local(status) != "PKO_PostStatus":
        raise XmlError("no status")
    heard = _STATUS.get(xml.text(status, "TransaktionsStatusKode").lower())
    if heard is None:
        raise XmlError("an unknown status")
    code, reason = "", ""
    if any(xml.local(one) == "FejlDetaljer" for one in status):
        details = xml.find(status, "FejlDetaljer")
        code = _NO_CODE.sub("-", xml.text(details, "FejlKode", default=""))[:60]
        reason = xml.text(details, "FejlTekst", default="")
    news = News(
        heard=heard,
        reference=reference,
        at=xml.moment(xml.text(status, "TransaktionsDatoTid")),
        code=code,
        reason=reason,
    )
    return Status(message_id=_uuid(xml.text(status, "MessageUUID")), news=news)


def answer(code: int, words: str) -> bytes:
    """What Beskedfordeler is told: 20 is taken, anything else comes again."""
    made = etree.Element(f"{{{_STS}}}ModtagBeskedOutput", nsmap={None: _SAGDOK, "ns2": _STS})
    standard = etree.SubElement(made, f"{{{_SAGDOK}}}StandardRetur")
    etree.SubElement(standard, f"{{{_SAGDOK}}}StatusKode").text = str(code)
    etree.SubElement(standard, f"{{{_SAGDOK}}}FejlbeskedTekst").text = words
    return etree.tostring(made, encoding="utf-8", xml_declaration=True)


def _uuid(said: str) -> str:
    try:
        return str(uuid.UUID(said.removeprefix("urn:uuid:")))
    except ValueError as error:
        raise XmlError("no number") from error
