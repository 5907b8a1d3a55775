# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Django's registration of the room; the registries live here, so no module holds state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from kodeks.robots.background import About
    from kodeks.robots.flows import Flow
    from kodeks.robots.schedules import Schedule
    from kodeks.robots.subjects import Kind


class RobotsConfig(AppConfig):
    name = "kodeks.robots"
    label = "robots"
    verbose_name = "Robotter"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        self.flows: dict[str, Flow] = {}
        self.background: dict[str, Callable[..., Any]] = {}
        self.background_about: dict[str, About] = {}
        self.background_robots: dict[str, str] = {}
        self.subjects: dict[str, Kind] = {}
        self.schedules: dict[str, Schedule] = {}

    def ready(self) -> None:
        """Import every app's `robots` module: that is where a solution registers its flows."""
        autodiscover_modules("robots")
