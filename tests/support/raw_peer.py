# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Somebody at the other end of a socket, who answers with whatever bytes a test wants."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from served import PATIENCE


class Peer:
    """Answers whatever the test wants: bytes, sent as they are, one piece after the other."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self.reply: Callable[[bytes], Any] = lambda _: b""
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = _read_request(connection)
            self.requests.append(request)
            found = self.reply(request)
            for piece in [found] if isinstance(found, bytes) else found:
                connection.sendall(piece)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, _ = data.partition(b"\r\n\r\n")
    (length,) = (int(line[16:]) for line in head.lower().split(b"\r\n")
                 if line.startswith(b"content-length: "))  # fmt: skip
    while len(data) < len(head) + 4 + length:
        data += _more(connection)
    return data


def _more(connection: socket.socket) -> bytes:
    """What comes next. Raises ConnectionError when the other end has hung up."""
    found = connection.recv(65536)
    if not found:
        raise ConnectionError
    return found


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def slowly(*first: bytes, piece: bytes = b"x") -> Iterator[bytes]:
    """Some bytes at once, then one now and then for as long as anybody listens."""
    yield from first
    while True:
        time.sleep(0.05)
        yield piece


def silent(_: bytes) -> Iterator[bytes]:
    time.sleep(PATIENCE)
    yield b""
