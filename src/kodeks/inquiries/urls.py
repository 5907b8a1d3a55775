# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's pages, under `prefix`."""

from __future__ import annotations

from django.urls import path

from kodeks.inquiries.views import (
    attachment,
    department,
    inbox,
    inquiry,
    journal,
    new,
    reverse,
    sender_cpr,
)

prefix = "henvendelser/"
app_name = "inquiries"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("ny/", new.new, name="new"),
    path("journal/", journal.journal, name="journal"),
    path("afdeling/", department.department, name="department"),
    path("afdeling/<uuid:item_id>/besvaret/", department.answered, name="answered"),
    path("afdeling/<uuid:item_id>/klaret/", department.settled, name="settled"),
    path("brev/<uuid:document_id>/", journal.letter, name="letter"),
    path("bilag/<uuid:attachment_id>/", attachment.attachment, name="attachment"),
    path("<uuid:inquiry_id>/", inquiry.inquiry, name="inquiry"),
    path("<uuid:inquiry_id>/afgoer/", inquiry.decide, name="decide"),
    path("<uuid:inquiry_id>/omgoer/", reverse.reverse, name="reverse"),
    path("<uuid:inquiry_id>/cpr/", sender_cpr.sender_cpr, name="sender-cpr"),
]
