# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness over HTTP: `POST /add-checkpoint` (C2SP tlog-witness), and a page about itself.

A WSGI application; the folder is named by the environment variable KODEKS_WITNESS_FOLDER.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog

from kodeks.ledger import witness
from kodeks.ledger.witness import Answer
from kodeks.witness.store import Store, WitnessProblem

log = structlog.get_logger(__name__)
FOLDER = "KODEKS_WITNESS_FOLDER"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application (PEP 3333)."""
    try:
        answer = _answer(environ, Store(Path(os.environ[FOLDER])))
    except (WitnessProblem, OSError) as problem:
        # A folder that cannot be read or written, as when the disk is full: nothing is signed.
        log.error("witness_cannot_answer", problem=str(problem))
        answer = Answer(500, "Vidnet kan ikke svare nu.\n")
    body = answer.body.encode()
    start_response(
        f"{answer.status} {HTTPStatus(answer.status).phrase}",
        [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *([("Allow", "POST")] if answer.status == HTTPStatus.METHOD_NOT_ALLOWED else []),
        ],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _answer(environ: dict[str, Any], store: Store) -> Answer:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if path == f"/{witness.PATH}":
        if method != "POST":
            return Answer(405, "Send hovedet med POST.\n")
        # One byte more than is allowed, so that what is too long is seen without being read.
        data = environ["wsgi.input"].read(witness.MAX_SIZE + 1)
        return store.add_checkpoint(data, clock=time.time)
    if path == "/" and method in ("GET", "HEAD"):
        return Answer(200, _page(store))
    return Answer(404, "Her er kun vidnets forside og add-checkpoint.\n")


def _page(store: Store) -> str:
    lines = [
        f"Vidne: {store.signer().verifier.text}",
        "",
        "Vidnet følger disse logge og har underskrevet deres nyeste hoved:",
    ]
    for one in store.followed():
        if one.latest is None or one.signed is None:
            lines.append(f"- {one.key.name}: intet endnu")
            continue
        at = dt.datetime.fromtimestamp(one.signed.timestamp, dt.UTC)
        lines.append(f"- {one.key.name}: {one.latest.size} poster, {at:%Y-%m-%d %H:%M:%S} UTC")
    return "\n".join(lines) + "\n"
