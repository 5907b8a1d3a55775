# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A real browser for the tests of pages: Debian's Chromium, and what axe-core says of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from kodeks.kernel.viewing import as_service

CHROMIUM = shutil.which("chromium")
STAMP = Path(__file__).parents[2] / "src/kodeks/workbench/static/dkfds/.stamp"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

MARKS = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.skipif(not STAMP.is_file(), reason="no assets: run python hatch_build.py"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for an asynchronous view.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        # Within the loop Django has connections of its own, which only here can be closed; those
        # of an earlier test lead to a database that is gone.
        connections.close_all()
        with as_service("tests"):
            yield browser
        connections.close_all()
        browser.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong: the rule and the beginning of the element."""
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:120]}" for item in found for node in item["nodes"]]


def check(page: Page) -> None:
    """No violation (axe), one h1, and nothing to scroll sideways for on a narrow screen."""
    assert violations(page) == []
    assert page.locator("h1").count() == 1
    page.set_viewport_size({"width": 320, "height": 700})
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room
    page.set_viewport_size({"width": 1200, "height": 900})
