# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the engine reads of a text: its matter, not who wrote it, where they live or how it came.

The same matter is to be handled alike (codex, principle 3), so names, greetings, addresses, places,
numbers, and the frames of mails, forms and notes of telephone calls are left out before anything is
learned or answered, and one word is read for both where words differ by a gender only. A rule goes
by words and places in the text, never by capitals, so that casing changes nothing. A text of which
too little would be left is read with its frame.

How a text is read belongs to the model (`Reading`): what was learned by one version is answered by
the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kodeks.inquiries.engine import flipping, framing
from kodeks.language import cpr, identifiers, names, tokens
from kodeks.language.spelling import folded

FIRST_VERSION, SECOND_VERSION, THIRD_VERSION, FOURTH_VERSION, VERSION = 1, 2, 3, 4, 5
_WORD = r"[^\W\d_](?:[^\W_]|['’-](?=[^\W\d_]))*"
_LETTERS = re.compile(r"[^\W\d_]+")
_OWN_NAME_SIGNS = ("hedder", "navn er", "name is")
_SPACES = re.compile(r"\t[ \t]*| [ \t]+")
_NO_NAMES = r"(?!(?:og|jeg|fra|bor|på|i|der|som)\b)"
_OWN_NAME = re.compile(
    rf"\b(?:jeg hedder|mit navn er|my name is)[ :]+{_WORD}(?:[ -]{_NO_NAMES}{_WORD}){{0,3}}"
    r"(?:,? og jeg\b(?: (?:skriver|henvender mig)\b(?: til (?:jer|dem|kommunen)\b)?)?)?"
    r"[ ,.]*(?:jeg bor\b)?"
)
_CPR = re.compile(
    r"(?:\b(?:mit|min|hans|hendes|borgerens|og|med)\s+)?"
    r"\b(?:cpr|personnummer)(?:[ .-]*(?:nr|nummer|nummeret))?\b[ .:]*(?:er\b)?[ :]*(?=\x00)"
    r"|\b(?:cpr|personnummer)(?:[ .-]*(?:nr|nummer|nummeret))?\b[.: ]*\Z"
)
_MARK_FIRST = re.compile(r"\A[\s(\[]*\x00[\s)\].,:;-]*")
# Only from where a run begins: each sign of a long one would be tried as its beginning.
_MARK_LAST = re.compile(r"(?<![\s(\[,:;-])[\s(\[,:;-]*\x00[\s)\].]*\Z")
_NUMBER_OF = re.compile(
    r"\b(?:tlf|telefon(?:nummer|nr)?|mobil(?:nummer|nr)?|mail|e-mail|ring(?:e|es)?(?: til mig)? på)"
    r"\b[. :]*(?:er\b)?[ :]*\x00"
)
_NUMBER = (
    r"[ ,]+(?:nr\.? ?)?\d{1,3} ?[a-h]?\b"
    r"(?!\s*(?:år|meter|m|km|kr|stk|uger|dage|timer|minutter|gange)\b)"
)
_HOUSE = re.compile(
    rf"{_NUMBER}(?:[ ,]+(?:st|kl|\d{{1,2}})\b\.?(?: ?(?:sal|th|tv|mf|\d{{1,3}})\b\.?)*)?"
    r"(?:[ ,\n]+\d{4} [^\W\d_]{2,}(?: (?:[kvnøscj]|nv|sv|sø|nø)\b)?)?"
)
_POST_CODE = re.compile(
    r"(?:(?<=[,\n])|\A) *\d{4} [^\W\d_]{3,}(?: (?:[a-zø]|nv|sv|sø|nø)\b)?"
    r"|\b\d{4} [^\W\d_]{3,} (?:[kvnøscj]|nv|sv|sø|nø)\b"
)
_FOUR_DIGITS = re.compile(r"\d{4} ")
_LONG_ROADS = "vej|gade|allé|alle|plads|boulevard|vænge"
_LONG_ROAD = re.compile(
    rf"\b(?:[^\W\d_]\. ?){{0,3}}[^\W\d_]{{3,}}s (?:{_LONG_ROADS})" + _HOUSE.pattern
)
_MAY_BE_LONG_ROAD = tuple(f"s {road}" for road in _LONG_ROADS.split("|"))
_HOME = re.compile(
    r"\b(?:(?:jeg|vi) bor(?: på| i| ved)?|(?:min |vores )?adressen? er|adresse:)"
    r" (?:[^\W\d_]+\.? ){0,2}[^\W\d_]+\.?" + _HOUSE.pattern
)
# What led to an address that has been taken out.
_LEADING_NOWHERE = re.compile(
    r"\b(?:(?:jeg|vi) bor(?: på| i| ved)?|(?:min |vores )?adressen?(?: er)?:?)[ ,]*(?=[.\n]|\Z)"
)
_ALONE = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")
# Quicker, as it looks for a blank first; it does not see what stands first in a text.
_ALONE_LATER = re.compile(r"\s[^\w\s]+(?!\S)")
_NAMED_TEXT = "vej vejen gade gaden alle allé stræde strædet vænge vænget"
_NAMED_ROADS = tuple(_NAMED_TEXT.split())
_NAMED_STEMS = ("vej", "gade", "alle", "allé", "stræde", "vænge")
"""Each road of those has one of these in it."""
_NUMBERED_TEXT = """
    parken bakken toften haven boulevard boulevarden alléen plads torv torvet
    stien sti kajen kaj gården ager lunden engen kvarteret krogen
"""
_ROADS = (*_NAMED_ROADS, *_NUMBERED_TEXT.split())
_BEFORE_ROADS = frozenset(("på", "i", "ved", "foran", "fra"))
_GENERIC = """
    adgangsvej adgangsvejen afvej arbejdsvej boligvej boligvejen brandvej brandvejen bygade
    bygaden byvej cykelvej flugtvej fællesvej fællesvejen gennemkørselsvej genvej grusvej
    grusvejen gågade gågaden handelsgade handelsgaden hovedgade hovedgaden hovedvej hovedvejen
    indfaldsvej indfaldsvejen jernbanevej jordvej kommunevej kørevej landevej landevejen
    legegade legegaden lokalvej markvej markvejen motortrafikvej motorvej motorvejen naboevej
    omvej privatvej privatvejen ringvej ringvejen sidegade sidegaden sidevej sidevejen skolevej
    skolevejen skovvej skovvejen stamvej stamvejen statsvej statsvejen stikvej stikvejen
    stillevej strandvej tilgængelighedsvej tilkørselsvej trafikvej trafikvejen trækvej tværvej
    udrykningsvej undervej villavej villavejen
"""
_KINDS = tuple(map(folded, _GENERIC.split()))
_NO_ROADS = frozenset(
    (*_KINDS, *(f"{one}en" for one in _KINDS), *(f"{one}n" for one in _KINDS), *_ROADS)
)
_FEWEST_WORDS, _SHORTEST_ROAD = 3, 5


