# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Versions of a calibration: a level is computed under the version of its reading's time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.readings import Floats, Ints


@dataclass(frozen=True)
class Version:
    """From ``valid_from`` (epoch s) raw value ``empty`` is 0 % and raw value ``full`` is 100 %.

    The raw value is a distance in mm (empty > full) or a percent (empty < full); Edinburgh's
    percent, where 100 is a bin 80 % full, is ``Version(t, empty=0, full=125)``.
    """

    valid_from: int
    empty: float
    full: float

    def __post_init__(self) -> None:
        """Refuse a scale without extent."""
        if not (np.isfinite(self.empty) and np.isfinite(self.full)) or self.empty == self.full:
            raise WasteError("En kalibrering skal have to forskellige tal for tom og fuld.")


def replayed(*, time: Ints, raw: Floats, versions: Sequence[Version]) -> Floats:
    """Levels in percent (n,) of raw values (n,) at times (n,); ``raw`` is left as it is.

    NaN where the raw value is not finite or no version was valid yet: unknown, never empty.
    Raises WasteError where lengths differ or two versions begin at the same time.
    """
    if time.shape != raw.shape:
        raise WasteError("Tider og målinger skal have samme længde.")
    ordered = sorted(versions, key=lambda version: version.valid_from)
    starts = np.array([version.valid_from for version in ordered], dtype=np.int64)
    if np.unique(starts).size != starts.size:
        raise WasteError("To kalibreringer kan ikke begynde på samme tidspunkt.")
    which = np.searchsorted(starts, time, side="right") - 1
    level = np.full(raw.shape, np.nan)
    for place, version in enumerate(ordered):
        mine = (which == place) & np.isfinite(raw)
        share = (raw[mine] / (version.full - version.empty)) - version.empty / (
            version.full - version.empty
        )
        level[mine] = np.clip(100.0 * share, 0.0, 100.0)
    return level
