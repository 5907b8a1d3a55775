# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "kodeks.kernel"
    label = "kernel"
    verbose_name = "Kerne"
    default_auto_field = "django.db.models.BigAutoField"
