# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is released for bins: the limits of notices and the forecast's tables, as one artefact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodeks.artefacts import Artefact, ArtefactError
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast import stored
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.models import Answers, Model, forecast
from kodeks.waste.engine.notices.ahead import calendar
from kodeks.waste.engine.notices.proposing import Chances, Proposal, propose
from kodeks.waste.engine.notices.rules import Rules
from kodeks.waste.engine.notices.situation import Situation

FORMAT = 1
_WEEK = 7 * 86_400
_NO_VISIT = -1
_BROKEN = "Modellen kan ikke bruges. Frigiv den igen, eller hent den fra en sikkerhedskopi."


@dataclass(frozen=True, eq=False)
class BinModel:
    """`forecast` is None where too little had been seen to learn from: the limits then work on what
    is measured alone."""

    rules: Rules
    forecast: Model | None

    @property
    def artefact(self) -> Artefact:
        """As it is released."""
        inner = None if self.forecast is None else stored.artefact(self.forecast)
        return Artefact(
            {
                "format": FORMAT,
                "rules": self.rules.as_json,
                "forecast": None if inner is None else dict(inner.manifest),
            },
            {} if inner is None else inner.arrays,
        )

    @classmethod
    def of_bytes(cls, data: bytes) -> BinModel:
        """Of a released artefact. Raises WasteError."""
        try:
            found = Artefact.of_bytes(data)
            content = found.manifest
            if content["format"] != FORMAT:
                raise WasteError(_BROKEN)
            told = content["forecast"]
            inner = None if told is None else stored.of_artefact(Artefact(told, found.arrays))
            return cls(Rules.of_json(content["rules"]), inner)
        except (ArtefactError, KeyError, TypeError) as error:
            raise WasteError(_BROKEN) from error

    def answers(self, those: Sequence[Situation]) -> Answers | None:
        """Of bins, each at its own moment (n,), with levels at the planned visit where it is within
        a week; None without a forecast, or for no bins."""
        if self.forecast is None or not those:
            return None
        names = tuple(f"{place:07d}" for place in range(len(those)))
        history = History.of_arrays(
            names=names,
            at=np.repeat(np.arange(len(those)), [one.time.size for one in those]),
            time=np.concatenate([one.time for one in those]),
            level=np.concatenate([one.level for one in those]),
        )
        moments = np.array([one.now for one in those], dtype=np.int64)
        visits = np.array([self._visit(one) for one in those], dtype=np.int64)
        bins = np.array([history.index(name) for name in names], dtype=np.int64)
        columns = self.forecast.scale.columns
        known = calendar([one.ahead for one in those], names, columns)
        return forecast(self.forecast, history, bins, moments, visits=visits, known=known)

    def propose(self, situation: Situation) -> Proposal:
        """What is proposed for one bin."""
        return propose(self.rules, situation, self.chances(self.answers([situation]), 0))

    @staticmethod
    def chances(found: Answers | None, place: int) -> Chances | None:
        """Those of the answer in that place, by each hour; None without answers."""
        if found is None:
            return None
        return Chances(tuple(found.chances[place].tolist()), tuple(found.into[place].tolist()))

    @staticmethod
    def _visit(one: Situation) -> int:
        """One that lies before the moment is none (see `models.forecast`)."""
        if one.visit is None or one.visit > one.now + _WEEK:
            return _NO_VISIT
        return one.visit
