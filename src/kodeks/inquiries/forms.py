# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: sort the inbox, decide, type an inquiry in. Errors are Danish sentences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from kodeks.inquiries.models import Channel
from kodeks.kernel import api as kernel
from kodeks.web.forms import Cpr, Text, own_words

_SELECT = {"class": "form-select"}
_INPUT = {"class": "form-input"}
CHOICES = ("accept", "other", "reject", "own", "view")
"""`view` is no decision but the person's own view, before they see the suggestion."""


class InboxFilter(forms.Form):
    urgency = forms.ChoiceField(
        label="Haster",
        required=False,
        choices=[("", "Alle"), ("urgent", "Kun dem, der haster"), ("calm", "Kun resten")],
        widget=forms.Select(attrs=_SELECT),
    )
    channel = forms.ChoiceField(
        label="Kanal",
        required=False,
        choices=[("", "Alle"), *Channel.choices],
        widget=forms.Select(attrs=_SELECT),
    )
    words = Text(
        label="Søg i teksten",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_INPUT),
        error_messages={"max_length": "Søg på højst 200 tegn."},
    )


class JournalFilter(forms.Form):
    unit = forms.ChoiceField(label="Afdeling", required=False, widget=forms.Select(attrs=_SELECT))
    case_number = Text(
        label="Sagsnummer",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_INPUT),
        error_messages={"max_length": "Et sagsnummer har højst 20 tegn."},
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["unit"]).choices = [("", "Alle"), *units]


class DecisionForm(forms.Form):
    """A decision, with or without a suggestion to follow.

    Every choice can be sent at any time: whether it still holds is for the kernel to say, so that
    somebody whose page is old gets its reason and not "invalid choice".
    """

    own_consideration = own_words(
        "Skriv det med dine egne ord. Borgeren kan se det. Skriv ikke CPR-numre."
    )
    choice = forms.ChoiceField(
        label="Hvad er din afgørelse?",
        required=False,
        choices=[(choice, choice) for choice in CHOICES],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Vælg en af mulighederne."},
    )
    label = forms.ChoiceField(
        label="Emne",
        required=False,
        error_messages={"invalid_choice": "Vælg et emne fra listen."},
    )

    def __init__(
        self, *args: Any, titles: Mapping[str, str], first: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        order = [*(label for label in first if label in titles), *titles]
        cast(forms.ChoiceField, self.fields["label"]).choices = [
            ("", "Vælg et emne"),
            *((label, titles[label]) for label in dict.fromkeys(order)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "choice" in self.errors or "label" in self.errors:
            return cleaned
        # Choosing a topic says enough: it must not cost one click more than the other choices.
        choice = cleaned["choice"] or ("other" if cleaned["label"] else "")
        if not choice:
            self.add_error("choice", "Vælg, hvad din afgørelse er.")
        elif choice in ("other", "own", "view") and not cleaned["label"]:
            self.add_error("label", "Vælg et emne fra listen.")
        return cleaned | {"choice": choice}


class ReversalForm(forms.Form):
    """Another topic than the one that stands, with a cause and words of one's own."""

    # What the person saw standing: somebody else may have changed it since.
    replaces = forms.UUIDField(widget=forms.HiddenInput)
    label = forms.ChoiceField(
        label="Hvad er det rigtige emne?",
        widget=forms.Select(attrs=_SELECT),
        error_messages={
            "required": "Vælg et emne fra listen.",
            "invalid_choice": "Vælg et andet emne fra listen end det, der gælder nu.",
        },
    )
    cause = forms.ChoiceField(
        label="Hvorfor bliver afgørelsen gjort om?",
        choices=list(kernel.CAUSES.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvorfor afgørelsen bliver gjort om.",
            "invalid_choice": "Vælg en af mulighederne.",
        },
    )
    own_consideration = own_words(
        "Skriv det med dine egne ord. Borgeren får det at se. Skriv ikke CPR-numre."
    )

    def __init__(self, *args: Any, titles: Mapping[str, str], standing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(label, title) for label, title in titles.items() if label != standing]
        cast(forms.ChoiceField, self.fields["label"]).choices = [("", "Vælg et emne"), *others]


class UnmaskForm(forms.Form):
    """Why somebody must see a CPR number; it stands in the log for ever, with their name."""

    reason = Text(
        label="Hvorfor har du brug for at se nummeret?",
        max_length=500,
        widget=forms.Textarea,
        help_text="Begrundelsen og dit navn gemmes i loggen. Skriv ikke navne på borgere.",
        error_messages={
            "required": "Skriv med ord, hvorfor du har brug for at se nummeret.",
            "max_length": "Begrundelsen må højst fylde 500 tegn.",
        },
    )


class NewInquiryForm(forms.Form):
    """An inquiry typed in by a caseworker."""

    # The same form sent twice gives one inquiry.
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = Text(
        label="Hvad skriver eller siger borgeren?",
        widget=forms.Textarea,
        error_messages={"required": "Henvendelsen er tom. Skriv, hvad den handler om."},
    )
    channel = forms.ChoiceField(
        label="Hvordan kom henvendelsen?",
        choices=[("", "Vælg"), *Channel.choices],
        error_messages={"required": "Vælg, hvordan henvendelsen kom."},
    )
    sender_name = Text(
        label="Borgerens navn",
        required=False,
        max_length=200,
        error_messages={"max_length": "Navnet må højst fylde 200 tegn."},
    )
    sender_cpr = Cpr(
        label="Borgerens CPR-nummer",
        help_text="Ti cifre. Nummeret bliver låst inde. Det kræver en begrundelse at se det.",
    )
    district = Text(
        label="Bydel",
        required=False,
        max_length=80,
        error_messages={"max_length": "Bydelen må højst fylde 80 tegn."},
    )
