# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sign-in form."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from kodeks.workbench import throttling


class SignInForm(AuthenticationForm):
    """User name and password, with a pause after repeated failures."""

    error_messages = {  # noqa: RUF012 - Django's own attribute
        "invalid_login": "Brugernavn eller adgangskode er forkert. Prøv igen.",
        "inactive": "Din bruger er lukket. Kontakt en administrator.",
        "paused": (
            "Der er skrevet forkert adgangskode for mange gange. Vent et kvarter, og prøv igen."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "Skriv dit brugernavn."
        self.fields["password"].error_messages["required"] = "Skriv din adgangskode."

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return self.cleaned_data
        who = {"username": username, "address": throttling.address_of(self.request)}
        if throttling.is_paused(**who):
            raise forms.ValidationError(self.error_messages["paused"], code="paused")
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            throttling.record_failure(**who)
            raise
        throttling.forget(**who)
        return cleaned
