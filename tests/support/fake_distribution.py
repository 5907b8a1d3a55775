# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""SF2900 as its WSDL says: takes what fits the schema, each transaction once; makes receipts."""

from __future__ import annotations

import threading
from pathlib import Path

from fake_http import Answer, Asked
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
V3 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/types"
V2 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/2/types"
ACTION = '"http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/port/FordelingsobjektAfsend"'
SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "inquiries" / "sf2900"
if not SCHEMAS.is_dir():
    SCHEMAS = Path(__file__).parents[4] / "shared" / "data" / "inquiries" / "sf2900"


def schema() -> etree.XMLSchema | None:
    """The municipality's own copy of the schema of what is sent; None where there is no copy."""
    path = SCHEMAS / "DistributionServiceMsg.xsd"
    return etree.XMLSchema(etree.parse(path)) if path.is_file() else None


def receipt_schema() -> etree.XMLSchema | None:
    path = SCHEMAS / "SF2900_EP_MS1-2" / "DistributionServiceMsgV2.xsd"
    return etree.XMLSchema(etree.parse(path)) if path.is_file() else None


class FakeDistribution:
    """`code` is what it replies with; `wrong` makes it say that what we sent is wrong."""

    def __init__(self) -> None:
        self.taken: dict[str, etree._Element] = {}
        self.calls = 0
        self.code = "MODTAGET"
        self.wrong = False
        self._schema = schema()
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.calls += 1
            if asked.headers.get("soapaction") != ACTION or not self._fits(asked.body):
                return 500, "text/xml", _fault("SP01", "Beskeden passer ikke til skemaet.")
            request = etree.fromstring(asked.body)[0][0]
            context = request.find(f"{{{V3}}}anmodning/{{{V2}}}DistributionContext")
            self.taken.setdefault(context.findtext(f"{{{V2}}}AnvenderTransaktionsID"), request)
            return 200, "text/xml", _response(self.code, context)

    def _fits(self, body: bytes) -> bool:
        request = etree.fromstring(body)[0][0]
        whole = self._schema is None or self._schema.validate(request)
        return whole and not self.wrong


def receipt(
    transaction: str, code: str, *, reason: str = "", errors: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """What the component pushes to the sender's address."""
    request = etree.Element(f"{{{V2}}}FordelingskvitteringModtagAnvenderRequest", nsmap={None: V2})
    _receipt(etree.SubElement(request, f"{{{V2}}}Forretningskvittering"), code, reason, errors)
    context = etree.SubElement(request, f"{{{V2}}}DistributionContext")
    for name, text in (
        ("AnvenderTransaktionsID", transaction),
        ("AfsendendeMyndighed", "64942212"),
        ("RoutingMyndighed", "64942212"),
    ):
        etree.SubElement(context, f"{{{V2}}}{name}").text = text
    choice = etree.SubElement(context, f"{{{V2}}}RoutingValg")
    actor = etree.SubElement(choice, f"{{{V2}}}RoutingModtagerAktoer")
    actor.text = "33333333-3333-4333-8333-333333333333"
    return _wrap(request)


def _response(code: str, context: etree._Element) -> bytes:
    response = etree.Element(f"{{{V3}}}FordelingsobjektAfsendResponse")
    _receipt(etree.SubElement(response, f"{{{V3}}}ForretningsKvittering"), code, "", ())
    copy = etree.SubElement(response, f"{{{V3}}}DistributionContext")
    copy.extend(etree.fromstring(etree.tostring(context)))
    return _wrap(response)


def _receipt(
    element: etree._Element, code: str, reason: str, errors: tuple[tuple[str, str], ...]
) -> None:
    etree.SubElement(element, f"{{{V2}}}ForretningsValideringsKode").text = code
    etree.SubElement(element, f"{{{V2}}}Kvitteringstype").text = "Forretning"
    if reason:
        etree.SubElement(element, f"{{{V2}}}Begrundelse").text = reason
    if errors:
        listed = etree.SubElement(element, f"{{{V2}}}FejlListe")
        for number, text in errors:
            one = etree.SubElement(listed, f"{{{V2}}}Fejl")
            etree.SubElement(one, f"{{{V2}}}FejlKode").text = number
            etree.SubElement(one, f"{{{V2}}}FejlTekst").text = text


def _fault(code: str, text: str) -> bytes:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "soap:Client"
    etree.SubElement(fault, "faultstring").text = text
    detail = etree.SubElement(fault, "detail")
    transport = etree.SubElement(detail, f"{{{V3}}}TransportKvittering")
    etree.SubElement(transport, f"{{{V3}}}TransportValideringsKode").text = "FEJL"
    listed = etree.SubElement(transport, f"{{{V3}}}FejlListe")
    one = etree.SubElement(listed, f"{{{V3}}}Fejl")
    etree.SubElement(one, f"{{{V3}}}FejlKode").text = code
    etree.SubElement(one, f"{{{V3}}}FejlTekst").text = text
    return _wrap(fault)


def _wrap(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope")
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(envelope)
