# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses of this room: the planner's pages, and where sensors' messages come in."""

from django.urls import path

from kodeks.waste import pushing
from kodeks.waste.views import bins, figures, notices, one_bin, past, quality, sensors

app_name = "waste"
prefix = ""

urlpatterns = [
    path("api/maalinger/", pushing.readings, name="readings"),
    path("skraldespande/", bins.bins, name="bins"),
    path("skraldespande/punkter/", bins.points, name="points"),
    path("skraldespande/beskeder/", notices.notices, name="notices"),
    path("skraldespande/beskeder/<uuid:notice_id>/", notices.notice, name="notice"),
    path("skraldespande/beskeder/<uuid:notice_id>/beslut/", notices.decide, name="decide"),
    path("skraldespande/maalere/", sensors.sensors, name="sensors"),
    path("skraldespande/erfaringer/", sensors.lessons, name="lessons"),
    path("skraldespande/prognosen/", quality.quality, name="quality"),
    path("skraldespande/tal/", figures.figures, name="figures"),
    path("skraldespande/<int:bin_id>/", one_bin.one_bin, name="bin"),
    path("skraldespande/<int:bin_id>/historik/", past.past, name="past"),
    path("skraldespande/<int:bin_id>/historik.csv", past.past_csv, name="past-csv"),
]
