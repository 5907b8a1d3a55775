# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a text clearly holds matters of different topics, and which sentences each of them has.

A text's sentences are given topics along the likeliest way through them, where each change of topic
has a price, a lower one where the writer says that something else begins. Then each topic's
sentences are read together, as a text of their own, and must point to that topic again. In doubt
there is one matter: a wrong proposal costs a person's time. How the four numbers were chosen stands
in decision 0037.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kodeks.language.sentences import sentences

if TYPE_CHECKING:
    from kodeks.inquiries.engine.calibration import Floats
    from kodeks.inquiries.engine.model import TriageModel

MOST_PIECES = 40
"""Longer texts are read in so many pieces of neighbouring sentences."""
_TINY = 1e-9
_CUE = re.compile(
    r"(?:(?:jeg|vi) (?:vil|skriver|har|ville) (?:også|desuden|samtidig|i øvrigt)"
    r"|(?:og )?(?:en|et) (?:anden|andet|helt anden|helt andet) (?:ting|sag|emne|spørgsmål|problem)"
    r"|for det (?:andet|tredje|fjerde)|desuden|derudover|dernæst|endvidere|ydermere|herudover"
    r"|i øvrigt|for øvrigt|forresten|samtidig|apropos|til sidst|endelig|p\.? ?s\b|n\.? ?b\b"
    r"|nu (?:hvor )?(?:jeg|vi) (?:alligevel )?(?:er i gang|skriver)|mens (?:jeg|vi) (?:har|skriver)"
    r"|og så (?:er der|lige|vil|har)|[2-9][.)] |[-*•–] )",
    re.IGNORECASE,
)
"""What a sentence begins with when it goes on to something else."""


@dataclass(frozen=True)
class Settings:
    """The `price` of a change of topic (natural logarithm of chances), and `cued` where a sentence
    says that it goes on to something else; the least chance of a matter's topic, and the least
    number of its words."""

    price: float
    cued: float
    chance: float
    words: int


SETTINGS = Settings(price=6.0, cued=1.0, chance=0.4, words=5)


@dataclass(frozen=True)
class Matter:
    """One topic of a text; `sentences` are the numbers of its sentences, from 0."""

    label: str
    chance: float
    sentences: tuple[int, ...]


def matters(model: TriageModel, text: str, *, settings: Settings = SETTINGS) -> tuple[Matter, ...]:
    """Two or more matters with different labels, in the order in which they begin; else none.

    Greetings and signatures are of no matter; every other sentence is of one.
    """
    found = sentences(text)
    spoken = [number for number, one in enumerate(found) if one.kind == "text"]
    if len(spoken) < 2:
        return ()
    words = [text[found[number].start : found[number].end] for number in spoken]
    pieces = _pieces([len(one) for one in words])
    chances = model.chances([" ".join(words[first:last]) for first, last in pieces])
    prices = [_price(text, found[spoken[first]].start, settings) for first, _ in pieces]
    ways = _likeliest(np.log(chances + _TINY), prices)
    own: dict[int, list[int]] = {}
    for (first, last), label in zip(pieces, ways, strict=True):
        own.setdefault(label, []).extend(range(first, last))
    return _clear(model, words, spoken, own, settings)


def _clear(
    model: TriageModel,
    words: list[str],
    spoken: list[int],
    own: dict[int, list[int]],
    settings: Settings,
) -> tuple[Matter, ...]:
    if len(own) < 2:
        return ()
    together = [" ".join(words[place] for place in places) for places in own.values()]
    answers = model.triage(together, explained=False)
    sure: list[Matter] = []
    loose: list[int] = []
    for (label, places), said, answer in zip(own.items(), together, answers, strict=True):
        if (
            answer.label == model.labels[label]
            and not answer.out_of_scope
            and answer.confidence >= settings.chance
            and len(said.split()) >= settings.words
        ):
            numbers = tuple(spoken[place] for place in places)
            sure.append(Matter(answer.label, answer.confidence, numbers))
        else:
            loose += [spoken[place] for place in places]
    if len(sure) < 2:
        return ()
    return tuple(sorted(_joined(sure, loose), key=lambda one: one.sentences))


def _joined(sure: list[Matter], loose: list[int]) -> list[Matter]:
    """Each sentence of no clear topic goes with the nearest one before it, else after it."""
    home = {number: place for place, one in enumerate(sure) for number in one.sentences}
    numbers = sorted(home)
    for number in sorted(loose):
        before = [one for one in numbers if one < number]
        home[number] = home[before[-1] if before else numbers[0]]
    return [
        Matter(one.label, one.chance, tuple(sorted(n for n, at in home.items() if at == place)))
        for place, one in enumerate(sure)
    ]


def _price(text: str, start: int, settings: Settings) -> float:
    """What a change of topic costs where a sentence starts."""
    return settings.cued if _CUE.match(text, start) else settings.price


def _pieces(lengths: list[int]) -> list[tuple[int, int]]:
    """First and past-last sentence of each piece: one each, or MOST_PIECES of like length."""
    if len(lengths) <= MOST_PIECES:
        return [(place, place + 1) for place in range(len(lengths))]
    ends = np.cumsum(lengths)
    at = np.minimum((ends - 1) * MOST_PIECES // ends[-1], MOST_PIECES - 1)
    starts = [0, *(np.flatnonzero(np.diff(at)) + 1).tolist()]
    return list(zip(starts, [*starts[1:], len(lengths)], strict=True))


def _likeliest(scores: Floats, prices: list[float]) -> list[int]:
    """The way through (pieces, labels) with the highest sum less the price of each change, which
    is given for the beginning of each piece."""
    best = scores[0]
    came: list[Floats] = []
    for row, price in zip(scores[1:], prices[1:], strict=True):
        top = int(best.argmax())
        stays = best >= best[top] - price
        came.append(np.where(stays, np.arange(len(best)), top))
        best = np.where(stays, best, best[top] - price) + row
    way = [int(best.argmax())]
    for row in reversed(came):
        way.append(int(row[way[-1]]))
    return way[::-1]
