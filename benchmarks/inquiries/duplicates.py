# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Is an inquiry found again when it comes once more, and nothing taken for it that it is not?

    python benchmarks/inquiries/duplicates.py

The demo's invented inquiries of former years, in five folds. Each text of a fold comes again in
each of the ways below, made by chance from a seed, and once as another text of the fold that has no
other like it. What came is compared with all texts of the fold. A text that came again is found
when its own original is most alike and alike enough; anything found for the others is a false
alarm. The limit is the lowest of those tried with at most so many false alarms on the other four
folds (`--most`), and is judged on the fold itself. `--inbox` judges the limit in use on the demo's
inbox, which nothing was chosen on. Shared bands: how many duplicates the signatures find.
"""

import argparse
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from kodeks.demo import corpus
from kodeks.inquiries.engine import likeness
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
Best = list[tuple[bool, float, bool]]
"""For each text that came: whether the most alike is its original, how alike, and whether a band is
shared with the original."""


def answered(texts: Sequence[str], way: Callable[[str, random.Random], str], seed: int) -> Best:
    """Each text in its other form, beside all texts of the fold."""
    draw = random.Random(seed)
    originals = [likeness.pieces(text) for text in texts]
    bands = [set(likeness.signature(one)) for one in originals]
    found: Best = []
    for at, text in enumerate(texts):
        again = likeness.pieces(way(text, draw))
        shares = [likeness.likeness(again, one) for one in originals]
        best = int(np.argmax(shares))
        shared = bool(bands[at] & set(likeness.signature(again)))
        found.append((best == at, shares[best], shared))
    return found


def others(texts: Sequence[str]) -> list[float]:
    """How alike each text is to the one of the others that is most like it."""
    pieces = [likeness.pieces(text) for text in texts]
    return [
        max(likeness.likeness(one, other) for j, other in enumerate(pieces) if j != i)
        for i, one in enumerate(pieces)
    ]


def lowest(alarms: Sequence[float], most: float) -> float:
    """The lowest limit with at most that share of false alarms."""
    fitting = (limit for limit in LIMITS if share_of(alarms, limit) <= most)
    return next(fitting, LIMITS[-1])


def share_of(values: Sequence[float], limit: float) -> float:
    return statistics.fmean(value >= limit for value in values)


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
    parser.add_argument("--most", type=float, default=0.005, help="share of false alarms")
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
        alarms = [others(fold) for fold in folds]
        limits = [
            lowest([value for j, fold in enumerate(alarms) if j != at for value in fold],
                   arguments.most)
            for at in range(FOLDS)
        ]  # fmt: skip
        print(f"{len(texts)} texts in {FOLDS} folds; limits chosen: {limits}")
        judged(folds, limits)
    texts = texts[:200]
    started = time.process_time()
    for text in texts:
        likeness.signature(likeness.pieces(text))
    each = (time.process_time() - started) / len(texts)
    print(
        f"a signature takes {1000 * each:.2f} CPU ms; all took {time.process_time() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
