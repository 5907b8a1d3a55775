# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Hands cases over by Fordelingskomponenten (DistributionService/3), with a client certificate.

Of the two ways that the service lets a municipality in, this is the WSDL's ``context``: TLS with
the municipality's certificate. The other (``token``, a signed SAML token) is not here.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from lxml import etree

from kodeks.casework.models import ReceiptCode
from kodeks.casework.ports import (
    DistributionRecord,
    DistributionTaken,
    PortError,
    PortRejected,
)
from kodeks.connectors import http, serviceplatform, xml
from kodeks.connectors.distribution import message, receipts, soap

SECONDS = 30.0
_MOST = 2 * 1024 * 1024
_ACTION = (
    "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/port/FordelingsobjektAfsend"
)
_NO = frozenset({ReceiptCode.REJECTED, ReceiptCode.FAILED})


class Fordelingskomponenten:
    """Implements kodeks.casework.ports.CaseDistribution.

    The component cannot be asked what it has taken before: the transaction's number, which follows
    from the key, makes a second time the same distribution.
    """

    description = "Sager til andre systemer fordeles med Fordelingskomponenten (SF2900)."

    def find(self, *, key: str) -> DistributionTaken | None:
        """Nothing: the service has no operation for it."""
        return None

    def send(self, *, record: DistributionRecord) -> DistributionTaken:
        """Send the case as a suggestion; a no in the reply is PortRejected."""
        if not settings.KODEKS_DISTRIBUTION_URL:
            raise PortRejected(
                "Afdelingen arbejder i et andet system, men der er ingen vej dertil. "
                "Sæt KODEKS_DISTRIBUTION_URL, eller lad afdelingen bruge indbakken her."
            )
        cvr, system = settings.KODEKS_MUNICIPALITY_CVR, settings.KODEKS_DISTRIBUTION_SYSTEM
        request = message.build(record, message.Sender(cvr=cvr, system=system))
        _validate(request)
        _require_taken(_sent(request))
        return DistributionTaken(message.transaction_id(record.key), timezone.now())


def _sent(request: etree._Element) -> etree._Element:
    url = settings.KODEKS_DISTRIBUTION_URL
    try:
        reply = http.send(
            "POST",
            url,
            body=soap.wrap(request),
            headers={"Content-Type": soap.MEDIA_TYPE, "SOAPAction": f'"{_ACTION}"'},
            seconds=SECONDS,
            most=_MOST,
            certificate=serviceplatform.certificate() if url.startswith("https://") else None,
        )
    except http.Unreachable as error:
        raise PortError(f"Fordelingskomponenten kan ikke nås ({error}).") from None
    try:
        return soap.unwrap(reply.body)
    except soap.Fault as fault:
        if fault.of_ours:
            raise _rejected(f" (kode {fault.codes})" if fault.codes else "") from None
        raise PortError("Fordelingskomponenten svarede med en fejl.") from None
    except xml.XmlError:
        if reply.status in (401, 403):
            raise PortRejected(
                "Kommunen får ikke adgang til Fordelingskomponenten. Se efter certifikatet."
            ) from None
        raise PortError(f"Fordelingskomponenten svarede {reply.status}.") from None


def _require_taken(response: etree._Element) -> None:
    try:
        if response.tag != f"{{{message.V3}}}FordelingsobjektAfsendResponse":
            raise xml.XmlError("another response")
        said = receipts.answer(xml.find(response, "ForretningsKvittering"))
    except xml.XmlError:
        raise PortError("Fordelingskomponenten svarede ikke, som den skal.") from None
    if said.code in _NO:
        # The words may be about a person, and a held run's reason is seen in lists.
        raise _rejected(f" ({said.code})")


def _rejected(what: str) -> PortRejected:
    return PortRejected(
        f"Fordelingskomponenten tog ikke sagen{what}. Se på KLE-nummer og afdelingens system."
    )


def _validate(request: etree._Element) -> None:
    """Against the municipality's own copy of the schemas, where it has one."""
    folder = settings.KODEKS_DISTRIBUTION_SCHEMAS
    if not folder:
        return
    try:
        schema = etree.XMLSchema(etree.parse(Path(folder) / "DistributionServiceMsg.xsd"))
    except (OSError, etree.LxmlError):
        raise PortRejected("Skemaerne i KODEKS_DISTRIBUTION_SCHEMAS kan ikke læses.") from None
    if not schema.validate(request):
        raise PortRejected("Sagen passer ikke til SF2900s skema. Bed driften se på det.")
