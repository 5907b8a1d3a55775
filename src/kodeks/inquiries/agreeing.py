# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a suggestion and what a person decided count as the same, in the figures of oversight: the
topic is what is suggested. Where its case is filed (see `filing`) is another question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def same(suggested: Mapping[str, Any], chosen: Mapping[str, Any]) -> bool:
    """Of two outcomes in the form in which they are decided."""
    return bool(suggested["label"] == chosen["label"])
