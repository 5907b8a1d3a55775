# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: register a request, decide a document, answer, put off. Errors are in Danish."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.models import Law
from kodeks.language import cpr

_NUL = "Teksten indeholder et tegn, der ikke er tekst. Slet det, og prøv igen."
_DAY = "Skriv en dato som 2026-11-02."
_LONGEST_CONSIDERATION = 4000


class Text(forms.CharField):
    """Text whose line breaks count as one character, as they do in the browser."""

    def __init__(self, **options: Any) -> None:
        messages = {"null_characters_not_allowed": _NUL} | options.pop("error_messages", {})
        super().__init__(error_messages=messages, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


def _own_words(help_text: str) -> Text:
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


class NewRequestForm(forms.Form):
    """Somebody asks for access; typed in by a caseworker."""

    # The same form sent twice gives one request.
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    law = forms.ChoiceField(
        label="Hvilken lov søges der efter?",
        choices=[("", "Vælg"), *Law.choices],
        error_messages={"required": "Vælg den lov, der søges efter."},
    )
    requester_name = Text(
        label="Navn på den, der søger",
        max_length=200,
        error_messages={"required": "Skriv navnet på den, der søger."},
    )
    requester_address = Text(
        label="Adresse", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    requester_cpr = Text(
        label="CPR-nummer",
        required=False,
        help_text="Ti cifre. Skal bruges, når der søges i alle sager om den, der søger.",
    )
    case_number = Text(
        label="Sagsnummer",
        required=False,
        max_length=20,
        help_text="Lad feltet stå tomt, hvis der søges i alle sager om den, der søger.",
    )
    wording = Text(label="Hvad er der søgt om?", required=False, widget=forms.Textarea)
    unit = forms.ChoiceField(
        label="Hvem skal svare?", error_messages={"required": "Vælg den afdeling, der skal svare."}
    )
    received_on = forms.DateField(
        label="Modtaget den",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _DAY, "invalid": _DAY},
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["unit"]).choices = [("", "Vælg"), *units]

    def clean_requester_cpr(self) -> str:
        """The ten digits, or "" when none was given."""
        typed = self.cleaned_data["requester_cpr"]
        digits = cpr.digits_of(typed) if typed else ""
        if digits is None:
            raise forms.ValidationError("Skriv CPR-nummeret som ti cifre, eller lad det stå tomt.")
        return digits


class DelayForm(forms.Form):
    """That the answer comes later: the new day and why."""

    new_day = forms.DateField(
        label="Nyt tidspunkt for svar",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _DAY, "invalid": _DAY},
    )
    reason = Text(
        label="Hvorfor kommer svaret senere?",
        max_length=1000,
        widget=forms.Textarea,
        help_text="Det står i brevet. Skriv ikke CPR-numre.",
        error_messages={"required": "Skriv, hvorfor svaret kommer senere."},
    )


class AnswerForm(forms.Form):
    """The answer as a whole, when each document is decided."""

    own_consideration = _own_words("Det står i brevet. Tænk på meroffentlighed. Skriv ikke CPR.")


class DocumentForm(forms.Form):
    """What is decided about one document. Every choice can be sent at any time; the kernel says
    whether it still holds."""

    own_consideration = _own_words("Den, der har søgt, kan se det. Skriv ikke navne på andre.")
    label = forms.ChoiceField(
        label="Hvad skal der ske med dokumentet?",
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, om dokumentet udleveres, udleveres delvist eller undtages.",
            "invalid_choice": "Vælg en af mulighederne.",
        },
    )
    rule = forms.ChoiceField(
        label="Regel, hvis hele dokumentet undtages",
        required=False,
        error_messages={"invalid_choice": "Vælg en regel fra listen."},
    )
    marks = forms.MultipleChoiceField(
        label="Det fjernes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Forslaget er et andet nu. Hent siden igen."},
    )
    added = Text(
        label="Fjern også",
        required=False,
        max_length=10_000,
        widget=forms.Textarea,
        help_text="Skriv ord fra teksten, én ting på hver linje. De fjernes alle steder.",
    )
    added_rule = forms.ChoiceField(
        label="Regel for det, du selv fjerner",
        required=False,
        error_messages={"invalid_choice": "Vælg en regel fra listen."},
    )
    accept_withheld = forms.BooleanField(
        label="Undtag de sider helt, som programmet ikke kan rense", required=False
    )

    def __init__(
        self,
        *args: Any,
        rules: Mapping[str, str],
        groups: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Vælg"), *rules.items()]
        cast(forms.ChoiceField, self.fields["rule"]).choices = choices
        cast(forms.ChoiceField, self.fields["added_rule"]).choices = choices
        cast(forms.MultipleChoiceField, self.fields["marks"]).choices = list(groups)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("added") and not cleaned.get("added_rule"):
            self.add_error("added_rule", "Vælg den regel, du fjerner teksten efter.")
        if cleaned.get("label") == "withhold" and not cleaned.get("rule"):
            self.add_error("rule", "Vælg den regel, som hele dokumentet undtages efter.")
        return cleaned
