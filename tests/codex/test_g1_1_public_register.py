# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.1: every system with its owner stands in the public register, as the kernel has it."""

import json

from django.test import Client


def test_the_register_says_who_answers_and_by_what_law(stage):
    state = json.loads(Client().get("/register/inquiries.json").content)
    told = json.dumps(state, ensure_ascii=False)
    assert "Merete Demosen" in told
    assert "artikel 6, stk. 1, litra e" in told


def test_a_new_owner_and_a_stop_are_seen_at_once(stage):
    slug = stage.register()
    stage.assign(slug=slug, manager="Ny Lederdatter")
    assert "Ny Lederdatter" in Client().get(f"/register/{slug}/").content.decode()
    before = Client().get(f"/register/{slug}/").content.decode()
    stage.switch(slug)
    after = Client().get(f"/register/{slug}/").content.decode()
    assert "Stoppet" not in before
    assert "Stoppet" in after


def test_every_registered_system_is_listed(stage):
    slugs = [stage.register() for _ in range(3)]
    page = Client().get("/register/").content.decode()
    assert all(f"/register/{slug}/" in page for slug in [*slugs, "inquiries"])
