# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A new piece of text for answers: what it is called and which KLE numbers it is for. Its words are
then written and approved as a letter's are."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.casework import reply_blocks
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_versions import EDITORS
from kodeks.web.forms import Text
from kodeks.web.pages import for_roles, signed_in


class BlockForm(forms.Form):
    name = Text(
        label="Navn",
        max_length=60,
        help_text="Små bogstaver, tal og bindestreger, for eksempel svar-hul-i-vejen.",
        error_messages={"required": "Skriv et navn, der begynder med svar-."},
    )
    title = Text(
        label="Titel",
        max_length=120,
        help_text="Det, medarbejderen vælger efter.",
        error_messages={"required": "Skriv, hvad stykket handler om."},
    )
    kle_prefix = Text(
        label="KLE-numre, der begynder med",
        max_length=8,
        required=False,
        help_text="For eksempel 05.01. Tomt betyder alle henvendelser.",
    )
    part = forms.ChoiceField(
        label="Hvor står det i svaret?",
        choices=reply_blocks.Part.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Vælg en fra listen."},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*EDITORS)
def new(request: HttpRequest) -> HttpResponse:
    form = BlockForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            kind = reply_blocks.add(user=signed_in(request), **form.cleaned_data)
        except CaseworkError as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, "Stykket er oprettet. Skriv nu teksten.")
            return redirect("workbench:edit-letter", kind.name)
    status = 422 if form.errors else 200
    return render(request, "workbench/reply_block.html", {"form": form}, status=status)
