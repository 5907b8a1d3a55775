# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attributes that citizens must not be sorted by, and the fields that stand in for them.

Source: the codex, principle 3 (ethnicity, sexuality, gender); GDPR article 9(1) for the others.

How a text is compared with a word list; the database does exactly the same in SQL:

1. The text is brought to Unicode's form NFC and A-Z and Æ Ø Å Ä Ö Ü É to small letters.
2. It is split at everything that is not one of a-z æ ø å ä ö ü é. What is left are the tokens,
   so `mother_tongue` gives mother and tongue.
3. An entry of the list is one word or several with one blank between. Its words must match
   tokens that stand next to each other. A word matches a token that equals it, or, when the
   word ends in `*`, a token that begins with what stands before the `*`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kodeks.codex.reader import SLUG, CardError, Reader
from kodeks.codex.rulings import EVERY_SYSTEM

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÜÉ"
LETTERS = "abcdefghijklmnopqrstuvwxyzæøåäöüé"
_SMALL = str.maketrans(CAPITALS, LETTERS)
_TOKEN = re.compile(f"[{LETTERS}]+")
_ENTRY = re.compile(rf"[{LETTERS}]+\*?(?: [{LETTERS}]+\*?)*")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A protected attribute and the words that name it, in Danish and English."""

    id: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A field that stands in for an attribute in one system, or in all (`*`)."""

    system: str
    field: str
    attribute: str
    why: str


def protected_attribute(
    attributes: Iterable[Attribute], *, field: str, title: str
) -> Attribute | None:
    """The first attribute that a field's name or title names; None when it names none."""
    texts = (tokens(field), tokens(title))
    for attribute in attributes:
        if any(_names(entry, text) for entry in attribute.words for text in texts):
            return attribute
    return None


def proxy_of(proxies: Iterable[Proxy], *, system: str, field: str) -> Proxy | None:
    """The declared proxy that `field` is in `system`: the names are equal but for capitals."""
    name = field.translate(_SMALL)
    for proxy in proxies:
        if proxy.field == name and proxy.system in (system, EVERY_SYSTEM):
            return proxy
    return None


def tokens(text: str) -> list[str]:
    """The words of `text` after steps 1 and 2 above."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).translate(_SMALL))


def _names(entry: str, found: list[str]) -> bool:
    words = entry.split(" ")
    return any(
        all(_matches(word, token) for word, token in zip(words, found[start:], strict=False))
        for start in range(len(found) - len(words) + 1)
    )


def _matches(word: str, token: str) -> bool:
    return token.startswith(word[:-1]) if word.endswith("*") else token == word


def read_attribute(row: Reader) -> Attribute:
    """One [[attribute]] row. Raises CardError."""
    attribute = Attribute(
        id=row.match("id", SLUG), title=row.line("title"), words=row.distinct("words")
    )
    row.finish()
    for word in attribute.words:
        if not _ENTRY.fullmatch(word):
            raise CardError(
                f"I {row.where} er ordet »{word}« ikke skrevet rigtigt. Brug små bogstaver, ét "
                "mellemrum mellem ord og stjerne kun sidst i et ord."
            )
    return attribute


def read_proxy(row: Reader) -> Proxy:
    """One [[proxy]] row. Raises CardError."""
    system = row.text("system")
    if system != EVERY_SYSTEM and not SLUG.fullmatch(system):
        raise CardError(f"I {row.where} skal `system` være et systems navn eller »*«.")
    proxy = Proxy(
        system=system,
        field=row.match("field", SLUG),
        attribute=row.match("attribute", SLUG),
        why=row.text("why"),
    )
    row.finish()
    return proxy
