# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is watched of a system in operation: is it still the system that was taken into use?

All of it is counted from the records of the release in operation, so nobody can tidy it and anybody
can count it again. The card says what is watched and how far it may go (kodeks.codex.monitoring);
the figures are those of kodeks.statistics.drift.
"""

from __future__ import annotations

from kodeks.codex.monitoring import OF_SUGGESTIONS
from kodeks.kernel import facts, monitoring_drift, monitoring_quality
from kodeks.kernel.monitoring_looks import Watch, card_of


def watches(system: str) -> tuple[Watch, ...]:
    """Every limit of the card with what was seen; none without limits or a release."""
    watched, release = card_of(system), facts.released(system)
    if watched is None or release is None:
        return ()
    return tuple(
        (monitoring_drift if one.of in OF_SUGGESTIONS else monitoring_quality).watch(
            one, watched, release
        )
        for one in watched.limits
    )
