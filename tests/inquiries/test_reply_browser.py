# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page on which an answer is written, and the citizen's link, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from browsing import MARKS, check
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from kodeks.casework.models import InboxItem
from kodeks.demo.corpus import TESTINE_CPR
from kodeks.inquiries import acknowledging, replying, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User

pytestmark = MARKS


def signed_in(browser: Browser, url: str) -> Page:
    client = Client()
    client.force_login(User.objects.get(username="sofie"))
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    return context.new_page()


def seen(page: Page, name: str) -> None:
    """Nothing wrong with it; kept as a picture where KODEKS_SHOTS names a folder."""
    check(page)
    if folder := os.environ.get("KODEKS_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_from_draft_to_answer(
    browser: Browser, live_server: Any, forwarded: Callable[..., InboxItem]
) -> None:
    sofie = User.objects.get(username="sofie")
    before = forwarded(text="Vi har rotter i kælderen, og de løber bag skraldespandene.")
    services.mark_answered(item_id=before.id, user=sofie)
    forwarded(
        text="Der er rotter i kælderen.\nSted: Testvej 4", sender_name="Testine Testesen",
        sender_cpr=TESTINE_CPR,
    )  # fmt: skip
    page = signed_in(browser, live_server.url)
    page.goto(live_server.url + reverse("inquiries:department") + "?afdeling=miljoe-og-vand")
    seen(page, "department")
    page.get_by_role("link", name="Skriv svar").click()
    page.get_by_text("Svaret kan ikke sendes endnu").wait_for()
    assert "Kære Testine Testesen" in page.input_value("[name=body]")
    page.get_by_role("heading", name="Rotter, besvaret").wait_for()
    seen(page, "draft")
    text = page.input_value("[name=body]").replace("[udfyld]", "torsdag den 3. december")
    page.fill("[name=body]", text)
    page.get_by_text("Svaret kan ikke sendes endnu").wait_for(state="detached")
    page.get_by_role("button", name="Gem kladden").click()
    page.get_by_text("Kladden er gemt af Sofie").wait_for()
    seen(page, "saved")
    page.get_by_role("button", name="Skriv under, og send").click()
    page.get_by_text("er skrevet under").wait_for()
    answer = replying.ReplyDraft.objects.get(document__isnull=False).document
    assert answer.title == "Svar om rotter"
    if folder := os.environ.get("KODEKS_SHOTS"):
        (Path(folder) / "answer.pdf").write_bytes(bytes(answer.content))


def test_the_link_in_an_acknowledgement(
    browser: Browser, live_server: Any, triaged: Callable[..., Inquiry]
) -> None:
    inquiry = triaged(sender_cpr=TESTINE_CPR)
    acknowledging.give(inquiry_id=str(inquiry.id))
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    path = [inquiry.acknowledgement.reference, acknowledging.follow_code(inquiry)]
    page.goto(live_server.url + reverse("inquiries:follow", args=path))
    seen(page, "follow")
