# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.2: old matters can be read by the rules of their time."""

from __future__ import annotations

import pytest
from kernel_stage import basis, card_text

from kodeks.kernel import api as kernel
from kodeks.kernel import codices
from kodeks.kernel.models import CardRevision, Recommendation

NEW = {"basis": "En ny lov", "source": "Lov nr. 2", "valid_from": "2020-01-01"}


@pytest.fixture(scope="module")
def then_and_now(stage):
    """Two recommendations, with a new law, card, model and manager between them."""
    slug = stage.register()
    old = kernel.recommendation(stage.issued(slug))
    content = stage.content()
    content["legal_bases"].append(basis(slug, **NEW))
    stage.register_codex(content)
    text = card_text(slug).replace("At finde afdelingen.", "At finde en anden afdeling.")
    stage.register_card(text)
    stage.assign(slug=slug, manager="bodil")
    stage.attest(slug, by="bodil")
    stage.propose(slug, version="2", artefact_sha256="b2" * 32)
    stage.approve(slug, version="2", approver="bodil")
    new = kernel.recommendation(stage.issued(slug, artefact_sha256="b2" * 32))
    return old, new


def test_each_keeps_the_law_card_model_codex_and_manager_of_its_day(then_and_now):
    old, new = (one.body for one in then_and_now)
    assert [one["source"] for one in old["bases"]] == ["Forordning (EU) 2016/679"]
    assert [one["source"] for one in new["bases"]] == ["Lov nr. 2"]
    assert (old["card"]["revision"], new["card"]["revision"]) == (1, 2)
    assert (old["release"]["version"], new["release"]["version"]) == ("1", "2")
    assert old["codex"]["number"] < new["codex"]["number"]
    assert (old["owner"]["manager"], new["owner"]["manager"]) == (
        "Merete Demosen",
        "Bodil Attrapsen",
    )


def test_the_old_one_is_read_again_as_it_was(then_and_now):
    old, _ = then_and_now
    again = kernel.recommendation(old.id)
    assert again.body == old.body
    assert again.purpose_text == "At finde afdelingen."


def test_card_and_codex_of_that_day_are_kept_under_the_hashes_it_names(then_and_now):
    old, _ = then_and_now
    card = CardRevision.objects.get(sha256=old.body["card"]["sha256"])
    assert card.card["purposes"]["triage"] == "At finde afdelingen."
    codex = codices.verified(old.body["codex"]["sha256"])
    assert codex.number == old.body["codex"]["number"]
    sources = {row.source for row in codex.bases if row.system == old.system}
    assert sources == {"Forordning (EU) 2016/679"}


@pytest.mark.parametrize("name", ["cardrevision", "codexrevision", "legalbasis", "release"])
def test_and_nobody_can_change_them_afterwards(stage, then_and_now, name):
    before = stage.contents()
    for connection in (stage.application, stage.owner):
        with pytest.raises(Exception, match=r"Historikken|permission denied"):
            connection.execute(f"DELETE FROM kernel_{name}")
    assert stage.contents() == before


@pytest.mark.parametrize(
    "made_up", [{"codex": {"number": 1}}, {"bases": []}, {"issued_at": "2020-01-01T00:00:00Z"}]
)
def test_the_rules_of_the_day_are_the_databases_and_not_the_callers(stage, made_up):
    slug = stage.register()
    before = Recommendation.objects.count()
    assert stage.refused("issue", stage.proposal(slug, **made_up)) == "unknown"
    assert Recommendation.objects.count() == before
