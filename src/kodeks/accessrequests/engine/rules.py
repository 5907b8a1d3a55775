# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rules as data: from the file that comes with the program, or from a released artefact."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Literal, cast

import numpy as np

from kodeks.accessrequests.engine.errors import RuleBookError
from kodeks.artefacts import Artefact, ArtefactError

FORMAT = 1
LAWS = {
    "offl": "Offentlighedsloven § 7 (enhver)",
    "fvl": "Forvaltningsloven § 9 (part i sagen)",
    "gdpr": "Databeskyttelsesforordningens artikel 15 (egne oplysninger)",
}
"""What a request can stand on."""
LAW_NAMES = {
    "offl": "offentlighedsloven",
    "fvl": "forvaltningsloven",
    "gdpr": "databeskyttelsesforordningen",
}
Effect = Literal["mark", "withhold", "ask"]
Finds = Literal["internal", "private", "business", "any"]
_EFFECTS = ("mark", "withhold", "ask")
_FINDS = ("internal", "private", "business", "any")
_WORDS = ("health", "business", "roles", "not_names")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of law; `certainty` is from 0 to 1, `valid_to` the last day (None: open)."""

    id: str
    law: str
    finds: Finds
    effect: Effect
    label: str
    reason: str
    source: str
    certainty: float
    valid_from: dt.date
    valid_to: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleBook:
    """All rules, and the words that are looked for."""

    rules: tuple[Rule, ...]
    words: Mapping[str, frozenset[str]]

    def of(self, law: str, *, day: dt.date) -> tuple[Rule, ...]:
        """Those of one law that hold on the day."""
        return tuple(rule for rule in self.rules if rule.law == law and rule.holds_on(day))

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def artefact(self) -> Artefact:
        """The rules as they are released."""
        listed = [
            {name: _as_text(value) for name, value in asdict(rule).items() if name != "certainty"}
            for rule in self.rules
        ]
        words = {name: sorted(found) for name, found in self.words.items()}
        manifest = {"format": FORMAT, "rules": listed, "words": words}
        certainty = np.array([rule.certainty for rule in self.rules], dtype="<f8")
        return Artefact(manifest, {"certainty": certainty})

    @classmethod
    def of_bytes(cls, data: bytes) -> RuleBook:
        """The rules in a released artefact. Raises RuleBookError."""
        try:
            found = Artefact.of_bytes(data)
            certainty = found.arrays["certainty"].tolist()
            content = found.manifest
            rows = zip(content["rules"], certainty, strict=True)
            return _book(
                content["format"],
                [
                    {
                        **row,
                        "certainty": share,
                        "valid_from": dt.date.fromisoformat(row["valid_from"]),
                        "valid_to": _day(row["valid_to"]),
                    }
                    for row, share in rows
                ],
                content["words"],
            )
        except (ArtefactError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise RuleBookError(
                "Reglerne kan ikke bruges. Frigiv dem igen, eller hent dem fra en sikkerhedskopi."
            ) from error


def shipped() -> RuleBook:
    """The rules that come with this version of the program."""
    return of_toml((files("kodeks.accessrequests.engine") / "rules.toml").read_text("utf-8"))


def of_toml(text: str) -> RuleBook:
    """Rules in TOML text. Raises RuleBookError."""
    try:
        content = tomllib.loads(text)
        rows = [{"valid_to": None} | row for row in content["rule"]]
        return _book(content["format"], rows, content["words"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise RuleBookError("Filen med regler har ikke den rette form. Ret den.") from error


def _book(number: object, rows: list[dict[str, Any]], words: Mapping[str, Any]) -> RuleBook:
    if number != FORMAT or set(words) != set(_WORDS):
        raise ValueError
    rules = tuple(Rule(**row) for row in rows)
    for rule in rules:
        known = rule.law in LAWS and rule.effect in _EFFECTS and rule.finds in _FINDS
        texts = (rule.id, rule.label, rule.reason, rule.source)
        if not known or not all(isinstance(text, str) and text for text in texts):
            raise ValueError
        if not 0 <= rule.certainty <= 1 or not isinstance(rule.valid_from, dt.date):
            raise ValueError
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError
    found = {name: frozenset(cast("list[str]", words[name])) for name in _WORDS}
    return RuleBook(rules=rules, words=found)


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
