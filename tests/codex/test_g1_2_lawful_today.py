# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.2: a system is used only when the law permits it, on that day and for that purpose."""

from __future__ import annotations

import datetime as dt

import pytest
from kernel_stage import basis, card_text, today

from kodeks.kernel import api as kernel

YESTERDAY = (today() - dt.timedelta(days=1)).isoformat()
TOMORROW = (today() + dt.timedelta(days=1)).isoformat()


def change_law(stage, slug: str, *rows) -> None:
    """A new codex, in which only these rows speak of the system."""
    content = stage.content()
    others = [row for row in content["legal_bases"] if row["system"] != slug]
    stage.register_codex(content | {"legal_bases": others + [basis(slug, **row) for row in rows]})


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_basis"),
        ([{"valid_to": YESTERDAY}], "no_basis"),
        ([{"valid_from": TOMORROW}], "no_basis"),
        ([{"phase": "development"}, {"phase": "retraining"}], "no_basis"),
        ([{"purpose": "improvement"}], "no_basis"),
        ([{"data_category": "confidential"}], "no_basis"),
        ([{"status": "pending"}], "no_basis"),
        ([{"status": "barred"}], "barred"),
        ([{}, {"status": "barred", "valid_from": today().isoformat()}], "barred"),
    ],
)
def test_without_leave_in_the_law_policies_and_database_refuse(stage, rows, code):
    slug = stage.register()
    payload = stage.proposal(slug)
    change_law(stage, slug, *rows)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_basis"
    assert stage.refused("issue", payload) == code


@pytest.mark.parametrize(
    "rows",
    [
        [{}],
        [{"valid_from": today().isoformat(), "valid_to": today().isoformat()}],
        [{"valid_to": YESTERDAY}, {"valid_from": today().isoformat()}],
        [{}, {"status": "barred", "valid_to": YESTERDAY}],
        [{}, {"status": "barred", "purpose": "improvement"}],
    ],
)
def test_with_it_there_is_a_suggestion(stage, rows):
    slug = stage.register()
    change_law(stage, slug, *rows)
    assert kernel.ask(system=slug, purpose="triage")
    assert stage.issued(slug)


def test_each_kind_of_data_needs_a_basis_of_its_own(stage):
    slug = stage.register()
    stage.register_card(card_text(slug).replace('"ordinary"', '"confidential"', 1))
    assert stage.obstacles(slug) == ["no_basis"]
    change_law(stage, slug, {}, {"data_category": "confidential"})
    assert stage.obstacles(slug) == []
