# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""HTTP for a fake system: reads the request, has the shape answer it, and fails as planned."""

from __future__ import annotations

import contextlib
import email.parser
import email.policy
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from fake_esdh import faults

CLIENT, SECRET = "kodeks-robot", "hemmelig-adgang"
Tell = Callable[[str, str, int], None]
"""Told "before" and "after" the work of each call, with its path and the client's port."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, tuple[str, bytes]]:
        """Parts of a multipart form: file name and content by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + self.body)
        parts = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            parts[str(name)] = (part.get_filename() or "", content)
        return parts


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""

    @classmethod
    def of(cls, value: Any, status: int = 200) -> Answer:
        return cls(status, json.dumps(value, ensure_ascii=False).encode())


class Wrong(Exception):
    """The request lacks something or says it in the wrong form: 400."""


class Shape(Protocol):
    def token(self, request: Request) -> Answer | None:
        """The answer, when the request asks for a token."""

    def knows(self, request: Request) -> bool:
        """Whether the client has shown who it is."""

    def expire(self) -> None:
        """Forget the tokens given out."""

    def answer(self, request: Request) -> Answer: ...


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that was killed leaves its connection half open."""


class Server:
    """One fake system on a port of its own."""

    def __init__(
        self, shape: Shape, plan: faults.Plan, *, port: int = 0, tell: Tell | None = None
    ) -> None:
        self.shape, self.plan, self.tell = shape, plan, tell
        self.unauthorised = 0
        self._http = _Listening(("127.0.0.1", port), type("Handler", (_Handler,), {"fake": self}))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> Server:
        self._thread.start()
        return self

    def wait(self) -> None:
        self._thread.join()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving(shape: Shape, plan: faults.Plan | None = None) -> Iterator[Server]:
    server = Server(shape, plan or faults.Plan()).start()
    try:
        yield server
    finally:
        server.stop()


class _Handler(BaseHTTPRequestHandler):
    fake: Server

    def parse_request(self) -> bool:
        """Serve every method alike."""
        if super().parse_request():
            self._serve()
        return False

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            return
        found = self.fake.shape.token(request)
        if found is not None:
            self._reply(found)
            return
        fault = self.fake.plan.next(f"{request.method} {request.path}")
        if fault == faults.EXPIRED:
            self.fake.shape.expire()
            self._reply(Answer(401))
        elif not self.fake.shape.knows(request):
            self.fake.unauthorised += 1
            self._reply(Answer(401))
        elif fault == faults.ERROR_BEFORE:
            self._reply(Answer(500, b"<html>"))
        elif fault == faults.REJECTED:
            self._reply(Answer.of({"message": "Forkert: Testine Testesen"}, 400))
        else:
            self._work(request, fault)

    def _request(self) -> Request | None:
        """None when the client died while it was sending."""
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        if len(body) < size:
            return None
        return Request(
            method=self.command,
            path=unquote(parts.path).strip("/"),
            query={name: found[0] for name, found in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _work(self, request: Request, fault: str) -> None:
        if fault == faults.SLOW:
            time.sleep(self.fake.plan.slow_seconds)
        if fault == faults.LATE:
            self.connection.shutdown(socket.SHUT_RDWR)
            if self.fake.plan.release is not None:
                self.fake.plan.release.wait()
        self._tell("before", request)
        try:
            answer = self.fake.shape.answer(request)
        except (Wrong, KeyError, TypeError, ValueError) as error:
            answer = Answer.of({"message": f"{type(error).__name__}: {error}"}, 400)
        self._tell("after", request)
        if fault == faults.LOST:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if answer.status < 300:
            instead = {
                faults.ERROR_AFTER: Answer(500, b"<html>"),
                faults.BROKEN: Answer(200, b'{"half":'),
                faults.DUPLICATE: Answer(409, b"{}"),
            }
            answer = instead.get(fault, answer)
        self._reply(answer)

    def _tell(self, phase: str, request: Request) -> None:
        if self.fake.tell is not None:
            self.fake.tell(phase, request.path, self.client_address[1])

    def _reply(self, answer: Answer) -> None:
        with contextlib.suppress(OSError):  # nobody may listen any more
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        return
