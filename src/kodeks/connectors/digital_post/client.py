# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sends letters with Digital Post (SF1601). Addresses and headers as in python-serviceplatformen
3.2.0 (MIT); what is not to be read there is marked where it stands."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from lxml import etree

from kodeks.casework.ports import (
    UNREACHED,
    DispatchReceipt,
    LetterDispatch,
    LetterRecord,
    PortError,
    PortRejected,
)
from kodeks.connectors import http, serviceplatform
from kodeks.connectors.digital_post import memo

CHANNEL = "digital-post"
EXEMPT = "exempt"
SECONDS = 30.0
_MOST = 1024 * 1024
_SEND = "http://entityid.kombit.dk/service/kombipostafsend/1"
_LOOK_UP = "http://entityid.kombit.dk/service/postforespoerg/1"
_KNOWN_ALREADY = 409


class DigitalPost:
    """Implements kodeks.casework.ports.LetterDispatch.

    A person who is exempt gets the letter by the way that KODEKS_LETTER_FALLBACK names, and the
    receipt says so. SF1601 cannot be asked what it has taken before: the message's own number and
    the transaction's, which both follow from the key, make a second time the same message.
    """

    description = "Breve sendes med Digital Post."
    needs_number = True
    answering = (CHANNEL,)

    def find(self, *, key: str) -> DispatchReceipt | None:
        """The receipt of a letter that went by the other way."""
        other = _fallback()
        found = None if other is None else other.find(key=key)
        return None if found is None else replace(found, because=EXEMPT)

    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        """Send the letter as one message of MeMo, or by the other way to those who are exempt."""
        if record.recipient.kind == "none":
            return DispatchReceipt("", UNREACHED, timezone.now())
        sender = memo.Sender(
            cvr=settings.KODEKS_MUNICIPALITY_CVR,
            label=settings.KODEKS_MUNICIPALITY,
            contact_point=settings.KODEKS_DIGITAL_POST_CONTACT_POINT,
        )
        now = timezone.now()
        message = memo.build(record, sender=sender, created=now)
        number = memo.message_uuid(record.key)
        if not self._subscribed(record, number):
            other = _fallback()
            if other is None:
                return DispatchReceipt("", UNREACHED, now, because=EXEMPT)
            return replace(other.send(record=record), because=EXEMPT)
        self._post(message, number)
        return DispatchReceipt(number, CHANNEL, now)

    def _subscribed(self, record: LetterRecord, transaction: str) -> bool:
        """Whether the recipient gets Digital Post (PostForespoerg). The number is in the address,
        as the service wants it, and in no log of ours."""
        by = "cprNumber" if record.recipient.kind == "cpr" else "cvrNumber"
        query = urlencode({by: record.recipient.number})
        path = f"service/PostForespoerg_1/digitalpost?{query}"
        reply = _send("GET", path, transaction, entity=_LOOK_UP)
        try:
            found = json.loads(reply.body)["result"] if reply.status == 200 else None
        except (ValueError, KeyError, TypeError, RecursionError):
            found = None
        if not isinstance(found, bool):
            raise _refusal(reply.status, "Opslaget i Digital Post")
        return found

    def _post(self, message: etree._Element, number: str) -> None:
        request = etree.Element("kombi_request")
        etree.SubElement(request, "KombiValgKode").text = "Digital Post"
        request.append(message)
        body = etree.tostring(request, encoding="utf-8", xml_declaration=True)
        reply = _send("POST", "service/KombiPostAfsend_1/memos", number, entity=_SEND, body=body)
        # That a known transaction is answered with 409 is assumed, not documented to us.
        if not (200 <= reply.status < 300 or reply.status == _KNOWN_ALREADY):
            raise _refusal(reply.status, "Digital Post")


def _send(
    method: str, path: str, transaction: str, *, entity: str, body: bytes | None = None
) -> http.Reply:
    headers = {
        "X-TransaktionsId": transaction,
        "X-TransaktionsTid": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        "authorization": serviceplatform.token(entity),
        "Content-Type": "application/xml",
    }
    url = urljoin(settings.KODEKS_SERVICEPLATFORM_URL, path)
    try:
        return http.send(
            method,
            url,
            body=body,
            headers=headers,
            seconds=SECONDS,
            most=_MOST,
            certificate=serviceplatform.certificate() if url.startswith("https://") else None,
        )
    except http.Unreachable as error:
        raise PortError(f"Digital Post kan ikke nås ({error}).") from None


def _refusal(status: int, what: str) -> PortError | PortRejected:
    """4xx is for a person, all else comes by itself; the reply's words may be personal."""
    if 400 <= status < 500 and status not in (408, 425, 429):
        return PortRejected(f"{what} sagde nej (svar {status}). Se på brevet og modtageren.")
    return PortError(f"{what} svarede {status}.")


def _fallback() -> LetterDispatch | None:
    if not settings.KODEKS_LETTER_FALLBACK:
        return None
    try:
        other: LetterDispatch = import_string(settings.KODEKS_LETTER_FALLBACK)()
    except ImportError:
        raise PortRejected(
            "Indstillingen KODEKS_LETTER_FALLBACK er forkert. Skriv navnet på en afsendelse."
        ) from None
    return other
