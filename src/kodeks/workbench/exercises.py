# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises for a caseworker: one made-up case at a time, built as the page of a real one.

Facts first, the suggestion last, and another answer costs no more than to follow. What the person
writes is asked for and not kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.codex.reader import SLUG
from kodeks.kernel import drills, selectors
from kodeks.kernel.drills import Dealt
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench.fields import Words

_CHOICES = [
    {"value": "follow", "label": "Følg forslaget"},
    {"value": "other", "label": "Vælg et andet svar", "helptext": "Vælg svaret på listen."},
    {"value": "reject", "label": "Afvis forslaget"},
]
_CHOSEN = {
    "follow": "Du fulgte forslaget.",
    "other": "Du valgte et andet svar end det foreslåede.",
    "reject": "Du afviste forslaget.",
}


class AnswerForm(forms.Form):
    """An answer to an exercise; as in a real case, choosing another answer says enough."""

    exercise = forms.SlugField(widget=forms.HiddenInput)
    own_words = Words(
        label="Hvad har du selv lagt vægt på?",
        most=4000,
        missing="Skriv med egne ord, hvad du har lagt vægt på.",
        help_text="Skriv det med dine egne ord. Det er en øvelse, så teksten bliver ikke gemt.",
    )
    choice = forms.ChoiceField(
        label="Hvad er dit svar?",
        required=False,
        choices=[(one["value"], one["label"]) for one in _CHOICES],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Vælg en af mulighederne."},
    )
    answer = forms.ChoiceField(
        label="Svaret, hvis du vælger et andet",
        required=False,
        error_messages={"invalid_choice": "Vælg et svar fra listen."},
    )

    def __init__(self, *args: Any, answers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["answer"]).choices = [
            ("", "Vælg et svar"),
            *answers.items(),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "choice" in self.errors or "answer" in self.errors:
            return cleaned
        choice = cleaned["choice"] or ("other" if cleaned["answer"] else "")
        if not choice:
            self.add_error("choice", "Vælg, hvad dit svar er.")
        elif choice == "other" and not cleaned["answer"]:
            self.add_error("answer", "Vælg et svar fra listen.")
        return cleaned | {"choice": choice}


@never_cache
@require_safe
@for_roles(Role.CASEWORKER)
def exercises(request: HttpRequest) -> HttpResponse:
    """What an exercise is, and the rounds in which some wait."""
    return _list(request)


@never_cache
@require_safe
@for_roles(Role.CASEWORKER)
def exercise(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """The person's next exercise."""
    try:
        found = drills.show(round_id=round_id, user=signed_in(request))
    except Refused as refused:
        return _turned_away(request, refused)
    if found is None:
        messages.success(request, "Du har svaret på alle dine øvelser. Tak.")
        return redirect("workbench:exercises")
    form = AnswerForm(answers=found.answers, initial={"exercise": found.exercise.id})
    return _page(request, round_id, found, form)


@require_POST
@for_roles(Role.CASEWORKER)
def answer(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    try:
        found = drills.show(round_id=round_id, user=user)
    except Refused as refused:
        return _turned_away(request, refused)
    sent = request.POST.get("exercise", "")
    if found is None or found.exercise.id != sent:
        # The form was sent twice: the answer is there already.
        if not SLUG.fullmatch(sent):
            raise Http404
        return redirect("workbench:exercise-answered", round_id, sent)
    form = AnswerForm(request.POST, answers=found.answers)
    if form.is_valid():
        said = form.cleaned_data
        chosen = {"follow": found.exercise.suggestion, "reject": ""}
        try:
            drills.answer(
                round_id=round_id,
                exercise=said["exercise"],
                user=user,
                choice=said["choice"],
                chosen=chosen.get(said["choice"], said["answer"]),
                own_words=said["own_words"],
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("workbench:exercise-answered", round_id, said["exercise"])
    return _page(request, round_id, found, form)


@never_cache
@require_safe
@for_roles(Role.CASEWORKER)
def answered(request: HttpRequest, round_id: uuid.UUID, exercise_id: str) -> HttpResponse:
    """Whether the suggestion was right, and why."""
    try:
        found = drills.answered(round_id=round_id, exercise=exercise_id, user=signed_in(request))
    except Refused as refused:
        if refused.code in ("not_answered", "unknown_round"):
            raise Http404 from refused
        return _turned_away(request, refused)
    context = {
        **_shown(round_id, found),
        "chosen": _CHOSEN[found.choice],
        "own": found.answers.get(found.answer, ""),
        "right": found.answers[found.exercise.right],
    }
    return render(request, "workbench/exercise_answered.html", context)


def _list(request: HttpRequest, *, refused: str = "") -> HttpResponse:
    names = {state.slug: state.name for state in selectors.systems()}
    context = {
        "waiting": [(one, names[one.system]) for one in drills.waiting(signed_in(request))],
        "refused": refused,
    }
    status = 403 if refused else 200
    return render(request, "workbench/exercises.html", context, status=status)


def _turned_away(request: HttpRequest, refused: Refused) -> HttpResponse:
    if refused.code == "unknown_round":
        raise Http404
    return _list(request, refused=refused.message)


def _page(
    request: HttpRequest, round_id: uuid.UUID, found: Dealt, form: AnswerForm
) -> HttpResponse:
    context = {
        **_shown(round_id, found),
        "choices": _CHOICES,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "workbench/exercise.html", context, status=status)


def _shown(round_id: uuid.UUID, found: Dealt) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "dealt": found,
        "exercise": found.exercise,
        "suggested": found.answers[found.exercise.suggestion],
    }
