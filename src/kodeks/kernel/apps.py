# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "kodeks.kernel"
    label = "kernel"
    verbose_name = "Kerne"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # What this process holds: permits by (system, purpose), and opened models by system.
        self.permits: dict[tuple[str, str], Any] = {}
        self.models_opened: dict[str, tuple[int, Any, str]] = {}
        # What solutions have registered: how a suggestion is compared with what people chose, and
        # the parts in which a person says how many of the sure ones may be wrong.
        self.agreements: dict[str, Any] = {}
        self.parts: dict[str, Any] = {}
