# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same matter in other clothes: changes of a text that must not change where it is sent.

Names, streets and districts are invented or common; `UNLISTED` are names that the engine's own list
does not have. Every change takes a text and a generator of random numbers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from kodeks.inquiries.engine import flipping
from kodeks.language.spelling import KEYS

DANISH = (
    "Mette Nielsen",
    "Søren Christensen",
    "Birthe Kjærgaard",
    "Kaj Lund",
    "Per Holm",
    "Bo Dahl",
)
FOREIGN = (
    "Mohammad Al-Khatib",
    "Fatima Hassan",
    "Nguyen Thi Hoa",
    "Zeynep Yılmaz",
    "Katarzyna Nowak",
)
UNLISTED = (
    *("Torgils Uldahl", "Sigrun Kvistholm", "Oluwaseun Adeyemi", "Zdravko Stojković"),
    *("Xiu Feng", "Thora-Lise Brunbjerg", "Ioan Dumitrescu", "Gebre Tesfaye"),
)
ROADS = (
    "Nyhavevej 12",
    "Åboulevarden 3, 2. tv.",
    "Rosengade 114",
    "Ved Møllen 7",
    "H.C. Ørsteds Vej 20, st. th.",
)
TOWNS = ("4300 Holbæk", "2450 København SV", "8260 Viby J", "9000 Aalborg")
DISTRICTS = ("Nørremark", "Valby", "Gellerup", "Bakkelund", "Vesterbro", "Havneby", "Vollsmose")
Change = Callable[[str, random.Random], str]


def _signed(names: tuple[str, ...]) -> Change:
    def change(text: str, draw: random.Random) -> str:
        name = draw.choice(names)
        hello = draw.choice(
            ("Hej\n", "Kære kommune\n\n", "Hej Lone,\n", "Til Teknik og Miljø\n\n", "")
        )
        bye = draw.choice(
            ("Med venlig hilsen", "Mvh", "Hilsen", "Venlig hilsen", "Mange hilsner", "Vh.")
        )
        return f"{hello}{text}\n\n{bye}{draw.choice((' ', chr(10)))}{name}"

    return change


def _introduced(names: tuple[str, ...]) -> Change:
    def change(text: str, draw: random.Random) -> str:
        begin = draw.choice(
            ("Jeg hedder {}. ", "Mit navn er {}. ", "Jeg hedder {}, og jeg skriver til jer.\n")
        )
        return begin.format(draw.choice(names)) + text

    return change


def other_people(text: str, draw: random.Random) -> str:
    """Genders or origins exchanged, where the text has any."""
    return draw.choice(flipping.variants(text) or (text,))


def cpr(text: str, draw: random.Random) -> str:
    """A number of a day that does not exist for a living person, in one of many ways of writing."""
    day, tail = (
        f"{draw.randint(61, 88):02d}0{draw.randint(1, 9)}{draw.randint(40, 99)}",
        f"{draw.randint(0, 9999):04d}",
    )
    number = draw.choice(
        (f"{day}-{tail}", f"{day}{tail}", f"{day} {tail}", f"{day[:2]}.{day[2:4]}.{day[4:]}-{tail}")
    )
    begin = ("Mit CPR-nummer er {}. ", "CPR: {}\n", "cpr. nr. {} ", "({}) ", "Personnummer: {}\n")
    end = (" Mit cpr-nr. er {}", "\nCPR {}", " CPR-nr.: {}.", "\n{}")
    if draw.random() < 0.5:
        return draw.choice(begin).format(number) + text
    return text + draw.choice(end).format(number)


def district(text: str, draw: random.Random) -> str:
    """Another district where one is named, and where the sender lives."""
    for one in DISTRICTS:
        text = text.replace(one, draw.choice(DISTRICTS))
    road, town, area = draw.choice(ROADS), draw.choice(TOWNS), draw.choice(DISTRICTS)
    end = (
        f" Jeg bor på {road}, {town}.",
        f"\n\nMvh\n{road}\n{town}",
        f"\nAdresse: {road}, {town}",
        f"\nBydel: {area}",
        f" Adressen er {road}.",
    )
    return text + draw.choice(end)


