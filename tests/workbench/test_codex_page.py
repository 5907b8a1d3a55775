# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public page of the codex: what holds, what executes it, who signed it and what is coming."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from psycopg.types.json import Jsonb

from kodeks.codex import bundle
from kodeks.codex.bundle import Codex
from kodeks.kernel import codices
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

PAGE = "/kodeks/"
Revise = Callable[[Callable[[Any], None]], Codex]


def words(response: HttpResponse) -> str:
    """The words of the main part with single blanks, as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_everybody_reads_every_clause_with_what_executes_it(client: Client) -> None:
    page, codex = words(client.get(PAGE)), codices.in_force()
    assert len(codex.clauses) > 20
    places = [page.index(one_line(f"{clause.id} {clause.text}")) for clause in codex.clauses]
    assert places == sorted(places)
    for control in codex.controls:
        assert one_line(control.text) in page
    for heading in {clause.heading for clause in codex.clauses}:
        assert heading in page


def test_the_page_has_duties_and_rulings_with_their_sources(client: Client) -> None:
    page, codex = words(client.get(PAGE)), codices.in_force()
    for duty in codex.duties:
        assert all(one_line(part) in page for part in (duty.title, duty.text, duty.source))
        day = f"{date_format(duty.valid_from)}{', når der er høj risiko' * duty.only_high_risk}"
        stops = f"Ja, fra {day}" if duty.stops else "Nej"
        assert f"{one_line(duty.text)} {stops} {one_line(duty.source)}" in page
    places = []
    for ruling in codex.rulings:
        assert all(one_line(part) in page for part in (ruling.consequence, ruling.source))
        places.append(page.index(one_line(ruling.title)))
    assert places == sorted(places, reverse=True), "the newest stands first"


def test_the_page_says_who_signed_which_edition(client: Client) -> None:
    page, codex = words(client.get(PAGE)), codices.in_force()
    assert "Her gælder udgave 1." in page
    assert f"Den har gjaldt siden {date_format(codex.effective_from)}." in page
    assert f"1 (gælder nu) {date_format(codex.effective_from)} Dorte Eksempelsen og" in page
    assert codex.sha256 in page


def test_a_new_edition_holds_at_once_and_the_old_one_stays_on_the_list(
    client: Client, revise: Revise
) -> None:
    old = codices.in_force().sha256
    new = revise(lambda content: content["clauses"][0].update(text="Alle kan læse alt. Prøve."))
    page = words(client.get(PAGE))
    assert "Her gælder udgave 2." in page
    assert "Alle kan læse alt. Prøve." in page
    assert page.index(new.sha256) < page.index(old)
    assert "2 (gælder nu)" in page
    assert "1 (gælder nu)" not in page


def test_an_edition_that_is_coming_is_announced_and_does_not_hold_yet(
    client: Client, revise: Revise
) -> None:
    day = timezone.localdate() + dt.timedelta(days=30)

    def later(content: Any) -> None:
        content["effective_from"] = day.isoformat()
        content["clauses"][0]["text"] = "Alle kan læse alt. Prøve."

    revise(later)
    page = words(client.get(PAGE))
    assert "Her gælder udgave 1." in page
    assert f"Udgave 2 gælder fra {date_format(day)}." in page
    assert "Alle kan læse alt. Prøve." not in page


def test_a_codex_whose_signatures_do_not_hold_is_not_shown_as_one(
    client: Client, as_owner: psycopg.Connection[Any]
) -> None:
    """Whoever owns the database can register one; nobody can write another's signature."""
    row = as_owner.execute("SELECT content, envelope FROM kernel_codexrevision").fetchone()
    assert row is not None
    content, envelope = row
    forged = content | {"number": 2, "effective_from": timezone.localdate().isoformat()}
    forged["clauses"] = [one | {"text": "Alt er tilladt."} for one in content["clauses"]]
    codex = bundle.of_content(forged)
    ids = [User.objects.get(username=name).pk for name in ("merete", "dorte")]
    as_owner.execute(
        "SELECT kernel.register_codex(%s, %s, %s, %s::bigint[])",
        [Jsonb(forged), codex.sha256, Jsonb(envelope), ids],
    )
    answer = client.get(PAGE)
    assert answer.status_code == 503
    page = words(answer)
    assert "Kodekset kan ikke vises" in page
    assert "Alt er stoppet. Bed driften undersøge det." in page
    assert "Alt er tilladt." not in page


def test_the_register_leads_to_it(client: Client) -> None:
    page = client.get("/register/inquiries/").content.decode()
    main = page.partition("<main")[2]
    assert f'href="{PAGE}"' in main
