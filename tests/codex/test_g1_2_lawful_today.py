# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.2: nothing is issued without a legal basis for this phase, purpose and day."""

import datetime as dt

import psycopg
import pytest
from kernel_stage import today


@pytest.mark.parametrize(
    "basis",
    [
        {"valid_to": today() - dt.timedelta(days=1)},
        {"valid_from": today() + dt.timedelta(days=1)},
        {"phase": "development"},
        {"phase": "retraining"},
    ],
)
def test_without_a_basis_today_the_database_refuses(stage, basis):
    slug = stage.register(**basis)
    with pytest.raises(psycopg.Error) as error:
        stage.issued(slug)
    assert error.value.diag.message_detail == "no_basis"


def test_on_the_last_day_it_still_holds(stage):
    assert stage.issued(stage.register(valid_from=today(), valid_to=today()))
