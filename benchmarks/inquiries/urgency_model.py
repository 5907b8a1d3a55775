# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns the second ear for what is urgent, and says how much it hears of hands it has not learned
from. Prints Markdown.

    python benchmarks/inquiries/urgency_model.py [--write] [--answer FILE]

All texts are invented: `urgency_phrases.tsv`, those in `urgency_texts/` (each file by another hand,
who saw neither the rules nor the others' texts) and the demo's. Each file is answered by an ear
that learned from all but it. `--write` learns from all, and writes the program's file. `--answer`
has the program's ear answer a file that it has not learned from, as `urgency_fresh.tsv`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
from urgency import CALM, DANISH, PHRASES, Phrase, phrases

from kodeks.inquiries.engine import urgency, urgency_model
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import train

TEXTS = Path(__file__).parent / "urgency_texts"
ENGINE = Path(urgency_model.__file__).parent
SHARES = (0.01, 0.03, 0.05)
OTHER = "emergency"
KEPT = 20_000
"""Words, pairs of words and pieces of words that the ear keeps."""
KINDS = {CALM: CALM, "child": "child", "barn": "child", "death": "death", "dødsfald": "death"}
"""What the ear tells apart; every other kind is an emergency."""


def kind_of(one: Phrase) -> str:
    return KINDS.get(one.kind, OTHER)


def demo() -> list[Phrase]:
    """The demo's texts, of which the urgent ones tell of dangers."""
    corpus = resources.files("kodeks.demo").joinpath("corpus")
    rows = [
        json.loads(line)
        for file in sorted(corpus.iterdir(), key=lambda one: one.name)
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [Phrase(OTHER if row["urgent"] else CALM, "da", row["text"]) for row in rows]


def hands() -> dict[str, list[Phrase]]:
    files = [PHRASES, *sorted(TEXTS.glob("*.tsv"))]
    return {file.stem: phrases(file) for file in files} | {"demo": demo()}


def learned(texts: list[Phrase]) -> TriageModel:
    """A model of words, of which those are kept that weigh most: the file is a fifth."""
    model = train(texts=[one.text for one in texts], labels=[kind_of(one) for one in texts])
    old = model.vectoriser
    said = np.ptp(model.weights[:, :-1], axis=1) * old.idf
    kept = np.sort(np.argsort(-said, kind="stable")[:KEPT])
    split = int(np.searchsorted(kept, len(old.words)))
    words = tuple(old.words[at] for at in kept[:split])
    characters = tuple(old.characters[at - len(old.words)] for at in kept[split:])
    vectoriser = replace(old, words=words, characters=characters, idf=old.idf[kept])
    return replace(model, vectoriser=vectoriser, weights=model.weights[kept])


def answered(name: str, texts: list[Phrase], model: TriageModel) -> str:
    """A row of the table: what is heard, by shares of the calm and as the program does it."""
    chances = 1.0 - model.chances([one.text for one in texts])[:, model.labels.index(CALM)]
    is_calm = np.array([kind_of(one) == CALM for one in texts])
    fired = np.array([bool(urgency.fired(one.text)) for one in texts])
    heard = chances >= urgency_model.HEARD_FROM
    if is_calm.all():
        cells = ["", *[""] * len(SHARES), "", "", ""]
    else:
        at = [np.quantile(chances[is_calm], 1 - share) for share in SHARES]
        cells = [str((~is_calm).sum()), *(f"{(chances[~is_calm] > one).mean():.3f}" for one in at)]
        cells += [f"{found[~is_calm].mean():.3f}" for found in (fired, heard, fired | heard)]
    cells += [str(is_calm.sum())]
    cells += [f"{found[is_calm].mean():.3f}" for found in (fired, heard, fired | heard)]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="learn from all, and write the file")
    parser.add_argument("--answer", type=Path, help="a file of texts that it has not learned from")
    asked = parser.parse_args()
    shares = " | ".join(f"ear at {share:.0%} of the calm" for share in SHARES)
    print(f"| hand | urgent | {shares} | rules | ear | both | calm | rules | ear | both |")
    print(f"|---|{'---|' * (len(SHARES) + 8)}")
    if asked.answer:
        model = TriageModel.of_bytes((ENGINE / urgency_model.FILE).read_bytes())
        texts = phrases(asked.answer)
        print(answered(asked.answer.stem, texts, model))
        for name, is_danish in (("Danish", True), ("other languages", False)):
            some = [one for one in texts if (one.language == DANISH) is is_danish]
            print(answered(name, some, model))
        return
    found = hands()
    for name, texts in found.items():
        rest = [one for other, some in found.items() if other != name for one in some]
        print(answered(name, texts, learned(rest)), flush=True)
    if asked.write:
        model = learned([one for some in found.values() for one in some])
        path = ENGINE / urgency_model.FILE
        path.write_bytes(model.artefact.as_bytes())
        print(
            f"\nWritten: {path.stat().st_size / 1e6:.2f} MB, {sum(map(len, found.values()))} texts."
        )


if __name__ == "__main__":
    main()
