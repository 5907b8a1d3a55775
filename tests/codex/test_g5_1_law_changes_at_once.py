# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.1: a change of the law takes effect with the next suggestion, without a restart."""

import datetime as dt
import json

import psycopg
import pytest
from kernel_stage import CARD, today

from kodeks.codex import card


def revise(stage, slug: str, end: str) -> None:
    text = CARD.format(slug=slug, phase="operation", valid_from="2018-05-25", valid_to=end)
    stage.as_owner("SELECT kernel.register_card(%s::jsonb)", json.dumps(card.load(text).content))


def test_a_basis_that_is_ended_stops_and_one_that_is_restored_starts(stage):
    slug = stage.register()
    stage.issued(slug)
    revise(stage, slug, f"valid_to = {today() - dt.timedelta(days=1)}")
    with pytest.raises(psycopg.Error) as error:
        stage.issued(slug)
    assert error.value.diag.message_detail == "no_basis"
    revise(stage, slug, f"valid_to = {today() + dt.timedelta(days=1)}")
    stage.issued(slug)
