# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kodeks.demo"
    label = "demo"
    verbose_name = "Prøvemiljø"
