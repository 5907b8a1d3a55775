# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Known days on their way to the model."""

from __future__ import annotations

import numpy as np
import pytest

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.calendar import NOTHING
from kodeks.waste.engine.notices.ahead import Ahead, calendar
from kodeks.waste.engine.notices.situation import Situation

TOLD = Ahead(("marked", "regn"), 100, ((1.0, None), (0.0, 4.5)))


def test_each_bin_has_its_own_rows_in_the_columns_that_the_model_knows() -> None:
    found = calendar([TOLD, None], ["a", "b"], ("regn", "sne"))
    assert found.columns == ("regn", "sne")
    assert found.bin == ("a", "a")
    assert found.day.tolist() == [100, 101]
    assert np.array_equal(found.value, [[np.nan, np.nan], [4.5, np.nan]], equal_nan=True)


def test_a_model_that_was_learned_without_known_days_is_told_of_none() -> None:
    assert calendar([TOLD], ["a"], ()) is NOTHING


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"columns":["a"],"first":1,"days":[[1,2]]}', '{"columns":1,"first":1,"days":[]}'],
)
def test_what_is_no_such_text_is_refused(text: str) -> None:
    now = Situation(
        now=1,
        time=np.zeros(0, np.int64),
        level=np.zeros(0),
        trust=0.0,
        reason="",
        faults=(),
        warm=(),
        alarms=(),
        emptied=None,
        visit=None,
    )
    with pytest.raises(WasteError):
        Situation.of_texts(**(now.texts | {"days": text}))
