# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: register a request, decide a document, answer, put off. Errors are in Danish."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from kodeks.accessrequests import ports
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.models import Law
from kodeks.kernel import api as kernel
from kodeks.web.forms import Cpr, Text, day, own_words


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
    requester_cpr = Cpr(
        label="CPR-nummer",
        help_text=(
            "Ti cifre. Skal bruges, når der søges i alle sager om den, der søger, og når svaret "
            "skal sendes med Digital Post."
        ),
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
    received_on = day("Modtaget den")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["unit"]).choices = [("", "Vælg"), *units]


class TakenOverForm(NewRequestForm):
    """A request that came in another way, e.g. as an inquiry: what is known there is taken over,
    and not written again."""

    origin = forms.CharField(max_length=40, widget=forms.HiddenInput)
    origin_id = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: ports.Begun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = ["wording", "received_on", "submission"]
        taken += ["requester_name"] if known.name else []
        taken += ["requester_cpr"] if known.has_number else []
        for name in taken:
            del self.fields[name]


class DelayForm(forms.Form):
    """That the answer comes later: the new day and why."""

    # The same form sent twice gives one letter.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    new_day = day("Nyt tidspunkt for svar", help_text="En arbejdsdag efter fristen.")
    reason = Text(
        label="Hvorfor kommer svaret senere?",
        max_length=1000,
        widget=forms.Textarea,
        help_text="Det står i brevet. Skriv ikke CPR-numre.",
        error_messages={"required": "Skriv, hvorfor svaret kommer senere."},
    )
    contact = Text(
        label="Hvem kan man spørge?",
        max_length=200,
        help_text="For eksempel: Sofie Berg, telefon 12 34 56 78.",
        error_messages={"required": "Skriv et navn og et telefonnummer eller en mailadresse."},
    )


class AnswerForm(forms.Form):
    """The answer as a whole, when each document is decided."""

    own_consideration = own_words("Det står i brevet. Tænk på meroffentlighed. Skriv ikke CPR.")


class ReopenForm(forms.Form):
    """The request is treated once more: why, and since when."""

    cause = forms.ChoiceField(
        label="Hvorfor tages anmodningen op igen?",
        choices=list(kernel.CAUSES.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvorfor anmodningen tages op igen.",
            "invalid_choice": "Vælg en af mulighederne.",
        },
    )
    received_on = day("Hvornår kom klagen, eller hvornår blev den taget op?")


class DocumentForm(forms.Form):
    """What is decided about one document. Every choice can be sent at any time; the kernel says
    whether it still holds."""

    # What the person saw standing when it is decided anew; empty the first time.
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
    own_consideration = own_words("Den, der har søgt, kan se det. Skriv ikke navne på andre.")
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