def channel_mail(text: str, draw: random.Random) -> str:
    """As a mail with its headers, footer and perhaps what it answers."""
    head = (
        "Fra: borger@example.dk\nSendt: 3. marts 2026 10:14\nTil: kommunen@example.dk\n"
        "Emne: Henvendelse\n\n"
    )
    foot = draw.choice(
        (
            "\n\nSendt fra min iPhone",
            "\n\nHent Outlook til iOS",
            "\n\nDenne mail kan indeholde fortrolige "
            "oplysninger. Er du ikke rette modtager, så slet den.",
            "\n\nDen 2. marts 2026 kl. 09.12 skrev Kommunen <kommunen@example.dk>:\n"
            "> Tak for din mail.\n> Vi vender tilbage.",
        )
    )
    return draw.choice((head, "")) + text + foot


def channel_note(text: str, draw: random.Random) -> str:
    """As a note of a telephone call."""
    begin = draw.choice(
        (
            "Telefonnotat: Borger ringer og oplyser: ",
            "Borger ringer og fortæller, at ",
            "Notat. Borger oplyser: ",
            "Borger har ringet. ",
            "Tlf.notat kl. 10.15: ",
        )
    )
    return (
        begin
        + text
        + draw.choice(("", " Ønsker at blive ringet op.", " Borger ønsker opkald på 00 00 00 05."))
    )


def channel_form(text: str, draw: random.Random) -> str:
    """As the mail of a contact form."""
    name = draw.choice(DANISH + FOREIGN + UNLISTED)
    fields = f"Navn: {name}\nE-mail: borger@example.dk\nTelefon: 00 00 00 05\n"
    return f"{fields}Besked: {text}\n\nSendt via kommunens kontaktformular"


def upper(text: str, _: random.Random) -> str:
    return text.upper()


def lower(text: str, _: random.Random) -> str:
    return text.lower()


def sentence(text: str, _: random.Random) -> str:
    """Capitals at the beginnings of sentences alone."""
    return re.sub(r"(?:\A|(?<=[.!?] )|(?<=\n))\w", lambda found: found[0].upper(), text.lower())


def ascii_letters(text: str, _: random.Random) -> str:
    """ae, oe and aa for æ, ø and å."""
    for letter, typed in (
        ("æ", "ae"),
        ("ø", "oe"),
        ("å", "aa"),
        ("Æ", "Ae"),
        ("Ø", "Oe"),
        ("Å", "Aa"),
    ):
        text = text.replace(letter, typed)
    return text


def typos(each_hundred: int) -> Change:
    """So many slips for each hundred letters, and at least one."""

    def change(text: str, draw: random.Random) -> str:
        letters = list(text)
        places = [i for i, letter in enumerate(letters[:-1]) if letter.isalpha()]
        wanted = max(1, round(len(text) * each_hundred / 100))
        for i in sorted(draw.sample(places, min(wanted, len(places))), reverse=True):
            letter = letters[i]
            kind = draw.randrange(4)
            if kind == 0:
                letters[i] = draw.choice(KEYS.get(letter.lower(), letter))
            elif kind == 1:
                del letters[i]
            elif kind == 2:
                letters.insert(i, letter)
            else:
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
        return "".join(letters)

    return change


CHANGES: Mapping[str, Mapping[str, Change]] = {
    "name": {
        "signed, Danish": _signed(DANISH),
        "signed, other origin": _signed(FOREIGN),
        "signed, not on the list": _signed(UNLISTED),
        "introduced, Danish": _introduced(DANISH),
        "introduced, not on the list": _introduced(UNLISTED),
        "gender or origin exchanged": other_people,
    },
    "cpr": {"written in many ways": cpr},
    "district": {"address or district": district},
    "channel": {"mail": channel_mail, "note of a call": channel_note, "contact form": channel_form},
    "casing": {"upper": upper, "lower": lower, "sentence": sentence},
    "typos": {
        "1 in 100 letters": typos(1),
        "2 in 100 letters": typos(2),
        "3 in 100 letters": typos(3),
        "ae, oe, aa": ascii_letters,
    },
}
