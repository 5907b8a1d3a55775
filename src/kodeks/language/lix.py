# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""LIX, the readability index for Danish and the other Scandinavian languages.

Source: C.H. Björnsson, *Läsbarhet*, Stockholm 1968: words per sentence plus the percentage of
words with more than six letters. Below 25 is easy, 35 to 45 is average, above 55 is hard.
"""

import re
from collections.abc import Iterator

_LONG = 6
_LOOK_BACK = 20
_NEXT = re.compile(r"\s*(\S)")
_WORD = re.compile(r"\d+(?:[.,:]\d+)+|\w+(?:[-'’]\w+)*")
_PARAGRAPH = re.compile(r"\n\s*\n|\n\s*(?=[-*•])")
_END = re.compile(r"[.!?:…]+[\"'»”)\]]*(?=\s|\Z)")
_ABBREVIATIONS_TEXT = """
    bl a ca cand d dvs e el ekskl evt f eks fx ff fhv g h hhv hr fr inkl jf jfr kl kr lign m maks
    max md mdr mht mia min mio mv mvh nr o obs osv pct pga ph pkt pr s sml stk str s.d tlf t ult v
    vedr vha
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())


def lix(text: str) -> float:
    """LIX of `text`; 0.0 when it holds no words.

    A sentence ends at `.`, `!`, `?` or `:` before a blank, or at an empty line or a list item.
    The stop of an abbreviation (`f.eks.`, `nr.`) or an ordinal (`1. juni`) ends none.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    long_words = sum(sum(map(str.isalpha, word)) > _LONG for word in words)
    return len(words) / sentence_count(text) + 100 * long_words / len(words)


def sentence_count(text: str) -> int:
    """The number of sentences with at least one word."""
    return len(sentences(text))


def sentences(text: str) -> list[str]:
    """The sentences with at least one word, in their order."""
    return [sentence for paragraph in _PARAGRAPH.split(text) for sentence in _sentences(paragraph)]


def word_count(text: str) -> int:
    """The number of words."""
    return len(_WORD.findall(text))


def _sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _ends_sentence(paragraph, end) and _WORD.search(paragraph, start, end.start()):
            yield paragraph[start : end.end()].strip()
            start = end.end()
    if _WORD.search(paragraph, start):
        yield paragraph[start:].strip()


def _ends_sentence(paragraph: str, end: re.Match[str]) -> bool:
    if end[0] != ".":
        return True
    following = _NEXT.match(paragraph, end.end())
    if following is None:
        return True
    before = paragraph[max(0, end.start() - _LOOK_BACK) : end.start()]
    last = re.split(r"[\s.(]", before)[-1]
    starts_small = following[1].islower() or following[1].isdigit()
    if last.isdigit():
        return not following[1].islower()
    return not (starts_small and last.lower() in _ABBREVIATIONS)
