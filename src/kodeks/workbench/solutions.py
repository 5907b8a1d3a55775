# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The installed solutions, found by the entry point group `kodeks.solutions` (see `settings`).

A solution gives the workbench what it has of these modules: `urls` with `prefix` and
`urlpatterns`, `navigation` (see `workbench.navigation`), `insight` (see `kernel.insight`) and
`telling` (see `workbench.telling`).
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.conf import settings


def modules(name: str) -> Iterator[ModuleType]:
    """The module `name` of each solution that has one, then the demo's."""
    apps = [*settings.KODEKS_SOLUTIONS, *(["kodeks.demo"] if settings.KODEKS_DEMO else [])]
    for app in apps:
        path = f"{app}.{name}"
        if find_spec(path) is not None:
            yield import_module(path)
