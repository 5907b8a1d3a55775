# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.1: a named manager and a unit answer, or nothing happens."""

import psycopg
import pytest


@pytest.mark.parametrize(("unit", "manager"), [("Enheden", ""), ("Enheden", "  "), ("", "Lederen")])
def test_a_vacancy_halts_suggestions_and_robots(stage, unit, manager):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.assign(slug=slug, unit=unit, manager=manager)
    for function, payload in (("issue", stage.proposal(slug)), ("act", stage.step(decision_id))):
        with pytest.raises(psycopg.Error) as error:
            stage.call(function, payload)
        assert error.value.diag.message_detail == "no_owner"


def test_the_record_names_who_answered_then(stage):
    from kodeks.kernel.models import Recommendation

    slug = stage.register()
    record = Recommendation.objects.get(id=stage.issued(slug))
    stage.assign(slug=slug, manager="Ny Leder")
    assert Recommendation.objects.get(id=record.id).body["owner"]["manager"] == "Merete Demosen"
