# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When two readings are the same one, and how a counter goes on from the one before.

The key is (device, session, counter): a counter begins anew at every join, so it says nothing
without its session. What has no counter (Bigbelly, sheets, CSV) is keyed by its time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

BY_TIME = "@"
"""In the session's place where the number is a time; no session can be called so."""
WINDOW = 16_384
"""LoRaWAN's MAX_FCNT_GAP: a counter that is further ahead is a new one."""
LATE = 256
"""How far behind a counter may come and still be one that was delayed or sent again."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_WIDTHS = (2**16, 2**32)


class Counted(Protocol):
    """A reading, or what was refused with its counter."""

    @property
    def device(self) -> str: ...
    @property
    def session(self) -> str: ...
    @property
    def counter(self) -> int | None: ...
    @property
    def at(self) -> dt.datetime: ...


class Key(NamedTuple):
    """`number` is the counter, or microseconds since 1970 where `session` is BY_TIME."""

    device: str
    session: str
    number: int


def key_of(reading: Counted) -> Key:
    """The idempotency key: the same reading again has the same key."""
    if reading.counter is None:
        return Key(reading.device, BY_TIME, (reading.at - _EPOCH) // _MICROSECOND)
    return Key(reading.device, reading.session, reading.counter)


Kind = Literal["first", "next", "gap", "again", "late", "reset"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a counter says after those before it.

    `count` is the counter as it would be without a width: it goes on past 16 or 32 bits where the
    sent one rolls over. `highest` is to be given back as `last`. `lost` is how many uplinks are
    missing between. "reset" is a counter that began anew without a join.
    """

    kind: Kind
    count: int
    highest: int
    lost: int = 0


def follow(*, last: int | None, counter: int) -> Step:
    """The step from the highest count so far (None: nothing yet) to a counter that was sent.

    Ahead by at most WINDOW is next or a gap, as it is or modulo 16 or 32 bits; behind by at most
    LATE is late. The two cannot meet, as WINDOW and LATE together are less than 16 bits.
    """
    if last is None:
        return Step("first", counter, counter)
    for ahead in (counter - last, *_rolled(last, counter)):
        if ahead == 0:
            return Step("again", last, last)
        if 0 < ahead <= WINDOW:
            return Step("next" if ahead == 1 else "gap", last + ahead, last + ahead, ahead - 1)
        if -LATE <= ahead < 0:
            return Step("late", last + ahead, last)
    return Step("reset", counter, counter)


def _rolled(last: int, counter: int) -> list[int]:
    """How far the counter is ahead (below 0: behind) if it has rolled over at each width.

    What has not been as far as a width has not rolled over there.
    """
    return [
        (counter - last + width // 2) % width - width // 2
        for width in _WIDTHS
        if counter < width and last + WINDOW >= width
    ]
