# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room."""

from __future__ import annotations

import datetime as dt
from types import ModuleType
from typing import Any

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Adapters to systems outside kodeks."""

    name = "kodeks.connectors"
    label = "connectors"
    verbose_name = "Forbindelser"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        self.tokens: dict[str, tuple[str, dt.datetime]] = {}
        """Access to services in use, by entity id, and until when; in memory only."""
        self.esdh_tokens: dict[tuple[str, str], Any] = {}
        """Tokens of ESDH systems in use, by address and client; in memory only."""
