# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can be decided about a document, and the copy that comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kodeks.accessrequests import selectors, suggesting
from kodeks.accessrequests.engine import masking
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.engine.rules import Rule, shipped
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import RequestDocument
from kodeks.documents import redaction
from kodeks.documents.pdf.errors import UnreadableError

Mark = tuple[int, int, str, str]
"""Start, end, rule and kind."""
OWN = "own"
"""The kind of a mark that a person made."""
MOST_MARKS = 2000
OF_ALL = {
    "full": "Fuld aktindsigt",
    "partial": "Delvis aktindsigt",
    "refused": "Afslag på aktindsigt",
    "nothing": "Der er ingen dokumenter",
}


def rules_of(law: str) -> dict[str, Rule]:
    """The rules that a person can name, by their ids."""
    return {rule.id: rule for rule in shipped().rules if rule.law == law and rule.finds != "any"}


def label_of(rule_id: str) -> str:
    """The paragraph, e.g. "§ 30, nr. 1"; "" for a rule that is gone."""
    rule = shipped().rule(rule_id)
    return "" if rule is None else rule.label


def checked(
    found: RequestDocument, *, label: str, marks: Sequence[Mark], rule: str
) -> dict[str, Any]:
    """The outcome in its form. Raises AccessRequestError when it does not fit the document."""
    rules = rules_of(found.request.law)
    if label not in OUTCOMES:
        raise AccessRequestError("Vælg, om dokumentet udleveres, udleveres delvist eller undtages.")
    if label == "withhold" and rule not in rules:
        raise AccessRequestError("Vælg den regel, som hele dokumentet undtages efter.")
    if label == "redact" and not marks:
        raise AccessRequestError("Marker det, der skal fjernes, eller udlever dokumentet helt.")
    if label == "redact" and found.problem:
        raise AccessRequestError(
            "Programmet kan ikke fjerne tekst i dette dokument. Undtag det, eller udlever det helt."
        )
    if len(marks) > MOST_MARKS or any(mark[2] not in rules for mark in marks):
        raise AccessRequestError("En markering har en regel, som ikke findes. Vælg en fra listen.")
    kept = () if label == "release" else sorted(marks)
    return suggesting.outcome(label, rule=rule if label == "withhold" else "", marks=kept)


def spans(text: str, outcome: Mapping[str, Any]) -> list[redaction.Span]:
    """The outcome's marks as places on pages; `text` is the hidden text."""
    found = []
    for start, end, rule, _ in outcome["marks"]:
        if not 0 <= start < end <= len(text):
            raise AccessRequestError("En markering ligger uden for teksten. Hent siden igen.")
        at = start
        # A mark over a page's end is one for each page.
        for piece in text[start:end].split(masking.PAGE):
            if piece:
                page, first = masking.place(text, at)
                found.append(redaction.Span(page, first, first + len(piece), label_of(rule)))
            at += len(piece) + 1
    return found


def copy(found: RequestDocument, outcome: Mapping[str, Any]) -> redaction.Redacted:
    """The document as it is handed out under the outcome, which is not to withhold it.

    Raises AccessRequestError when it cannot be made.
    """
    content = selectors.content(found)
    if found.problem:
        # A person has chosen to hand out what the program cannot read.
        return redaction.Redacted(content=content, removed=0, withheld={}, lost=0)
    read = redaction.read(content, media_type=found.media_type)
    text = selectors.hidden_text(found, read.pages)
    marked = spans(text, outcome) if outcome["label"] == "redact" else []
    try:
        return redaction.redact(content, media_type=found.media_type, spans=marked)
    except UnreadableError as error:
        raise AccessRequestError(str(error)) from error


def pages_withheld(found: RequestDocument, outcome: Mapping[str, Any]) -> Mapping[int, str]:
    """Pages, from 0, that would be withheld whole though nobody asked for it, and why."""
    return {} if outcome["label"] == "withhold" else copy(found, outcome).withheld


def told(pages: Mapping[int, str]) -> str:
    """The sentence that asks whether whole pages are to be withheld."""
    listed = " ".join(f"Side {number + 1}: {why}" for number, why in sorted(pages.items()))
    return (
        f"Programmet kan ikke rense alle sider sikkert. {listed} Sæt hak ved, at de sider undtages "
        "helt, eller undtag dokumentet."
    )


def decided(found: RequestDocument) -> Mapping[str, Any]:
    """What is decided about the document now. Raises AccessRequestError when nothing is."""
    standing = selectors.standing_of(found)
    if standing is None:
        raise AccessRequestError("Dokumentet er ikke afgjort.")
    return standing.outcome


def of_all(labels: Collection[str]) -> str:
    """What the answer as a whole is, one of OF_ALL."""
    if not labels:
        return "nothing"
    if set(labels) == {"release"}:
        return "full"
    return "refused" if set(labels) == {"withhold"} else "partial"


def paragraphs(outcome: Mapping[str, Any]) -> list[str]:
    """The paragraphs that something is exempted by, each once."""
    found = [outcome["rule"]] if outcome["label"] == "withhold" else []
    if outcome["label"] == "redact":
        found = [mark[2] for mark in outcome["marks"]]
    return list(dict.fromkeys(label_of(rule) for rule in found))
