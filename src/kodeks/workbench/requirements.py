# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The 63 requirements of the Dutch catalogue, each with live evidence or a reason why not.

Source of the ids: MinBZK task-registry, requirements (EUPL-1.2); the words here are our own. A
requirement whose proofs do not all hold is missing: nothing but the running state says so. One that
concerns certain systems only becomes relevant when such a system is registered.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.codex.reader import CardError, Reader
from kodeks.workbench import proofs, proving
from kodeks.workbench.proofs import CONDITIONS, PROOFS
from kodeks.workbench.proving import Now, Proof

URN = "urn:nl:ak:ver:"
MET, MISSING, NOT_RELEVANT = "opfyldt", "mangler", "ikke relevant"
_BADGES = {MET: "success", MISSING: "error", NOT_RELEVANT: "info"}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One requirement, `id` as aia-09; texts are Danish.

    Without `proofs` it is not relevant, for `reason`. With `when` it is not relevant, for `reason`,
    until that condition holds.
    """

    id: str
    title: str
    law: str
    proofs: tuple[str, ...]
    when: str
    reason: str

    @property
    def urn(self) -> str:
        return URN + self.id


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a requirement stands now. `reason` says why it is not relevant; else it is empty."""

    requirement: Requirement
    state: str
    reason: str
    proofs: tuple[Proof, ...]

    @property
    def badge(self) -> str:
        return _BADGES[self.state]


@lru_cache(maxsize=1)
def requirements() -> tuple[Requirement, ...]:
    """All of requirements.toml, in its order. Raises CardError when it is not in order."""
    text = (files("kodeks.workbench") / "requirements.toml").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> tuple[Requirement, ...]:
    """The requirements in a TOML text. Raises CardError."""
    reader = Reader.of_toml(text, where="filen med krav")
    found = tuple(_requirement(row) for row in reader.tables("requirement"))
    reader.finish()
    for name, count in Counter(one.id for one in found).items():
        if count > 1:
            raise CardError(f"Kravet {name} står to gange. Slet det ene.")
    return found


def _requirement(row: Reader) -> Requirement:
    one = Requirement(
        id=row.text("id"),
        title=row.text("title"),
        law=row.text("law"),
        proofs=row.distinct("proofs") if row.has("proofs") else (),
        when=row.choice("when", tuple(CONDITIONS)) if row.has("when") else "",
        reason=row.text("reason") if row.has("reason") else "",
    )
    row.finish()
    for reference in one.proofs:
        name, _, argument = reference.partition(":")
        if name not in PROOFS or PROOFS[name][1] != bool(argument):
            raise CardError(f"Kravet {one.id} nævner beviset {reference}, som ikke findes.")
    if bool(one.reason) == bool(one.proofs and not one.when):
        raise CardError(
            f"Kravet {one.id} skal have beviser, eller en grund til, at det ikke er relevant."
        )
    if one.when and not one.proofs:
        raise CardError(f"Kravet {one.id} kan blive relevant. Så skal det have beviser.")
    return one


def standings() -> tuple[Standing, ...]:
    """How every requirement stands right now."""
    at = proving.now()
    looked_up: dict[str, list[Proof]] = {}
    return tuple(standing(one, at, looked_up) for one in requirements())


def standing(
    one: Requirement, at: Now, looked_up: dict[str, list[Proof]] | None = None
) -> Standing:
    """How one requirement stands. `looked_up` keeps what the same answer has found already."""
    known = {} if looked_up is None else looked_up
    relevant = bool(one.proofs) and (not one.when or CONDITIONS[one.when](at))
    if not relevant:
        return Standing(requirement=one, state=NOT_RELEVANT, reason=one.reason, proofs=())
    for reference in one.proofs:
        if reference not in known:
            known[reference] = proofs.find(reference, at)
    found = [known[reference] for reference in one.proofs]
    # A proof that finds nothing to look at has shown nothing.
    whole = all(of_one and all(proof.holds for proof in of_one) for of_one in found)
    return Standing(
        requirement=one,
        state=MET if whole else MISSING,
        reason="",
        proofs=tuple(proof for of_one in found for proof in of_one),
    )


def counts(found: tuple[Standing, ...]) -> dict[str, int]:
    """State -> number of requirements."""
    counted = Counter(one.state for one in found)
    return {state: counted[state] for state in _BADGES}


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = standings()
    context = {
        "standings": found,
        "counts": [(state, number) for state, number in counts(found).items()],
    }
    return render(request, "workbench/requirements.html", context)
