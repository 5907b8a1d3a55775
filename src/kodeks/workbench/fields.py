# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the forms of those who answer for a system ask for: days, times, words, yes or no."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from kodeks.workbench.figures import whole

_FIRST = dt.date(2000, 1, 1)


class Day(forms.DateField):
    """A day, by the browser's own calendar where it has one."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {  # noqa: RUF012 - Django's own attribute
        "invalid": "Skriv dagen som dag, måned og år, for eksempel 31.12.2026.",
    }
    # A year of two digits would be one of two thousand years ago.
    default_validators = [  # noqa: RUF012 - Django's own attribute
        MinValueValidator(_FIRST, message="Skriv årstallet med fire cifre.")
    ]


class Clock(forms.TimeField):
    """Hours and minutes."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    input_formats = ("%H:%M", "%H.%M", "%H:%M:%S")
    default_error_messages = {  # noqa: RUF012 - Django's own attribute
        "invalid": "Skriv klokken som timer og minutter, for eksempel 14.30.",
    }


class Words(forms.CharField):
    """A text of several lines that is kept for ever, of at most `most` characters."""

    widget = forms.Textarea

    def __init__(self, *, most: int, missing: str, **options: Any) -> None:
        messages = {
            "required": missing,
            "max_length": f"Teksten er for lang. Den må højst fylde {whole(most)} tegn.",
        }
        super().__init__(max_length=most, error_messages=messages, **options)


class Finding(Words):
    """What a person found who looked at something that a system or a robot did."""

    def __init__(self) -> None:
        super().__init__(
            label="Hvad fandt du?",
            most=2000,
            missing="Skriv, hvad du har set på, og hvad du fandt.",
            help_text="Skriv, hvad du har set på. Skriv ikke navne på borgere.",
        )


class YesNo(forms.TypedChoiceField):
    """A question with two answers, of which none is chosen beforehand. Its value is a bool."""

    widget = forms.RadioSelect

    def __init__(self, *, yes: str, no: str, missing: str, **options: Any) -> None:
        super().__init__(
            choices=[("yes", yes), ("no", no)],
            coerce=lambda answer: answer == "yes",
            error_messages={"required": missing, "invalid_choice": missing},
            **options,
        )


class Percent(forms.DecimalField):
    """A whole percentage that is typed; its value is a share from 0 to 1."""

    def __init__(self, *, least: int = 0, most: int = 100, **options: Any) -> None:
        wrong = f"Skriv et helt tal fra {least} til {most}."
        super().__init__(
            min_value=least,
            max_value=most,
            decimal_places=0,
            widget=forms.TextInput(attrs={"class": "form-input", "inputmode": "numeric"}),
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value", "max_decimal_places"), wrong
            ),
            **options,
        )

    def clean(self, value: Any) -> Decimal:
        """Raises ValidationError for anything else."""
        typed = value.strip().removesuffix("%") if isinstance(value, str) else value
        return Decimal(super().clean(typed)) / 100
