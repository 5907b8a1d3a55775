# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which language a text is written in, by its alphabet, its letters and the small words that fill
any text.

Lists written down by hand (`tongues`): there is nothing to train, and a person can read why. A word
counts the more the fewer languages have it, and a letter that a language does not have speaks
against it. Where two come near to each other, or nothing is known of a text that is no Danish, it
is another language, and no name is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from kodeks.language import tongues
from kodeks.language.tongues import DANISH

UNSURE = "und"
"""As ISO 639-2 has it: a language, but which is not told."""
OTHER = "et andet sprog"
_LEAST_SHARE, _OVER_DANISH, _OVER_NEXT = 0.15, 1.5, 1.15
_FEWEST_WORDS, _FEWEST_KNOWN = 4, 2
_LONG, _HARDLY_ANY = 12, 0.05
_LEAST_SCORE, _LEAST_ALONE, _NEXT_TO_NOTHING = 1.2, 0.8, 0.25
_OF_A_LETTER, _OF_OURS = 0.5, 0.3
_LIKE_DANISH = ("no", "sv", "is", "fo")
_OWN_LETTER = 3
_LETTERS_READ = 2000
_OURS = frozenset("æøå")
_SHORTEST_FOLDED = 3


def _folded(word: str) -> str:
    """As somebody types it whose keyboard has no such letters."""
    plain = word.translate(str.maketrans("łđıøæßþð", "ldioasdd"))
    return "".join(
        sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign)
    )


