# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Is an inquiry found again when it comes once more, and nothing taken for it that it is not?

    python benchmarks/inquiries/duplicates.py

The demo's invented inquiries of former years, in five folds. Each text of a fold comes again in
each of the ways below, made by chance from a seed, and is compared with all texts of the fold. It
is found when its own original is most alike, and alike enough. Each text is also compared with the
others: what is alike enough then is a false alarm. The limit is the highest of those tried that
still finds so many (`--least`) of the hardest way's on the other four folds: as far from false
alarms as it can be, since a municipality has many times more texts than a fold. It is judged on the
fold itself. `--inbox` judges the limit in use on the demo's inbox, which nothing was chosen on.
Shares a band: how many of those that came again the signatures find.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kodeks.demo import corpus
from kodeks.inquiries.engine import shingles
from kodeks.inquiries.engine.kinship import Limits

FOLDS = 5
LIMITS = tuple(round(0.1 + 0.05 * step, 2) for step in range(13))
GREETINGS = ("Hej", "Kære kommune", "Goddag", "Til rette vedkommende", "Hej igen")
ENDINGS = (
    "Med venlig hilsen",
    "Mvh",
    "På forhånd tak",
    "Hilsen en borger",
    "Sendt fra min telefon",
)
_GREETED = re.compile(r"^\s*(hej|kære|goddag|til)\b[^.!,\n]*[.!,\n]", re.IGNORECASE)
_ENDED = re.compile(r"\n*\s*(med venlig hilsen|venlig hilsen|mvh|hilsen|vh)\b.*$", re.I | re.S)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
LETTERS = "abcdefghijklmnopqrstuvwxyzæøå"


def typos(text: str, draw: random.Random, *, share: float = 0.03) -> str:
    """Letters swapped, lost, doubled or wrong, so many of all."""
    found = list(text)
    for at in range(len(found) - 1):
        if not found[at].isalpha() or draw.random() >= share:
            continue
        kind = draw.randrange(4)
        if kind == 0:
            found[at], found[at + 1] = found[at + 1], found[at]
        else:
            found[at] = ("", found[at] * 2, draw.choice(LETTERS))[kind - 1]
    return "".join(found)


def greeted(text: str, draw: random.Random) -> str:
    """Another beginning and another end."""
    bare = _ENDED.sub("", _GREETED.sub("", text)).strip()
    return f"{draw.choice(GREETINGS)}.\n\n{bare}\n\n{draw.choice(ENDINGS)}"


def noted(text: str, draw: random.Random) -> str:
    """As somebody at the telephone writes it down: no capitals, few signs, a head and an end."""
    bare = re.sub(r"[,;:!?]", "", _ENDED.sub("", _GREETED.sub("", text))).strip().lower()
    return f"Telefonnotat. Borger ringer. {bare} Borgeren vil gerne have svar."


def shortened(text: str, draw: random.Random) -> str:
    """Without one of its sentences, where it has several."""
    parts = _SENTENCE.split(text)
    if len(parts) > 1:
        parts.pop(draw.randrange(len(parts)))
    return " ".join(parts)


def all_of_it(text: str, draw: random.Random) -> str:
    return typos(greeted(shortened(text, draw), draw), draw)


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "the same": lambda text, _: text,
    "typos in 3 % of letters": typos,
    "other greeting and end": greeted,
    "telephone note": noted,
    "a sentence less": shortened,
    "greeting, sentence and typos": all_of_it,
}
Floats = NDArray[np.float64]
Best = list[tuple[bool, float, bool]]
"""For each text that came: whether the most alike is its original, how alike, and whether a band is
shared with the original."""


def shares(asked: Sequence[shingles.Pieces], kept: Sequence[shingles.Pieces]) -> Floats:
    """(asked, kept): the likeness of each pair, as `shingles.likeness` has it, for many at once."""
    every = np.unique(np.concatenate([*asked, *kept]))
    there = np.zeros((len(asked) + len(kept), len(every)), dtype=np.float32)
    for row, found in enumerate([*asked, *kept]):
        there[row, np.searchsorted(every, found)] = 1
    ours, theirs = there[: len(asked)], there[len(asked) :]
    common = (ours @ theirs.T).astype(np.float64)
    sizes = ours.sum(axis=1)[:, None] + theirs.sum(axis=1)[None]
    return np.asarray(common / np.maximum(sizes - common, 1))


