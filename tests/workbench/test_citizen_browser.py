# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's and the public's pages in a real browser, without JavaScript: axe and 320 px."""

import uuid
from pathlib import Path

import nearby
from browsing import MARKS, check
from playwright.sync_api import Browser

from kodeks.casework import corrections
from kodeks.inquiries.services import subject_of
from kodeks.kernel import insight, selectors
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


def test_a_citizen_with_no_help_finds_the_four_answers(
    browser: Browser, live_server, receive, decide
) -> None:
    """With the case's number and code from the letter and nothing else, from the front page."""
    inquiry = decide(receive())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.click("nav >> text=Se din sag")
    page.fill("#id_case_number", inquiry.case.number)
    page.fill("#id_code", insight.access_code(subject=subject_of(inquiry)))
    page.click("main button[type=submit]")
    answers = {
        "Hvad er valgt, og hvem har valgt?": ("Sofie Prøvesen", "Merete Demosen"),
        "Hvilke data har vi brugt?": ("Hullet er dybt", "Borgeren selv", "Det er forkert"),
        "Hvad er der lagt vægt på?": ("Borgeren skriver om et hul", "Ordet »", "§ 7"),
        "Er du uenig?": ("klage",),
        "Kvitteringer": ("Kvittering for valget", "ikke er ændret"),
    }
    for heading, told in answers.items():
        part = page.locator("[data-point], section", has=page.get_by_role("heading", name=heading))
        text = part.first.inner_text()
        for words in told:
            assert words in text, heading
    page.click("text=Det er forkert")
    page.fill("#id_wrong", "Det var ikke nummer 12. Mit CPR-nummer er 010190-1234.")
    page.fill("#id_right", "Nummer 14")
    page.click("main form button[type=submit]")
    text = page.inner_text("[data-point=data]")
    assert "Det var ikke nummer 12. Mit CPR-nummer er [CPR]." in text
    assert "Vi svarer senest" in text
    with page.expect_download() as download:
        page.click("text=Hent det hele som brev")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    with_scripts = browser.new_context()
    with_scripts.add_cookies(context.cookies())
    same = with_scripts.new_page()
    same.goto(page.url)
    check(same)
    same.click("text=Det er forkert >> nth=-1")
    check(same)


def test_the_caseworker_answers_what_is_wrong(
    browser: Browser, live_server, receive, signed_in
) -> None:
    inquiry = receive()
    used = selectors.recommendation_for(system="inquiries", subject=subject_of(inquiry))
    corrections.report(
        key=uuid.uuid4(),
        subject=subject_of(inquiry),
        record_id=used.id,
        source="henvendelse",
        field="text",
        unit="",
        wrong="Det er ikke min gade.",
        right="",
    )
    client = signed_in("sofie")
    context = browser.new_context()
    name = "kodeks_session"
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + "/rettelser/")
    check(page)
    page.click("main td a")
    check(page)
    page.check("input[value=no]", force=True)
    page.fill("#id_reasons", "Gaden passer med det, du skrev.")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=Dit svar er gemt.")
    page.goto(f"{live_server.url}/indsigt/inquiry/{inquiry.id}/")
    assert "Ikke rettet" in page.inner_text("[data-point=data]")
    check(page)


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
    page.click("main td a[href='/systemer/inquiries/']")
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
