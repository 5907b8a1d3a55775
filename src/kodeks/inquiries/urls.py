# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's pages, under `prefix`."""

from __future__ import annotations

from django.urls import path

from kodeks.inquiries.views import (
    attachment,
    clock,
    confirm,
    department,
    follow,
    inbox,
    inquiry,
    journal,
    learning,
    new,
    on_map,
    reply,
    reverse,
    sender_cpr,
    split,
    uniformity,
)

prefix = "henvendelser/"
app_name = "inquiries"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("ny/", new.new, name="new"),
    path("kort/", on_map.overview, name="map"),
    path("kort/steder.json", on_map.points, name="map-points"),
    path("foelg/<slug:reference>/<slug:code>/", follow.follow, name="follow"),
    path("journal/", journal.journal, name="journal"),
    path("afdeling/", department.department, name="department"),
    path("afdeling/<uuid:item_id>/besvaret/", department.answered, name="answered"),
    path("afdeling/<uuid:item_id>/haster/", department.attended, name="attended"),
    path("afdeling/<uuid:item_id>/svar/", reply.reply, name="reply"),
    path("afdeling/<uuid:item_id>/klaret/", department.settled, name="settled"),
    path("brev/<uuid:document_id>/", journal.letter, name="letter"),
    path("laering/", learning.learning, name="learning"),
    path("laering/begynd/", learning.start, name="learning-start"),
    path("laering/mine/", learning.mine, name="learning-mine"),
    path("laering/<uuid:run_id>/", learning.run, name="learning-run"),
    path("laering/<uuid:run_id>/afbryd/", learning.abandon, name="learning-abandon"),
    path("bilag/<uuid:attachment_id>/", attachment.attachment, name="attachment"),
    path("ensartethed/", uniformity.uniformity, name="uniformity"),
    path("ensartethed/lav/", uniformity.make, name="make-uniformity"),
    path("<uuid:inquiry_id>/", inquiry.inquiry, name="inquiry"),
    path("<uuid:inquiry_id>/steder.json", on_map.points_of, name="places"),
    path("<uuid:inquiry_id>/afgoer/", inquiry.decide, name="decide"),
    path("<uuid:inquiry_id>/omgoer/", reverse.reverse, name="reverse"),
    path("<uuid:inquiry_id>/del/", split.split, name="split"),
    path("<uuid:inquiry_id>/frist/", clock.add, name="add-clock"),
    path("<uuid:inquiry_id>/frist/<uuid:clock_id>/", clock.clock, name="clock"),
    path("<uuid:inquiry_id>/bekraeftelse/", confirm.confirm, name="confirm"),
    path("<uuid:inquiry_id>/cpr/", sender_cpr.sender_cpr, name="sender-cpr"),
]
