# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fields that the forms of all solutions have. Errors are Danish sentences."""

from __future__ import annotations

from typing import Any

from django import forms

from kodeks.language import cpr

_NUL = "Teksten indeholder et tegn, der ikke er tekst. Slet det, og prøv igen."
_LONGEST_CONSIDERATION = 4000
_DAY = "Skriv en dato som 2026-11-02."


class Text(forms.CharField):
    """Text whose line breaks count as one character, as they do in the browser."""

    def __init__(self, **options: Any) -> None:
        messages = {"null_characters_not_allowed": _NUL} | options.pop("error_messages", {})
        super().__init__(error_messages=messages, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class Cpr(Text):
    """A CPR number that may be left out: ten digits, or ""."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        digits = cpr.digits_of(typed) if typed else ""
        if digits is None:
            raise forms.ValidationError(
                "Skriv CPR-nummeret som ti cifre, eller lad feltet stå tomt."
            )
        return digits


def day(label: str, *, help_text: str = "", required: bool = True) -> forms.DateField:
    """A day, as the browser's own field for days."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _DAY, "invalid": _DAY},
    )


def own_words(help_text: str) -> Text:
    """The considerations of the person who decides, without which the kernel takes no decision."""
    return Text(
        label="Hvad har du selv lagt vægt på?",
        max_length=_LONGEST_CONSIDERATION,
        widget=forms.Textarea,
        help_text=help_text,
        error_messages={
            "required": "Skriv med egne ord, hvad du har lagt vægt på.",
            "max_length": "Skriv højst 4.000 tegn om, hvad du har lagt vægt på.",
        },
    )
