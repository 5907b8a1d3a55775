# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The verifier in Go (tests/ledger/foreign), compiled with Debian's own packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "ledger" / "foreign" / "verify.go"
GOPATH = Path("/usr/share/gocode")
PACKAGES = GOPATH / "src" / "golang.org/x/mod/sumdb"


def compiled(folder: Path) -> Path:
    """The program in `folder`. Without Go the run fails: a skip would leave only our own code."""
    if shutil.which("go") is None or not (PACKAGES / "tlog").is_dir():
        pytest.fail(
            "Go is missing: `scripts/setup test` installs golang-go and golang-golang-x-mod-dev"
        )
    # Of the caller's own only PATH: neither a home that cannot be written nor Go's settings there.
    environment = {
        "PATH": os.environ["PATH"],
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOENV": "off",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        **{name: str(folder) for name in ("HOME", "GOTMPDIR", "TMPDIR")},
        "GOCACHE": str(folder / "cache"),
    }
    command = ["go", "build", "-o", str(folder / "verify"), str(SOURCE)]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        pytest.fail(f"the Go program does not compile:\n{done.stderr}")
    return folder / "verify"
