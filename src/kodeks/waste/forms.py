# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: find bins, and decide about one. Errors are in Danish."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from kodeks.waste.engine.notices.rules import LABELS
from kodeks.web.forms import Text, own_words

_SELECT = {"class": "form-select"}
_WRONG = "Vælg en af mulighederne på listen."


class BinFilter(forms.Form):
    """Which bins are listed."""

    words = Text(
        label="Spand eller sted",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-input"}),
    )
    district = forms.ChoiceField(
        label="Bydel",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": _WRONG},
    )
    only = forms.ChoiceField(
        label="Vis",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        choices=[("", "Alle"), ("need", "Kun dem, nogen skal se på")],
        error_messages={"invalid_choice": _WRONG},
    )

    def __init__(self, *args: Any, districts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in districts]
        cast(forms.ChoiceField, self.fields["district"]).choices = [("", "Alle"), *names]


class SensorFilter(forms.Form):
    """Which sensors are listed."""

    words = Text(
        label="Måler, type eller spand",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-input"}),
    )


class NoticeForm(forms.Form):
    """What is to be done about a bin."""

    own_consideration = own_words("Hvad taler for det, du vælger? Skriv det med dine egne ord.")
    label = forms.ChoiceField(
        label="Hvad skal der ske?",
        choices=list(LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad der skal ske.",
            "invalid_choice": "Vælg, hvad der skal ske.",
        },
    )
