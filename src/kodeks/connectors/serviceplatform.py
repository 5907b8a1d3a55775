# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Access to Serviceplatformen: a client certificate gives a SAML token, and that a token for a
service. Addresses and fields as in python-serviceplatformen 3.2.0 (MIT)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors import http

SECONDS = 20.0
_MOST = 256 * 1024
_EARLIER = dt.timedelta(minutes=5)
_TOKEN_TYPE = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0"  # noqa: S105
_REQUEST_TYPE = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue"
_KEY_TYPE = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/PublicKey"


def certificate() -> http.ClientCertificate:
    """The municipality's own. Raises PortRejected when the setting names no file."""
    path = Path(settings.KODEKS_CLIENT_CERTIFICATE)
    if not settings.KODEKS_CLIENT_CERTIFICATE or not path.is_file():
        raise PortRejected("Certifikatet mangler. Sæt KODEKS_CLIENT_CERTIFICATE til en PEM-fil.")
    return http.ClientCertificate(path)


def token(entity: str) -> str:
    """What a service with this entity id wants in `authorization`; kept in memory until it expires.

    Raises PortError, or PortRejected when the municipality is not let in.
    """
    known = apps.get_app_config("connectors").tokens  # type: ignore[attr-defined]
    value, until = known.get(entity, ("", timezone.now()))
    if until > timezone.now():
        return str(value)
    body = {
        "TokenType": _TOKEN_TYPE,
        "RequestType": _REQUEST_TYPE,
        "KeyType": _KEY_TYPE,
        "AnvenderKontekst": {"Cvr": settings.KODEKS_MUNICIPALITY_CVR},
        "UseKey": _own_certificate(),
        "AppliesTo": {"EndpointReference": {"Address": entity}},
        "OnBehalfOf": None,
    }
    issued = _asked(settings.KODEKS_TOKEN_URL, json.dumps(body).encode(), "application/json")
    service = urljoin(settings.KODEKS_SERVICEPLATFORM_URL, "service/AccessTokenService_1/token")
    try:
        form = urlencode({"saml-token": issued["RequestedSecurityToken"]["Assertion"]})
        found = _asked(service, form.encode(), "application/x-www-form-urlencoded")
        value = f"{found['token_type']} {found['access_token']}"
        lasts = dt.timedelta(seconds=int(found["expires_in"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise PortError("Serviceplatformens adgang svarede ikke, som den skal.") from None
    if not value.isascii() or not value.isprintable():
        raise PortError("Serviceplatformens adgang svarede ikke, som den skal.")
    known[entity] = (value, timezone.now() + lasts - _EARLIER)
    return value


def _asked(url: str, body: bytes, media_type: str) -> dict[str, Any]:
    try:
        reply = http.send(
            "POST",
            url,
            body=body,
            headers={"Content-Type": media_type, "Accept": "application/json"},
            seconds=SECONDS,
            most=_MOST,
            certificate=certificate() if url.startswith("https://") else None,
        )
    except http.Unreachable as error:
        raise PortError(f"Serviceplatformens adgang kan ikke nås ({error}).") from None
    if reply.status in (400, 401, 403):
        raise PortRejected(
            f"Kommunen får ikke adgang til Serviceplatformen (svar {reply.status}). Se efter "
            "certifikat og serviceaftale."
        )
    try:
        found = json.loads(reply.body) if reply.status == 200 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PortError(f"Serviceplatformens adgang svarede {reply.status}.")
    return found


def _own_certificate() -> str:
    """The certificate in base64 on one line, without its key."""
    try:
        found = x509.load_pem_x509_certificate(Path(certificate().certificate).read_bytes())
    except (ValueError, OSError):
        raise PortRejected("Certifikatet i KODEKS_CLIENT_CERTIFICATE kan ikke læses.") from None
    return "".join(found.public_bytes(Encoding.PEM).decode("ascii").splitlines()[1:-1])
