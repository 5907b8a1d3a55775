# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a triage model treats groups of citizens alike, measured on texts it has not seen."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kodeks.statistics import figures
from kodeks.statistics.groups import count

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def group_figures(
    *,
    right: Booleans,
    accepted: Booleans,
    confidence: Floats,
    groups: Mapping[str, Sequence[str]],
) -> tuple[dict[str, str], ...]:
    """For each group of each attribute: how often the suggestion is right, offered, and right when
    it is offered, and how far the confidence is off. Figures as kodeks.statistics.figures.

    `right`, `accepted` and `confidence` are (n,): whether each text's first suggestion was right,
    whether the model would offer it, and the confidence in it. `groups` names each text's group.
    """
    found: list[dict[str, str]] = []
    for attribute, names in groups.items():
        if not len(right):
            continue
        every = count(selected=np.ones(len(right), bool), positive=right, groups=names)
        offered = count(selected=accepted, positive=right, groups=names)
        found += figures.shares(attribute=attribute, counts=every, measures=("accuracy",))
        found += figures.shares(
            attribute=attribute, counts=offered, measures=("selection_rate", "precision")
        )
        found += figures.calibrations(
            attribute=attribute, chance=confidence, positive=right, groups=names
        )
    return tuple(found)
