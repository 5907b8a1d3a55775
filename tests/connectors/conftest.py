# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Makes tests/support importable for this room's tests: people of Eksempelkøbing, for what a person
does with what came in, and a fake ESDH system for tests that ask for `esdh` and name its `shape`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kodeks.kernel.models import User

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from esdh_stage import esdh  # noqa: F401


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    return lambda username: User.objects.get(username=username)
