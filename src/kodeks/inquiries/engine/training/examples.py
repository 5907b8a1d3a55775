# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether examples can give a model, in Danish sentences that say what to change."""

from collections import Counter
from collections.abc import Sequence

from kodeks.inquiries.engine.errors import TrainingError

OUT_OF_SCOPE_LABELS = frozenset({"andet", "oos"})
LEAST_EXAMPLES = 2


def is_out_of_scope(label: str) -> bool:
    """Whether a training label means that no route fits."""
    return label.strip().casefold() in OUT_OF_SCOPE_LABELS


def check(
    texts: Sequence[str], labels: Sequence[str], teaches: Sequence[bool] | None = None
) -> None:
    """Raises TrainingError when the examples, or those that teach, are too few, empty or uneven."""
    teaching = [True] * len(texts) if teaches is None else teaches
    if len(texts) != len(labels) or len(texts) != len(teaching):
        raise TrainingError(
            f"Der er {len(texts)} tekster og {len(labels)} etiketter. Der skal være lige mange."
        )
    for row, (text, label) in enumerate(zip(texts, labels, strict=True), start=1):
        if not text.strip():
            raise TrainingError(f"Eksempel {row} har ingen tekst. Skriv en tekst, eller fjern det.")
        if not label.strip():
            raise TrainingError(
                f"Eksempel {row} har ingen etiket. Skriv en etiket, eller fjern det."
            )
    counts = Counter(label for label in labels if not is_out_of_scope(label))
    counts.subtract(
        label
        for label, taught in zip(labels, teaching, strict=True)
        if not taught and not is_out_of_scope(label)
    )
    if len(counts) < 2:
        found = f"Kun etiketten {next(iter(counts))} er fundet" if counts else "Der er fundet ingen"
        raise TrainingError(
            f"Modellen skal have mindst to forskellige etiketter. {found}. Tilføj flere eksempler."
        )
    few = sorted(label for label, count in counts.items() if count < LEAST_EXAMPLES)
    if few:
        raise TrainingError(
            f"Hver etiket skal have mindst {LEAST_EXAMPLES} eksempler. "
            f"Der mangler eksempler på: {', '.join(few)}."
        )
