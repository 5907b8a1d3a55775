# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the page of an inquiry shows of where it may be filed: numbers of KLE with the words that
led to them, the facet, and what is there already that it may belong to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework.models import CaseState
from kodeks.inquiries import filing_form, kinfolk, numbering, selectors
from kodeks.inquiries.kinfolk import Relative
from kodeks.inquiries.models import Topic
from kodeks.kernel import api as kernel

_OWN = "Emnets eget nummer"
_ANOTHER = {"value": filing_form.ANOTHER, "label": "Et andet nummer på listen"}
_NO_JOIN = {"value": "", "label": "Nej, gå videre som sædvanligt"}
Options = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What is shown, and the options of each choice; without options there is nothing to choose."""

    numbers: tuple[numbering.Choice, ...]
    relatives: tuple[Relative, ...]
    kle: Options
    facets: Options
    joins: Options


def of(recommendation: kernel.Recommendation | None, *, user: kernel.User) -> Filing:
    """For a person who sees the suggestion, or None for one who does not: then they choose only
    between the topic's own number and another."""
    if recommendation is None:
        own = {"value": "", "label": _OWN}
        return Filing(numbers=(), relatives=(), kle=[own, _ANOTHER], facets=[], joins=[])
    topic = None
    if not recommendation.offer:
        # Else its number would tell which of several topics is the likeliest.
        topic = selectors.topics().get(str(recommendation.suggestion["label"]))
    numbers = numbering.choices(recommendation, topic=topic, on=timezone.localdate())
    relatives = kinfolk.relatives(recommendation, user=user)
    return Filing(
        numbers=tuple(numbers),
        relatives=tuple(relatives),
        kle=_kle(numbers),
        facets=_facets(numbering.facet_of(recommendation), topic),
        joins=_joins(relatives),
    )


def _kle(numbers: list[numbering.Choice]) -> Options:
    found = [
        {
            "value": "" if one.own else one.number,
            "label": f"{_OWN if one.own else 'Nummer'}: {one.number} {one.title}",
            "helptext": "Vælger du et andet emne, gælder det emnes nummer." if one.own else "",
        }
        for one in numbers
    ]
    if not any(one.own for one in numbers):
        found.append({"value": "", "label": _OWN})
    return [*found, _ANOTHER]


def _facets(suggested: numbering.Facet | None, topic: Topic | None) -> Options:
    if suggested is None or (topic is not None and topic.facet == suggested.code):
        return []
    own = f" ({topic.facet})" if topic else ""
    return [
        {"value": "", "label": f"Emnets egen{own}"},
        {"value": suggested.code, "label": suggested.code, "helptext": suggested.reason},
    ]


def _joins(relatives: list[Relative]) -> Options:
    options = {one["value"]: one for one in map(_join, relatives) if one is not None}
    return [_NO_JOIN, *options.values()] if options else []


def _join(one: Relative) -> dict[str, str] | None:
    """How the inquiry can be joined to it; None where it cannot, as it has no open case yet."""
    is_open = one.case is not None and one.case.state != CaseState.CLOSED
    if one.case is not None and not is_open:
        return None
    if one.kind in ("case", "named"):
        if one.case is None:
            return None
        return {
            "value": f"{filing_form.CASE}{one.case.number}",
            "label": f"Ja, læg den på sag {one.case.number}",
            "helptext": "Der bliver ikke oprettet en ny sag. Borgeren får brev om det.",
        }
    if one.inquiry is None or one.inquiry.decision_id is None:
        return None
    received = date_format(timezone.localdate(one.inquiry.received_at))
    return {
        "value": f"{filing_form.AGAIN}{one.inquiry.id}",
        "label": f"Ja, den er den samme som henvendelsen fra {received}",
        "helptext": "De bliver én sag. Borgeren får brev om det, og fristen fra den første gælder.",
    }
