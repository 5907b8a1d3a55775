# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An index that was kept gives the same answers, bit for bit, and what is broken is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.engine import packing
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import Settings, Subject

LIST = (
    Subject("05.01.08", "Vedligeholdelse af veje", (("hul i vejen", 5), ("asfalt\nog grus", 5))),
    Subject("05.09.04", "Parkeringsafgifter", (("parkering", 5), ("parkeringsbøde", 1000))),
    Subject("09.13.01", "Rottebekæmpelse", (("rotte", 5), ("skadedyr", 5))),
)
INDEX = KleIndex(LIST, Settings(power=2.5))
KEPT = packing.unpacked(*packing.packed(INDEX))
WORDS = ("rotter", "hul", "vejen", "parkering", "§ 29", "asfalt", "æøå", "rotebekæmplse")


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_what_was_kept_answers_the_same(text: str) -> None:
    assert list(KEPT.suggest([text])) == list(INDEX.suggest([text]))


def test_what_was_kept_is_kept_again_the_same() -> None:
    scores, arrays = packing.packed(INDEX)
    again, others = packing.packed(KEPT)
    assert again == scores
    assert set(others) == set(arrays) == packing.NAMES
    assert all(arrays[name].tobytes() == others[name].tobytes() for name in arrays)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("postings", lambda found: found + 1000),
        ("postings", lambda found: found - 1000),
        ("postings", lambda found: found.astype("<i8")),
        ("values", lambda found: found[:-1]),
        ("values", lambda found: found * np.nan),
        ("values", lambda found: found.reshape(1, -1)),
        ("starts", lambda found: found[::-1].copy()),
        ("starts", lambda found: found + 1),
        ("idf", lambda found: found[:-1]),
        ("lengths", lambda found: found * 0),
        ("owned_subjects", lambda found: found + 3),
        ("owned_phrases", lambda found: found[::-1].copy()),
        ("owned_shares", lambda found: found[:-1]),
        ("numbers", lambda found: np.frombuffer(b'["05.01.08"]', dtype=np.uint8)),
        ("titles", lambda found: np.frombuffer(b"[1, 2, 3]", dtype=np.uint8)),
        ("names", lambda found: np.frombuffer(b"{}", dtype=np.uint8)),
        ("phrases", lambda found: found[:-1]),
        ("another", lambda found: found),
    ],
)
def test_what_is_broken_is_refused(name: str, change: Any) -> None:
    scores, arrays = packing.packed(INDEX)
    changed = change(arrays.get(name, arrays["idf"]))
    with pytest.raises((KeyError, TypeError, ValueError)):
        packing.unpacked(scores, arrays | {name: changed})


@pytest.mark.parametrize("changes", [{"power": "3"}, {"power": True}, {"x": 1.0}])
def test_settings_of_another_kind_are_refused(changes: dict[str, Any]) -> None:
    scores, arrays = packing.packed(INDEX)
    with pytest.raises((KeyError, TypeError, ValueError)):
        packing.unpacked(scores | changes, arrays)
