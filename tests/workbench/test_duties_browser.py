# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages of those who answer, in a real browser: axe, 320 px, and forms without JavaScript."""

from collections.abc import Callable

import pytest
from browsing import MARKS, violations
from playwright.sync_api import Browser, Page

from kodeks.kernel.models import Incident

pytestmark = MARKS

ANSWERING, INCIDENTS = "/systemer/inquiries/ansvar/", "/systemer/inquiries/haendelser/"
SERVICE = "/systemer/inquiries/tider/"
NAME = "kodeks_session"


@pytest.fixture
def as_person(browser: Browser, live_server, signed_in) -> Callable[..., Page]:
    def as_person(username: str, **options: bool) -> Page:
        cookie = signed_in(username).cookies[NAME].value
        context = browser.new_context(**options)
        context.add_cookies([{"name": NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    return as_person


def check(page: Page) -> None:
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room
    page.set_viewport_size({"width": 1200, "height": 900})


def test_every_page_also_with_errors(live_server, as_person) -> None:
    merete, sofie = as_person("merete"), as_person("sofie")
    for page, path in (
        (merete, ANSWERING),
        (merete, INCIDENTS),
        (merete, SERVICE),
        (merete, "/fravaer/"),
        (sofie, "/haendelser/"),
        (sofie, "/efterkontrol/"),
    ):
        page.goto(live_server.url + path)
        check(page)
        if page is merete:
            page.click("main form button >> nth=-1")
            page.wait_for_selector("#error-summary-heading")
            check(page)


def test_an_incident_is_reported_and_handled_without_javascript(live_server, as_person) -> None:
    sofie = as_person("sofie", java_script_enabled=False)
    sofie.goto(live_server.url + INCIDENTS)
    sofie.fill("#id_day", "2026-11-02")
    sofie.fill("#id_clock", "09:15")
    sofie.fill("#id_description", "Et brev blev sendt forkert.")
    sofie.click("main form button")
    assert "Vælg, hvad der er sket." in sofie.inner_text("main")
    assert sofie.input_value("#id_day") == "2026-11-02"
    assert sofie.input_value("#id_clock") == "09:15"
    sofie.check("input[value=data_breach]")
    sofie.click("main form button")
    assert "Hændelsen er meldt." in sofie.inner_text("main")
    dorte = as_person("dorte", java_script_enabled=False)
    dorte.goto(live_server.url + INCIDENTS)
    dorte.click("tbody a")
    dorte.check("input[value=reported]")
    dorte.fill("#id_text", "Indberettet med nummer 17.")
    dorte.click("main form button")
    assert "Indberettet for sent" in dorte.inner_text("main")
    assert Incident.objects.get().steps.get().text == "Indberettet med nummer 17."
    page = as_person("dorte")
    page.goto(dorte.url)
    check(page)