def _by_word(*lists: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for language, words in (pair for one in lists for pair in one.items()):
        for word in words.split():
            found.setdefault(word, {})[language] = None
            plain = _folded(word)
            if plain != word and len(plain) >= _SHORTEST_FOLDED and language != DANISH:
                found.setdefault(plain, {})[language] = None
    return MappingProxyType({word: tuple(languages) for word, languages in found.items()})


_LANGUAGES_OF = _by_word(tongues.SMALL_WORDS, tongues.COMMON)
SMALL_WORDS = frozenset(_by_word(tongues.SMALL_WORDS))
"""Of any of the languages, in lower case."""
_ASCII = frozenset(map(chr, range(128)))
_LETTERS = {name: frozenset(letters) for name, letters in tongues.LETTERS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"\S+")
_IN_ADDRESSES = ("://", "@", "www.")
_ONLY = {
    pair: frozenset(
        word for word, known in _LANGUAGES_OF.items() if pair[0] in known and pair[1] not in known
    )
    for one in _LIKE_DANISH
    for pair in ((one, DANISH), (DANISH, one))
}
"""The words of a language that another has not."""
_ENDINGS = {name: re.compile(pattern) for name, pattern in tongues.ENDINGS.items()}


def language(text: str) -> str:
    """The ISO 639-1 code of the language that its words and letters tell, of those with Latin
    letters; "und" where it is another than Danish but two are as likely; "" when too little is
    known.

    Another language than Danish has to have half as many again as Danish.
    """
    words = _words(text)
    if len(words) < _FEWEST_WORDS:
        return ""
    scores, known = _votes(words)
    least = max(_FEWEST_KNOWN, _LEAST_SHARE * len(words))
    danish = scores.pop(DANISH)
    for one in _LIKE_DANISH:
        theirs = _only(one, DANISH, words)
        if theirs < _FEWEST_KNOWN:
            # Whoever writes Danish carelessly writes a word of the neighbours'.
            scores.pop(one)
        elif theirs > _only(DANISH, one, words):
            # They share most small words, so that only the others tell.
            danish = 0.0
    ranked = sorted((one for one in scores if known[one] >= least), key=lambda one: -scores[one])
    if not ranked or not _is_enough(scores[ranked[0]], danish):
        return DANISH if known[DANISH] >= least else ""
    if len(ranked) > 1 and scores[ranked[0]] < _OVER_NEXT * scores[ranked[1]]:
        return UNSURE
    return ranked[0]


def foreign(text: str) -> str:
    """The language in Danish words, where the text is clearly in another than Danish; else ""."""
    alphabet = _alphabet(text)
    if alphabet:
        return alphabet
    found = language(text)
    if found == UNSURE or (not found and _is_strange(text)):
        return OTHER
    return tongues.NAMES.get(found, "")


def _is_enough(score: float, danish: float) -> bool:
    """Less is asked for where next to nothing is Danish."""
    least = _LEAST_SCORE if danish > _NEXT_TO_NOTHING * score else _LEAST_ALONE
    return score >= max(least, _OVER_DANISH * danish)


def _words(text: str) -> list[str]:
    whole = unicodedata.normalize("NFC", text[: 10 * _LETTERS_READ]).lower()
    if any(map(whole.__contains__, _IN_ADDRESSES)):
        whole = _RUN.sub(_without_address, whole)
    return _WORD.findall(whole)


def _without_address(run: re.Match[str]) -> str:
    """One pattern for all of it would try each sign of a long run as its beginning."""
    return " " if any(mark in run[0] for mark in _IN_ADDRESSES) else run[0]


def _only(language: str, other: str, words: Sequence[str]) -> int:
    """How many are words of the one language and not of the other, or have its letters."""
    found = sum(map(_ONLY[language, other].__contains__, words))
    for word in words:
        if not word.isascii() and word not in _LANGUAGES_OF:
            own = frozenset(word) - _ASCII
            found += own <= _LETTERS[language] and not own <= _LETTERS[other]
    return found


def _votes(words: Sequence[str]) -> tuple[dict[str, float], Counter[str]]:
    """How much speaks for each language, and how many words are known of it."""
    scores: dict[str, float] = dict.fromkeys(tongues.SMALL_WORDS, 0.0)
    known: Counter[str] = Counter()
    # Hardly a text has any of these, and all of it is looked through at once.
    whole = " ".join(words)
    endings = {one: pattern for one, pattern in _ENDINGS.items() if pattern.search(whole)}
    for word in words:
        languages = _LANGUAGES_OF.get(word, ())
        for one in languages:
            scores[one] += 1 / len(languages)
            known[one] += 1
        for one, pattern in endings.items():
            if one not in languages and pattern.search(word):
                scores[one] += 1
                known[one] += 1
        # Names of our streets and places stand in texts of any language.
        if word.isascii():
            continue
        if (own := frozenset(word) - _ASCII) <= _OURS:
            scores[DANISH] += _OF_OURS
            continue
        having = _having(own)
        for one in scores:
            if one in having:
                scores[one] += _OF_A_LETTER / len(having)
                known[one] += one not in languages and len(having) <= _OWN_LETTER
            else:
                scores[one] -= _OF_A_LETTER / 2
    return scores, known


@lru_cache(maxsize=1024)
def _having(letters: frozenset[str]) -> frozenset[str]:
    """The languages that have all of these letters."""
    return frozenset(one for one, theirs in _LETTERS.items() if letters <= theirs)


def _is_strange(text: str) -> bool:
    """A long text with hardly a word that any Danish text has, and without our letters."""
    words = _words(text)
    if len(words) < _LONG or sum(not _OURS.isdisjoint(word) for word in words) > 1:
        return False
    ours = sum(DANISH in _LANGUAGES_OF.get(word, ()) for word in words)
    return ours <= _HARDLY_ANY * len(words)


def _alphabet(text: str) -> str:
    """The language, or the alphabet, of most letters, where that is not the Latin one."""
    letters = [sign for sign in text[:_LETTERS_READ] if sign.isalpha()]
    if not letters:
        return ""
    found = Counter(unicodedata.name(sign, "").split(" ")[0] for sign in letters)
    # Japanese is written in three alphabets at once.
    kana = [one for one in ("HIRAGANA", "KATAKANA") if found[one]]
    if kana:
        found[kana[0]] += found.pop("CJK", 0) + sum(found.pop(one) for one in kana[1:])
    name, count = found.most_common(1)[0]
    if 2 * count <= len(letters):
        return ""
    several = tongues.OF_ALPHABET.get(name, {})
    return _of_several(text[:_LETTERS_READ], several) or tongues.ALPHABETS.get(name, "")


def _of_several(text: str, several: Mapping[str, tuple[str, str]]) -> str:
    """Which of the languages that share an alphabet; "" where two are as likely."""
    words = _WORD.findall(text.lower())
    small = {language: frozenset(known.split()) for language, (_, known) in several.items()}
    scores: Counter[str] = Counter()
    for word in words:
        having = {one for one, (letters, _) in several.items() if not set(letters).isdisjoint(word)}
        scores.update(having - tongues.SHARED or having)
        scores.update(language for language, known in small.items() if word in known)
    ranked = scores.most_common(2)
    if not ranked:
        return ""
    return "" if len(ranked) > 1 and ranked[0][1] == ranked[1][1] else ranked[0][0]
