# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the time of something grows with what it is given, whatever the machine."""

from __future__ import annotations

import time
from collections.abc import Callable

_LENGTHS = (4_000, 32_000)


def grows_no_faster(ask: Callable[[str], object], sign: str) -> bool:
    """Whether eight times as long a text, of the sign again and again, takes less than three times
    as long as it should: a time that grows with the square takes eight times as long as that."""
    short, long = (_least(ask, (sign * length)[:length]) for length in _LENGTHS)
    return long < 24 * short + 0.05


def _least(ask: Callable[[str], object], text: str) -> float:
    """CPU seconds of the quicker of two."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        ask(text)
        times.append(time.process_time() - begun)
    return min(times)
