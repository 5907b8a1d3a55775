# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses: the workbench's own, then each solution's under its `prefix`."""

from django.urls import URLPattern, URLResolver, include, path

from kodeks.workbench import navigation, views

workbench_patterns = (
    [
        path("", views.front_page, name="front-page"),
        path("log-ind/", views.SignIn.as_view(), name="sign-in"),
        path("log-ud/", views.sign_out, name="sign-out"),
        path("roller/", views.roles, name="roles"),
        path("roller/skift/", views.take_role, name="take-role"),
        path("sundhed/", views.health, name="health"),
    ],
    "workbench",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(workbench_patterns)),
    *(path(module.prefix, include(module)) for module in navigation.solution_modules("urls")),
]

handler400 = "kodeks.workbench.errors.bad_request"
handler403 = "kodeks.workbench.errors.permission_denied"
handler404 = "kodeks.workbench.errors.page_not_found"
handler500 = "kodeks.workbench.errors.server_error"
