# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The forms of the pages of cases. A form that is sent twice counts once, by its `key`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from kodeks.casework import sealed
from kodeks.casework.models import CaseState, Unit
from kodeks.kernel.models import User
from kodeks.workbench.fields import Day, Words

_CPR = "Skriv ikke CPR-numre."
_PERSON, _UNIT = "person", "unit"


class CaseFilter(forms.Form):
    """What cases are found by. Nothing of it is personal, so it may stand in an address."""

    number = forms.CharField(
        label="Sagsnummer",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "form-input"}),
        error_messages={"max_length": "Et sagsnummer har højst 20 tegn."},
    )
    kle = forms.RegexField(
        r"^[0-9.]{1,8}$",
        label="KLE-nummer",
        required=False,
        widget=forms.TextInput(attrs={"class": "form-input"}),
        error_messages={"invalid": "Skriv begyndelsen af et KLE-nummer, for eksempel 05.01."},
    )
    unit = forms.ChoiceField(
        label="Afdeling",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Vælg en afdeling på listen."},
    )
    state = forms.ChoiceField(
        label="Tilstand",
        required=False,
        choices=[("", "Alle"), *CaseState.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Vælg en tilstand på listen."},
    )

    def __init__(self, *args: Any, units: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_name = sorted(units.items(), key=lambda unit: unit[1])
        self.fields["unit"].choices = [("", "Alle"), *by_name]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note in the case."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = Words(
        label="Ny note",
        most=sealed.MOST_CHARACTERS,
        missing="Skriv noten.",
        help_text=f"Noten kan ikke ændres bagefter. {_CPR}",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", initial={"key": uuid.uuid4()}, **kwargs)


class ReminderForm(forms.Form):
    """A day to look at the case again, and who is to."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    due_on = Day(label="Dag", error_messages={"required": "Vælg den dag, sagen skal ses på."})
    whom = forms.ChoiceField(
        label="Hvem skal mindes om det?",
        error_messages={
            "required": "Vælg, hvem der skal mindes om sagen.",
            "invalid_choice": "Vælg en person eller afdelingen på listen.",
        },
    )
    text = Words(
        label="Hvad skal huskes?",
        most=sealed.MOST_CHARACTERS,
        missing="Skriv, hvad der skal huskes.",
        help_text=_CPR,
    )

    def __init__(
        self, *args: Any, user: User, people: list[User], unit: Unit, **kwargs: Any
    ) -> None:
        begun = {"key": uuid.uuid4(), "whom": f"{_PERSON}:{user.pk}"}
        super().__init__(*args, auto_id="reminder_%s", initial=begun, **kwargs)
        others = [one for one in people if one.pk != user.pk]
        self._people = {f"{_PERSON}:{one.pk}": one for one in (user, *others)}
        self._unit = unit
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            (f"{_PERSON}:{user.pk}", "Mig selv"),
            (_UNIT, f"Hele afdelingen: {unit.name}"),
            *((f"{_PERSON}:{one.pk}", one.full_name) for one in others),
        ]

    def reminder(self) -> dict[str, Any]:
        """What `reminders.add_reminder` is told, of a form that is valid."""
        typed = dict(self.cleaned_data)
        whom = typed.pop("whom")
        return typed | ({"unit": self._unit} if whom == _UNIT else {"person": self._people[whom]})


class HandoverForm(forms.Form):
    """The department that is to have the case, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = forms.ChoiceField(
        label="Hvilken afdeling skal have sagen?",
        error_messages={
            "required": "Vælg den afdeling, der skal have sagen.",
            "invalid_choice": "Vælg en afdeling på listen.",
        },
    )
    reason = Words(
        label="Hvorfor?",
        most=sealed.MOST_CHARACTERS,
        missing="Skriv, hvorfor sagen skal til en anden afdeling.",
        help_text=f"Det står i sagen og i journalen, og den nye afdeling ser det. {_CPR}",
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="handover_%s", initial={"key": uuid.uuid4()}, **kwargs)
        self._units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", "Vælg en afdeling"),
            *((unit.code, unit.name) for unit in self._units.values()),
        ]

    def handover(self) -> dict[str, Any]:
        """What `handovers.hand_over` is told, of a form that is valid."""
        typed = dict(self.cleaned_data)
        to = self._units[typed.pop("unit")]
        return typed | {"to": to}
