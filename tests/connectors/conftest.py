# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Makes tests/support importable for this room's tests: people of Eksempelkøbing, for what a person
does with what came in, a fake ESDH system for tests that ask for `esdh` and name its `shape`, and
a peer that answers whatever a test wants.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kodeks.connectors import witnesses
from kodeks.kernel.models import User

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from esdh_stage import esdh  # noqa: F401
from raw_peer import Peer


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    return lambda username: User.objects.get(username=username)


@pytest.fixture
def peer() -> Iterator[Peer]:
    found = Peer()
    yield found
    found.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "SECONDS", 0.3)
