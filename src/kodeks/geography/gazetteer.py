# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A municipality's own list of streets, places and districts, and where a text names them.

A name is found as it is written, with an article or genitive, abbreviated, or with one letter
wrong. Where several names fit the same words, the longest counts. What stands under a closing
greeting is left out: it is where the writer lives, and not where something is the matter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from kodeks.geography import folding
from kodeks.geography.folding import Token
from kodeks.geography.results import Found, Kind, Named, Point, centre, holds, squared

LEAST_FOR_TYPOS = 6
"""Letters of the shortest word in which one may be wrong: shorter words are too like others."""
MOST_APART = 0.003
"""Degrees of latitude (about 330 m) that two streets may be apart and still have a corner: what is
known of them may be house numbers only."""
_NUMBER = re.compile(
    r"[\s,]{1,3}(?:(?:ud for|over ?for|lige ved|ved|foran)\s+)?(?:(?:hus)?(?:nr|nummer)\b\.?\s*)?"
    r"(\d{1,3})(?:\s?([A-ZÆØÅa-zæøå])(?![\wæøå]))?(?![\d.,]*\d)",
)
_AMOUNT = re.compile(
    r"\s*(?:-\s*\d+\s*)?(?:dage?|gange|uger?|timer?|min\w*|år|måneder|meter|m|km|cm|biler|stk|"
    r"træer|personer|børn|lamper|huller|procent|%|kr|til\s+\d|\.\s*(?:jan|feb|mar|apr|maj|jun|jul|"
    r"aug|sep|okt|nov|dec))\b",
    re.IGNORECASE,
)
_CORNER = re.compile(r"hjørne|kryds|rundkørsel|mødes|møder|munder|støder", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:\s*(?:,|/|&|\+|-|–|og|ved|møder|krydser|hjørnet|krydset|af|med|rammer|for|enden))*\s*"
    r"(?:\d{1,3}\s?[a-z]?)?\s*(?:(?:og|/|&|ved|møder|krydser)\s*)?",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^[ \t]*(?:(?:med )?(?:venlig|venligste|bedste|kærlig|mange|venlige)\s+hilsen(?:er)?|"
    r"(?:d?e bedste )?hilsen(?:er)?|v\.?h\.?|m\.?v\.?h\.?|mvh|vh|kh)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_JOINED = re.compile(r"[ \t]*(?:\n[ \t]*)?|\.?[ \t]*-?[ \t]*")


@dataclass(frozen=True)
class _Match:
    could_be: tuple[Named, ...]
    """Those of the name: several where more than one district has a street that is called so."""
    start: int
    end: int
    exact: bool

    @property
    def named(self) -> Named:
        return self.could_be[0]


@dataclass(frozen=True)
class Gazetteer:
    """The list; `of` builds one. `names` are in the order of the name."""

    names: tuple[Named, ...]
    _forms: dict[str, list[int]] = field(repr=False)
    _near: dict[str, list[str]] = field(repr=False)
    _most_words: int = field(repr=False)

    @classmethod
    def of(cls, names: Iterable[Named]) -> Gazetteer:
        """From streets, places and districts. The same name, kind and district twice is one, with
        all its points."""
        merged: dict[tuple[str, str, str], Named] = {}
        for one in names:
            key = (folding.folded_name(one.name), one.kind, one.district)
            had = merged.get(key)
            merged[key] = one if had is None else _both(had, one)
        ordered = tuple(sorted(merged.values(), key=lambda one: (one.name, one.kind, one.district)))
        forms: dict[str, list[int]] = defaultdict(list)
        near: dict[str, list[str]] = defaultdict(list)
        most = 1
        for number, one in enumerate(ordered):
            name = folding.folded_name(one.name)
            if not name:
                continue
            most = max(most, name.count(" ") + 1)
            for form in folding.inflected(name):
                forms[form].append(number)
        for form in forms:
            if len(form) >= LEAST_FOR_TYPOS:
                for shorter in folding.without_one(form):
                    near[shorter].append(form)
        return cls(ordered, dict(forms), dict(near), most)

    @property
    def districts(self) -> tuple[Named, ...]:
        return tuple(one for one in self.names if one.kind == "district")

    def district_of(self, point: Point) -> str:
        """The name of the district that the point lies in; "" outside of all."""
        inside = (
            one.name for one in self.districts if any(holds(ring, point) for ring in one.rings)
        )
        return next(inside, "")

    def find(self, text: str, *, near: str = "") -> tuple[Found, ...]:
        """The places that the text names, in its order, each once; the more precise of a place and
        its street. A district is left out when something within it is found.

        Which of several streets of the same name it is, is told by a district in the text, else by
        `near`, the district that is known otherwise; without either it is left out.
        """
        body = text[: _end_of_matter(text)]
        matches = _told_apart(self._matches(body), near)
        found: list[Found] = []
        used: set[int] = set()
        for at, one in enumerate(matches):
            if at in used:
                continue
            following = matches[at + 1] if at + 1 < len(matches) else None
            corner = None if following is None else _corner(body, one, following)
            if corner is not None and following is not None:
                used.add(at + 1)
                title = f"{one.named.name} / {following.named.name}"
                exact = one.exact and following.exact
                found.append(
                    self._found(title, "crossing", corner, body, one.start, following.end, exact)
                )
            else:
                found.append(self._one(body, one))
        return _each_once(found)

    def _one(self, text: str, match: _Match) -> Found:
        named, end = match.named, match.end
        kind: Kind = named.kind
        point = centre(named.points) if named.kind == "district" else named.middle
        title = named.name
        if named.kind == "street" and (house := _house_number(text, end)) is not None:
            number, ends = house
            title, end = f"{named.name} {number}", ends
            known = named.numbers.get(number) or named.numbers.get(number.rstrip("ABCDEFGHIJKL"))
            kind, point = ("address", known) if known else ("street", _nearest(named, number))
        return self._found(title, kind, point, text, match.start, end, match.exact)

    def _found(
        self, title: str, kind: Kind, point: Point, text: str, start: int, end: int, exact: bool
    ) -> Found:
        district = title if kind == "district" else self.district_of(point)
        return Found(
            title=title, kind=kind, point=point, district=district, matched=text[start:end],
            start=start, end=end, exact=exact,
        )  # fmt: skip

    def _matches(self, text: str) -> list[_Match]:
        words = list(folding.tokens(text))
        found: list[_Match] = []
        at = 0
        while at < len(words):
            match, length = self._longest(text, words, at)
            if match is not None:
                found.append(match)
            at += length
        return found

    def _longest(self, text: str, words: list[Token], at: int) -> tuple[_Match | None, int]:
        """The longest name that begins with the word, and how many words it takes."""
        for length in range(min(self._most_words, len(words) - at), 0, -1):
            part = words[at : at + length]
            if not _are_joined(text, part):
                continue
            read = " ".join(folding.unshortened(one.folded) for one in part)
            for form, exact in self._like(read):
                named = [self.names[number] for number in self._forms[form]]
                fit = [one for one in named if _may_be(one, text, part, exact=exact)]
                if fit:
                    could_be = tuple(one for one in fit if one.kind == fit[0].kind)
                    return _Match(could_be, part[0].start, part[-1].end, exact), length
        return None, 1

    def _like(self, read: str) -> Iterator[tuple[str, bool]]:
        """Forms of names that are what is read, or one letter from it."""
        if read in self._forms:
            yield read, True
        elif len(read) >= LEAST_FOR_TYPOS:
            likely = {
                form for less in folding.without_one(read) for form in self._near.get(less, ())
            }
            for form in sorted(likely):
                if form[0] == read[0] and folding.is_one_apart(form, read):
                    yield form, False


def _told_apart(matches: list[_Match], near: str) -> list[_Match]:
    """Each with the one that it is; those that cannot be told apart are left out."""
    in_text = [one.named.name for one in matches if one.named.kind == "district"]
    found = []
    for match in matches:
        if len(match.could_be) > 1:
            by_district = {one.district: one for one in match.could_be}
            named = [by_district[name] for name in (*in_text, near) if name in by_district]
            if not named:
                continue
            match = replace(match, could_be=(named[0],))
        found.append(match)
    return found


def _both(one: Named, other: Named) -> Named:
    # House numbers tell where a street is only where nothing else does.
    lines = [each for each in (one, other) if not each.is_numbers] or [one, other]
    return replace(
        one,
        points=tuple(point for each in lines for point in each.points),
        numbers={**one.numbers, **other.numbers},
        rings=(*one.rings, *other.rings),
    )


def _end_of_matter(text: str) -> int:
    """Where the closing greeting begins; the end of the text where there is none.

    A greeting with which the text begins closes nothing.
    """
    for found in _GREETING.finditer(text):
        if text[: found.start()].strip():
            return found.start()
    return len(text)


def _are_joined(text: str, part: list[Token]) -> bool:
    """Whether only blanks stand between the words; a full stop may after an abbreviation."""
    for one, following in pairwise(part):
        between = text[one.end : following.start]
        if between.startswith(".") and folding.unshortened(one.folded) == one.folded:
            return False
        if not _JOINED.fullmatch(between):
            return False
    return True


def _may_be(named: Named, text: str, part: list[Token], *, exact: bool) -> bool:
    """Whether the words may be the name, and not the words of the language that it is made of."""
    if any(one.capital for one in part) and (exact or not _begins_sentence(text, part[0].start)):
        return True
    says_so = folding.is_street_name(folding.folded_name(named.name))
    if named.kind == "street":
        return says_so or (exact and _house_number(text, part[-1].end) is not None)
    return exact and len(part) > 1


def _begins_sentence(text: str, start: int) -> bool:
    return not text[:start].rstrip(" \t»\"'(")[-1:].strip(".!?:\n")


def _house_number(text: str, end: int) -> tuple[str, int] | None:
    """The house number after a street's name, and where it ends."""
    found = _NUMBER.match(text, end)
    if found is None or int(found[1]) == 0 or _AMOUNT.match(text, found.end(1)):
        return None
    letter = (found[2] or "").upper()
    # A single letter in lower case after a blank is a word of Danish: »i« and »å«.
    if letter in ("I", "Å"):
        return found[1].lstrip("0"), found.end(1)
    return found[1].lstrip("0") + letter, found.end()


def _nearest(named: Named, number: str) -> Point:
    """Where the number would be: at the nearest that is known, on the same side first."""
    wanted = int(re.sub(r"\D", "", number))
    known = [(int(re.sub(r"\D", "", one)), one) for one in named.numbers if re.search(r"\d", one)]
    if not known:
        return named.middle
    _, _, best = min(((one - wanted) % 2, abs(one - wanted), name) for one, name in known)
    return named.numbers[best]


def _corner(text: str, one: _Match, other: _Match) -> Point | None:
    """Where two streets meet, if the text says that it is about their corner."""
    if {one.named.kind, other.named.kind} != {"street"} or one.named is other.named:
        return None
    between = text[one.end : other.start]
    before = text[max(0, one.start - 30) : one.start]
    if not _BETWEEN.fullmatch(between) or not (
        _CORNER.search(before) or _CORNER.search(between) or "/" in between
    ):
        return None
    pairs = ((here, there) for here in one.named.points for there in other.named.points)
    here, there = min(pairs, key=lambda pair: (squared(*pair), pair))
    return None if squared(here, there) > MOST_APART**2 else centre((here, there))


def _each_once(found: list[Found]) -> tuple[Found, ...]:
    kept: dict[str, Found] = {}
    for one in found:
        kept.setdefault(one.title, one)
    rest = list(kept.values())
    precise = [one for one in rest if one.kind not in ("street", "district")]
    numbered = {one.title.rsplit(" ", 1)[0] for one in rest if one.title[-1:].isdigit()}
    numbered |= {street for one in precise for street in one.title.split(" / ")}
    numbered |= {one.title.rsplit(" ", 1)[0] for one in precise if one.kind == "address"}
    within = {one.district for one in rest if one.kind != "district"}
    return tuple(
        one
        for one in rest
        if not (one.kind == "street" and one.title in numbered)
        and not (one.kind == "district" and one.title in within)
    )
