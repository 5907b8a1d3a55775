# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Two inquiries about one hole in the road, decided and carried out."""

from __future__ import annotations

from typing import Any

import deciding
from inquiry_pages import WHY

from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

FIRST = (
    "Hej. Der er et meget dybt hul i vejen ud for Testvej 12. Asfalten er væk, og cyklisterne må "
    "køre udenom. Kan I komme og lappe det snart?"
)
AGAIN = (
    "Goddag. Der er et megt dybt hul i vejen ud for testvej 12, asfalten er væk og cyklisterne må "
    "kørre udenom. Kan i komme og lappe det snart? Mvh en borger"
)


def decided(inquiry: Inquiry, user: User, **options: Any) -> kernel.Decision:
    given = {"choice": "own", "label": "vejskade", "own_consideration": WHY} | options
    return deciding.decide(inquiry_id=inquiry.id, user=user, **given)


def carried_out(record: kernel.Decision | kernel.Reversal) -> Run:
    run = Run.objects.get(decision_id=record.id)
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    assert run.status == Status.DONE, run.held_reason
    return run
