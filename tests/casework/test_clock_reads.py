# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the clocks show: the board of a department, and what is late."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from clock_steps import begun, paused, rule

from kodeks.casework import clock_reads, clocks

pytestmark = pytest.mark.django_db


def test_the_board_has_what_is_open_in_the_order_in_which_it_is_due(case, unit, on, sofie) -> None:
    rule(10)
    reply = begun(case)
    access = begun(case, kind="access_request", key="2")
    own = begun(case, kind="gdpr_access", key="3")
    assert list(clock_reads.board(units=["vej"])) == [access, reply, own]
    assert [(one.code, one.waiting) for one in clock_reads.departments(units=["vej"])] == [
        ("vej", 3)
    ]
    assert clock_reads.count_due(units=["vej"], by=dt.date(2037, 3, 11)) == 1
    assert clock_reads.count_due(units=["andet"], by=dt.date(2037, 3, 31)) == 0
    clocks.answer(key=uuid.uuid4(), deadline_id=access.id, user=sofie)
    on("2037-03-05")
    paused(reply, sofie, "2037-03-04")
    assert list(clock_reads.board(units=["vej"])) == [own, reply]
    assert clock_reads.count_due(units=None, by=dt.date(2037, 3, 31)) == 0
    assert not clock_reads.is_late(own, on=own.due_on)
    assert clock_reads.is_late(own, on=own.due_on + dt.timedelta(1))
