# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's pages in a real browser: accessible, on a narrow screen, without JavaScript."""

from __future__ import annotations

from typing import Any

import deciding
from browsing import MARKS, violations
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import Decision, User
from kodeks.robots import engine
from kodeks.robots.models import Run

LONG = "x" * 300

pytestmark = MARKS


def signed_in(browser: Browser, url: str, **options: Any) -> BrowserContext:
    client = Client()
    client.force_login(User.objects.get(username="sofie"))
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(**options)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    return context


def triaged(text: str) -> Inquiry:
    inquiry, _ = services.receive(
        external_id=text[:40], text=text, channel="web", district="Y" * 80, sender_name=LONG[:200]
    )
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    return inquiry


def test_every_page_is_accessible_and_fits_a_narrow_screen(
    browser: Browser, live_server: Any
) -> None:
    waiting = triaged(f"Hul i vejen, fare for liv {LONG} <!-- skjult -->")
    decided = triaged(f"Hul i vejen {LONG}")
    deciding.decide(
        inquiry_id=decided.id,
        user=User.objects.get(username="sofie"),
        choice="accept",
        label="",
        own_consideration=f"Asfalten mangler {LONG}",
    )
    engine.execute(run_id=Run.objects.get().id)
    page = signed_in(browser, live_server.url).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    paths = [reverse(f"inquiries:{name}") for name in ("inbox", "new", "journal")]
    paths += [reverse("inquiries:inquiry", args=[one.id]) for one in (waiting, decided)]
    for path in paths:
        for width in (1200, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_server.url + path)
            assert violations(page) == [], path
            if path == paths[-2]:
                assert "Teksten har skjulte afsnit." in page.inner_text("main")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


def test_a_decision_can_be_made_without_javascript(browser: Browser, live_server: Any) -> None:
    inquiry = triaged("Der er et dybt hul i vejen")
    page = signed_in(browser, live_server.url, java_script_enabled=False).new_page()
    page.goto(live_server.url + reverse("inquiries:inbox"))
    page.click("tbody a")
    page.click("#decision button")
    assert "Vælg et af emnerne, eller vælg et andet." in page.inner_text("main")
    page.fill("#decision textarea", "Asfalten mangler.")
    page.check("#decision >> text=Et andet emne")
    page.click("#decision button")
    assert "Vælg et emne fra listen." in page.inner_text("main")
    page.select_option("#decision select[name=label]", "rotter")
    page.click("#decision button")
    assert "Du har afgjort henvendelsen" in page.inner_text("main")
    assert Decision.objects.get().subject_id == str(inquiry.id)


def test_numbers_and_what_came_before_are_accessible_and_fit_a_narrow_screen(
    browser: Browser, live_server: Any
) -> None:
    hole = "Jeg vil klage over et dybt hul i vejen på Testvej. Asfalten er helt væk ved fortovet."
    first = triaged(hole)
    deciding.decide(
        inquiry_id=first.id,
        user=User.objects.get(username="sofie"),
        choice="own",
        label="vejskade",
        own_consideration="Asfalten mangler.",
    )
    engine.execute(run_id=Run.objects.get().id)
    again = triaged(f"Goddag. {hole} Mvh")
    page = signed_in(browser, live_server.url).new_page()
    for width in (1200, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(live_server.url + reverse("inquiries:inquiry", args=[again.id]))
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("input[name=kle]").count() >= 3
    page.check("input[name=join][value^=igen]")
    page.fill("#id_own_consideration", "Det er det samme hul.")
    page.click("#decision button")
    page.wait_for_url("**/henvendelser/**")
    decision = Decision.objects.get(subject_id=str(again.id))
    assert decision.body["outcome"] == {"label": "vejskade", "duplicate_of": str(first.id)}
