# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases, documents and the journal."""

    name = "kodeks.casework"
    label = "casework"
    verbose_name = "Sager og journal"
    default_auto_field = "django.db.models.BigAutoField"
