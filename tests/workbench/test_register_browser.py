# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The register's pages in a real browser: accessible in both languages, and on a narrow screen."""

from __future__ import annotations

from browsing import MARKS, check
from playwright.sync_api import Browser

pytestmark = MARKS
PAGES = (
    "/register/",
    "/register/inquiries/",
    "/register/krav-og-beviser/",
    "/en/register/",
    "/en/register/inquiries/",
)


def test_every_page_of_the_register(browser: Browser, live_server) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    for path in PAGES:
        page.goto(live_server.url + path)
        check(page)
        wanted = "en" if path.startswith("/en/") else "da"
        assert page.evaluate("document.documentElement.lang") == wanted


def test_a_reader_goes_to_the_other_language_and_back(browser: Browser, live_server) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(live_server.url + "/register/inquiries/")
    page.click("text=This page in English")
    assert page.inner_text("h1") == "Sorting of inquiries from citizens"
    page.click("text=Siden på dansk")
    assert page.inner_text("h1") == "Visitering af borgerhenvendelser"
