# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The demo role switcher's list (see the workbench)."""

from kodeks.demo.people import PEOPLE, Person


def people() -> tuple[Person, ...]:
    return PEOPLE
