# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Django's registration of the room `workbench`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "kodeks.workbench"
    label = "workbench"
    verbose_name = "Arbejdsplads"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # Suggestions that this process has computed again (see insight.replays).
        self.replays: dict[Any, Any] = {}
