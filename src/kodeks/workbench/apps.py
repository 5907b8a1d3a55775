# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Django's registration of the room `workbench`."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "kodeks.workbench"
    label = "workbench"
    verbose_name = "Arbejdsplads"
    default_auto_field = "django.db.models.BigAutoField"
