# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Gives the tests of this folder the fixtures of tests/support/kernel_stage.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from kernel_stage import filled, intact, stage  # noqa: F401
