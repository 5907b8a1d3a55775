# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person says of clocks of the law: settle one that was noticed, or add one."""

from __future__ import annotations

from typing import Any

from django import forms

from kodeks.inquiries import legal_clocks
from kodeks.web.forms import Text


class ClockForm(forms.Form):
    """What a person says of a clock of the law; the same `key` twice counts once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    said = forms.ChoiceField(
        label="Løber fristen?",
        choices=[
            ("confirmed", "Ja, borgeren beder om det"),
            ("dismissed", "Nej, det gør borgeren ikke"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, om fristen løber.",
            "invalid_choice": "Vælg, om fristen løber.",
        },
    )
    reason = Text(
        label="Hvis nej: hvorfor ikke?",
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text="Grunden og dit navn bliver gemt. Skriv ikke CPR-numre.",
        error_messages={"max_length": "Grunden må højst fylde 1.000 tegn."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("said") == "dismissed" and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Skriv, hvorfor fristen ikke løber.")
        return cleaned


class AddClockForm(forms.Form):
    """What a person sees in a text that no rule has seen; the same `key` counts once.

    Any is a choice here, also what is there already: the same form again is the same answer."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    rule = forms.ChoiceField(
        label="Hvad er teksten også?",
        choices=list(legal_clocks.TITLES.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad teksten også er.",
            "invalid_choice": "Vælg en af mulighederne på siden.",
        },
    )
