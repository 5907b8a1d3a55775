# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An outside service over a real socket, and what tests want to go wrong with it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass
class Faults:
    """What happens to the next requests, the first first: "500", "garbage", "" for nothing; "cut"
    and "slow" carry the request out, and then no answer comes, or it comes too late."""

    next: list[str] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)


Answer = tuple[int, str, bytes]


@contextlib.contextmanager
def served(answer: Callable[[Asked], Answer], faults: Faults) -> Iterator[str]:
    """Serve until the block ends; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            fault = faults.next.pop(0) if faults.next else ""
            if fault == "500":
                return self._say((500, "text/plain", b"Intern fejl"))
            said = answer(asked)
            if fault == "cut":
                self.close_connection = True
                return self.connection.close()
            if fault == "slow":
                faults.patience.wait(5)
                self.close_connection = True
                return None
            return self._say((200, "text/html", b"<html><p>Vent</html>") if fault else said)

        do_GET = do_POST = _do  # noqa: N815

        def _say(self, said: Answer) -> None:
            status, media_type, body = said
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().handle()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        faults.patience.set()
        server.shutdown()
        server.server_close()
        thread.join()
