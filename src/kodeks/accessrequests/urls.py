# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's pages, under `prefix`."""

from __future__ import annotations

from django.urls import path

from kodeks.accessrequests.views import documents, new, requests

prefix = "aktindsigt/"
app_name = "accessrequests"

urlpatterns = [
    path("", requests.requests, name="requests"),
    path("ny/", new.new, name="new"),
    path("fil/<uuid:document_id>/", requests.file, name="file"),
    path("dokument/<uuid:document_id>/", documents.document, name="document"),
    path("dokument/<uuid:document_id>/afgoer/", documents.decide, name="decide"),
    path("dokument/<uuid:document_id>/kopi/", documents.preview, name="preview"),
    path("dokument/<uuid:document_id>/original/", documents.original, name="original"),
    path("<uuid:request_id>/", requests.one_request, name="request"),
    path("<uuid:request_id>/svar/", requests.answer, name="answer"),
    path("<uuid:request_id>/find/", requests.find_again, name="find-again"),
    path("<uuid:request_id>/frist/", requests.delay, name="delay"),
    path("<uuid:request_id>/givet/", requests.hand_over, name="hand-over"),
    path("<uuid:request_id>/igen/", requests.reopen, name="reopen"),
]
