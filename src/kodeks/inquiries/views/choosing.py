# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person chooses between on an inquiry's page, and what the form begins with."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from kodeks.casework.models import Unit
from kodeks.inquiries import selectors
from kodeks.inquiries.forms import ANOTHER, DecisionForm
from kodeks.inquiries.views import suggestion
from kodeks.kernel import api as kernel

Options = list[dict[str, str]]
_ABOUT_ONE: Options = [
    {"value": "accept", "label": "Følg forslaget"},
    {"value": "other", "label": "Vælg et andet emne", "helptext": "Vælg emnet på listen."},
    {
        "value": "reject",
        "label": "Afvis forslaget",
        "helptext": "Henvendelsen går til fælles visitering.",
    },
]
_NONE_OF_THEM = {
    "value": ANOTHER,
    "label": "Et andet emne",
    "helptext": "Vælg emnet på listen.",
}


def options(shown: suggestion.Suggestion | None) -> Options:
    """What to do with one suggestion; or the topics that there are to pick between."""
    if shown is None or not shown.offered:
        return _ABOUT_ONE
    return [*({"value": label, "label": title} for label, title in shown.options), _NONE_OF_THEM]


def form(
    recommendation: kernel.Recommendation | None,
    data: QueryDict | None = None,
    *,
    view: kernel.FirstView | None = None,
    unit: Unit | None = None,
) -> DecisionForm:
    """With the suggestion's topics first, if it is shown, then those of the unit that it is surely
    for; begins with the person's own view."""
    titles = selectors.topic_titles()
    first: tuple[str, ...] = ()
    shown = None
    if recommendation is not None:
        shown = suggestion.of(recommendation, titles=titles)
        # Those that there are to pick between stand above the list.
        first = () if shown.offered else shown.alternatives
    if unit is not None:
        own = selectors.labels_of(unit)
        first = (*(label for label in first if label in own), *own, *first)
    begun: dict[str, Any] = {}
    if view is not None:
        label = view.outcome["label"]
        begun = {"own_consideration": view.own_consideration, "label": label}
        # What is sent if nothing is touched is also what stands there as chosen.
        if shown is not None and shown.offered:
            begun["picked"] = label if label in dict(shown.options) else ANOTHER
        elif shown is not None and not view.agreed:
            begun["choice"] = "other"
    return DecisionForm(data, titles=titles, first=first, initial=begun)


def own_view(view: kernel.FirstView, shown: suggestion.Suggestion | None) -> dict[str, Any]:
    """What the person chose before they saw anything, and whether it is among what is shown."""
    label = view.outcome["label"]
    title = selectors.topic_titles().get(label, label)
    offered = shown is not None and label in dict(shown.options)
    return {"title": title, "agreed": view.agreed, "offered": offered}
