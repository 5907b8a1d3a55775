# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How we show who we are: a token that runs out (OAuth 2.0, RFC 6749, 4.4), or a password."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from django.apps import apps

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors import http
from kodeks.connectors.esdh import replies
from kodeks.robots import credentials
from kodeks.robots.errors import BusinessError

ROBOT = "visitator"
CREDENTIAL = "esdh"
_EARLY_SECONDS = 30
_LONGEST_SECONDS = 3600
_MOST_BYTES = 64 * 1024
_LONGEST_TOKEN = 16_000
_REFUSED = "ESDH-systemet ville ikke lukke robotten ind. Bed driften se efter adgangen."


class Access(Protocol):
    def header(self) -> str:
        """The value of the header Authorization."""

    def renew(self) -> bool:
        """Forget what was refused; whether there is something new to try."""


@dataclass(frozen=True)
class _Token:
    text: str = field(repr=False)
    until: float


@dataclass(frozen=True)
class Bearer:
    """Client credentials. The token is held in memory by the process until it runs out."""

    token_url: str
    client: str
    seconds: float

    def header(self) -> str:
        held: _Token | None = self._held().get((self.token_url, self.client))
        if held is None or held.until < time.monotonic():
            held = self._fetched()
            self._held()[(self.token_url, self.client)] = held
        return f"Bearer {held.text}"

    def renew(self) -> bool:
        self._held().pop((self.token_url, self.client), None)
        return True

    def _held(self) -> dict[tuple[str, str], _Token]:
        found: dict[tuple[str, str], _Token] = apps.get_app_config("connectors").esdh_tokens  # type: ignore[attr-defined]
        return found

    def _fetched(self) -> _Token:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": _secret(),
            "scope": "client",
        }
        try:
            reply = http.send(
                "POST",
                self.token_url,
                body=urlencode(asked).encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                seconds=self.seconds,
                most=_MOST_BYTES,
            )
        except http.Unreachable:
            raise PortError(
                "Adgangen til ESDH-systemet svarede ikke. Robotten prøver igen."
            ) from None
        if reply.status != 200:
            raise PortError(_REFUSED)
        return _token(reply.body)


def _token(body: bytes) -> _Token:
    answer = replies.parsed(body)
    text, seconds = (
        replies.at(answer, "access_token"),
        replies.number(replies.at(answer, "expires_in")),
    )
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_TOKEN:
        raise replies.broken()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise replies.broken()
    lives = min(seconds, _LONGEST_SECONDS) - _EARLY_SECONDS
    return _Token(text=text, until=time.monotonic() + max(lives, 0))


@dataclass(frozen=True)
class Basic:
    """User name and password (RFC 7617), over TLS only: `options` takes no other address."""

    client: str

    def header(self) -> str:
        both = f"{self.client}:{_secret()}".encode()
        return "Basic " + base64.b64encode(both).decode("ascii")

    def renew(self) -> bool:
        return False


def _secret() -> str:
    try:
        return credentials.secret(robot=ROBOT, name=CREDENTIAL)
    except BusinessError as error:
        raise PortRejected(error.message) from None
