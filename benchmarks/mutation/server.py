# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Runs tests in children of a process that has imported the libraries: two seconds less each.

Nothing of kodeks is imported here, so that each child reads it as it stands then. A line of
standard input is a JSON list of pytest's arguments; the answer is a JSON line with its exit status
and the first test that failed.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
from typing import Any

LIBRARIES = """
    cedarpy cryptography.hazmat.primitives.ciphers.aead django.contrib.auth django.test holidays
    hypothesis.strategies numpy pikepdf procrastinate.contrib.django psycopg pypdfium2 pytest
    pytest_django safetensors.numpy structlog typer typst xdist
"""
SECONDS = 900
"""For all the tests there are; a run of few must not wait that long for a fault that never ends."""
SECONDS_FOR_A_PART = 150


def main() -> None:
    for name in LIBRARIES.split():
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(_outcome(json.loads(line))), flush=True)


class Failed:
    """A pytest plugin that remembers the first test that failed."""

    first = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.first:
            self.first = report.nodeid


def _outcome(arguments: list[str]) -> list[Any]:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        whole = any(one.startswith("tests/") and ".py" not in one for one in arguments)
        signal.alarm(SECONDS if whole else SECONDS_FOR_A_PART)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        import pytest

        status, failed = 1, Failed()
        with contextlib.suppress(BaseException):
            status = int(pytest.main(arguments, plugins=[failed]))
        os.write(theirs, failed.first.encode()[:4000])
        os._exit(status)
    os.close(theirs)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(ours, "rb") as told:
        return [status, told.read().decode(errors="replace")]


if __name__ == "__main__":
    main()
