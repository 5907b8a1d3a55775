# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A comparison in Danish: what each figure is called, and why a new model is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kodeks.inquiries.engine.canary import EARLIER, SMALL, Figure
from kodeks.inquiries.engine.gate import ACCEPTED_OUTSIDE, LEAST_OUTSIDE
from kodeks.inquiries.errors import InquiryError
from kodeks.language import cpr

MEASURES = {
    "accuracy": "Så ofte er det første forslag rigtigt",
    "coverage": "Så ofte er forslaget sikkert nok (dækning)",
    "ece": "Så meget rammer modellens egen sikkerhed ved siden af",
    "error": "Så ofte er et sikkert forslag forkert",
    "outside": "Så ofte tror den, at et fremmed emne er et kendt",
    "coverage_gap": "Forskel på grupper i, hvor ofte forslaget er sikkert nok",
    "accuracy_gap": "Forskel på grupper i, hvor ofte forslaget er rigtigt",
    SMALL: "Afgørelser fra grupper, der er for små til at sammenligne",
}
ATTRIBUTES = {"channel": "kanal", "district": "bydel"}
VERDICTS = {
    "held": "Ikke ringere",
    "worse": "Ringere",
    "unclear": "Kan ikke siges",
    "few": "For få til at måle",
}
HOWS = {
    "followed": "Forslaget blev fulgt",
    "same": "Eget valg først, og det samme som forslaget",
    "other": "Et andet emne end forslaget",
    "own": "Valgt uden forslag",
    "reversed": "Gjort om siden",
    "set": "Taget ind fra en fil",
}
LEFT_OUT = {
    "erased": "Slettet",
    "objection": "Borgeren har gjort indsigelse",
    "topic": "Emnet er ikke på listen mere",
    "few": "For få tekster om emnet",
    "period": "I en periode, der er udeladt",
}
_LONGEST_REASON = 500


def name_of(figure: Mapping[str, Any]) -> str:
    """What the figure is called."""
    attribute = figure["attribute"]
    about = f" ({ATTRIBUTES.get(attribute, attribute)})" if attribute else ""
    return f"{MEASURES[figure['measure']]}{about}"


def reasons(figures: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why the new model is refused, a sentence each; none when it is not."""
    read = [Figure(**one) for one in figures]
    if not read:
        return ["Ingen af afgørelserne handler om et kendt emne, så der er intet at måle på."]
    return [_reason(one) for one in read if one.refuses]


def lost(topics: Sequence[str]) -> list[str]:
    """That the new model does not know topics that the one in operation knows."""
    if not topics:
        return []
    return [
        f"Den nye model kender ikke de her emner, som den i drift kender: {', '.join(topics)}. Tag "
        "eksempler på dem ind med `kodeks inquiries examples add`."
    ]


def of_gate(metrics: Mapping[str, float | str]) -> list[str]:
    """What is to be known of the gate for texts out of scope; nothing where it holds."""
    most = metrics.get("gate_lets_in_at_most")
    count = int(float(metrics.get("out_of_scope_examples", 0)))
    if most is None and count < LEAST_OUTSIDE:
        return [
            f"Porten for fremmede emner er ikke målt: der er kun {count} eksempler på dem. Tag "
            f"mindst {LEAST_OUTSIDE} med."
        ]
    # A model of before this was measured has examples enough, and no figure.
    if most is None or float(most) <= ACCEPTED_OUTSIDE:
        return []
    return [
        f"Porten for fremmede emner holder ikke det, der er ønsket: den lukker op til "
        f"{percent(most)} af dem ind, målt på {count} eksempler. Højst {percent(ACCEPTED_OUTSIDE)} "
        "er ønsket. Flere eksempler på det, der ikke hører til, kan hjælpe."
    ]


def as_texts(figure: Mapping[str, Any]) -> dict[str, str]:
    """Numbers as text, as the ledger has them."""
    return {
        name: f"{value:.4f}" if isinstance(value, float) else str(value)
        for name, value in figure.items()
    }


def percent(share: float | str) -> str:
    """0.1234 -> »12,3 %«."""
    return f"{100 * float(share):.1f} %".replace(".", ",")


def points(share: float | str) -> str:
    """0.0123 -> »1,2«, in percentage points."""
    return f"{100 * float(share):.1f}".replace(".", ",")


def reason_in_order(reason: str) -> str:
    """The reason a person gave. Raises InquiryError when it is empty, long or has a number."""
    text = reason.strip()
    if not text or len(text) > _LONGEST_REASON:
        raise InquiryError(f"Skriv hvorfor, med højst {_LONGEST_REASON} tegn.")
    if cpr.looks_like_cpr(text):
        raise InquiryError("Begrundelsen har et CPR-nummer. Skriv den uden nummer.")
    return text


def _reason(one: Figure) -> str:
    name = name_of({"measure": one.measure, "attribute": one.attribute})
    if one.verdict == "few":
        return f"{name}: {one.count} afgørelser om kendte emner er for få til at måle det."
    values = f"{percent(one.old)} nu og {percent(one.new)} med den nye model"
    between = f"mellem {points(one.low)} og {points(one.high)} procentpoint"
    most = f"Højst {points(one.bound)} er i orden."
    if one.against == EARLIER:
        return (
            f"{name}: {percent(one.old)} med en tidligere model og {percent(one.new)} med den nye. "
            f"Små tab er blevet til {points(one.worse)} procentpoint. {most} Find ud af hvorfor, "
            "eller gå tilbage med `kodeks release again`."
        )
    if one.verdict == "worse":
        return f"{name}: {values}. Det er ringere, {between}. {most}"
    return (
        f"{name}: {values}. Der er for få afgørelser ({one.count}) til at vise, at den nye ikke er "
        f"for meget ringere. Den kan være det med {between}. {most}"
    )
