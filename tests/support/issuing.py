# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A recommendation that is issued, and the consideration it stands on."""

from __future__ import annotations

from typing import Any

from kodeks.kernel.models import Recommendation


def one(**changes: Any) -> list[dict[str, Any]]:
    return [{"text": "ordet rotter", "weight": "1.5", "direction": "for"} | changes]


def row(stage, slug: str, **changes: Any) -> Recommendation:
    return Recommendation.objects.get(id=stage.issued(slug, **changes))
