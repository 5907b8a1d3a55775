# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The auditor's page in a real browser: axe and 320 px."""

import datetime as dt
from pathlib import Path

import nearby
import psycopg
import pytest
from browsing import MARKS, check
from django.utils import timezone
from log_pages import backdate, kept, silent, write
from playwright.sync_api import Browser

from kodeks.kernel import sequencer, witnessing
from kodeks.kernel.models import LedgerCheckpoint
from kodeks.ledger import merkle

pytestmark = MARKS


@pytest.fixture
def grown(as_owner: psycopg.Connection) -> None:
    """A log of some hundred lines over nine days, whose last head one witness has not seen."""
    nearby.publish()
    for place in range(120):
        as_owner.execute(
            "INSERT INTO kernel_ledgerpending (leaf) SELECT convert_to('leaf ' || %s || n, 'UTF8')"
            " FROM generate_series(1, %s) AS n",
            (f"{place} ", 1 + place * place % 7),
        )
        sequencer.integrate()
    now, heads_made = timezone.now(), LedgerCheckpoint.objects.count()
    ages = [9 * 24 * (1 - place / (heads_made - 1)) ** 1.3 for place in range(heads_made)]
    backdate(as_owner, [now - dt.timedelta(hours=age) for age in ages])
    as_owner.execute("ALTER TABLE kernel_ledgercheckpoint ENABLE TRIGGER USER")
    witnessing.ask()


def test_an_auditor_takes_a_head_home_and_comes_again(
    browser: Browser, live_server, grown, monkeypatch
) -> None:
    page = browser.new_page()
    page.goto(f"{live_server.url}/log/")
    bars = page.locator("svg rect")
    assert 9 <= bars.count() <= 10
    # The newest bar ends where the scale's lowest line is, inside the drawing.
    box, line = bars.last.bounding_box(), page.locator("svg line").last.bounding_box()
    assert box is not None
    assert line is not None
    assert abs(box["y"] + box["height"] - line["y"]) <= 1
    check(page)
    page.click("summary:has-text('Vis tallene')")
    assert page.locator("details:has-text('Vis tallene') tbody tr").count() == bars.count()
    check(page)
    with page.expect_download() as download:
        page.click("text=Hent hovedet som fil")
    head = Path(download.value.path()).read_text(encoding="utf-8")
    silent(monkeypatch, *nearby.SIGNERS)
    write(3)
    nearby.publish()
    page.reload()
    assert "Det nyeste af alle" in page.inner_text("main")
    check(page)
    page.fill("textarea", head[:-30])
    page.click("text=Se, om loggen holder")
    assert page.input_value("textarea") == head[:-30].strip()
    check(page)
    page.fill("textarea", head)
    page.click("text=Se, om loggen holder")
    assert "Loggen holder" in page.inner_text("main")
    check(page)
    page.fill("textarea", kept(2, root=b"y" * merkle.HASH_SIZE))
    page.click("text=Se, om loggen holder")
    assert "Loggen er skrevet om" in page.inner_text("main")
    check(page)
