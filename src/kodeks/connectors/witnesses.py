# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Speaks to the witnesses of our log over HTTP (C2SP tlog-witness)."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import urllib.error
import urllib.request
from functools import partial
from typing import Any

from kodeks.kernel import api as kernel

SECONDS = 10.0
MOST = 64 * 1024


def submit(url: str, body: bytes) -> kernel.WitnessReply:
    """POST `body` to `<url>/add-checkpoint`; any status is a reply.

    Raises kernel.WitnessUnreachable when none comes within `SECONDS`, or one that is too long.
    """
    deadline = _Deadline()
    try:
        request = _Post(
            url.rstrip("/") + "/add-checkpoint",
            data=body,
            headers={"Content-Type": "text/plain; charset=utf-8", "User-Agent": "kodeks"},
        )
        request.deadline = deadline
        with deadline, _opened(request) as reply:
            data = reply.read(MOST + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise kernel.WitnessUnreachable(type(error).__name__) from error
    if deadline.passed:
        raise kernel.WitnessUnreachable("TimeoutError")
    if len(data) > MOST:
        raise kernel.WitnessUnreachable("TooLong")
    return kernel.WitnessReply(status=reply.status, body=data)


class _Deadline:
    """Cuts a connection off after `SECONDS` in all.

    A socket's timeout is for each wait alone: a witness that sends a byte now and then would keep
    the others' signatures waiting for hours.
    """

    def __init__(self) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(SECONDS, self._cut)
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


class _Post(urllib.request.Request):
    deadline: _Deadline


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
        return self.do_open(partial(_Secure, deadline=request.deadline), request)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness stands where the owner registered it, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, _HTTP, _HTTPS)


def _opened(request: _Post) -> Any:
    try:
        return _OPENER.open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        # Any status is a reply, and is read as one.
        return error
