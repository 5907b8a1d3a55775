# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether an uplink comes in its order: what is new, what came before, what cannot be right.

A session is a device between two joins. Its counter goes forwards; what comes again or late is
asked for among what is stored. After a new session has begun, the old one has nothing new to say.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kodeks.waste.engine.payloads.keys import LATE, WINDOW, Step, follow

OVERLAP = dt.timedelta(minutes=5)
"""How far clocks may differ: an uplink of a session that is over, or one that comes late, may be
measured so long after what came before it here."""
SAME = "replay"
BACK = "counter-back"
AHEAD = "counter-ahead"
OLD_SESSION = "old-session"
REASONS = {
    SAME: "Tælleren er brugt før med et andet indhold. Nogen kan have sendt en gammel besked igen.",
    BACK: f"Tælleren er gået mere end {LATE} tilbage, uden at enheden er kommet på nettet igen.",
    AHEAD: f"Tælleren er sprunget mere end {WINDOW} frem. Lad enheden gå på nettet igen (join).",
    OLD_SESSION: "Enheden har begyndt en ny session. Det her er målt efter det i den gamle.",
}


@dataclass(slots=True)
class Course:
    """How far one session is. `id` is 0 until it is stored; `changed` says that it must be."""

    device: int
    name: str
    began_at: dt.datetime
    highest: int | None = None
    came: int = 0
    lost: int = 0
    last_at: dt.datetime | None = None
    level_pct: float | None = None
    distance_mm: float | None = None
    temperature_c: float | None = None
    flags: int = 0
    id: int = 0
    changed: bool = False

    def step(self, counter: int) -> Step:
        return follow(last=self.highest, counter=counter)

    def go(self, step: Step) -> None:
        """The uplink of that step is taken."""
        held = self.highest
        if held is None or step.kind != "late":
            self.lost += step.lost
        elif (before := held - self.came - self.lost - step.count) >= 0:
            # It was sent before the first that came; those between the two are missing.
            self.lost += before
        else:
            # It was counted as lost when the one after it came.
            self.lost = max(self.lost - 1, 0)
        self.highest = step.highest if held is None else max(held, step.highest)
        self.came += 1
        self.changed = True

    def tell(
        self,
        at: dt.datetime,
        level_pct: float | None,
        distance_mm: float | None,
        temperature_c: float | None,
        flags: int,
    ) -> None:
        """What it said last, if this is the newest."""
        self.changed = True
        if self.last_at is None or at >= self.last_at:
            self.last_at = at
            self.level_pct, self.distance_mm, self.temperature_c = (
                level_pct, distance_mm, temperature_c,
            )  # fmt: skip
            self.flags = flags


def problem(course: Course, step: Step, counter: int, at: dt.datetime) -> str:
    """The code of what a step that is not in order means, when nothing like it is stored; "" when
    it may be taken. What only comes late was measured before what has come already."""
    if step.kind == "late":
        is_earlier = course.last_at is None or at <= course.last_at + OVERLAP
        return "" if is_earlier else SAME
    if step.kind == "again":
        return SAME
    return AHEAD if course.highest is not None and counter > course.highest else BACK


def is_over(course: Course, newest: Course, at: dt.datetime) -> bool:
    """Whether the session was over when that was measured."""
    return course is not newest and at > newest.began_at + OVERLAP
