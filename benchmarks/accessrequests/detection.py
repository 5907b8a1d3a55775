# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much of what is about other people the rules find, and how much else they mark.

    .venv/bin/python benchmarks/accessrequests/detection.py [documents]

Invented documents in the style of a case file. Seed 1 is for looking at mistakes; the figures are
of another seed, whose names and streets the rules have not seen (they are made of syllables, so
that no list could know them). *recall* is the share of places with something about another person
that a mark covers whole; *precision* the share of marks that touch such a place.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from kodeks.accessrequests.engine import detectors, masking, rules
from kodeks.accessrequests.engine.detectors import People

SEED = 4242
ASKER = "Testine Testesen"
STAFF = "Sofie Prøvesen"
SYLLABLES = (
    *("ba", "be", "bi", "da", "dø", "el", "fa", "fro", "gri", "hal", "in", "jo", "ka", "lo", "mar"),
    *("na", "os", "pe", "ri", "sa", "ste", "ti", "ul", "va", "vi"),
)
ENDINGS = ("sen", "gaard", "mand", "strup", "bjerg", "holm", "dal", "lund")
ROADS = ["vej", "gade", "allé", "stræde", "vænget", "parken", "bakken"]
HEALTH = ["fået diagnosen angst", "været indlagt i marts", "er sygemeldt", "tager medicin"]
PLAIN = (
    "Skraldet bliver hentet om fredagen i lige uger.",
    "Teknik- og Miljøforvaltningen har set på sagen.",
    "Eksempelkøbing Kommune svarer inden for fristen.",
    f"Kære {ASKER}. Tak for din henvendelse.",
    f"Venlig hilsen {STAFF}, Borgerservice.",
    "Prisen er 1.250,00 kr. for 12 måneder.",
    "Se Vejledning om Affald fra 3. marts 2026.",
    "Sagsnummer 2026-0000123, side 2 af 4.",
)


@dataclass
class Written:
    """A text, and the places in it that are about other people."""

    text: str = ""
    places: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, words: str, kind: str = "") -> None:
        if kind:
            self.places.append((len(self.text), len(self.text) + len(words), kind))
        self.text += words


def name(chance: random.Random) -> tuple[str, str]:
    first = "".join(chance.sample(SYLLABLES, 2)).capitalize()
    return first, ("".join(chance.sample(SYLLABLES, 2)) + chance.choice(ENDINGS)).capitalize()


def number(chance: random.Random, pattern: str) -> str:
    return "".join(str(chance.randint(1, 9)) if sign == "#" else sign for sign in pattern)


def document(chance: random.Random) -> Written:
    made = Written()
    for _ in range(chance.randint(3, 7)):
        if chance.random() < 0.5:
            made.add(chance.choice(PLAIN) + " ")
        else:
            chance.choice(SENTENCES)(made, chance)
        if chance.random() < 0.2:
            made.add("\n")
    return made


def _met(made: Written, chance: random.Random) -> None:
    first, last = name(chance)
    made.add("Vi har talt med ")
    made.add(f"{first} {last}", "full name")
    made.add(". ")
    made.add(first, "first name, again")
    made.add(" mener, at det er for sent. ")


def _lives(made: Written, chance: random.Random) -> None:
    first, _ = name(chance)
    road = "".join(chance.sample(SYLLABLES, 2)).capitalize() + chance.choice(ROADS)
    made.add("Naboen ")
    made.add(first, "name after a role")
    made.add(" bor på ")
    made.add(f"{road} {chance.randint(1, 99)}", "address")
    made.add(". ")


def _reached(made: Written, chance: random.Random) -> None:
    first, last = name(chance)
    made.add("Ring til ")
    made.add(f"{first} {last}", "full name")
    made.add(" på ")
    made.add(number(chance, chance.choice(("## ## ## ##", "########"))), "telephone")
    made.add(" eller ")
    made.add(f"{first.lower()}@{last.lower()}.example", "mail")
    made.add(". ")


def _numbered(made: Written, chance: random.Random) -> None:
    made.add("Sagen er også om ")
    day = f"{chance.randint(10, 28)}{chance.randint(10, 12)}{chance.randint(60, 99)}"
    made.add(f"{day}-{number(chance, '1###')}", "CPR number")
    made.add(". ")


def _ill(made: Written, chance: random.Random) -> None:
    first, last = name(chance)
    made.add(f"{first} {last} har {chance.choice(HEALTH)}.", "health")
    made.add(" ")


def _alone(made: Written, chance: random.Random) -> None:
    first, _ = name(chance)
    made.add("I går kom ")
    made.add(first, "first name alone")
    made.add(" forbi. ")


SENTENCES = (_met, _lives, _reached, _numbered, _ill, _alone)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    chance, book = random.Random(SEED), rules.shipped()
    people = People(own=(ASKER,), public=(STAFF,))
    there, covered = Counter[str](), Counter[str]()
    marks = right = 0
    began = time.process_time()
    for _ in range(count):
        made = document(chance)
        text = masking.joined((made.text,), is_own=lambda digits: False)
        found = detectors.find(text, people=people, words=book.words)
        for start, end, kind in made.places:
            there[kind] += 1
            covered[kind] += _is_covered(start, end, found)
        marks += len(found)
        right += sum(any(one.start < e and s < one.end for s, e, _ in made.places) for one in found)
    seconds = time.process_time() - began
    print("| what | places | found whole |")
    print("|---|---|---|")
    for kind in sorted(there):
        print(f"| {kind} | {there[kind]} | {covered[kind] / there[kind]:.3f} |")
    print(f"| all | {there.total()} | {covered.total() / there.total():.3f} |")
    print(f"\nprecision {right / marks:.3f} of {marks} marks; {count / seconds:.0f} documents/s")
    return 0


def _is_covered(start: int, end: int, found: tuple[detectors.Found, ...]) -> bool:
    left = start
    for one in found:
        if one.start <= left < one.end:
            left = one.end
    return left >= end


if __name__ == "__main__":
    raise SystemExit(main())
