# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms: sort the inbox, decide, type an inquiry in. Errors are Danish sentences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from kodeks.inquiries.filing_form import FilingFields
from kodeks.inquiries.inbox import AGES
from kodeks.inquiries.models import Channel
from kodeks.inquiries.routing import WAYS
from kodeks.kernel import api as kernel
from kodeks.web.forms import Cpr, Text, own_words
from kodeks.web.paging import grouped

_SELECT = {"class": "form-select"}
_INPUT = {"class": "form-input"}
CHOICES = ("accept", "other", "reject", "pick", "own", "view")
"""`pick` is between several topics; `view` is no decision but the person's own view, before they
see the suggestion."""
ANOTHER = ":another"
"""None of the topics that there are to pick between; no topic is called that."""


_UNKNOWN = {"invalid_choice": "Vælg en af mulighederne på listen."}


def _filter(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, widget=forms.Select(attrs=_SELECT), error_messages=_UNKNOWN
    )


class ContactForm(forms.Form):
    """Whom the sender of a report may ask; the rest of the letter is fixed."""

    contact = Text(
        label="Hvem kan den, der underrettede, spørge?",
        max_length=200,
        widget=forms.TextInput(attrs=_INPUT),
        error_messages={
            "required": "Skriv et navn og et telefonnummer.",
            "max_length": "Skriv højst 200 tegn.",
        },
        help_text="Navn og telefon, som står i brevet. Skriv ikke noget om barnet.",
    )


class InboxFilter(forms.Form):
    """What to look for among those that wait. `listed` gives each choice its number (see
    `inbox.Inbox.counts`); choices that would find nothing stay, so that a saved address works."""

    words = Text(
        label="Søg i teksten",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**_INPUT, "type": "search", "data-key": "/"}),
        error_messages={"max_length": "Søg på højst 200 tegn."},
    )
    urgency = _filter("Haster")
    due = _filter("Svar til borgeren")
    age = _filter("Har ventet")
    channel = _filter("Kanal")
    district = _filter("Bydel")
    legal = _filter("Lovens frister")
    state = _filter("Forslag")
    department = _filter("Foreslået afdeling")
    topic = _filter("Foreslået emne")
    way = _filter("Hvor sikkert")
    order = _filter("Rækkefølge")

    SUGGESTED = ("department", "topic", "way")
    """Fields that sort by the suggestion: only for who is shown suggestions."""

    def __init__(
        self,
        *args: Any,
        sees_suggestions: bool,
        districts: Sequence[str] = (),
        topics: Mapping[str, str] | None = None,
        units: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {
            "urgency": [("urgent", "Det, der haster"), ("calm", "Resten")],
            "due": [("late", "Fristen er overskredet"), ("near", "Senest om to dage")],
            "age": [(days, f"Mere end {days} {'dag' if days == '1' else 'dage'}") for days in AGES],
            "channel": list(Channel.choices),
            "district": [(name, name) for name in districts],
            "legal": [("1", "En frist i loven kan løbe")],
            "state": [("ready", "Forslaget er klar"), ("waiting", "Venter på forslag")],
            "department": list(units),
            "topic": list((topics or {}).items()),
            "way": list(WAYS.items()),
        }
        if not sees_suggestions:
            for name in self.SUGGESTED:
                del self.fields[name], self._choices[name]
        for name, choices in self._choices.items():
            self._field(name).choices = [("", "Alle"), *choices]
        self._field("order").choices = [
            ("", "Det, der haster, først"),
            ("oldest", "Ældste først"),
            ("newest", "Nyeste først"),
        ]

    def listed(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Write the numbers beside the choices."""
        self._choices["district"] = sorted(
            {*self._choices["district"], *((name, name) for name in counts["district"])}
        )
        for name, choices in self._choices.items():
            of = counts.get(name, {})
            self._field(name).choices = [
                ("", "Alle"),
                *((value, f"{text} ({grouped(of.get(value, 0))})") for value, text in choices),
            ]

    def in_use(self) -> list[tuple[str, str, str]]:
        """Name, label and words of each filter that narrows the list."""
        used = []
        for name, value in self.cleaned_data.items():
            if not value or name == "order":
                continue
            words = dict(self._choices.get(name, ())).get(value, f"»{value}«")
            used.append((name, str(self.fields[name].label), words))
        return used

    def _field(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])


class JournalFilter(forms.Form):
    unit = _filter("Afdeling")
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


class DecisionForm(FilingFields):
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
    picked = forms.ChoiceField(
        label="Hvilket emne hører henvendelsen til?",
        required=False,
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
        cast(forms.ChoiceField, self.fields["picked"]).choices = [
            *titles.items(),
            (ANOTHER, "Et andet emne"),
        ]
        order = [*(label for label in first if label in titles), *titles]
        cast(forms.ChoiceField, self.fields["label"]).choices = [
            ("", "Vælg et emne"),
            *((label, titles[label]) for label in dict.fromkeys(order)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"choice", "picked", "label"} & self.errors.keys():
            return cleaned
        picked = cleaned["picked"]
        if picked and picked != ANOTHER:
            cleaned["label"] = picked
        # Choosing a topic says enough: it must not cost one click more than the other choices.
        joins = bool(cleaned.get("join"))
        choice = cleaned["choice"] or ("other" if cleaned["label"] or joins else "")
        if not choice:
            self.add_error("choice", "Vælg, hvad din afgørelse er.")
        elif choice in ("other", "pick", "own", "view") and not cleaned["label"] and not joins:
            if choice == "pick" and not picked:
                self.add_error("picked", "Vælg et af emnerne, eller vælg et andet.")
            else:
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
    kle = Text(
        label="KLE-nummer, hvis sagen skal have et andet end emnets eget",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs=_INPUT),
        help_text="Skriv det som 05.01.08.",
        error_messages={"max_length": "Et KLE-nummer er på seks cifre, som 05.01.08."},
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


class SplitForm(forms.Form):
    """Which matter each piece of a text belongs to: 0 stays, the others become inquiries."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        pieces: Sequence[str],
        matters: Sequence[str],
        chosen: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for place, (label, matter) in enumerate(zip(pieces, chosen, strict=True)):
            self.fields[f"piece-{place}"] = forms.TypedChoiceField(
                label=label,
                choices=[(str(number), title) for number, title in enumerate(matters)],
                coerce=int,
                initial=str(matter),
                error_messages={
                    "required": "Vælg en sag for hvert stykke.",
                    "invalid_choice": "Vælg en sag fra listen.",
                },
            )

    def parts(self) -> list[list[int]]:
        """The places of the pieces of each further matter that has any; of a valid form."""
        places: dict[int, list[int]] = {}
        for name, matter in self.cleaned_data.items():
            if name.startswith("piece-") and matter:
                places.setdefault(matter, []).append(int(name.removeprefix("piece-")))
        return [places[matter] for matter in sorted(places)]


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
    address = forms.EmailField(
        label="Borgerens mailadresse",
        required=False,
        max_length=254,
        help_text="Så får borgeren en kvittering med det samme.",
        widget=forms.EmailInput(attrs=_INPUT),
        error_messages={
            "invalid": "Skriv en mailadresse som navn@eksempel.dk, eller lad feltet stå tomt.",
            "max_length": "Mailadressen må højst fylde 254 tegn.",
        },
    )
    district = Text(
        label="Bydel",
        required=False,
        max_length=80,
        error_messages={"max_length": "Bydelen må højst fylde 80 tegn."},
    )
