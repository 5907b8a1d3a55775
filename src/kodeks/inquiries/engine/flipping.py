# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same text about somebody else: gender or origin exchanged, and nothing more.

A suggestion must not change by it (codex, principle 3). Words that name a gender are exchanged for
the other's, and common first names for names that are common among people of another origin
(Danmarks Statistik, navnestatistik). Words that are something else too ("far" in English, "hans"
in German) only make a text count that has nothing to flip; they never hide a change.
"""

import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

_GENDER = (
    *(("mand", "kvinde"), ("manden", "kvinden"), ("mænd", "kvinder"), ("mændene", "kvinderne")),
    *(("dreng", "pige"), ("drengen", "pigen"), ("drenge", "piger"), ("han", "hun")),
    *(("ham", "hende"), ("hans", "hendes"), ("far", "mor"), ("faderen", "moderen")),
    *(("søn", "datter"), ("sønnen", "datteren"), ("bror", "søster"), ("broren", "søsteren")),
    *(("farfar", "farmor"), ("morfar", "mormor"), ("hr", "fru")),
)
_ORIGIN = (
    *(("peter", "mohammad"), ("michael", "ahmed"), ("lars", "ali"), ("thomas", "mustafa")),
    *(("jens", "omar"), ("henrik", "hassan"), ("søren", "ibrahim"), ("anne", "fatima")),
    *(("mette", "aisha"), ("kirsten", "amina"), ("hanne", "zainab"), ("anna", "maryam")),
    *(("lone", "khadija"), ("susanne", "yasmin"), ("camilla", "leyla"), ("maria", "noor")),
)
_WORD = re.compile(r"[a-zæøå]+", re.IGNORECASE)


def _both_ways(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return MappingProxyType({**dict(pairs), **{other: one for one, other in pairs}})


_SWAPS = (_both_ways(_GENDER), _both_ways(_ORIGIN))
FIRST_OF = MappingProxyType({other: one for one, other in _GENDER})
"""Of words that differ by a gender only the first here, by the other."""


def variants(text: str) -> tuple[str, ...]:
    """The text with genders, and the text with origins, exchanged; those that differ from it."""
    found = (_WORD.sub(partial(_other, swap), text) for swap in _SWAPS)
    return tuple(one for one in found if one != text)


def _other(swap: Mapping[str, str], found: re.Match[str]) -> str:
    """The word's counterpart with its capitals."""
    word = found.group()
    other = swap.get(word.lower(), word.lower())
    if other == word.lower():
        return word
    if word.isupper() and len(word) > 1:
        return other.upper()
    return other.capitalize() if word[0].isupper() else other
