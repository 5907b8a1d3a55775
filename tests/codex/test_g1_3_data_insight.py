# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.3: the citizen sees every value that was used, and where it came from."""

import psycopg
import pytest

from kodeks.kernel import insight
from kodeks.kernel.services import Subject


def test_insight_has_each_value_with_title_supplier_and_time(stage):
    slug = stage.register()
    stage.issued(slug, subject={"type": "inquiry", "id": "17"})
    found = insight.of(system=slug, subject=Subject(type="inquiry", id="17"))
    assert found.recommendation.body["data_used"] == [
        {
            "source": "henvendelse",
            "field": "text",
            "value": "Der er rotter i gården.",
            "fetched_at": "2026-01-05T09:30:00+00:00",
            "supplier": "Borgeren selv",
            "title": "Teksten",
        }
    ]


def test_a_suggestion_that_does_not_say_what_it_read_is_refused(stage):
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), data_used=[])
    assert error.value.diag.message_detail == "no_data"
