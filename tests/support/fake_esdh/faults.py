# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a fake system fails, and how: by the number of the call, or by chance from a seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

LOST = "lost"
"""The work is done, and the connection closed without an answer."""
LATE = "late"
"""The connection is closed without an answer; then the work is done, when `release` is set if there
is one."""
SLOW = "slow"
"""The answer comes, after a while."""
ERROR_BEFORE = "500-before"
ERROR_AFTER = "500-after"
BROKEN = "broken"
"""The work is done, and the answer is no JSON."""
DUPLICATE = "409"
"""The work is done, and the answer says that it was there before."""
REJECTED = "400"
EXPIRED = "401"

TECHNICAL = (LOST, SLOW, ERROR_BEFORE, ERROR_AFTER, BROKEN, EXPIRED)
ALL = (*TECHNICAL, LATE, DUPLICATE, REJECTED)


@dataclass
class Plan:
    """Call number `n`, counted from 0 without the token's, fails as `at[n]` says; others fail with
    the probability `share` in one of the ways of `kinds`. The same seed gives the same plan."""

    at: Mapping[int, str] = field(default_factory=dict)
    share: float = 0.0
    kinds: tuple[str, ...] = TECHNICAL
    seed: int = 0
    slow_seconds: float = 0.05
    release: threading.Event | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._draw = random.Random(self.seed)
        self.paths: list[str] = []
        self.happened: Counter[str] = Counter()

    def next(self, path: str) -> str:
        """The fault of this call, or ""."""
        with self._lock:
            number = len(self.paths)
            self.paths.append(path)
            chance, kind = self._draw.random(), self._draw.choice(self.kinds)
            found = self.at.get(number, kind if chance < self.share else "")
            if found:
                self.happened[found] += 1
            return found
