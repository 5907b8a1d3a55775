# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people write when they steer robots or do a robot's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from kodeks.robots import hands
from kodeks.robots.hands import Fact, Kind
from kodeks.robots.models import IncidentEnd, RobotState
from kodeks.robots.orders import LONGEST_REASON
from kodeks.robots.tasklist import LONGEST_NOTE
from kodeks.workbench.fields import Day, Words, YesNo

_PREFIX = "fact_"
_WIDGETS = {
    Kind.NUMBER: forms.TextInput,
    Kind.NUMBERS: forms.Textarea,
    Kind.TEXT: forms.Textarea,
    Kind.DAY: Day.widget,
}
_CHOOSE = {"required": "Vælg en af mulighederne.", "invalid_choice": "Vælg en af mulighederne."}
_HELP = "Skriv ikke navne på borgere."


class _Options(forms.Form):
    """A form whose first question is answered with radio buttons."""

    question = ""
    helps: dict[str, str] = {}  # noqa: RUF012 - as Django's own class attributes

    def options(self) -> list[dict[str, Any]]:
        """The choices for the component `radios`."""
        return [
            {"value": code, "label": title, "helptext": self.helps.get(str(code), "")}
            for code, title in self.fields[self.question].choices  # type: ignore[attr-defined]
        ]


class OrderForm(_Options):
    """Tell a robot to run, pause or stop."""

    question = "state"
    helps = {  # noqa: RUF012
        RobotState.PAUSED.value: "Det, der venter, bliver liggende, til robotten kører igen.",
        RobotState.STOPPED.value: "Det, der venter, kommer på medarbejdernes liste imens.",
    }

    state = forms.ChoiceField(
        label="Hvad skal robotten?",
        widget=forms.RadioSelect,
        choices=[
            (RobotState.RUNNING.value, "Køre"),
            (RobotState.PAUSED.value, "Holde pause"),
            (RobotState.STOPPED.value, "Stoppe"),
        ],
        error_messages=_CHOOSE,
    )
    reason = Words(label="Hvorfor?", most=LONGEST_REASON, missing="Skriv hvorfor.", help_text=_HELP)

    def __init__(self, *args: Any, present: RobotState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        field.choices = [one for one in field.choices if one[0] != present]  # type: ignore[attr-defined]


class IncidentForm(_Options):
    """End an incident."""

    question = "outcome"
    helps = {  # noqa: RUF012
        IncidentEnd.Outcome.RESCHEDULED.value: "Robotten prøver alle opgaverne igen.",
        IncidentEnd.Outcome.DISMISSED.value: "Opgaverne bliver på medarbejdernes liste.",
    }

    outcome = forms.ChoiceField(
        label="Hvad skal der ske?",
        widget=forms.RadioSelect,
        choices=[
            (IncidentEnd.Outcome.RESCHEDULED.value, "Årsagen er væk. Prøv alle igen"),
            (IncidentEnd.Outcome.DISMISSED.value, "Det er ikke én fejl. Luk den"),
        ],
        error_messages=_CHOOSE,
    )
    reason = Words(label="Hvorfor?", most=LONGEST_REASON, missing="Skriv hvorfor.", help_text=_HELP)


class ByHandForm(forms.Form):
    """What a person did who did a robot's step, and the facts that the step asks for.

    What a fact must look like is the robots' to say (`hands.checked`): the form only shows it.
    """

    note = Words(
        label="Hvad har du gjort?",
        most=LONGEST_NOTE,
        missing="Skriv, hvad du har gjort.",
        help_text="Skriv, hvad du gjorde, og hvor det ligger. Skriv ikke CPR-numre.",
    )

    def __init__(self, *args: Any, asked: Sequence[Fact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = tuple(asked)
        for fact in self._asked:
            self.fields[_PREFIX + fact.name] = forms.CharField(
                label=fact.title,
                help_text=fact.helptext,
                required=fact.required,
                widget=_WIDGETS[fact.kind],
                error_messages={"required": hands.missing(fact)},
            )

    def facts(self) -> list[forms.BoundField]:
        """The fields of the facts, in their order."""
        return [self[_PREFIX + fact.name] for fact in self._asked]

    def told(self) -> dict[str, str]:
        """The facts as they were typed, by their names."""
        return {fact.name: self.cleaned_data[_PREFIX + fact.name] for fact in self._asked}

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Put each sentence at its field."""
        for name, problem in problems.items():
            self.add_error(_PREFIX + name, problem)


class ScheduleForm(forms.Form):
    """When a robot's work comes by the clock."""

    is_on = YesNo(
        label="Skal tidsplanen være slået til?",
        yes="Ja",
        no="Nej, slå den fra",
        missing="Vælg, om tidsplanen skal være slået til.",
    )
    cron = forms.CharField(
        label="Hvornår?",
        required=False,
        max_length=100,
        help_text="Fem felter: minut, time, dag, måned, ugedag. »0 6 * * 1-5« er kl. 6 på "
        "hverdage. Lad feltet stå tomt for at bruge den tid, programmet kommer med.",
    )
    reason = Words(label="Hvorfor?", most=LONGEST_REASON, missing="Skriv hvorfor.", help_text=_HELP)
