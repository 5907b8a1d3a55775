# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person meets at each share of wrong suggestions that may be allowed.

Learns from the demo's inquiries of former years (invented) and answers those in its inbox, which
it has not seen. "Sure" are those for which one topic is suggested, "wrong" the share of them that
is, and "department" those whose department alone is sure. All others are given two or three topics
to choose between: how often the right one is among them, beside how often it is the likeliest.
With --meaning the model knows meanings, too.

    python benchmarks/inquiries/choices.py [--meaning]
"""

from __future__ import annotations

import argparse
import tomllib
from importlib.resources import files

from kodeks.demo import corpus
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.engine.training import train
from kodeks.language import embeddings

OUT_OF_SCOPE = "andet"
ALLOWED = (0.05, 0.10, 0.20, 0.30, 0.50)


def shown(answer: Triage) -> list[str]:
    """The topics that a person chooses between (see `inquiries.suggesting`)."""
    others = [one.label for one in answer.alternatives[: max(answer.choices - 1, 1)]]
    first = [OUT_OF_SCOPE] if answer.out_of_scope else []
    return [*first, answer.label, *others][:3]


def percent(count: int, total: int) -> str:
    """With how many it is of."""
    return f"{100 * count / total:.1f} % of {total}" if total else "none"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meaning", action="store_true")
    embedder = embeddings.default() if parser.parse_args().meaning else None
    plan = tomllib.loads((files("kodeks.demo") / "topics.toml").read_text(encoding="utf-8"))
    past, now = corpus.history(), corpus.inbox()
    model = train(
        texts=[one.text for one in past],
        labels=[one.label for one in past],
        departments={label: topic["unit"] for label, topic in plan["topics"].items()},
        embedder=embedder,
    )
    texts, truth = [one.text for one in now], [one.label for one in now]
    print(
        "| allowed | sure | wrong | department | several | right among them | likeliest is right |"
    )
    print("|---|---|---|---|---|---|---|")
    for allowed in ALLOWED:
        answers = model.triage(texts, max_error=allowed, explained=False)
        both = list(zip(answers, truth, strict=True))
        sure = [one.label == right for one, right in both if one.way == "label"]
        several = [(right in shown(one), right == shown(one)[0]) for one, right in both
                   if one.way != "label"]  # fmt: skip
        print(
            f"| {100 * allowed:.0f} % | {percent(len(sure), len(both))} |"
            f" {percent(len(sure) - sum(sure), len(sure))} |"
            f" {percent(sum(one.way == 'department' for one in answers), len(both))} |"
            f" {len(several)} | {percent(sum(a for a, _ in several), len(several))} |"
            f" {percent(sum(b for _, b in several), len(several))} |"
        )


if __name__ == "__main__":
    main()
