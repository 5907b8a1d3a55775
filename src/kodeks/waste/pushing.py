# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What platforms push to us over HTTP: OS2iot's HTTP push and NGSI-LD, FIWARE's notifications.

A source shows its key in `Authorization: Bearer`; one that signs puts an HMAC-SHA256 of the body
(hex) in `X-Kodeks-Signature`. It is answered when its readings are committed.
"""

from __future__ import annotations

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kodeks.kernel.api import as_service
from kodeks.robots.errors import BusinessError
from kodeks.waste import ingesting, sources
from kodeks.waste.engine.payloads.loading import TableError
from kodeks.waste.messages import Message

log = structlog.get_logger(__name__)

SIGNATURE = "X-Kodeks-Signature"
MOST_BYTES = 1_000_000
"""Of a body. A list of bins that is longer is sent in parts."""
_MOST_REASONS = 20
_BEARER = "bearer "


@csrf_exempt
@never_cache
@require_POST
@as_service("sensors")
def readings(request: HttpRequest) -> JsonResponse:
    """One body with one or more readings.

    200 when something of it is stored or was known already, 400 with the reasons when nothing is:
    it lies in quarantine then, and sending it again helps nothing. 503 when it is to be sent again.
    """
    given = request.headers.get("Authorization", "")
    key = given[len(_BEARER) :].strip() if given[: len(_BEARER)].lower() == _BEARER else ""
    source = sources.of(key)
    if source is None:
        return _refused(401, "Nøglen mangler eller er forkert. Send den som Authorization: Bearer.")
    try:
        content = _body(request)
    except RequestDataTooBig:
        return _refused(413, f"Beskeden fylder over {MOST_BYTES // 1000} kB. Del den i flere.")
    except UnreadablePostError:
        return _refused(400, "Beskeden blev afbrudt. Send den igen.")
    message = Message(
        source=source.name,
        content=content,
        received=timezone.now(),
        signature=request.headers.get(SIGNATURE, "")[:200],
    )
    try:
        outcome = ingesting.take(messages=[message])
    except TableError as error:
        log.error("sensor_table_wrong", problem=str(error))
        return _refused(503, "En sensors tabel er forkert hos kommunen. Send beskeden igen senere.")
    except BusinessError as error:
        log.error("source_secret_missing", problem=error.message)
        return _refused(503, "Underskrifter kan ikke prøves lige nu. Send beskeden igen senere.")
    except DatabaseError:
        return _refused(503, "Beskeden kunne ikke gemmes lige nu. Send den igen om lidt.")
    reasons = list(dict.fromkeys(reason for _, reason in outcome.problems))
    taken = outcome.stored + outcome.joined or (outcome.seen and not reasons)
    return JsonResponse(
        {
            "stored": outcome.stored,
            "seen": outcome.seen,
            "quarantined": outcome.quarantined,
            "reasons": reasons[:_MOST_REASONS],
        },
        status=200 if taken else 400,
        json_dumps_params={"ensure_ascii": False},
    )


def _body(request: HttpRequest) -> bytes:
    """At most MOST_BYTES, whatever the header says. Raises RequestDataTooBig."""
    content = request.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise RequestDataTooBig
    return bytes(content)


def _refused(status: int, reason: str) -> JsonResponse:
    content = {"stored": 0, "seen": 0, "quarantined": 0, "reasons": [reason]}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
