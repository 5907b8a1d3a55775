# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same figures as Fairlearn and Aequitas, to 1e-9, on the COMPAS extract that Aequitas ships.

Both programs are run here, on the same rows. They are test dependencies only: they need pandas,
and import for longer than our whole audit takes.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from kodeks.statistics import groups
from kodeks.statistics.bootstrap import audit

ATTRIBUTES = ("race", "sex", "age_cat")


@pytest.fixture(scope="module")
def rows():
    beside_checkout = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("KODEKS_DATA", beside_checkout)) / "governance" / "fairness"
    if not folder.is_dir():
        pytest.skip("the COMPAS extract is missing; set KODEKS_DATA")
    with (folder / "compas_for_aequitas.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 7214
    return found


@pytest.fixture(scope="module")
def yes(rows):
    return {
        "selected": [float(row["score"]) == 1 for row in rows],
        "positive": [row["label_value"] == "1" for row in rows],
    }


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_as_fairlearn(rows, yes, attribute):
    from fairlearn import metrics
    from sklearn.metrics import accuracy_score, precision_score, zero_one_loss

    frame = metrics.MetricFrame(
        metrics={
            "selection_rate": metrics.selection_rate,
            "tpr": metrics.true_positive_rate,
            "fpr": metrics.false_positive_rate,
            "precision": precision_score,
            "accuracy": accuracy_score,
            "error": zero_one_loss,
        },
        y_true=yes["positive"],
        y_pred=yes["selected"],
        sensitive_features=[row[attribute] for row in rows],
    )
    counts = groups.count(**yes, groups=[row[attribute] for row in rows])
    between = audit(counts, seed=1, draws=20).between
    assert set(frame.by_group.columns) == set(groups.MEASURES) - {"base_rate"}
    for measure, theirs in frame.by_group.items():
        ours = dict(zip(counts.names, counts.values()[measure], strict=True))
        assert ours == pytest.approx(theirs.to_dict(), abs=1e-9), measure
        difference = frame.difference(method="between_groups")[measure]
        assert between[measure].difference.value == pytest.approx(difference, abs=1e-9)
        # Theirs is lowest over highest, and zero where ours is not defined.
        ratio = frame.ratio(method="between_groups")[measure]
        ours = between[measure].ratio
        assert (0 if ours is None else 1 / ours.value) == pytest.approx(ratio, abs=1e-9)


def test_as_aequitas(rows, yes):
    import pandas
    from aequitas.bias import Bias
    from aequitas.group import Group

    frame = pandas.DataFrame(rows).astype({"score": float, "label_value": int})
    table, _ = Group().get_crosstabs(frame, attr_cols=list(ATTRIBUTES))
    columns = {
        "pprev": "selection_rate",
        "prev": "base_rate",
        "tpr": "tpr",
        "fpr": "fpr",
        "precision": "precision",
    }
    majority = Bias().get_disparity_major_group(table, original_df=frame)
    compared = 0
    for attribute in ATTRIBUTES:
        counts = groups.count(**yes, groups=[row[attribute] for row in rows])
        theirs = table[table["attribute_name"] == attribute].set_index("attribute_value")
        disparity = majority[majority["attribute_name"] == attribute].set_index("attribute_value")
        largest = counts.names[int(counts.sizes.argmax())]
        for number, name in enumerate(counts.names):
            cells = [int(theirs.loc[name, column]) for column in ("tp", "fp", "fn", "tn")]
            assert counts.table[number].tolist() == cells
            for column, measure in columns.items():
                values = dict(zip(counts.names, counts.values()[measure], strict=True))
                assert values[name] == pytest.approx(theirs.loc[name, column], abs=1e-9)
                if column != "prev":
                    of_majority = values[name] / values[largest]
                    told = disparity.loc[name, f"{column}_disparity"]
                    assert of_majority == pytest.approx(told, abs=1e-9), (name, measure)
                compared += 1
    assert compared == (6 + 2 + 3) * len(columns)
