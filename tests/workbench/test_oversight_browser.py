# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page about oversight in a real browser, with charts, an alarm and a plan that is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from browsing import MARKS, check
from playwright.sync_api import Browser

from kodeks.inquiries import selectors, services
from kodeks.kernel import alarms, oversight, oversight_figures
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

pytestmark = MARKS

ADDRESS = "/systemer/inquiries/opsyn/"
WORDS = "Asfalten mangler."


def handled(receive: Callable[..., Any], sofie: User) -> None:
    """Sofie handles an inquiry as its page asks her to; her own view is not the suggestion."""
    inquiry = receive()
    recommendation = selectors.recommendation_of(inquiry)
    if kernel.presentation(recommendation, user=sofie).how == "blind":
        services.state_own_view(
            inquiry_id=inquiry.id, user=sofie, label="rotter", own_consideration=WORDS
        )
    kernel.show(recommendation_id=recommendation.id, user=sofie)
    services.decide(
        inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration=WORDS
    )


def test_figures_alarm_and_plan(browser: Browser, live_server, signed_in, receive) -> None:
    merete, sofie = (User.objects.get(username=name) for name in ("merete", "sofie"))
    oversight.oversee(
        system="inquiries",
        user=merete,
        blind_share=Decimal("0.5"),
        least_confidence=Decimal(0),
        influence_limit=Decimal("0.1"),
        fast_limit=Decimal("0.2"),
    )
    while oversight_figures.figures("inquiries").influence is None:
        handled(receive, sofie)
    alarms.sound(
        system="inquiries",
        kind="influence",
        effect="blind_first",
        sentence="Forslagene påvirker medarbejderne med 24 procentpoint. Grænsen er 10.",
        measured={},
    )
    cookie = signed_in("merete").cookies["kodeks_session"].value
    context = browser.new_context()
    context.add_cookies([{"name": "kodeks_session", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + ADDRESS)
    assert page.locator("svg.kodeks-chart-drawing").count() == 2
    check(page)
    page.fill("#id_blind_share", "3")
    page.click("text=Gem planen")
    page.wait_for_selector("#error-summary-heading")
    assert "mindst 5 procent" in page.inner_text("main")
    check(page)
    page.fill("form[action*=alarm] textarea", "Vi har talt om det på et møde.")
    page.click("text=Luk alarmen")
    page.wait_for_selector("text=Alarmen er lukket.")
    for address in ("/systemer/inquiries/overvaagning/", "/systemer/inquiries/"):
        page.goto(live_server.url + address)
        check(page)
    assert "Virker det?" in page.inner_text("main")
    page.goto(live_server.url + "/")
    assert "Åbne alarmer" not in page.inner_text("main")
