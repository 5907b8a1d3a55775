# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The inquiries of Eksempelkøbing: written by the project, every person in them invented."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

SEED = 2020
"""The year the codex was adopted; another seed gives another split and other senders."""
HISTORY_SHARE = 3 / 4
TESTINE_CPR = "7101900000"
"""Day 71 does not exist in the calendar: no living person can have this number."""
_SENDERS = (
    "Prøve Prøvesen",
    "Eksempla Eksempelsen",
    "Demo Demosen",
    "Mønster Mønstersen",
    "Testa Testdatter",
    "Fiktiv Fiktivsen",
    "Opfind Opdigtsen",
    "Attrap Attrapsen",
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """One inquiry as it was written; `label` is the topic its author had in mind."""

    id: str
    text: str
    label: str
    channel: str
    urgent: bool
    district: str
    sender_name: str
    sender_cpr: str


@lru_cache(maxsize=1)
def everything() -> tuple[Written, ...]:
    """All inquiries, ordered by label and line."""
    draw = random.Random(SEED)  # noqa: S311
    return tuple(_read(draw))


def _read(draw: random.Random) -> Iterator[Written]:
    folder = files("kodeks.demo") / "corpus"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            testine = draw.random() < 0.04
            yield Written(
                id=f"{row['label']}-{number:02d}",
                text=row["text"],
                label=row["label"],
                channel=row["channel"],
                urgent=row["urgent"],
                district=row["district"],
                sender_name="Testine Testesen" if testine else draw.choice(_SENDERS),
                sender_cpr=TESTINE_CPR if testine else "",
            )


def history() -> list[Written]:
    """Three quarters of each topic: inquiries of former years, which the model is trained on."""
    return _split()[0]


def inbox() -> list[Written]:
    """The last quarter, in an order by chance: what comes in now. The model has not seen it."""
    return _split()[1]


@lru_cache(maxsize=1)
def _split() -> tuple[list[Written], list[Written]]:
    draw = random.Random(SEED)  # noqa: S311
    past, present = [], []
    for label in sorted({written.label for written in everything()}):
        of_label = [written for written in everything() if written.label == label]
        draw.shuffle(of_label)
        cut = round(len(of_label) * HISTORY_SHARE)
        past += of_label[:cut]
        present += of_label[cut:]
    draw.shuffle(present)
    return past, present