def answered(texts: Sequence[str], way: Callable[[str, random.Random], str], seed: int) -> Best:
    """Each text in its other form, beside all texts of the fold."""
    draw = random.Random(seed)
    kept = [shingles.pieces(text) for text in texts]
    again = [shingles.pieces(way(text, draw)) for text in texts]
    found = shares(again, kept)
    banded = [
        bool(set(shingles.signature(one)) & set(shingles.signature(other)))
        for one, other in zip(again, kept, strict=True)
    ]
    best = found.argmax(axis=1)
    return [
        (int(best[at]) == at, float(found[at, best[at]]), banded[at]) for at in range(len(texts))
    ]


def others(texts: Sequence[str]) -> list[float]:
    """How alike each text is to the one of the others that is most like it."""
    kept = [shingles.pieces(text) for text in texts]
    found = shares(kept, kept)
    np.fill_diagonal(found, 0.0)
    return list(map(float, found.max(axis=1)))


def highest(hard: Sequence[Best], least: float) -> float:
    """The highest limit that finds so many of what came again."""
    every = [one for part in hard for one in part]
    fitting = [limit for limit in LIMITS if found_at(every, limit) >= least]
    return max(fitting, default=LIMITS[0])


def found_at(every: Best, limit: float) -> float:
    return statistics.fmean(right and like >= limit for right, like, _ in every)


def report(name: str, found: Best, limits: Sequence[float], alarms: float) -> None:
    """Recall, and precision where one in ten inquiries is one that came before."""
    hits = [right and like >= limit for (right, like, _), limit in zip(found, limits, strict=True)]
    recall = statistics.fmean(hits)
    precision = 0.1 * recall / (0.1 * recall + 0.9 * alarms) if recall else 0.0
    bands = statistics.fmean(shared for *_, shared in found)
    print(f"{name:32} {recall:.3f}    {precision:.3f}      {bands:.3f}")


def judged(parts: Sequence[Sequence[str]], limits: Sequence[float]) -> None:
    """Print the figures of the parts, each by its limit."""
    alarms = [others(part) for part in parts]
    false = statistics.fmean(
        value >= limit for part, limit in zip(alarms, limits, strict=True) for value in part
    )
    print(f"false alarms {false:.4f}; most alike of what is not: {max(map(max, alarms)):.3f}")
    print(f"{'':32} recall  precision  shares a band")
    for name, way in WAYS.items():
        found = [answered(part, way, seed) for seed, part in enumerate(parts)]
        spread = [limit for part, limit in zip(found, limits, strict=True) for _ in part]
        report(name, [one for part in found for one in part], spread, false)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--least", type=float, default=0.88, help="share that must be found")
    parser.add_argument("--inbox", action="store_true", help="judge the limit in use on the inbox")
    arguments = parser.parse_args()
    began = time.process_time()
    if arguments.inbox:
        texts = [one.text for one in corpus.inbox()]
        print(f"the inbox, {len(texts)} texts, limit {Limits().others}")
        judged([texts], [Limits().others])
    else:
        texts = [one.text for one in corpus.history()]
        random.Random(corpus.SEED).shuffle(texts)
        folds = [texts[at::FOLDS] for at in range(FOLDS)]
        hard = [answered(fold, all_of_it, FOLDS + at) for at, fold in enumerate(folds)]
        limits = [highest(hard[:at] + hard[at + 1 :], arguments.least) for at in range(FOLDS)]
        print(f"{len(texts)} texts in {FOLDS} folds; limits chosen: {limits}")
        judged(folds, limits)
    texts = texts[:200]
    started = time.process_time()
    for text in texts:
        shingles.signature(shingles.pieces(text))
    each = (time.process_time() - started) / len(texts)
    print(
        f"a signature takes {1000 * each:.2f} CPU ms; all took {time.process_time() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
