# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pieces of SQL: where a device sat when it measured, and the level that its distance meant there.

In both, `r` is the reading and `p` its placement.
"""

from kodeks.waste.engine.flags import BEFORE_EMPTYING, FAILED

LEVEL = f"""CASE WHEN r.flags & {FAILED | BEFORE_EMPTYING} <> 0 THEN NULL
    WHEN r.level_pct IS NOT NULL THEN r.level_pct
    WHEN r.distance_mm IS NULL OR p.empty_mm IS NULL THEN NULL
    ELSE least(greatest(
        100 * (p.empty_mm - r.distance_mm) / (p.empty_mm - p.full_mm), 0), 100)
    END"""
"""Percent; NULL where the sensor failed, where it was emptied then and the level is what was met:
nobody has seen what is in it since; or where its distances are not told."""
PLACEMENT = """(
    SELECT bin_id, empty_mm, full_mm FROM waste_placement
    WHERE device_id = r.device_id AND since <= r.at ORDER BY since DESC, id DESC LIMIT 1
) AS p"""
