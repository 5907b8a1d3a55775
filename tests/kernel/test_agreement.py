# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A solution says when suggestion and outcome are the same, and the figures of oversight ask it."""

from __future__ import annotations

import pytest
from django.apps import apps
from overseen import handled, planned

from kodeks.kernel import api, oversight_figures


@pytest.fixture
def agreements(monkeypatch):
    """What is registered here is forgotten afterwards."""
    config = apps.get_app_config("kernel")
    monkeypatch.setattr(config, "agreements", dict(config.agreements))


def test_both_arms_are_measured_by_what_the_solution_says(stage, agreements):
    slug = planned(stage)
    for how in ("shown", "blind"):
        handled(stage, slug, how, agreeing=False)
        handled(stage, slug, how, agreeing=True)
    before = oversight_figures.figures(slug)
    assert sorted((one.shown, one.agreed) for one in before.cases) == [
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    ]
    compared = []

    def same(suggested, chosen):
        compared.append((suggested["label"], chosen["label"]))
        return True

    api.register_agreement(system=slug, same=same)
    after = oversight_figures.figures(slug)
    assert all(one.agreed for one in after.cases)
    assert {chosen for _, chosen in compared} == {"rotter", "stoej"}
    # Whether the suggestion was followed to the letter is another figure.
    assert after.overridden == before.overridden
