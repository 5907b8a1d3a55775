# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: find bins, and decide about one. Errors are in Danish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone

from kodeks.waste.engine.notices.rules import LABELS
from kodeks.web.forms import Text, day, own_words

_SELECT = {"class": "form-select"}
_FIRST_YEAR = 2000
_EARLY = "Vælg dage efter år 2000."
_MOST_DAYS = 5 * 366
_WRONG = "Vælg en af mulighederne på listen."


def _offer(field: forms.Field, districts: Iterable[str]) -> None:
    names = [(name, name) for name in districts]
    cast(forms.ChoiceField, field).choices = [("", "Alle"), *names]


class BinFilter(forms.Form):
    """Which bins are listed."""

    words = Text(
        label="Spand eller sted",
        required=False,
        max_length=100,
        error_messages={"max_length": "Søg på højst 100 tegn."},
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
        _offer(self.fields["district"], districts)


class Period(forms.Form):
    """Days, both included. Without any: the last ones, as the page has them, and they stand in the
    fields."""

    since = day("Fra", required=False)
    until = day("Til", required=False)

    def __init__(self, asked: QueryDict, *, days: int, **kwargs: Any) -> None:
        data = asked.copy()
        if not (data.get("since") or data.get("until")):
            today = timezone.localdate()
            data["since"], data["until"] = f"{today - dt.timedelta(days=days - 1)}", f"{today}"
        super().__init__(data, **kwargs)
        self._days = days
        for name in ("since", "until"):
            self.fields[name].widget.attrs["class"] = "form-input"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        until = found.get("until") or timezone.localdate()
        try:
            since = found.get("since") or until - dt.timedelta(days=self._days - 1)
        except OverflowError:
            raise forms.ValidationError(_EARLY) from None
        if since > until:
            raise forms.ValidationError("»Fra« er efter »Til«. Byt om på dem.")
        if since.year < _FIRST_YEAR:
            raise forms.ValidationError(_EARLY)
        if (until - since).days > _MOST_DAYS:
            raise forms.ValidationError("Der er over fem år imellem dagene. Vælg færre.")
        return found | {"since": since, "until": until}


class FigureFilter(Period):
    """Which days and which district figures are about."""

    district = forms.ChoiceField(
        label="Bydel",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": _WRONG},
    )

    def __init__(self, *args: Any, districts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["district"], districts)


class SensorFilter(forms.Form):
    """Which sensors are listed."""

    words = Text(
        label="Måler, type eller spand",
        required=False,
        max_length=100,
        error_messages={"max_length": "Søg på højst 100 tegn."},
        widget=forms.TextInput(attrs={"class": "form-input"}),
    )
    only = forms.ChoiceField(
        label="Vis",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        choices=[("", "Alle"), ("battery", "Kun lavt batteri")],
        error_messages={"invalid_choice": _WRONG},
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
