# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Runs one fake ESDH system until it is stopped."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import sys

from fake_esdh import faults
from fake_esdh.serving import Server, Tell
from fake_esdh.shapes import SHAPES
from fake_esdh.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=sorted(SHAPES), required=True)
    parser.add_argument("--store", required=True, help="SQLite file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.0, help="of the calls that fail")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tell", type=int, default=0, help="port of one who wants to know")
    options = parser.parse_args()
    plan = faults.Plan(share=options.share, seed=options.seed)
    server = Server(
        SHAPES[options.shape].make(Store(options.store)),
        plan,
        port=options.port,
        tell=_teller(options.tell) if options.tell else None,
    )
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.start().wait()
    finally:
        told = {"calls": len(plan.paths), "faults": dict(sorted(plan.happened.items()))}
        sys.stdout.write(json.dumps(told) + "\n")


def _teller(port: int) -> Tell:
    """Tells who listens on the port, and waits until it has been heard."""

    def tell(phase: str, path: str, client: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                line = json.dumps({"phase": phase, "path": path, "client": client})
                connection.sendall(line.encode() + b"\n")
                connection.recv(1)
        except OSError:
            return

    return tell


if __name__ == "__main__":
    main()
