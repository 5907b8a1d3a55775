# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Names of people on the robots' pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(people: Mapping[str, str], number: str) -> str:
    """The name of the person with that number."""
    return people.get(number, "En tidligere bruger")