@dataclass(frozen=True)
class Reading:
    """How a model reads: the `version` of these rules, and names of `places` (districts) that it
    was told of in training and leaves out."""

    version: int = VERSION
    places: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        """What is read of `text`, in lower case."""
        if self.version == FIRST_VERSION:
            return identifiers.remove(cpr.mask(text).replace(cpr.MASK, " ")).lower()
        marked, newest = cpr.mask(text).replace(cpr.MASK, "\x00"), self.version > SECOND_VERSION
        lowered = (marked if newest else identifiers.marked(marked, "\x00")).lower()
        if any(map(lowered.__contains__, _OWN_NAME_SIGNS)):
            lowered = _OWN_NAME.sub(" ", lowered)
        if "cpr" in lowered or "personnummer" in lowered:
            lowered = _CPR.sub(" ", lowered)
        if newest:
            # A greeting stands first, and a name last, where the number beside it is left out.
            if "\x00" in lowered:
                lowered = _MARK_LAST.sub("", _MARK_FIRST.sub("", lowered))
            lowered = identifiers.marked(lowered, "\x00")
        spaced = lowered.replace("\x00", " \x00 ")
        matter = self._without_people(framing.matter(spaced, bare=newest))
        return matter if _is_enough(matter) else self._without_people(lowered)

    def spelled(self, word: str) -> str:
        """The lower-case word, or piece of a text, as it is looked up."""
        if self.version == FIRST_VERSION:
            return word
        return self.alike(folded(word))

    def each_spelled(self, pieces: Sequence[str]) -> list[str]:
        """Each of the blank-separated pieces, as it is looked up; quicker than one by one."""
        whole = " ".join(pieces)
        if self.version <= SECOND_VERSION:
            return self.spelled(whole).split(" ")
        plain = folded(whole).replace("ß", "ss").split(" ")
        return tokens.each_replaced(plain, flipping.FIRST_OF)

    def alike(self, text: str) -> str:
        """With one word for both where words differ by a gender only; ß, which has no capital
        letter, is ss."""
        if self.version <= SECOND_VERSION:
            return text
        return tokens.replaced(text.replace("ß", "ss"), flipping.FIRST_OF)

    @cached_property
    def _places(self) -> re.Pattern[str] | None:
        if not self.places:
            return None
        found = sorted({place.lower() for place in self.places}, key=lambda one: (-len(one), one))
        joined = "|".join(map(re.escape, found))
        return re.compile(rf"(?:\b(?:i|på|fra|ved|her i|oppe i)\s+)?\b(?:{joined})\b")

    def _without_people(self, text: str) -> str:
        # What a text does not have is not looked for with the slower patterns.
        if "\x00" in text:
            text = _NUMBER_OF.sub(" ", text).replace("\x00", " ")
        if tokens.has_digit(text):
            text = _without_addresses(text)
        if self._places is not None and any(place.lower() in text for place in self.places):
            text = self._places.sub(" ", text)
        text = _without_names(text)
        if "bor" in text or "adresse" in text:
            text = _LEADING_NOWHERE.sub(" ", text)
        if _ALONE.match(text) or _ALONE_LATER.search(text):
            text = _ALONE.sub(" ", text)
        if "  " in text or "\t" in text:
            text = _SPACES.sub(" ", text)
        return text.strip()


