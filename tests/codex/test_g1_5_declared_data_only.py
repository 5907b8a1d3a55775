# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.5: data are linked only as the system card declares, for that purpose."""

import psycopg
import pytest

MOMENT = "2026-01-05T09:30:00Z"


@pytest.mark.parametrize(
    ("source", "field"), [("indkomst", "text"), ("henvendelse", "cpr"), ("henvendelse", "history")]
)
def test_a_value_that_is_not_declared_for_the_purpose_is_refused(stage, source, field):
    datum = {"source": source, "field": field, "value": "1", "fetched_at": MOMENT}
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), data_used=[datum])
    assert error.value.diag.message_detail == "undeclared_data"
