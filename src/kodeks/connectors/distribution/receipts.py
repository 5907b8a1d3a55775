# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The receipts that the component pushes to us (DistributionServiceAnvenderV2.wsdl): it calls
FordelingskvitteringModtag at the sender's own address, so there is nothing to poll."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lxml import etree

from kodeks.casework.distributing import Answer
from kodeks.casework.models import ReceiptCode
from kodeks.connectors import xml
from kodeks.connectors.distribution import message, soap
from kodeks.connectors.xml import XmlError

_KINDS = frozenset({"Teknisk", "Forretning", "Digital post"})
_REQUEST = f"{{{message.V2}}}FordelingskvitteringModtagAnvenderRequest"


@dataclass(frozen=True)
class Receipt:
    """What is said of which distribution."""

    message_id: str
    answer: Answer


def read(data: bytes) -> Receipt:
    """The receipt in a SOAP envelope. Raises XmlError, and nothing else."""
    try:
        request = soap.unwrap(data)
    except soap.Fault as error:
        raise XmlError("a fault") from error
    if request.tag != _REQUEST:
        raise XmlError("no receipt")
    said = xml.text(request, "DistributionContext", "AnvenderTransaktionsID")
    try:
        number = str(uuid.UUID(said))
    except ValueError as error:
        raise XmlError("no number") from error
    return Receipt(message_id=number, answer=answer(xml.find(request, "Forretningskvittering")))


def answer(receipt: etree._Element) -> Answer:
    """A ForretningskvitteringType. Raises XmlError."""
    code = xml.text(receipt, "ForretningsValideringsKode")
    if code not in ReceiptCode.values:
        raise XmlError("an unknown code")
    if xml.text(receipt, "Kvitteringstype") not in _KINDS:
        raise XmlError("an unknown kind")
    words = [xml.text(receipt, "Begrundelse", default="")]
    words += [f"{code}: {told}" for code, told in soap.errors(receipt)]
    return Answer(code=ReceiptCode(code), reason="; ".join(filter(None, words)))


def taken() -> bytes:
    """What the component is told when the receipt is written down."""
    name = f"{{{message.V2}}}FordelingskvitteringModtagAnvenderResponse"
    return soap.wrap(etree.Element(name, nsmap={None: message.V2}))
