# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which parts are new, by their sessions' counters and by what is stored. One writer at a time.

A counter that goes forwards is new without a question. Whatever else is asked for: the same again
is known, the same counter with other content is a replay, and late ones that nobody has are taken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kodeks.waste import storing
from kodeks.waste.engine import flags, order
from kodeks.waste.engine.order import Course
from kodeks.waste.engine.payloads.keys import BY_TIME, Step
from kodeks.waste.engine.payloads.results import Joined
from kodeks.waste.messages import Aside, Part, Values

Place = tuple[int, int]
"""A session and the number in it."""
_FORWARDS = ("first", "next", "gap")
_SURROUNDINGS = flags.APART | flags.LATE
"""Flags that are no part of what a message said."""


@dataclass
class Order:
    """What may be stored, what goes aside, and how far the sessions are after it."""

    courses: dict[tuple[int, str], Course]
    accepted: dict[Place, Part] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class _Doubt:
    part: Part
    course: Course
    step: Step | None
    is_over: bool = False

    @property
    def place(self) -> Place:
        number = self.part.counter if self.step is None else self.step.count
        return self.course.id, number


def settle(cursor: Any, parts: Sequence[Part], joins: Iterable[tuple[int, Joined]]) -> Order:
    """The parts in their order. New sessions are stored already, the rest is the caller's."""
    joins = list(joins)
    wanted = {(part.device, part.session): part.at for part in reversed(parts)}
    wanted |= {(device, join.session): join.at for device, join in joins}
    courses = storing.courses(cursor, wanted)
    newest: dict[int, Course] = {}
    for course in courses.values():
        held = newest.get(course.device)
        if course.name != BY_TIME and (held is None or course.began_at > held.began_at):
            newest[course.device] = course
    found = Order(courses)
    doubts = [doubt for part in parts if (doubt := _forwards(part, found, newest)) is not None]
    if doubts:
        stored = storing.found(cursor, [doubt.place for doubt in doubts])
        for doubt in doubts:
            _resolve(doubt, stored, found)
    return found


def _forwards(part: Part, found: Order, newest: dict[int, Course]) -> _Doubt | None:
    """Take a part that comes in its order; else say what is doubtful."""
    course = found.courses[part.device, part.session]
    if part.session == BY_TIME:
        return _Doubt(part, course, None)
    over = order.is_over(course, newest[part.device], part.at)
    step = course.step(part.counter)
    if over or step.kind not in _FORWARDS:
        return _Doubt(part, course, step, over)
    course.go(step)
    _accept(found, (course.id, step.count), part, course)
    return None


def _resolve(doubt: _Doubt, stored: dict[Place, tuple[Any, Values]], found: Order) -> None:
    place, part = doubt.place, doubt.part
    before = stored.get(place)
    if place in found.accepted:
        held = found.accepted[place]
        before = (held.at, held.values)
    if before is not None:
        same = before[0] == part.at and _said(before[1]) == _said(part.values)
        if same:
            found.seen += 1
            return
        code = order.SAME
    elif doubt.step is None:
        code = ""
        doubt.course.came += 1
    elif doubt.is_over:
        code = order.OLD_SESSION
    else:
        code = order.problem(doubt.course, doubt.step, part.counter, part.at)
        if not code:
            doubt.course.go(doubt.step)
            part = part._replace(values=part.values._replace(flags=part.values.flags | flags.LATE))
    if code:
        told = replace(part.told, code=code, reason=order.REASONS[code], what="", value="")
        found.asides.append(Aside(part.message, told))
        return
    _accept(found, place, part, doubt.course)


def _accept(found: Order, place: Place, part: Part, course: Course) -> None:
    found.accepted[place] = part
    values = part.values
    course.tell(part.at, values.level_pct, values.distance_mm, values.temperature_c, values.flags)


def _said(values: Values) -> tuple[Any, ...]:
    """What the sensor said, as the table keeps it: numbers of 32 bits."""
    numbers = (one if one is None else struct.pack("<f", one) for one in values[1:6])
    unread = None if values.unread is None else bytes(values.unread)
    return (values.flags & ~_SURROUNDINGS, *numbers, values.unread_at, unread)
