# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Codes, weights and figures in plain Danish."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from kodeks.kernel.models import Release
from kodeks.workbench import figures, plain


def test_weights_are_words_beside_the_heaviest() -> None:
    rows = [
        {"text": "a", "weight": "0.1", "direction": "for"},
        {"text": "b", "weight": "-0.9", "direction": "against"},
        {"text": "c", "weight": "0.4", "direction": "for"},
        {"text": "d", "weight": "0.0", "direction": "for"},
    ]
    found = [(one.text, one.weight, one.direction) for one in plain.weighed(rows)]
    assert found == [
        ("b", "Vejer meget", "Imod"),
        ("c", "Vejer noget", "For"),
        ("a", "Vejer lidt", "For"),
        ("d", "Vejer ikke", "For"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.737870", "74 %"), (1 / 6, "17 %"), ("0.004", "under 1 %"), ("0.997", "over 99 %")],
)
def test_shares_are_rounded(value, shown) -> None:
    assert figures.share(value) == shown


def test_accuracy_is_left_out_when_it_was_not_measured() -> None:
    assert figures.accuracy({}) == ""
    assert "rigtigt i 56 ud af 100" in figures.accuracy({"accuracy": "0.562", "examples": "459.0"})


def test_figures_have_danish_names_and_numbers_in_a_fixed_order() -> None:
    measured = {"own_figure": "x", "examples": "1234.0", "macro_f1": 0.5, "accuracy": "0.5625"}
    assert figures.metrics(measured) == [
        (figures.METRICS["accuracy"], "56,2 %"),
        (figures.METRICS["macro_f1"], "50,0 %"),
        (figures.METRICS["examples"], "1.234"),
        ("own_figure", "x"),
    ]


@pytest.mark.django_db
def test_the_demo_release_has_figures_in_danish() -> None:
    release = Release.objects.get(system_id="inquiries", version="demo-1")
    assert all(text not in release.metrics for text, _ in figures.metrics(release.metrics))
    assert json.dumps(release.metrics)
    assert isinstance(release.approval.approved_at, dt.datetime)
    assert release.groups["measured"]
    for attribute, _, count, right, interval in [
        row for table in figures.groups(release.groups) for row in table.rows
    ]:
        assert attribute in ("Kanal", "Bydel")
        assert int(count) >= 10
        assert right.endswith(" %")
        assert " % til " in interval
        assert "_" not in attribute


def test_groups_are_told_with_their_numbers_and_intervals() -> None:
    measured = {"attribute": "district", "group": "Nordby", "count": "63", "value": "0.6190"}
    measured |= {"measure": "accuracy", "low": "0.4956", "high": "0.7288"}
    (found,) = figures.groups({"measured": [measured]})
    assert found.text == "Så ofte er forslaget rigtigt"
    assert found.rows == (("Bydel", "Nordby", "63", "62 %", "50 % til 73 %"),)
    other = measured | {"attribute": "noget", "measure": "eget_mål"}
    one, own = figures.groups({"measured": [other, measured]})
    assert (one, own.text) == (found, "eget_mål")
    assert own.rows[0][:2] == ("noget", "Nordby")
    assert figures.groups({}) == []


def test_a_verdict_on_a_limit_is_one_sentence() -> None:
    limit = {"attribute": "district", "measure": "accuracy", "kind": "difference", "most": "0.15"}
    apart = {"higher": "Nordby", "lower": "Sydby", "value": "0.3000", "low": "0.2100"}
    told = [figures.verdict(limit | {"state": state} | apart) for state in ("broken", "held")]
    told.append(figures.verdict(limit | {"state": "too_few"}))
    told.append(figures.verdict(limit | apart | {"state": "held", "kind": "ratio", "most": "1.25"}))
    head = "Bydel. Så ofte er forslaget rigtigt:"
    assert told == [
        f"{head} Forskellen på Nordby og Sydby er for stor. Grænsen er 15 procentpoint.",
        f"{head} Grænsen på 15 procentpoint holder. Længst fra hinanden er Nordby og Sydby.",
        f"{head} Der er for få sager til at sige, om grænsen holder.",
        f"{head} Grænsen på 1,25 gange holder. Længst fra hinanden er Nordby og Sydby.",
    ]
