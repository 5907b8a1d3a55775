# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where the published test vectors lie."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def vectors() -> Path:
    beside_checkout = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("KODEKS_DATA", beside_checkout)) / "governance"
    if not folder.is_dir():
        pytest.skip("the test vectors are missing; set KODEKS_DATA")
    return folder
