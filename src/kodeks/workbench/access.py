# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who sees what: a system's pages by role; a citizen's matter by code, as the person or as staff.

The code is checked in constant time, guesses are slowed down, and an unknown case number costs
and says the same as a wrong code, so nobody can learn which case numbers exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from kodeks.casework import retention
from kodeks.kernel import access, insight
from kodeks.kernel.insight import Matter
from kodeks.kernel.models import Role, User
from kodeks.kernel.subjects import Subject
from kodeks.kernel.viewing import as_service, viewer
from kodeks.workbench import matters, throttling
from kodeks.workbench.matters import Found

SEES_ALL = frozenset({Role.CASEWORKER, Role.SYSTEM_OWNER, Role.DATA_PROTECTION_OFFICER})
STEERS = frozenset({Role.SYSTEM_OWNER, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR})
FIGURES = frozenset({Role.CASEWORKER, Role.SYSTEM_OWNER})
"""Who sees the figures of departments."""
REPORTS = STEERS | {Role.CASEWORKER}
"""Every employee: those who work with a system are the first to see that it is wrong."""
HELPS_ROBOTS = frozenset({Role.CASEWORKER, Role.SYSTEM_OWNER, Role.ADMINISTRATOR})
ERASES = retention.ERASERS
ROBOT_PAGES = "robot-pages"
"""As what pages about robots ask: nothing of what is in a case is on them, and those who look after
robots need not see any case."""
_SESSION = "insight"
_INSIGHT = "insight"
_MOST_REMEMBERED = 20
_NOBODY = Subject(type="", id="")
_NOT_IN_A_CODE = re.compile(r"[\s\-\u2010-\u2015]+")


class FindCaseForm(forms.Form):
    """Case number and the letter's code; `found` is the matter when both are right."""

    found: Found | None = None

    case_number = forms.CharField(
        label="Sagsnummer",
        max_length=80,
        help_text="Det står øverst i brevet fra os.",
        error_messages={
            "required": "Skriv sagsnummeret fra dit brev.",
            "max_length": "Sagsnummeret er for langt. Skriv det, som det står i brevet.",
        },
    )
    code = forms.CharField(
        label="Kode",
        max_length=40,
        help_text="Koden er på ti tegn. Store og små bogstaver er lige gode.",
        error_messages={
            "required": "Skriv koden fra dit brev.",
            "max_length": "Koden er for lang. Skriv den, som den står i brevet.",
        },
    )

    WRONG = "Sagsnummeret og koden passer ikke sammen. Se efter i dit brev, og prøv igen."
    PAUSED = "Der er prøvet for mange gange. Vent et kvarter, og prøv igen."

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = throttling.address_of(request)

    def clean(self) -> dict[str, Any]:
        number = self.cleaned_data.get("case_number")
        code = self.cleaned_data.get("code")
        if not number or not code:
            return self.cleaned_data
        who = {"username": f"insight:{number}", "address": self._address}
        if throttling.is_paused(**who):
            raise forms.ValidationError(self.PAUSED, code="paused")
        with as_service(_INSIGHT):
            candidates = matters.all_by_case_number(number)
        # All of them are compared, so that the time tells nothing about which is the right one.
        fitting = [one for one in candidates or [None] if _code_fits(one, code)]
        if not fitting:
            throttling.record_failure(**who)
            raise forms.ValidationError(self.WRONG, code="wrong")
        throttling.forget(**who)
        self.found = fitting[0]
        return self.cleaned_data


def _code_fits(found: Found | None, code: str) -> bool:
    # An unknown number is compared too, with a code that no subject has.
    subject = _NOBODY if found is None else found.matter.subject
    right = insight.access_code(subject=subject)
    return constant_time_compare(_bare(code), _bare(right)) and found is not None


def _bare(code: str) -> str:
    return _NOT_IN_A_CODE.sub("", code).upper()


def remember(request: HttpRequest, subject: Subject) -> None:
    """Let this session see the matter, under a new session number."""
    key = _key(subject)
    opened = [other for other in request.session.get(_SESSION, []) if other != key]
    request.session.cycle_key()
    request.session[_SESSION] = [*opened, key][-_MOST_REMEMBERED:]


def forget(request: HttpRequest) -> None:
    """Close what the session opened by code."""
    request.session.pop(_SESSION, None)


def by_code(request: HttpRequest, subject: Subject) -> bool:
    return _key(subject) in request.session.get(_SESSION, [])


def of_matter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about one matter: for whoever opened it by code, the person it is about, and staff.

    Staff see what lies within their unit and KLE numbers; another matter is not found. The view
    gets the matter's subject, and sees of the database what the visitor may.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, subject_type: str, subject_id: str, **kwargs: Any
    ) -> HttpResponse:
        subject = Subject(type=subject_type, id=subject_id)
        if by_code(request, subject) or _is_own(request, subject):
            with as_service(_INSIGHT):
                return view(request, subject, **kwargs)
        user = request.user
        if not isinstance(user, User) or access.roles_of(user).isdisjoint(SEES_ALL):
            return refused(request)
        with viewer(user):
            within(user, matters.by_subject(subject))
            return view(request, subject, **kwargs)

    return guarded


def within(user: User, found: Found | None) -> None:
    """Raises Http404 for a matter outside the units and KLE numbers of a member of staff."""
    if found is None or not access.reaches(user, found.matter.scope, roles=SEES_ALL):
        raise Http404


def _is_own(request: HttpRequest, subject: Subject) -> bool:
    return subject in [matter.subject for matter in own_matters(request)]


def refused(request: HttpRequest) -> HttpResponse:
    """The answer to one who may not see a matter: the same whether it exists or not."""
    context = {"form": FindCaseForm(request=request), "refused": True}
    return render(request, "workbench/find_case.html", context, status=403)


def sees_all_incidents(user: User | AnonymousUser) -> bool:
    """Whether the person sees all incidents of a system, and not only their own reports."""
    return bool(access.roles_of(user) & STEERS)


def own_matters(request: HttpRequest) -> list[Matter]:
    """The signed-in citizen's matters; none for anybody else."""
    user = request.user
    if not isinstance(user, User) or user.person_index is None:
        return []
    if not access.has_role(user, Role.CITIZEN):
        return []
    with as_service(_INSIGHT):
        return matters.of_person(bytes(user.person_index))


def _key(subject: Subject) -> str:
    return f"{subject.type}/{subject.id}"
