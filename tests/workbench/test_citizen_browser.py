# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's and the public's pages in a real browser, without JavaScript: axe and 320 px."""

from pathlib import Path

import nearby
from browsing import MARKS, check
from playwright.sync_api import Browser

from kodeks.inquiries.services import subject_of
from kodeks.kernel import insight
from kodeks.ledger import receipt

pytestmark = MARKS


def test_the_public_pages(browser: Browser, live_server) -> None:
    nearby.publish()
    page = browser.new_page()
    for path in ("/se-din-sag/", "/register/", "/register/inquiries/", "/kodeks/", "/log/"):
        page.goto(live_server.url + path)
        check(page)


def test_a_citizen_finds_the_case_and_takes_the_receipt_home(
    browser: Browser, live_server, receive, decide
) -> None:
    inquiry = decide(receive())
    nearby.publish()
    # axe itself is a script, so the way is walked without scripts and the page checked with them.
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/se-din-sag/")
    page.fill("#id_case_number", inquiry.case.number)
    page.fill("#id_code", insight.access_code(subject=subject_of(inquiry)).lower())
    page.click("main button[type=submit]")
    assert inquiry.text.split("\n")[0] in page.inner_text("main")
    with page.expect_download() as download:
        page.click("text=Kvittering for valget")
    data = Path(download.value.path()).read_bytes()
    assert receipt.verify(data, trusted_key=None).kind == "decision"
    page.click("summary")
    assert page.locator("text=kodeks receipt verify").is_visible()
    with_scripts = browser.new_context()
    with_scripts.add_cookies(context.cookies())
    same = with_scripts.new_page()
    same.goto(page.url)
    check(same)
    page.click("main button:has-text('Luk sagen')")
    assert page.goto(same.url).status == 403


def test_the_owner_stops_and_starts(browser: Browser, live_server, signed_in) -> None:
    client = signed_in("merete")
    context = browser.new_context()
    name = "kodeks_session"
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + "/systemer/")
    check(page)
    page.click("main td a")
    check(page)
    page.click("main form button:text('Stop systemet')")
    page.wait_for_selector("text=Skriv, hvorfor du gør det. >> nth=0")
    check(page)
    page.fill("#id_reason", "Forslagene er forkerte i dag.")
    page.click("main form button")
    page.wait_for_selector("text=Systemet er stoppet.")
    check(page)
    page.goto(live_server.url + "/register/inquiries/")
    assert "Stoppet" in page.inner_text("main")
    check(page)
