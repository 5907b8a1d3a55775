# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Steps of a deadline's clock, as tests take them."""

from __future__ import annotations

import datetime as dt
import uuid

from kodeks.casework import clocks, deadline_rules
from kodeks.casework.models import Deadline
from kodeks.kernel.models import User

MONDAY = dt.date(2037, 3, 2)
"""To come, so that the rights of the people hold; its calendar and Easter are those of 2026."""


def rule(amount: int = 10, *, prefix: str = "05.01.08", kind: str = "reply", **more):
    unit = more.pop("unit", "working_days")
    return deadline_rules.set_rule(
        kle_prefix=prefix, kind=kind, amount=amount, unit=unit, source="Kommunens løfte", **more
    )


def begun(case, *, kind: str = "reply", key: str = "frist", started_on=MONDAY, **more) -> Deadline:
    return clocks.start(key=key, case=case, kind=kind, started_on=started_on, **more)


def paused(deadline: Deadline, user: User, first: str, **more) -> Deadline:
    more = {"key": uuid.uuid4(), "reason": "Vi venter på et billede."} | more
    return clocks.pause(
        deadline_id=deadline.id, user=user, first=dt.date.fromisoformat(first), **more
    )


def resumed(deadline: Deadline, user: User, last: str, **more) -> Deadline:
    more = {"key": uuid.uuid4()} | more
    return clocks.resume(
        deadline_id=deadline.id, user=user, last=dt.date.fromisoformat(last), **more
    )


def moved(deadline: Deadline, user: User, new_day: str, **more) -> Deadline:
    more = {
        "key": uuid.uuid4(),
        "reason": "Vi mangler svar fra vejvæsenet.",
        "contact": "Sofie, telefon 12 34 56 78",
    } | more
    return clocks.move(
        deadline_id=deadline.id, user=user, new_day=dt.date.fromisoformat(new_day), **more
    )
