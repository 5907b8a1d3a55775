# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people are shown of the data path."""

from __future__ import annotations

from kodeks.waste.models import Quarantined


def quarantined(count: int) -> list[Quarantined]:
    """The newest that were not taken; never the message itself."""
    return list(Quarantined.objects.defer("raw").order_by("-id")[:count])
