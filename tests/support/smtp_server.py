# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A mail server over SMTP with STARTTLS and login, which fails on request.

`faults` are taken one for each mail: `cut` takes the mail and breaks the connection before it says
so, `later` answers 451, `refused` 554, `no-recipient` 550 to the address.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import certificates
import pytest

controller = pytest.importorskip("aiosmtpd.controller")
smtp = pytest.importorskip("aiosmtpd.smtp")

USER, PASSWORD = "post", "hemmeligt"


class Handler:
    """What was taken, and what goes wrong next."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.faults: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.faults[:1] == ["no-recipient"]:
            self.faults.pop(0)
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self.faults.pop(0) if self.faults else ""
        if fault in ("later", "refused"):
            return "451 later" if fault == "later" else "554 no"
        self.taken.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        if fault == "cut":
            server.transport.abort()
        return "250 taken"


@contextlib.contextmanager
def running(*, tls: bool = True) -> Iterator[tuple[Handler, int]]:
    """The server's handler and its port, until the end of the block."""
    with socket.create_server((certificates.HOST, 0)) as free:
        port = free.getsockname()[1]
    handler = Handler()

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return smtp.AuthResult(success=good, handled=False)

    extra = {"tls_context": certificates.for_server(), "require_starttls": True} if tls else {}
    server = controller.Controller(
        handler, hostname=certificates.HOST, port=port, authenticator=authenticate, **extra
    )
    server.start()
    try:
        yield handler, port
    finally:
        server.stop()
