# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who a client is: tokens by client credentials, or a password."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import parse_qs

from fake_esdh.serving import CLIENT, SECRET, Answer, Request


class Tokens:
    """OAuth 2.0 client credentials at /token."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def token(self, request: Request) -> Answer | None:
        if (request.method, request.path) != ("POST", "token"):
            return None
        asked = {name: found[0] for name, found in parse_qs(request.body.decode()).items()}
        if asked.get("grant_type") != "client_credentials":
            return Answer(400)
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
            return Answer(401)
        token = secrets.token_urlsafe(16)
        self._given.add(token)
        return Answer.of({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def knows(self, request: Request) -> bool:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and token in self._given

    def expire(self) -> None:
        self._given.clear()


class Password:
    """Basic."""

    def token(self, request: Request) -> Answer | None:
        return None

    def knows(self, request: Request) -> bool:
        sent = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {sent}"

    def expire(self) -> None:
        return
