# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages' own words in the languages of the register: Danish as written, and English.

One table, `english.toml`, has each Danish text that an English page uses. A text that is not in it
is an error and never shown in Danish instead; tests find it before a reader does. Without Django,
as the command line uses it too.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Language = Literal["da", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "en")


class NoTranslation(LookupError):
    """A text has no English. The message is the Danish text or the code."""


def say(text: str, language: str) -> str:
    """One of our own texts, given in Danish, in that language. Raises NoTranslation."""
    return text if language == "da" else _look_up("texts", text)


def obstacle(code: str, sentence: str, language: str) -> str:
    """What keeps a system from running; the kernel gives code and Danish sentence."""
    return sentence if language == "da" else _look_up("obstacles", code)


def alarm(kind: str, sentence: str, language: str) -> str:
    """What is wrong with a system that runs on; the alarm has a kind and a Danish sentence."""
    if language == "da":
        return sentence
    # A solution of somebody else's may have kinds of its own.
    known = english()["alarms"]
    return known.get(kind, known["other"])


def document(kind: str, title: str, language: str) -> str:
    """The name of a kind of document; the codex gives the Danish title."""
    return title if language == "da" else _look_up("documents", kind)


@lru_cache(maxsize=1)
def english() -> dict[str, dict[str, str]]:
    """The table: texts by their Danish, obstacles by code, alarms and documents by kind."""
    return tomllib.loads((files("kodeks.workbench") / "english.toml").read_text(encoding="utf-8"))


def _look_up(table: str, key: str) -> str:
    try:
        return english()[table][key]
    except KeyError as error:
        raise NoTranslation(key) from error
