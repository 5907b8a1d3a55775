# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Processes of our own (other_process.py), and what is left when they are gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "other_process.py"


class Process:
    """A process of ours that is told something, and killed at the end."""

    def __init__(self, what: str, told: dict[str, Any], url: str) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, str(SCRIPT), what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"KODEKS_DATABASE_URL": url},
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self.stdout = self._popen.stdout
        self._popen.stdin.write(json.dumps(told))
        self._popen.stdin.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
        self.stdout.close()


def alone(stage: Any, before: set[int]) -> None:
    """Wait until the database has noticed that the connections are gone."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND NOT pid = ANY (%s)"
    )
    while stage.as_owner(asked, list(before)) > 0:
        time.sleep(0.01)


def backends(stage: Any) -> set[int]:
    rows = stage.owner.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    ).fetchall()
    return {pid for (pid,) in rows}
