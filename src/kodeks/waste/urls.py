# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses of this room."""

from django.urls import path

from kodeks.waste import pushing

app_name = "waste"
prefix = ""

urlpatterns = [path("api/maalinger/", pushing.readings, name="readings")]
