# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room."""

from typing import Any

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Adapters to systems outside kodeks."""

    name = "kodeks.connectors"
    label = "connectors"
    verbose_name = "Forbindelser"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # What this process holds: tokens of ESDH systems, by address and client.
        self.tokens: dict[tuple[str, str], Any] = {}
