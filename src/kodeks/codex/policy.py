# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex's policies, evaluated: who may do what, and what may run (Cedar, cedarpolicy.com).

Cedar denies by default and lets one rule that forbids win over all that permit. A rule that cannot
be evaluated is skipped by Cedar; here that is a denial too, because a skipped rule might have
forbidden. Policies are parsed once; an evaluation costs well below a millisecond.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cedarpy

from kodeks.codex.reader import CardError

_EPOCH = dt.date(1970, 1, 1)
FOR_EVER = 10**9
"""A day that no date reaches, for rights without an end."""
DENIED = "Det har du ikke ret til. Spørg den, der giver rettigheder i systemet."


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Something a policy speaks of; `attributes` may hold other entities as `ref`s."""

    type: str
    id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    parents: Sequence[tuple[str, str]] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "uid": {"type": self.type, "id": self.id},
            "attrs": dict(self.attributes),
            "parents": [{"type": type_, "id": id_} for type_, id_ in self.parents],
        }


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the policies say. `codes` are the ids of the rules that forbid, in their order in the
    text; when none does and none permits it is `("no_right",)`. `sentence` is Danish."""

    allowed: bool
    codes: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return self.sentences[0] if self.sentences else ""


def ref(type_: str, id_: str) -> dict[str, Any]:
    """A reference to an entity, for attributes and contexts."""
    return {"__entity": {"type": type_, "id": id_}}


def day(value: dt.date) -> int:
    """Days since 1 January 1970, as policies count them."""
    return (value - _EPOCH).days


class Policies:
    """A parsed set of policies. Raises CardError for a text that is no Cedar."""

    def __init__(self, text: str) -> None:
        try:
            self._set = cedarpy.PolicySet.from_str(text)
            rules = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        except ValueError as error:
            raise CardError(f"Reglerne kan ikke læses som Cedar: {error}.") from error
        self._names: dict[str, tuple[int, str, str]] = {}
        self._who: dict[str, str] = {}
        # Cedar numbers the rules of a text: policy0, policy1, ...
        for name in sorted(rules, key=_place):
            notes = rules[name].get("annotations") or {}
            self._names[name] = (
                _place(name),
                notes.get("id") or name,
                notes.get("sentence") or DENIED,
            )
            if rules[name]["effect"] == "permit" and notes.get("sentence"):
                for action in _actions(rules[name]["action"]):
                    self._who.setdefault(action, notes["sentence"])

    def denied(self, action: str) -> Verdict:
        """No rule permits: with the sentence of the first rule that could have, if it has one."""
        sentence = self._who.get(action, DENIED)
        return Verdict(allowed=False, codes=("no_right",), sentences=(sentence,))

    @property
    def ids(self) -> frozenset[str]:
        """The `@id`s of the rules."""
        return frozenset(code for _, code, _ in self._names.values())

    def judge(
        self,
        *,
        principal: tuple[str, str],
        action: str,
        resource: tuple[str, str],
        entities: Iterable[Entity],
        context: Mapping[str, Any],
    ) -> Verdict:
        """Evaluate one request. Entities that are named twice must be equal."""
        result = cedarpy.is_authorized(
            {
                "principal": dict(zip(("type", "id"), principal, strict=True)),
                "action": {"type": "Action", "id": action},
                "resource": dict(zip(("type", "id"), resource, strict=True)),
                "context": dict(context),
            },
            self._set,
            [entity.as_json() for entity in entities],
        )
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            return Verdict(
                allowed=False,
                codes=("policy_error",),
                sentences=("Kodeksets regler kan ikke bruges på dette. Bed driften se på det.",),
            )
        if result.allowed:
            return Verdict(allowed=True)
        found = sorted(self._names[reason] for reason in result.diagnostics.reasons)
        if not found:
            return self.denied(action)
        return Verdict(
            allowed=False,
            codes=tuple(code for _, code, _ in found),
            sentences=tuple(sentence for _, _, sentence in found),
        )


def _place(name: str) -> int:
    return int(name.removeprefix("policy"))


def _actions(scope: Mapping[str, Any]) -> list[str]:
    """The actions that a rule names."""
    named = scope.get("entities") or [scope[key] for key in ("entity",) if key in scope]
    return [str(one["id"]) for one in named]


def faults(*, policies: str, schema: str, evidence_kinds: Iterable[str]) -> list[str]:
    """What is wrong with a codex's policies, in Danish; nothing is well.

    They must fit the schema, each rule needs an `@id` of its own, and each of the
    `evidence_kinds` (duties.stopping_kinds) needs the rule that stops a system without it.
    """
    try:
        parsed = parse(policies)
    except CardError as error:
        return [str(error)]
    try:
        result = cedarpy.validate_policies(policies, schema)
    except ValueError as error:
        return [f"Reglernes skema kan ikke læses: {error}."]
    found = [f"Reglerne passer ikke til skemaet: {error}." for error in result.errors]
    if not result.validation_passed and not found:
        found = ["Reglerne passer ikke til skemaet."]
    names = [code for _, code, _ in parsed._names.values()]
    found += [
        f"To af reglerne hedder {name}."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    found += [
        f"Der mangler en regel no_{kind}, som stopper et system uden bilaget."
        for kind in sorted(set(evidence_kinds))
        if f"no_{kind}" not in parsed.ids
    ]
    return found


@lru_cache(maxsize=8)
def parse(text: str) -> Policies:
    """The policies of a text, parsed once in a process. Raises CardError."""
    return Policies(text)
