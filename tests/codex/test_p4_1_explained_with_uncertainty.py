# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.1: a suggestion is explained and says how certain it is."""

import psycopg
import pytest

from kodeks.kernel.models import Recommendation


def test_the_record_has_weights_directions_and_alternatives(stage):
    body = Recommendation.objects.get(id=stage.issued(stage.register())).body
    assert body["confidence"] == "0.910000"
    assert body["alternatives"] == [{"value": "stoej", "confidence": "0.050000"}]
    assert {"text", "weight", "direction"} <= body["considerations"][0].keys()


@pytest.mark.parametrize("confidence", ["1.5", "-0.1", "NaN", "", "sikkert"])
def test_without_a_certainty_from_0_to_1_it_is_refused(stage, confidence):
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), confidence=confidence)
    assert error.value.diag.message_detail == "no_uncertainty"


@pytest.mark.parametrize("change", [{"weight": "tung"}, {"direction": "måske"}])
def test_a_consideration_has_a_weight_and_a_direction(stage, change):
    one = {"text": "ordet rotter", "weight": "1", "direction": "for"} | change
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), considerations=[one])
    assert error.value.diag.message_detail == "no_considerations"
