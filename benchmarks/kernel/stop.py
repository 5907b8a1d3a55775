# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How soon does the stop button bite? Four threads act without pause; then the system is stopped.

    .venv/bin/python benchmarks/kernel/stop.py

Prints how long after the stop's commit the last recommendation was still issued, over 20 stops,
and the time that one `issue` takes. Runs in an installation of its own, removed at the end.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from kodeks.database import cluster

STOPS = 20
WRITERS = 4


def main() -> int:
    home = Path(tempfile.mkdtemp(prefix="kodeks-stop-"))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    try:
        cluster.start(home=home)
        subprocess.run([sys.executable, "-m", "kodeks", "demo-prepare"], check=True)
        late, took = _measure()
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)
    print(f"issue, {WRITERS} writers: median {1000 * statistics.median(took):.1f} ms")
    print(f"last issue after the stop's commit: at most {1000 * max(late):.1f} ms ({STOPS} stops)")
    return 0 if max(late) <= 1.0 else 1


def _measure() -> tuple[list[float], list[float]]:
    import django

    django.setup()
    from kodeks.inquiries import releases
    from kodeks.kernel import services
    from kodeks.kernel.models import User

    sha256 = releases.released("inquiries").artefact_sha256
    merete = User.objects.get(username="merete")
    late, took = [], []
    for _ in range(STOPS):
        writers = [_Writer(sha256) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(0.5)
        services.stop(system="inquiries", user=merete, reason="Måling")
        committed = time.monotonic()
        for writer in writers:
            writer.join()
        late.append(max(0.0, max(writer.last for writer in writers) - committed))
        took += [seconds for writer in writers for seconds in writer.took]
        services.resume(system="inquiries", user=merete, reason="Måling")
    return late, took


class _Writer(threading.Thread):
    """Issues recommendations until the kernel says that the system is stopped."""

    def __init__(self, sha256: str) -> None:
        super().__init__()
        self._sha256 = sha256
        self.last = 0.0
        self.took: list[float] = []

    def run(self) -> None:
        from django.db import connection

        from kodeks.kernel.errors import SystemStopped

        try:
            while True:
                began = time.monotonic()
                self._issue()
                self.last = time.monotonic()
                self.took.append(self.last - began)
        except SystemStopped:
            connection.close()

    def _issue(self) -> None:
        import datetime as dt

        from kodeks.kernel import services

        key = str(uuid.uuid4())
        services.issue(
            system="inquiries",
            subject=services.Subject(type="inquiry", id=key),
            purpose="triage",
            suggestion={"label": "rotter"},
            confidence=0.9,
            alternatives=[],
            data_used=[
                services.Datum(
                    source="henvendelse",
                    field="text",
                    value="Måling",
                    fetched_at=dt.datetime.now(dt.UTC),
                )
            ],
            considerations=[services.Consideration(text="Måling", weight=1.0, direction="for")],
            artefact_sha256=self._sha256,
            key=key,
        )


if __name__ == "__main__":
    sys.exit(main())
