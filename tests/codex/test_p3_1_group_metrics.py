# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.1: the system must not hit one group of citizens harder than others."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.test import Client

from kodeks.kernel.models import Release

ONE = {
    "attribute": "district",
    "group": "Bakkelund",
    "measure": "accuracy",
    "count": "40",
    "value": "0.9",
    "low": "0.8",
    "high": "0.95",
}


@pytest.fixture(scope="module")
def slug(stage):
    return stage.register(released=False)


def groups(*measured, reason: str = ""):
    return {"measured": list(measured), "reason": reason}


def without(name: str):
    return {key: value for key, value in ONE.items() if key != name}


def test_a_model_that_is_measured_for_its_groups_can_be_released(stage):
    slug = stage.register(released=False)
    measured = groups(ONE, ONE | {"group": "Søndermarken", "value": "0.7", "low": "0.6"})
    stage.propose(slug, groups=measured)
    stage.approve(slug, version="1")
    assert stage.obstacles(slug) == []
    assert Release.objects.get(system_id=slug).groups == measured


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (groups(), "no_groups"),
        (groups(reason="  "), "no_groups"),
        (groups(without("count")), "missing"),
        (groups(without("low")), "missing"),
        (groups(without("attribute")), "missing"),
        (groups(ONE | {"value": "90 %"}), "no_uncertainty"),
        (groups(ONE | {"high": "1.2"}), "no_uncertainty"),
        (groups(ONE, ONE | {"low": 0.8}), "no_uncertainty"),
        (groups(ONE | {"value": "0.7"}), "no_groups"),
        (groups(ONE | {"low": "0.95", "high": "0.8"}), "no_groups"),
        (groups(ONE | {"group": " "}), "no_groups"),
        (groups(ONE | {"count": "0"}), "no_groups"),
        (groups(ONE | {"count": "mange"}), "no_groups"),
        ({"measured": {}, "reason": ""}, "no_groups"),
        ({"measured": [ONE]}, "missing"),
    ],
)
def test_one_that_is_not_cannot(stage, slug, found, code):
    with pytest.raises(psycopg.Error) as error:
        stage.propose(slug, groups=found)
    assert error.value.diag.message_detail == code
    assert stage.obstacles(slug) == ["no_release"]


def test_a_model_about_nobody_says_so_in_words_that_two_people_sign(stage):
    slug = stage.register(released=False)
    stage.propose(slug, groups=groups(reason="Modellen regner på snerydning."))
    stage.approve(slug, version="1")
    assert stage.obstacles(slug) == []


def test_anybody_can_read_how_the_model_in_use_treats_each_group(stage):
    told = json.loads(Client().get("/register/inquiries.json").content)["release"]["groups"]
    assert {one["attribute"] for one in told["measured"]} == {"channel", "district"}
    for one in told["measured"]:
        assert 0 <= float(one["low"]) <= float(one["value"]) <= float(one["high"]) <= 1
    page = Client().get("/register/inquiries/").content.decode()
    assert all(one["group"] in page for one in told["measured"])


def test_the_codex_asks_the_test_report_for_the_errors_of_each_group(stage):
    (duty,) = [d for d in stage.codex["content"]["duties"] if d["kind"] == "test_report"]
    assert "fejl for hver gruppe af borgere" in duty["text"]
