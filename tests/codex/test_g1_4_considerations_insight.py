# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.4: the citizen sees what was weighed, by the machine and by the person."""

import psycopg
import pytest

from kodeks.kernel import insight
from kodeks.kernel.services import Subject


def test_insight_has_the_machines_and_the_persons_considerations(stage):
    slug = stage.register()
    recommendation_id = stage.issued(slug, subject={"type": "inquiry", "id": "17"})
    stage.call("decide", stage.choice(recommendation_id))
    found = insight.of(system=slug, subject=Subject(type="inquiry", id="17"))
    assert found.recommendation.body["considerations"][0]["text"] == "ordet rotter"
    assert found.decision.body["own_consideration"] == "Borgeren nævner rotter."


@pytest.mark.parametrize("considerations", [[], [{"text": "", "weight": "1", "direction": "for"}]])
def test_a_suggestion_without_them_is_refused(stage, considerations):
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), considerations=considerations)
    assert error.value.diag.message_detail == "no_considerations"
