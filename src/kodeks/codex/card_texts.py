# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The parts of a system card that only the public register needs: [register] and [english].

A card may leave both out, and the system is then shown in Danish with what the card has. With one
there must be the other, whole: a register in half a language tells nobody anything. The lengths are
those of the Dutch publication standard 1.0 (schema algoritmeregister-publicatiestandaard-v1.0.0),
less what the register adds to a text by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kodeks.codex.reader import CardError, Reader

MOST = {
    "name": 99,
    "summary": 399,
    "purpose": 1200,
    "affected": 1200,
    "risk": 1500,
    "guidance": 2000,
    "considerations": 2499,
    "technical_operation": 4500,
    "supplier": 199,
}
"""The greatest length of each text, in characters."""
CARD_TEXTS = ("name", "purpose", "summary", "affected", "risk", "guidance", "complaint")
REGISTER_TEXTS = ("considerations", "technical_operation", "supplier")
_ADDRESS = re.compile(r"https://[^\s/]+\.[^\s]+")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def read(reader: Reader, card: Mapping[str, Any]) -> dict[str, Any]:
    """The two tables as they stand in the card's content; none at all when both are left out.

    `card` is the rest of the content. Raises CardError.
    """
    register, english = reader.optional_table("register"), reader.optional_table("english")
    if register is None and english is None:
        return {}
    if register is None or english is None:
        lacking = "register" if register is None else "english"
        raise CardError(
            f"Systemkortet mangler [{lacking}]. Et system i registret har både [register] og "
            "[english]. Tilføj den, der mangler, eller slet begge."
        )
    _fit(card, "[system]")
    read_register = _register(register)
    return {
        "register": read_register,
        "english": _english(english, card, len(read_register["themes"])),
    }


def in_english(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """The card's content with its English texts in place of the Danish; None when it has none."""
    if "english" not in card:
        return None
    english = card["english"]
    sources = english["sources"]
    robot = card["robot"]
    return {
        **{key: value for key, value in card.items() if key != "english"},
        **{key: english[key] for key in CARD_TEXTS},
        "purposes": english["purposes"],
        "data_fields": [
            {
                **field,
                "source_title": sources[field["source"]]["title"],
                "supplier": sources[field["source"]]["supplier"],
                "title": sources[field["source"]]["fields"][field["field"]],
            }
            for field in card["data_fields"]
        ],
        "supervision": [
            {**task, "title": english["supervision"][task["task"]]} for task in card["supervision"]
        ],
        "robot": None
        if robot is None
        else {**robot, "title": english["robot"], "step_titles": english["steps"]},
        "register": {
            **card["register"],
            **{key: english[key] for key in (*REGISTER_TEXTS, "themes")},
        },
    }


def _register(table: Reader) -> dict[str, Any]:
    found: dict[str, Any] = {
        "themes": list(table.distinct("themes")),
        "contact": table.text("contact"),
        "impactful": table.flag("impactful"),
        **{key: table.text(key) for key in REGISTER_TEXTS},
        **{key: table.text(key) for key in ("link", "source_code") if table.has(key)},
    }
    table.finish()
    if not (_ADDRESS.fullmatch(found["contact"]) or _MAIL.fullmatch(found["contact"])):
        raise CardError(
            "I [register] skal `contact` være en adresse, der begynder med https://, eller en "
            "mailadresse til en afdeling."
        )
    for key in ("link", "source_code"):
        if key in found and not _ADDRESS.fullmatch(found[key]):
            raise CardError(f"I [register] skal `{key}` begynde med https://.")
    _fit(found, "[register]")
    return found


def _english(table: Reader, card: Mapping[str, Any], themes: int) -> dict[str, Any]:
    """The same texts in English: of everything that has a Danish text, and of nothing else."""
    found: dict[str, Any] = {key: table.text(key) for key in (*CARD_TEXTS, *REGISTER_TEXTS)}
    _fit(found, "[english]")
    found["themes"] = list(table.distinct("themes"))
    if len(found["themes"]) != themes:
        raise CardError("I [english] skal `themes` have lige så mange emner som i [register].")
    found["purposes"] = _texts(table, "purposes", card["purposes"])
    fields: dict[str, list[str]] = {}
    for field in card["data_fields"]:
        fields.setdefault(field["source"], []).append(field["field"])
    sources = table.table("sources")
    found["sources"] = {name: _source(sources, name, of) for name, of in fields.items()}
    sources.finish()
    tasks = [task["task"] for task in card["supervision"]]
    found["supervision"] = _texts(table, "supervision", tasks)
    if card["robot"] is not None:
        found["robot"] = table.text("robot")
        found["steps"] = _texts(table, "steps", card["robot"]["steps"])
    table.finish()
    return found


def _source(sources: Reader, name: str, fields: list[str]) -> dict[str, Any]:
    table = sources.table(name)
    table.where = f"[english.sources.{name}]"
    found = {
        "title": table.text("title"),
        "supplier": table.text("supplier"),
        "fields": _texts(table, "fields", fields),
    }
    table.finish()
    return found


def _texts(table: Reader, key: str, names: Iterable[str]) -> dict[str, str]:
    """A text for each of the names, in their order."""
    inner = table.table(key)
    inner.where = f"[english.{key}]" if table.where == "[english]" else f"{key} i {table.where}"
    found = {name: inner.text(name) for name in names}
    inner.finish()
    return found


def _fit(texts: Mapping[str, Any], where: str) -> None:
    for key, most in MOST.items():
        length = len(str(texts.get(key, "")))
        if length > most:
            raise CardError(
                f"I {where} er `{key}` på {length} tegn. I registret er der plads til {most}. "
                "Skriv det kortere."
            )
