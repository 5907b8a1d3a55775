# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People of Eksempelkøbing, for what a person does with what came in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kodeks.kernel.models import User


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    return lambda username: User.objects.get(username=username)
