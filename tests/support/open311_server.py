# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Another body's GeoReport v2 server over HTTP, in XML, which fails on request.

`faults` are taken one for each POST: `lost` takes the request and breaks off, `error` answers 500
without taking it, `error-after` takes it first, `slow` takes it and answers too late, `garbage`
takes it and answers what is no XML, `reject` says 400, `token` gives a token, `empty` answers no
request.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

KEY = "deres-noegle"


class Server(ThreadingHTTPServer):
    """The server and what it holds."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *, most: int, refuses_known: bool) -> None:
        self.requests: list[dict[str, str]] = []
        self.faults: list[str] = []
        self.taken: Callable[[], None] = lambda: None
        """Called when a request was taken, before it is answered."""
        self.most, self.refuses_known = most, refuses_known
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v2"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what half of the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        with self.server.lock:
            held = list(self.server.requests)
        if address.path == "/v2/requests.xml":
            rows = [
                row
                for row in held
                if row["service_code"] == query["service_code"]
                and query["start_date"] <= row["requested_datetime"] <= query["end_date"]
            ]
            self.answer(200, rows[: self.server.most])
            return
        number = address.path.rpartition("/")[2].removesuffix(".xml")
        is_token = address.path.startswith("/v2/tokens/")
        rows = [row for row in held if row["service_request_id"] == number.removeprefix("t")]
        self.answer(
            200 if rows else 404, rows if not is_token else [dict(r, token=number) for r in rows]
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[-1] for name, values in parse_qs(body).items()}
        with self.server.lock:
            fault = self.server.faults.pop(0) if self.server.faults else ""
            if form.get("api_key") != KEY:
                self.answer(403, [])
                return
            same = [r for r in self.server.requests if r["description"] == form["description"]]
            if fault == "reject" or (same and self.server.refuses_known):
                self.answer(400, [])
                return
            if fault == "error":
                self.answer(500, [])
                return
            row = {
                "service_request_id": str(len(self.server.requests) + 1),
                "service_code": form["service_code"],
                "description": form["description"],
                "status": "open",
                "requested_datetime": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                **{name: form[name] for name in ("lat", "long", "address_string") if name in form},
            }
            self.server.requests.append(row)
        self.after(fault, row)

    def after(self, fault: str, row: dict[str, str]) -> None:
        self.server.taken()
        if fault == "lost":
            self.close_connection = True
            return
        if fault == "slow":
            time.sleep(1.0)
        if fault == "garbage":
            self.say(200, b"<html>welcome")
        elif fault == "token":
            self.answer(200, [{"token": f"t{row['service_request_id']}"}])
        elif fault == "empty":
            self.answer(200, [])
        else:
            self.answer(500 if fault == "error-after" else 200, [row])

    def answer(self, status: int, rows: list[dict[str, str]]) -> None:
        root = etree.Element("service_requests")
        for row in rows:
            element = etree.SubElement(root, "request")
            for name, value in row.items():
                etree.SubElement(element, name).text = value
        self.say(status, etree.tostring(root, xml_declaration=True, encoding="utf-8"))

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def running(*, most: int = 1_000, refuses_known: bool = False) -> Iterator[Server]:
    """The server, until the end of the block."""
    server = Server(most=most, refuses_known=refuses_known)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
