# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages in a real browser: accessible (axe), within the policy, and without JavaScript."""

import pytest
from browsing import MARKS, violations
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser

PASSWORD = "En-lang-adgangskode-1"

pytestmark = MARKS


def test_the_pages_are_accessible_and_keep_the_policy(browser: Browser, live_server) -> None:
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/log-ind/"):
        page.goto(live_server.url + path)
        assert violations(page) == []
        assert page.evaluate("typeof DKFDS.init + typeof htmx.process") == "functionfunction"
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.size)") > 0
    assert complaints == []
    page.goto(live_server.url + "/findes-ikke/")
    assert violations(page) == []


def test_on_a_telephone_the_menu_opens_and_is_accessible(browser: Browser, live_server) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(live_server.url + "/")
    page.click(".js-menu-open")
    page.wait_for_selector(".mobile-drawer.is-visible")
    page.wait_for_timeout(400)  # the drawer slides in
    assert violations(page) == []
    assert page.locator(".mobile-drawer >> text=Log ind").is_visible()


def test_sign_in_and_out_without_javascript(
    browser: Browser, live_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = get_user_model()
    monkeypatch.setattr(model, "check_password", lambda self, raw: raw == PASSWORD)
    username = model.objects.filter(is_active=True).order_by("username")[0].username
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(live_server.url + "/log-ind/")
    page.fill("#id_username", username)
    page.fill("#id_password", "forkert")
    page.click("main button[type=submit]")
    assert "Brugernavn eller adgangskode er forkert" in page.inner_text("main")
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.locator(".portal-info >> text=Log af").click()
    assert page.locator(".portal-info >> text=Log ind").is_visible()
