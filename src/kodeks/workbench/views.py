# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Front page, sign-in and sign-out, the demo's role switcher and the health answer."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.views import LoginView
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from kodeks.kernel.models import System
from kodeks.workbench.forms import SignInForm

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/front_page.html")


class SignIn(LoginView):
    """Sign in with user name and password."""

    form_class = SignInForm
    template_name = "workbench/sign_in.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        # 422 tells both htmx and the browser's history that nothing was accepted.
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("workbench:front-page")


def _people() -> list[Any]:
    """The demo's people: objects with `username`, `title` and `description`."""
    if not settings.KODEKS_DEMO:
        raise Http404
    return list(import_string("kodeks.demo.roles.people")())


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/roles.html", {"people": _people()})


@require_POST
def take_role(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people; nobody else can be taken."""
    username = request.POST.get("username", "")
    if username not in {person.username for person in _people()}:
        raise Http404
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=MODEL_BACKEND)
    return redirect(reverse("workbench:front-page"))


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For the operator's monitoring: 200 when the database answers and has our tables, else 503."""
    try:
        System.objects.exists()
    except DatabaseError:
        return JsonResponse({"web": True, "database": False}, status=503)
    return JsonResponse({"web": True, "database": True})
