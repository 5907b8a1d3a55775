# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages of cases: the list, one case with all that lies in it, notes and reminders."""

from kodeks.kernel.models import Role

READS = frozenset({Role.CASEWORKER, Role.DATA_PROTECTION_OFFICER})
"""Roles that see the pages, each within its units and KLE numbers."""
WORKS = frozenset({Role.CASEWORKER})
