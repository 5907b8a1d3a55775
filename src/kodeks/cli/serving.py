# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Running a web server of ours in this process, and whether its port is to be had."""

from __future__ import annotations

import socket

_KILL_SECONDS = 10


def serve(target: str, *, host: str, port: int, threads: int) -> None:
    """Serve the WSGI application `target` (module:name) until the process is asked to end."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        # A worker process that does not end when it is asked to is not waited for for ever.
        workers_kill_timeout=_KILL_SECONDS,
        log_access=False,
        log_level="error",
    ).serve()


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there. Granian itself shares a port with another that listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError):
        return False
    return True
