# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading the text form in which OS2KLE publishes KLE: one number a line.

``KLENummer='05.01.08':KLETitel='...':Keywords[Weight]:word[5];word[100]``. UTF-8 with or without a
byte order mark, any line end. A title may hold quotes. A line with a group (HH.GG) is no subject
that a case can have, and is left out. Source: OS2KLE 3.22 (github.com/os2kle).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kodeks.casework import kle
from kodeks.casework.errors import CaseworkError

LONGEST_TITLE = 200
LONGEST_WORD = 500
HEAVIEST = 1_000_000
MOST_FAULTS = 20
_LINE = re.compile(r"KLENummer='([^']*)':KLETitel='(.*?)':Keywords\[Weight\]:(.*)")
_WORD = re.compile(r"(.*)\[([0-9]{1,7})\]")
_GROUP = re.compile(r"[0-9]{2}(\.[0-9]{2})?")
_LINE_END = re.compile("\r\n|\n|\r")
_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True, kw_only=True)
class FileSubject:
    """A number of the file; `words` are (word, weight), each word once."""

    number: str
    title: str
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class KleFile:
    """What a file says; `groups` are the numbers that were left out, as they are no subjects."""

    subjects: tuple[FileSubject, ...]
    groups: tuple[str, ...] = ()


class KleFileError(CaseworkError):
    """A file that is not taken in; the text has a Danish sentence for each line that is wrong."""


def read(content: bytes) -> KleFile:
    """Read a file; all of it or nothing.

    Raises KleFileError with a sentence for each bad line, the first 20 of them.
    """
    subjects: list[FileSubject] = []
    groups: list[str] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for at, line in _lines(content):
        try:
            found = _subject(line)
            if found.number in seen:
                raise CaseworkError(
                    f"Nummeret {found.number} står også på linje {seen[found.number]}. "
                    "Slet den ene."
                )
        except CaseworkError as error:
            faults.append(f"Linje {at}: {error}")
            continue
        seen[found.number] = at
        if _GROUP.fullmatch(found.number):
            groups.append(found.number)
        else:
            subjects.append(found)
    if not subjects and not faults:
        faults.append("Filen har ingen KLE-numre. Vælg filen fra OS2KLE.")
    if faults:
        raise KleFileError(_together(faults))
    return KleFile(subjects=tuple(subjects), groups=tuple(groups))


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KleFileError(
            "Filen er ikke tekst i UTF-8. Gem den som UTF-8, og prøv igen."
        ) from error
    for at, line in enumerate(_LINE_END.split(text), start=1):
        if line.strip():
            yield at, line.strip()


def _subject(line: str) -> FileSubject:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise CaseworkError(
            "Linjen skal se sådan ud: KLENummer='05.01.08':KLETitel='Titel':"
            "Keywords[Weight]:ord[5]. Ret den."
        )
    number, title, words = parts.groups()
    if not kle.is_number(number) and not _GROUP.fullmatch(number):
        raise CaseworkError(f"{_short(number)} er ikke et KLE-nummer. Skriv det som 05.01.08.")
    title = _plain(title)
    if not title or len(title) > LONGEST_TITLE:
        raise CaseworkError(f"Titlen skal fylde 1 til {LONGEST_TITLE} tegn. Ret den.")
    return FileSubject(number=number, title=title, words=_words(words))


def _words(text: str) -> tuple[tuple[str, int], ...]:
    """Each word once, whatever its capitals, with the greatest of its weights."""
    found: dict[str, tuple[str, int]] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        match = _WORD.fullmatch(part)
        word = _plain(match[1]) if match else ""
        if match is None or not word or len(word) > LONGEST_WORD or int(match[2]) > HEAVIEST:
            raise CaseworkError(
                f"Ordet {_short(part)} skal have en vægt, som her: ord[5]. Ret det."
            )
        known = found.get(word.casefold(), (word, 0))
        found[word.casefold()] = (known[0], max(known[1], int(match[2])))
    return tuple(found.values())


def _plain(text: str) -> str:
    """On one line, without soft hyphens and control characters."""
    kept = "".join(each if each.isprintable() else " " for each in text.replace(_SOFT_HYPHEN, ""))
    return " ".join(kept.split())


def _short(text: str) -> str:
    text = _plain(text)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _together(faults: list[str]) -> str:
    more = len(faults) - MOST_FAULTS
    shown = faults[:MOST_FAULTS]
    if more > 0:
        shown.append(f"Der er {more} linjer mere med fejl.")
    return "\n".join((*shown, "Intet er indlæst."))
