# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages from one device: duplicates, re-joins and the share lost, by session and counter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.readings import Ints


@dataclass(frozen=True)
class Loss:
    """What the counters tell: messages kept, lost in gaps, and sessions begun after the first.

    What was lost at a re-join itself leaves no gap in a counter and is not in ``lost``.
    """

    kept: int
    lost: int
    rejoins: int

    @property
    def share(self) -> float:
        """The share of the messages sent that never arrived (0 where nothing was sent)."""
        return self.lost / (self.kept + self.lost) if self.kept + self.lost else 0.0


def firsts(*, session: Ints, counter: Ints) -> NDArray[np.bool_]:
    """True (n,) at the first message of each (session, counter), False at a repeated one.

    Raises WasteError where lengths differ.
    """
    if session.shape != counter.shape:
        raise WasteError("Sessioner og tællere skal have samme længde.")
    first = np.zeros(session.shape, dtype=np.bool_)
    if session.size:
        pairs = np.stack([session, counter], axis=1)
        first[np.unique(pairs, axis=0, return_index=True)[1]] = True
    return first


def loss(*, session: Ints, counter: Ints) -> Loss:
    """The loss of one device's messages (n,) in any order; repeated ones count once."""
    first = firsts(session=session, counter=counter)
    session, counter = session[first], counter[first]
    sessions = np.unique(session)
    lost = 0
    for one in sessions:
        mine = counter[session == one]
        lost += int(mine.max()) - int(mine.min()) + 1 - mine.size
    return Loss(kept=int(session.size), lost=lost, rejoins=max(0, sessions.size - 1))
