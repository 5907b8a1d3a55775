# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The part of a decision that says where an inquiry is filed (see `filing`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from kodeks.inquiries.filing import Wish
from kodeks.web.forms import Text

ANOTHER = "another"
"""A number that is none of those shown."""
CASE, AGAIN = "sag:", "igen:"
"""What a choice of something that is there already begins with."""


class FilingFields(forms.Form):
    """All may be left out: then the topic's own number and facet count, and a new case."""

    kle = Text(required=False, max_length=8)
    kle_other = Text(
        label="Et andet KLE-nummer",
        required=False,
        max_length=8,
        error_messages={"max_length": "Et KLE-nummer er på seks cifre, som 05.01.08."},
    )
    facet = Text(required=False, max_length=3)
    join = Text(required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = cleaned.get("kle") == ANOTHER and not cleaned.get("kle_other")
        if missing and "kle_other" not in self.errors:
            self.add_error("kle_other", "Skriv KLE-nummeret, som 05.01.08.")
        return cleaned


def wish(cleaned: Mapping[str, Any]) -> Wish:
    """What a person chose on the page besides the topic."""
    join = str(cleaned.get("join", ""))
    kle = str(cleaned.get("kle", ""))
    return Wish(
        kle=str(cleaned.get("kle_other", "")).strip() if kle == ANOTHER else kle,
        facet=str(cleaned.get("facet", "")),
        case=join.removeprefix(CASE) if join.startswith(CASE) else "",
        duplicate_of=join.removeprefix(AGAIN) if join.startswith(AGAIN) else "",
    )
