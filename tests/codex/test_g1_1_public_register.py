# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.1: anybody can see which AI systems the municipality uses, and who answers for them."""

from __future__ import annotations

import json
import re

from django.test import Client

from kodeks.kernel.models import System


def entry(slug: str):
    """What the register says to a program; nobody signs in."""
    return json.loads(Client().get(f"/register/{slug}.json").content)


def page(path: str) -> str:
    return Client().get(path).content.decode()


def test_the_register_says_who_answers_by_what_law_and_with_which_model(stage):
    told = entry("inquiries")
    assert told["owner"]["manager"] == "Merete Demosen"
    assert told["owner"]["unit"]
    assert any("artikel 6, stk. 1, litra e" in law["basis"] for law in told["legal_bases"])
    assert told["release"]["signed_by"] == ["Anders Mønstersen", "Merete Demosen"]
    assert told["codex"]["sha256"] == stage.sha256


def test_it_lists_the_registered_systems_and_no_others(stage):
    new = {stage.register() for _ in range(3)}
    listed = set(re.findall(r'href="/register/([a-z0-9_]+)/"', page("/register/")))
    assert new | {"inquiries"} <= listed
    assert listed == set(System.objects.values_list("slug", flat=True))
    assert Client().get("/register/findes_ikke/").status_code == 404


def test_a_new_manager_is_seen_at_once(stage):
    slug = stage.register()
    stage.assign(slug=slug, manager="bodil")
    assert "Bodil Attrapsen" in page(f"/register/{slug}/")
    assert entry(slug)["owner"]["manager"] == "Bodil Attrapsen"


def test_a_vacancy_is_not_filled_with_the_one_who_left(stage):
    slug = stage.register(released=False)
    assert "Merete Demosen" in page(f"/register/{slug}/")
    stage.assign(slug=slug, manager=None)
    assert entry(slug)["owner"]["manager"] == ""
    assert "Merete Demosen" not in page(f"/register/{slug}/")


def test_a_stop_and_whatever_else_is_in_the_way_are_seen_at_once(stage):
    slug = stage.register()
    assert entry(slug)["status"]["state"] == "running"
    stage.switch(slug)
    assert entry(slug)["status"]["state"] == "stopped"
    assert "Stoppet" in page(f"/register/{slug}/")
    stage.switch(slug, verb="resume")
    stage.evidence(slug, kind="dpia", withdrawn=True)
    status = entry(slug)["status"]
    assert status["state"] == "blocked"
    assert status["obstacles"][0] in page(f"/register/{slug}/")