def _is_enough(text: str) -> bool:
    words = _LETTERS.finditer(text)
    return sum(1 for _ in itertools.islice(words, _FEWEST_WORDS)) == _FEWEST_WORDS


def _without_addresses(text: str) -> str:
    if "bor" in text or "adresse" in text:
        text = _HOME.sub(" ", text)
    if any(map(text.__contains__, _MAY_BE_LONG_ROAD)):
        text = _LONG_ROAD.sub(" ", text)
    return _POST_CODE.sub(" ", text) if _FOUR_DIGITS.search(text) else text


NEWEST = Reading()
_TOKEN = re.compile(rf"{_WORD}|\n|[.,:;!?]")


def _without_names(text: str) -> str:
    """The text without names of people and of roads."""
    plain = folded(text)
    roads = _roads_in(plain)
    if not _may_name(plain, roads):
        return text
    found = list(_TOKEN.finditer(text))
    # Where no letter became two of one, the words stand where they stood.
    one_to_one = len(plain) == len(text)
    words = (
        [plain[one.start() : one.end()] for one in found] if one_to_one else _TOKEN.findall(plain)
    )
    cut: list[tuple[int, int]] = []
    after = 0
    for place, word in enumerate(words):
        # Of the words of a text hardly any begins a name or is a road's.
        may_be_road = bool(roads) and word.endswith(roads)
        if place < after or not (may_be_road or word in names.MAY_BE_FIRST or "-" in word):
            continue
        end = _name_ends(words, place)
        if end > place:
            cut.append((found[place].start(), found[end - 1].end()))
            after = end
            continue
        end_of_road = _road_ends(text, word, found[place].end()) if may_be_road else 0
        if end_of_road:
            led = place and words[place - 1] in _BEFORE_ROADS
            cut.append((found[place - led].start(), end_of_road))
    if not cut:
        return text
    kept, begin = [], 0
    for start, end in cut:
        kept.append(text[begin:start])
        begin = max(begin, end)
    return " ".join(kept) + " " + text[begin:]


def _roads_in(text: str) -> tuple[str, ...]:
    """What the name of a road may end on in the text: it is much quicker to see whether a text has
    such letters than whether a word of it ends so."""
    if tokens.has_digit(text):
        return tuple(filter(text.__contains__, _ROADS))
    return _NAMED_ROADS if any(map(text.__contains__, _NAMED_STEMS)) else ()


def _may_name(text: str, roads: tuple[str, ...]) -> bool:
    words = tokens.letters(text)
    first = names.MAY_BE_FIRST.intersection(words)
    # What is a word too is a name only before a surname.
    if first and (first - names.ALSO_WORDS or any(map(names.may_end_surname, words))):
        return True
    return bool(roads) and any(word.endswith(roads) and word not in _NO_ROADS for word in words)


def _road_ends(text: str, word: str, end: int) -> int:
    """Where the address ends whose road is `word`, which ends as one does, and at `end` in the
    text; 0 when it is no name."""
    if word in _ROADS:
        return 0
    house = _HOUSE.match(text, end)
    if house is not None:
        return house.end()
    named = len(word) > _SHORTEST_ROAD and word.endswith(_NAMED_ROADS)
    return end if named and word not in _NO_ROADS else 0


def _name_ends(words: list[str], place: int) -> int:
    """Where the name that begins at `place` ends; `place` when none does."""
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if names.is_first(word) or (word in names.ALSO_WORDS and names.is_last(following)):
        end = place + 1
        while end < len(words) and end - place < 5 and _goes_on(words[end]):
            end += 1
        return end
    return place


def _goes_on(word: str) -> bool:
    return names.is_first(word) or names.is_last(word)
