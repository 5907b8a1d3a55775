# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Builds SF2900's FordelingsobjektAfsendRequest after checking the forms that its schema asks for.

What arrives is a suggestion to the receiver (KLEEmneForslag, HandlingFacetForslag, SagForslag),
made by an actor of type ItSystem. Source: DistributionServiceMsg.xsd, DistributionServiceTypesV2.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from kodeks.casework.ports import DistributionRecord, PortRejected
from kodeks.connectors import xml

V3 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/types"
V2 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/2/types"
AUTHORITY = "http://serviceplatformen.dk/xml/schemas/AuthorityContext/1/"
BY_KLE = "kle"
_NAMESPACE = uuid.UUID("5a3c3f0e-7a0d-4d8c-9c0e-1b7a5e4d2f90")
_NSMAP = {"d3": V3, "d2": V2, "a": AUTHORITY}
_UUID = re.compile("[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}")
_CVR = re.compile("[0-9]{8}")
_KLE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
_FACET = re.compile("[A-ZÆØÅ][0-9]{2}")
_WAYS = {"incoming": "Indgaaende", "outgoing": "Udgaaende", "internal": "Internt"}
_Parts = dict[str, "str | _Parts | etree._Element"]


@dataclass(frozen=True)
class Sender:
    """The municipality and its system, as they are registered in the component."""

    cvr: str
    system: str


def transaction_id(key: str) -> str:
    """What receipts name; it follows from the key."""
    return str(uuid.uuid5(_NAMESPACE, key))


def build(record: DistributionRecord, sender: Sender) -> etree._Element:
    """The request: a note as JOURNALPOST, XML as FORMULAR, any other file as DOKUMENT.

    Raises PortRejected, with what to mend, for what the component would turn away.
    """
    check(record, sender)
    kind, name, parts = _object(record)(record, sender)
    routing: _Parts = {"RoutingModtagerAktoer": record.route}
    if record.route == BY_KLE:
        by = {"RoutingKLEEmne": record.kle_number, "RoutingHandlingFacet": record.facet}
        routing = {"RoutingKLEEmneHandling": dict(by)}
    request = etree.Element(f"{{{V3}}}FordelingsobjektAfsendRequest", nsmap=_NSMAP)
    authority = etree.SubElement(request, f"{{{AUTHORITY}}}AuthorityContext")
    etree.SubElement(authority, f"{{{AUTHORITY}}}MunicipalityCVR").text = sender.cvr
    content: _Parts = {
        "DistributionContext": {
            "AnvenderTransaktionsID": transaction_id(record.key),
            "AfsendendeMyndighed": sender.cvr,
            "RoutingMyndighed": sender.cvr,
            "RoutingValg": routing,
        },
        "DistributionObject": {"ObjektType": kind, "ObjektIndhold": {name: parts}},
    }
    _fill(etree.SubElement(request, f"{{{V3}}}anmodning"), content)
    return request


def check(record: DistributionRecord, sender: Sender) -> None:
    """Raises PortRejected for the first thing that does not have the form of the schema."""
    numbers = (record.case_id, record.document_id)
    texts = (record.document_title, record.theme, record.case_number)
    for fine, sentence in (
        (_CVR.fullmatch(sender.cvr), "Kommunens CVR-nummer mangler. Sæt KODEKS_MUNICIPALITY_CVR."),
        (
            _UUID.fullmatch(sender.system),
            "Systemets nummer mangler. Sæt KODEKS_DISTRIBUTION_SYSTEM.",
        ),
        (
            record.route == BY_KLE or _UUID.fullmatch(record.route),
            "Afdelingens system har et forkert nummer. Ret det ved afdelingen.",
        ),
        (all(map(_UUID.fullmatch, numbers)), "Sagens eller dokumentets id har en forkert form."),
        (_KLE.fullmatch(record.kle_number), "Sagens KLE-nummer har en forkert form."),
        (_FACET.fullmatch(record.facet), "Sagens handlingsfacet har en forkert form."),
        (record.direction in _WAYS, "Dokumentets retning kendes ikke."),
        (record.registered_at.tzinfo is not None, "Tidspunktet mangler en tidszone."),
        (all(one and xml.is_text(one) for one in texts), "En titel mangler eller kan ikke sendes."),
    ):
        if not fine:
            raise PortRejected(sentence)


