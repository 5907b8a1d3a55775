# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Adapters to systems outside kodeks."""

    name = "kodeks.connectors"
    label = "connectors"
    verbose_name = "Forbindelser"
    default_auto_field = "django.db.models.BigAutoField"
