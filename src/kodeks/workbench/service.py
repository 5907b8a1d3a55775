# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""For those who answer for a system: how long citizens wait, and which hours it frees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import authority
from kodeks.kernel import service as kernel
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.selectors import SystemState
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import (
    access,
    measurements,
    plain,
    register,
    service_page,
    service_report,
    tabs,
)
from kodeks.workbench.fields import Day, Words


class Minutes(forms.DecimalField):
    """Minutes from 0, with comma or dot."""

    def __init__(self, *, label: str, help_text: str) -> None:
        wrong = "Skriv minutter som et tal fra 0 til 2.400, for eksempel 7,5."
        super().__init__(
            label=label,
            help_text=help_text,
            max_digits=6,
            decimal_places=2,
            localize=True,
            validators=[
                MinValueValidator(0, message=wrong),
                MaxValueValidator(measurements.MOST, message=wrong),
            ],
            error_messages={
                name: wrong
                for name in (
                    "required",
                    "invalid",
                    "max_digits",
                    "max_decimal_places",
                    "max_whole_digits",
                )
            },
        )


class StudyForm(forms.Form):
    """A time study: what was measured with a watch before the robot did it."""

    step = forms.ChoiceField(
        label="Hvilket trin?",
        help_text="Har du målt hele forløbet i ét, så vælg det sidste trin.",
        error_messages={
            "required": "Vælg det trin, du har målt.",
            "invalid_choice": "Trinnet står ikke på systemkortet. Vælg et fra listen.",
        },
    )
    minutes = Words(
        label="Minutter for hver sag",
        most=measurements.MOST_CHARACTERS,
        missing="Skriv, hvor mange minutter hver sag tog.",
        help_text="Et tal på hver linje. Mål mindst 20 sager. Gem selv listen.",
    )
    review = Minutes(
        label="Minutter til at se ét trin efter",
        help_text="Når et menneske ser efter, hvad robotten gjorde.",
    )
    rework = Minutes(
        label="Minutter til at rette én fejl",
        help_text="Når et menneske må rette noget eller hjælpe robotten.",
    )
    first_day = Day(
        label="Målt fra", error_messages={"required": "Skriv, hvornår målingen begyndte."}
    )
    last_day = Day(
        label="Målt til og med", error_messages={"required": "Skriv, hvornår målingen sluttede."}
    )
    measured_by = forms.CharField(
        label="Hvem har målt?",
        max_length=150,
        help_text="Skriv en funktion, for eksempel: To medarbejdere i Fælles Service.",
        error_messages={
            "required": "Skriv, hvem der har målt.",
            "max_length": "Teksten er for lang. Den må højst fylde 150 tegn.",
        },
    )

    def __init__(self, *args: Any, state: SystemState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        robot = state.card["robot"]
        steps = [
            (step, plain.step_title(robot=robot["name"], step=step))
            for step in (robot["steps"] if robot else [])
        ]
        self.fields["step"].choices = [("", "Vælg"), *steps]

    def study(self) -> kernel.NewStudy:
        """What the form says. Raises MeasurementProblem."""
        rest = {name: value for name, value in self.cleaned_data.items() if name != "minutes"}
        return measurements.study(self.cleaned_data["minutes"], measurements.About(**rest))


@never_cache
@require_safe
@for_roles(*access.STEERS)
def service(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, register.state_or_404(slug))


@never_cache
@require_safe
@for_roles(*access.STEERS)
def service_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The report as data; empty until a worker has counted."""
    register.state_or_404(slug)
    report = service_report.newest(slug)
    content = {} if report is None else report.content
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_POST
@for_roles(*access.STEERS)
def write_study(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    form = StudyForm(request.POST, state=state)
    if form.is_valid():
        try:
            kernel.write_study(system=slug, study=form.study(), user=signed_in(request))
        except measurements.MeasurementProblem as problem:
            form.add_error("minutes", str(problem))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Målingen er gemt. Den gælder fra nu af.")
            return redirect("workbench:service", slug)
    return _page(request, state, form=form)


def _page(
    request: HttpRequest, state: SystemState, *, form: StudyForm | None = None
) -> HttpResponse:
    report = service_report.newest(state.slug)
    robot = state.card["robot"]
    may_write = authority.may(signed_in(request), "attest", about=About(system=state.slug))
    context: dict[str, Any] = {
        "state": state,
        "tabs": tabs.of_system(request, state.slug, current=tabs.SERVICE),
        "robot": robot,
        "form": form or StudyForm(state=state),
        "refused": form,
        # Whoever was refused sees what they wrote, also when it is not theirs to write.
        "may_write": robot is not None and (form is not None or may_write),
    }
    if report is not None:
        context |= {
            "service": service_page.total(report),
            "months": service_page.months(report),
            "chart": service_page.chart(report),
            "studies": service_page.studies(report, robot=robot["name"] if robot else ""),
        }
    return render(request, "workbench/service.html", context, status=422 if form else 200)
