# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Gives the tests of this folder the fixtures of tests/support/kernel_stage.py."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

import cosigned
from kernel_stage import filled, intact, stage  # noqa: F401


@pytest.fixture
def usual_witnesses(stage: Any) -> Iterator[None]:  # noqa: F811
    """Two of the three nearby witnesses, before and after; they remember nothing."""
    cosigned.register(stage)
    yield
    cosigned.register(stage)