_Built = tuple[str, str, _Parts]


def _object(record: DistributionRecord) -> Callable[[DistributionRecord, Sender], _Built]:
    media_type = record.media_type.partition(";")[0].strip()
    found = {"text/plain": _entry, "application/xml": _form, "text/xml": _form}
    return found.get(media_type, _document)


def _entry(record: DistributionRecord, sender: Sender) -> _Built:
    note = record.content.decode("utf-8", errors="replace")
    if not note.strip() or not xml.is_text(note):
        raise PortRejected("Teksten er tom eller har tegn, der ikke kan sendes.")
    entry: _Parts = {
        "Virkning": _effect(record, sender),
        "Rolle": "Journalpost",
        "Indeks": "1",
        "Dokument": {"Objekttype": "Dokument", "ReferenceID": {"UUID": record.document_id}},
        "JournalpostAttributter": {"Dokumenttitel": record.document_title},
        "JournalnotatAttributter": {"Titel": record.theme, "Notat": note},
    }
    registered = _registered(record, sender) | {"RelationListe": {"JournalPost": entry}}
    parts = _suggested(record) | {"SagForslag": record.case_id, "Registrering": registered}
    return "JOURNALPOST", "DistributionJournalPost", parts


def _document(record: DistributionRecord, sender: Sender) -> _Built:
    effect = _effect(record, sender)
    variant: _Parts = {
        "Virkning": effect,
        "Rolle": "Variant",
        "Indeks": "1",
        "VariantAttributter": {"VariantType": record.media_type},
        "DelAttributter": {
            "DelTekst": record.document_title,
            "Indeks": "1",
            "Indhold": base64.b64encode(record.content).decode("ascii"),
            "Filstoerrelse": str(len(record.content)),
            "MimeType": record.media_type,
        },
    }
    attributes: _Parts = {
        "BrugervendtNoegleTekst": record.case_number,
        "TitelTekst": record.document_title,
        "BeskrivelseTekst": record.theme,
        "Dokumenttype": "Brev",
        "Retning": _WAYS[record.direction],
        "Brevdato": record.letter_date.isoformat(),
        "Virkning": effect,
    }
    registered = _registered(record, sender) | {
        "RelationListe": {"VariantListe": {"Variant": variant}},
        "TilstandsListe": {"Tilstand": {"Fremdrift": "Endeligt", "Virkning": effect}},
        "AttributListe": {"Attributter": attributes},
    }
    parts = _suggested(record) | {"SagForslag": record.case_id, "Registrering": registered}
    return "DOKUMENT", "DistributionDokument", parts


def _form(record: DistributionRecord, _: Sender) -> _Built:
    try:
        content = xml.parse(record.content)
    except xml.XmlError as error:
        raise PortRejected("Formularen er ikke XML og kan ikke sendes som formular.") from error
    form: _Parts = {
        "TitelTekst": record.document_title,
        "FormatNavn": xml.local(content),
        "FormularIndhold": base64.b64encode(record.content).decode("ascii"),
        "FormularXML": {"": content},
    }
    message: _Parts = {"FormularType": xml.local(content), "Formular": form}
    return "FORMULAR", "DistributionFormular", _suggested(record) | {"Meddelelse": message}


def _suggested(record: DistributionRecord) -> _Parts:
    return {
        "ID": record.document_id,
        "KLEEmneForslag": record.kle_number,
        "HandlingFacetForslag": record.facet,
    }


def _registered(record: DistributionRecord, sender: Sender) -> _Parts:
    return {
        "FraTidsPunkt": _moment(record.registered_at),
        "LivscyklusKode": "Oprettet",
        "RegistreringItSystem": {"UUID": sender.system},
    }


def _effect(record: DistributionRecord, sender: Sender) -> _Parts:
    """From when and by whom: a system suggests, and a person in the department accepts."""
    return {
        "FraTidspunkt": _moment(record.registered_at),
        "Aktoer": {"UUID": sender.system},
        "AktoerType": "ItSystem",
    }


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fill(element: etree._Element, parts: _Parts) -> None:
    for name, value in parts.items():
        if isinstance(value, etree._Element):
            element.append(value)
            continue
        child = etree.SubElement(element, f"{{{V2}}}{name}")
        if isinstance(value, str):
            child.text = value
        else:
            _fill(child, value)
