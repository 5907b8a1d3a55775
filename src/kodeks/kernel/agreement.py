# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether what a person chose is what was suggested.

It is when the two are equal, unless the system's solution says better: two people who exempt the
same words can differ by one sign, and still they agree. The same rule holds for what was chosen
with the suggestion in sight and without, or their difference would be no influence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps

Same = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
"""From a suggestion and an outcome to whether they are the same for those who measure."""


def register(*, system: str, same: Same) -> None:
    """How a system's suggestions are compared with what people chose."""
    _register()[system] = same


def of(system: str) -> Same | None:
    """None where equal is the same, as the database has written it down already."""
    return _register().get(system)


def _register() -> dict[str, Same]:
    known: dict[str, Same] = apps.get_app_config("kernel").agreements  # type: ignore[attr-defined]
    return known
