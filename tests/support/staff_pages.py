# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pages of the staff on the stage's database, where systems of a test's own can be registered."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.test import Client

from kodeks.kernel import authority, codices
from kodeks.kernel.authority import About

NUMBER = "010190-1234"


def visitor(stage: Any, who: str | int, **options: bool) -> Client:
    """A client that is signed in as the person; nobody for ""."""
    client = Client(**options)
    if who:
        client.force_login(stage.user(who))
    return client


def words_of(response: HttpResponse) -> str:
    """The words of the page's main part with single blanks, as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main.partition(">")[2])).split())


def source_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def who_is_let_in(stage: Any, path: str, people: dict[str, bool]) -> dict[str, bool]:
    """For each person whether GET gives the page; strangers must come to the sign-in."""
    found = {}
    for who in people:
        response = visitor(stage, who).get(path)
        if who == "":
            assert response.status_code == 302
            assert response.url.startswith("/log-ind/")
        else:
            assert response.status_code in (200, 403)
        found[who] = response.status_code == 200
    return found


def policy_sentence(stage: Any, who: str | int, action: str, about: About) -> str:
    """What the codex's own policies say to a person who may not."""
    verdict = authority.judge(codices.in_force(), stage.user(who), action, about=about)
    assert not verdict.allowed
    return verdict.sentence


def headings_in_order(response: HttpResponse) -> bool:
    """One h1 first, and no level left out on the way down."""
    main = response.content.decode().split("<main", 1)[1]
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", main)]
    down = all(below - above <= 1 for above, below in pairwise(levels))
    return levels[:1] == [1] and levels.count(1) == 1 and down
