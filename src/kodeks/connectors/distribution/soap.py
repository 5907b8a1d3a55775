# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""SOAP 1.1, as SF2900 speaks it: an element in an envelope, or a fault with TransportKvittering."""

from __future__ import annotations

from lxml import etree

from kodeks.connectors import xml
from kodeks.connectors.xml import XmlError

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
MEDIA_TYPE = "text/xml; charset=utf-8"


class Fault(Exception):
    """The other side said no: whether to what we sent, and then its codes."""

    def __init__(self, *, of_ours: bool, codes: str) -> None:
        super().__init__()
        self.of_ours, self.codes = of_ours, codes


def wrap(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)


def unwrap(data: bytes) -> etree._Element:
    """The one element of the body. Raises XmlError, or Fault when it is one."""
    envelope = xml.parse(data)
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise XmlError("no envelope")
    body = xml.find(envelope, "Body")
    if len(body) != 1:
        raise XmlError("no single element")
    (content,) = body
    if content.tag == f"{{{ENVELOPE}}}Fault":
        raise _fault(content)
    return content


def fault(sentence: str, *, namespace: str) -> bytes:
    """What a caller is told who sent what cannot be taken."""
    made = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
    etree.SubElement(made, "faultcode").text = "soap:Client"
    etree.SubElement(made, "faultstring").text = sentence
    receipt = etree.SubElement(
        etree.SubElement(made, "detail"),
        f"{{{namespace}}}TransportKvittering",
        nsmap={None: namespace},
    )
    etree.SubElement(receipt, f"{{{namespace}}}TransportValideringsKode").text = "FEJL"
    etree.SubElement(receipt, f"{{{namespace}}}Begrundelse").text = sentence
    return wrap(made)


def errors(element: etree._Element) -> list[tuple[str, str]]:
    """Code and text of each Fejl in the element's FejlListe."""
    if not any(xml.local(one) == "FejlListe" for one in element):
        return []
    return [
        (xml.text(one, "FejlKode"), xml.text(one, "FejlTekst"))
        for one in xml.find(element, "FejlListe")
    ]


def _fault(element: etree._Element) -> Fault:
    """A TransportKvittering is the component's word on what we sent; any other fault is its own."""
    receipts = [one for one in element.iter() if xml.local(one) == "TransportKvittering"]
    codes = [code for one in receipts for code, _ in errors(one)]
    known = ", ".join(code for code in codes[:5] if code.isalnum() and len(code) <= 20)
    return Fault(of_ours=bool(receipts), codes=known)
