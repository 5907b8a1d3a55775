# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where other systems tell how it went: receipts are pushed to us, and each is answered.

Nobody is signed in here. The proxy in front asks for the other system's certificate and then adds
the shared secret, which is kept as a robot's is; without it nothing is read.
"""

from __future__ import annotations

import datetime as dt
import hmac

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kodeks.casework import dispatching, distributing
from kodeks.casework.errors import CaseworkError
from kodeks.connectors.digital_post import client, replies
from kodeks.connectors.distribution import message, receipts, soap
from kodeks.connectors.xml import XmlError
from kodeks.kernel.viewing import as_service
from kodeks.robots import credentials
from kodeks.robots.errors import BusinessError

log = structlog.get_logger(__name__)

HEADER = "X-Kodeks-Kvittering"
ROBOT, SECRET = "kvitteringer", "adgang"
_SERVICE = "receipts"
_TAKEN, _NOT_READ, _LATER = 20, 40, 50
IN_FLIGHT = dt.timedelta(hours=1)
"""Receipts may come before what they are about is committed: so long they are asked for again."""


@csrf_exempt
@require_POST
@as_service(_SERVICE)
def digital_post(request: HttpRequest) -> HttpResponse:
    """A status of a letter, from Beskedfordeler. Those of other systems' letters are left alone."""
    if not _let_in(request):
        return HttpResponse("Adgang nægtet.", status=403, content_type="text/plain; charset=utf-8")
    try:
        status = replies.read(request.body)
    except XmlError as error:
        log.warning("receipt_not_read", of="digital-post", why=str(error))
        return _answer(400, _NOT_READ, "Beskeden kan ikke læses.")
    try:
        dispatching.hear(channel=client.CHANNEL, message_id=status.message_id, news=status.news)
    except CaseworkError:
        if timezone.now() - status.news.at < IN_FLIGHT:
            return _answer(503, _LATER, "Brevet er ikke kendt endnu.")
    return _answer(200, _TAKEN, "OK")


@csrf_exempt
@require_POST
@as_service(_SERVICE)
def sf2900(request: HttpRequest) -> HttpResponse:
    """A receipt from Fordelingskomponenten (DistributionServiceAnvenderV2.wsdl).

    One of a distribution that is not ours, or not committed yet, is a fault: it comes again.
    """
    if not _let_in(request):
        return _fault(403, "Adgang nægtet.")
    try:
        receipt = receipts.read(request.body)
    except XmlError as error:
        log.warning("receipt_not_read", of="sf2900", why=str(error))
        return _fault(500, "Kvitteringen kan ikke læses.")
    try:
        distributing.hear(message_id=receipt.message_id, answer=receipt.answer)
    except CaseworkError as error:
        return _fault(500, str(error))
    return HttpResponse(receipts.taken(), content_type=soap.MEDIA_TYPE)


def _fault(status: int, sentence: str) -> HttpResponse:
    """SOAP 1.1 has faults under status 500."""
    content = soap.fault(sentence, namespace=message.V2)
    return HttpResponse(content, status=status, content_type=soap.MEDIA_TYPE)


def _let_in(request: HttpRequest) -> bool:
    """Fails closed: without a secret of ours nobody is let in."""
    try:
        secret = credentials.secret(robot=ROBOT, name=SECRET)
    except BusinessError:
        return False
    given = request.headers.get(HEADER, "")
    return hmac.compare_digest(given.encode(), secret.encode())


def _answer(status: int, code: int, words: str) -> HttpResponse:
    content = replies.answer(code, words)
    return HttpResponse(content, status=status, content_type="application/xml")
