# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One request over HTTP, for all connectors: no redirects, a deadline in all, a most of bytes.

Nothing is tried again here: whether a request may be repeated is for the connector to know, which
looks for what it made before it makes it.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

SECONDS = 30.0
MOST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """Any status is a reply. `headers` have names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Unreachable(Exception):
    """No whole reply came in time. The request may have been carried out all the same.

    The text is the name of what happened, never of what was sent.
    """


@dataclass(frozen=True)
class ClientCertificate:
    """Who we are to a service that asks for it (an OCES certificate): a PEM file with both parts,
    or one file for each."""

    certificate: Path
    key: Path | None = None


def send(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most: int = MOST,
    certificate: ClientCertificate | None = None,
) -> Reply:
    """Send a request and read the reply; the server's certificate is checked.

    Raises Unreachable when no reply of at most `most` bytes has come within `seconds` in all, also
    when the address is none of http or https.
    """
    if not url.startswith(("http://", "https://")):
        raise Unreachable("ValueError")
    deadline = _Deadline(seconds)
    try:
        request = _Request(
            url, data=body, headers={"User-Agent": "kodeks", **(headers or {})}, method=method
        )
        request.deadline, request.certificate = deadline, certificate
        with deadline, _opened(request, seconds) as reply:
            data = reply.read(most + 1)
            found = {name.lower(): value for name, value in reply.headers.items()}
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from None
    if deadline.passed:
        raise Unreachable("TimeoutError")
    if len(data) > most:
        raise Unreachable("TooLong")
    return Reply(status=reply.status, headers=found, body=data)


class _Deadline:
    """Cuts a connection off after so many seconds in all.

    A socket's timeout is for each wait alone: a server that sends a byte now and then would keep
    us waiting for hours.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connected: socket.socket) -> None:
        self._sockets.append(connected)
        if self.passed:
            raise TimeoutError

    def _cut(self) -> None:
        self.passed = True
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Request(urllib.request.Request):
    deadline: _Deadline
    certificate: ClientCertificate | None


class _Watched:
    """A connection that can be cut off."""

    def __init__(self, *arguments: Any, deadline: _Deadline, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._deadline.watch(self.sock)  # type: ignore[attr-defined]


class _Plain(_Watched, http.client.HTTPConnection):
    pass


class _Secure(_Watched, http.client.HTTPSConnection):
    pass


class _HTTP(urllib.request.HTTPHandler):
    def http_open(self, request: Any) -> Any:
        return self.do_open(partial(_Plain, deadline=request.deadline), request)


class _HTTPS(urllib.request.HTTPSHandler):
    def https_open(self, request: Any) -> Any:
        trusted = ssl.create_default_context()
        if request.certificate is not None:
            trusted.load_cert_chain(request.certificate.certificate, request.certificate.key)
        secure = partial(_Secure, deadline=request.deadline, context=trusted)
        return self.do_open(secure, request)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A service stands where the municipality registered it, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, _HTTP, _HTTPS)


def _opened(request: _Request, seconds: float) -> Any:
    try:
        return _OPENER.open(request, timeout=seconds)
    except urllib.error.HTTPError as error:
        # Any status is a reply, and is read as one.
        return error
