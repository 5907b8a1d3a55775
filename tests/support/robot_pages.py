# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The addresses of the robots' pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

ROBOTS = "/robotter/"
TASKS = "/robotter/opgaver/"
ONE = "/robotter/visitator/"


def page_of(view: str, *values: Any) -> str:
    return reverse(f"workbench:{view}", args=values)
