# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises in a real browser: axe, 320 px, by keyboard and without JavaScript."""

from __future__ import annotations

from typing import Any

import drilled
import psycopg
import pytest
from browsing import MARKS, check
from kernel_stage import Stage
from playwright.sync_api import Browser, Page

from kodeks.kernel.models import DrillAnswer

pytestmark = MARKS

NAME = "kodeks_session"


@pytest.fixture
def round_(as_owner: psycopg.Connection, as_application: psycopg.Connection) -> str:
    """A round in the municipality of the demo, of which Sofie has a share."""
    stage = Stage(owner=as_owner, application=as_application)
    drilled.registered(stage, "inquiries")
    drilled.everywhere(stage)
    return str(drilled.opened(stage, "inquiries", ""))


def page_of(browser: Browser, live_server: Any, client: Any, **options: bool) -> Page:
    context = browser.new_context(**options)
    cookie = client.cookies[NAME].value
    context.add_cookies([{"name": NAME, "value": cookie, "url": live_server.url}])
    return context.new_page()


def test_every_page_also_with_errors(browser, live_server, signed_in, round_) -> None:
    page = page_of(browser, live_server, signed_in("sofie"))
    page.goto(live_server.url + "/oevelser/")
    check(page)
    page.click("text=Begynd")
    check(page)
    page.click("text=Svar på øvelsen")
    page.wait_for_selector("#error-summary-heading")
    check(page)
    page.fill("#id_own_words", "Jeg læste selv sagen.")
    page.check("input[value=follow]", force=True)
    page.click("text=Svar på øvelsen")
    page.wait_for_selector("text=Næste øvelse")
    check(page)
    merete = page_of(browser, live_server, signed_in("merete"))
    merete.goto(live_server.url + "/systemer/inquiries/opsyn/")
    check(merete)


def test_by_keyboard_and_without_javascript_each_answer_costs_the_same(
    browser, live_server, signed_in, round_
) -> None:
    """Words, then one choice and the button: to follow is no shorter way than another answer."""
    page = page_of(browser, live_server, signed_in("sofie"), java_script_enabled=False)
    page.goto(live_server.url + f"/oevelser/{round_}/")
    for choice in ("follow", "other", "reject"):
        page.focus("#id_own_words")
        page.keyboard.type("Jeg læste selv sagen.")
        page.keyboard.press("Tab")
        if choice == "other":
            # The list alone says it.
            page.keyboard.press("Tab")
            page.keyboard.type("Støj")
        else:
            page.keyboard.press("Space" if choice == "follow" else "ArrowUp")
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Næste øvelse")
        assert DrillAnswer.objects.latest("at").choice == choice
        page.click("text=Næste øvelse")
