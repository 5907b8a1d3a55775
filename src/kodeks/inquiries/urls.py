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
    robot,
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
    path("brev/<uuid:document_id>/", journal.letter, name="letter"),
    path("bilag/<uuid:attachment_id>/", attachment.attachment, name="attachment"),
    path("robot/", robot.robot, name="robot"),
    path("robot/<uuid:run_id>/proev-igen/", robot.retry, name="retry"),
    path("robot/forslag/<int:job_id>/proev-igen/", robot.retry_triage, name="retry-triage"),
    path("<uuid:inquiry_id>/", inquiry.inquiry, name="inquiry"),
    path("<uuid:inquiry_id>/afgoer/", inquiry.decide, name="decide"),
    path("<uuid:inquiry_id>/omgoer/", reverse.reverse, name="reverse"),
    path("<uuid:inquiry_id>/cpr/", sender_cpr.sender_cpr, name="sender-cpr"),
]
