# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a proposal and what a person decided count as the same, in the figures of oversight.

Both hand out, hand out in part or withhold; a document withheld whole is so by the same rule; and
of the characters marked in the two together, by the same rule, at least four in five are in both
(F1, see kodeks.statistics.overlap). A mark that takes a full stop more is no disagreement; a name
that one of the two left in is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kodeks.statistics import overlap

SAME_FROM = 0.8


def same(suggested: Mapping[str, Any], chosen: Mapping[str, Any]) -> bool:
    """Of two outcomes in the form in which `suggesting.outcome` keeps them."""
    if suggested["label"] != chosen["label"]:
        return False
    if chosen["label"] == "withhold":
        return bool(suggested["rule"] == chosen["rule"])
    if chosen["label"] == "release":
        return True
    return overlap.f1(_marked(suggested), _marked(chosen)) >= SAME_FROM


def _marked(outcome: Mapping[str, Any]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for start, end, rule, _ in outcome["marks"]:
        found.setdefault(str(rule), []).append((int(start), int(end)))
    return found
