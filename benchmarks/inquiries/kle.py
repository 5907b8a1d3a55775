# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which KLE number does a keyword belong to that the list was not told? Ours and the plain recipe.

    python benchmarks/inquiries/kle.py --data ../shared/data/inquiries/os2kle/OS2KLE-3.22.txt

Each distinct keyword, whatever its capitals, is in one of five folds or in a part kept for the last
look (15 of 100, by its hash). A fold's keywords are taken out of the list, the rest is indexed with
the titles, and the keywords are asked for. It is right when the number is one that has the
keyword. `--last-look` asks for the kept part with all the others indexed; `--choose` runs the
settings that were tried, each fold judged by the settings that were best on the others.
`--citizens` asks for the demo's invented inquiries, each right when its topic's number is
suggested, with the whole list indexed. `--reach` counts the keywords that have anything in common
with a right number's other phrases. With `--folds 20 --keep 0` the list has nearly as many
keywords as in the guide's own measurement.

The recipe: a subject's title and keywords as one text, TF-IDF of words 1-2 and char_wb 2-5
(sublinear), cosine; run by scikit-learn.
"""

import argparse
import hashlib
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from kodeks.casework import kle_file
from kodeks.casework.engine.features import Extractor, Known, Weights
from kodeks.casework.engine.index import Kept, KleIndex
from kodeks.casework.engine.phrases import BEFORE, Settings, Subject
from kodeks.demo import corpus
from kodeks.language import embeddings
from kodeks.language.compounds import Splitter

FOLDS, KEPT, TOP = 5, 15, 5
WORDS = embeddings.word_points()
LEVELS = (8, 2)
"""Characters of a number: the whole, and its main group."""
MEASURES = ("number @1", "number @5", "group", "main group")
Answers = list[list[str]]
Suggester = Callable[[Sequence[Subject], Sequence[str]], tuple[Answers, float, float]]
"""Of a list and keywords: for each the best five numbers; CPU seconds to prepare, and to answer."""

USUAL = Settings()
TRIED: tuple[Settings, ...] = (
    USUAL,
    *(replace(USUAL, neighbours=one) for one in (50, 150)),
    *(replace(USUAL, solved_power=one) for one in (1.25, 2.0)),
    *(replace(USUAL, ridge=one) for one in (0.3, 0.6, 1.2)),
    *(replace(USUAL, solved_group=one) for one in (0.25, 0.7)),
    *(replace(USUAL, solved_main=one) for one in (0.4, 1.0)),
    *(replace(USUAL, whole=one) for one in (0.0, 0.5)),
    *(replace(USUAL, title=one) for one in (1.0, 2.0)),
    *(replace(USUAL, meaning=one) for one in (0.0, 0.3, 0.8)),
    replace(USUAL, weights=Weights(parts=1.5)),
    replace(USUAL, weights=Weights(letters=0.8)),
    replace(USUAL, **BEFORE, whole=0.6, group=0.2, main=0.2),
)


COMMON: Mapping[str, Callable[[str], bool]] = {
    "a stem, a part of a compound or a reference": lambda name: name[0] != "c",
    "or five letters": lambda name: name[0] != "c" or len(name.strip("c ")) >= 5,
    "or four": lambda name: name[0] != "c" or len(name.strip("c ")) >= 4,
    "anything": lambda name: True,
}
"""What a keyword may have in common with the phrases that are left, widest last."""


@dataclass(frozen=True)
class Split:
    """Keywords held out (folded), each with the numbers that have it."""

    held: Mapping[str, frozenset[str]]
    subjects: tuple[Subject, ...]


def splits(
    subjects: Sequence[Subject], *, count: int, keep: int, last_look: bool
) -> Iterator[Split]:
    """The folds, or the kept part. What is kept is in no fold's list either."""
    owners: dict[str, set[str]] = {}
    for one in subjects:
        for word, _ in one.words:
            owners.setdefault(word.casefold(), set()).add(one.number)
    place = {word: int(hashlib.sha256(word.encode()).hexdigest(), 16) for word in owners}
    kept = {word for word, at in place.items() if at % 100 < keep}
    folds = [
        {word for word, at in place.items() if word not in kept and at // 100 % count == fold}
        for fold in range(count)
    ]
    for held in [kept] if last_look else folds:
        yield Split(
            {word: frozenset(owners[word]) for word in sorted(held)},
            tuple(_without(one, held | kept) for one in subjects),
        )


def citizens(subjects: Sequence[Subject]) -> Split:
    """The demo's inquiries that have a topic, with the topic's number; nothing is held out."""
    written = (files("kodeks.demo") / "topics.toml").read_text(encoding="utf-8")
    topics = tomllib.loads(written)["topics"]
    held = {
        one.text: frozenset({topics[one.label]["kle"]})
        for one in corpus.everything()
        if one.label != "andet"
    }
    return Split(held, tuple(subjects))


def _without(subject: Subject, gone: set[str]) -> Subject:
    words = tuple(pair for pair in subject.words if pair[0].casefold() not in gone)
    return replace(subject, words=words)


def recipe(subjects: Sequence[Subject], texts: Sequence[str]) -> tuple[Answers, float, float]:
    """The guide's baseline."""
    start = time.process_time()
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    both = FeatureUnion([("words", words), ("letters", letters)])
    listed = both.fit_transform(
        [" ".join((one.title, *(word for word, _ in one.words))) for one in subjects]
    )
    middle = time.process_time()
    scores = (both.transform(texts) @ listed.T).toarray()
    best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    answers = [[subjects[at].number for at in row] for row in best.tolist()]
    return answers, middle - start, time.process_time() - middle


def ours(settings: Settings, *, reasons: bool = True) -> Suggester:
    """Our suggestions, with their reasons if they are wanted, under the settings."""

    def suggester(
        subjects: Sequence[Subject], texts: Sequence[str]
    ) -> tuple[Answers, float, float]:
        start = time.process_time()
        index = KleIndex(subjects, settings, words=WORDS)
        middle = time.process_time()
        if reasons:
            answers = [[one.number for one in found] for found in index.suggest(texts, top=TOP)]
        else:
            answers = list(index.numbers(texts, top=TOP))
        return answers, middle - start, time.process_time() - middle

    return suggester


def measured(held: Mapping[str, frozenset[str]], answers: Answers) -> np.ndarray:
    """The share of the keywords that are right, by each of the measures."""
    right = [
        (
            bool(found) and found[0] in true,
            not true.isdisjoint(found),
            bool(found) and found[0][:5] in {one[:5] for one in true},
            bool(found) and found[0][:2] in {one[:2] for one in true},
        )
        for true, found in zip(held.values(), answers, strict=True)
    ]
    return np.array(right, dtype=float)


def row(name: str, suggester: Suggester, parts: Iterable[Split]) -> str:
    """A line of the table: over all keywords of all parts."""
    right, preparing, answering, count = [], 0.0, 0.0, 0
    for part in parts:
        answers, prepared, answered = suggester(part.subjects, list(part.held))
        right.append(measured(part.held, answers))
        preparing, answering, count = preparing + prepared, answering + answered, count + 1
    shares = np.concatenate(right)
    margin = 1.96 * np.sqrt(shares.mean(axis=0) * (1 - shares.mean(axis=0)) / len(shares))
    cells = (
        f"{value:.3f} ± {width:.3f}"
        for value, width in zip(shares.mean(axis=0), margin, strict=True)
    )
    speed = f"{preparing / count:.1f} | {len(shares) / answering:.0f}"
    return f"| {name} | {len(shares)} | {' | '.join(cells)} | {speed} |"


def reach(parts: Sequence[Split]) -> None:
    """Of how many keywords a right number, or its main group, has anything in common with them."""
    counts = np.zeros((2, len(COMMON)))
    total = 0
    for part in parts:
        kept = KleIndex(part.subjects).kept
        extractor = Extractor(Splitter(kept.phrases))
        places = {name: at for at, name in enumerate(kept.names)}
        phrase_of, subject_of, _ = kept.owned
        listed = [one.number for one in kept.subjects]
        numbers = [np.array([one[:length] for one in listed]) for length in LEVELS]
        known: Known = {}
        for text, true in part.held.items():
            names = [name for name in extractor.asked(text, known) if name in places]
            for level, length in enumerate(LEVELS):
                right = {one[:length] for one in true}
                mine = np.isin(numbers[level], list(right))
                phrases = np.zeros(len(kept.phrases), dtype=bool)
                phrases[phrase_of[mine[subject_of]]] = True
                found = {name for name in names if phrases[_has(kept, places[name])].any()}
                counts[level] += [any(map(one, found)) for one in COMMON.values()]
        total += len(part.held)
    print(f"| of {total} keywords, in common with | {' | '.join(COMMON)} |")
    for name, count in zip(("a right number", "a right main group"), counts, strict=True):
        print(f"| {name} | {' | '.join(f'{one / total:.3f}' for one in count)} |")


def _has(kept: Kept, feature: int) -> np.ndarray:
    return kept.postings[kept.starts[feature] : kept.starts[feature + 1]]


def choose(parts: Sequence[Split]) -> None:
    """Each tried setting over the folds, and what choosing among them by the other folds gives."""
    results = []
    for settings in TRIED:
        shares = [
            measured(
                part.held, ours(settings, reasons=False)(part.subjects, list(part.held))[0]
            ).mean(axis=0)
            for part in parts
        ]
        results.append(np.array(shares))
        print(np.round(results[-1].mean(axis=0), 4), settings, flush=True)
    # One figure to choose by: the three that have targets.
    goal = np.array(results)[:, :, [0, 1, 3]].sum(axis=2)
    nested = [
        results[int(np.argmax(np.delete(goal, fold, axis=1).sum(axis=1)))][fold]
        for fold in range(len(parts))
    ]
    print("nested:", np.round(np.mean(nested, axis=0), 4))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="KLE suggestions over held-out keywords")
    parser.add_argument("--data", type=Path, required=True, help="OS2KLE-*.txt")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--keep", type=int, default=KEPT, help="per cent for the last look")
    parser.add_argument("--last-look", action="store_true")
    parser.add_argument("--citizens", action="store_true")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--reach", action="store_true", help="what there is to find")
    parser.add_argument("--numbers", action="store_true", help="make no reasons: quicker")
    parser.add_argument("--ours", action="store_true", help="leave the recipe out")
    arguments = parser.parse_args()
    content = kle_file.read(arguments.data.read_bytes())
    subjects = [Subject(one.number, one.title, one.words) for one in content.subjects]
    parts = list(
        splits(
            subjects,
            count=arguments.folds,
            keep=arguments.keep,
            last_look=arguments.last_look,
        )
    )
    if arguments.citizens:
        parts = [citizens(subjects)]
    if arguments.reach:
        reach(parts)
        return
    if arguments.choose:
        choose(parts)
        return
    print(f"| | keywords | {' | '.join(MEASURES)} | CPU s to prepare | texts per CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    if not arguments.ours:
        print(row("recipe", recipe, parts), flush=True)
    print(row("kodeks", ours(USUAL, reasons=not arguments.numbers), parts), flush=True)


if __name__ == "__main__":
    main()
