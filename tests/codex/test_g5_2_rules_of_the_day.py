# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.2: a record keeps the basis, card and model of its day."""

import json

from kernel_stage import CARD

from kodeks.codex import card
from kodeks.kernel.models import CardRevision, Recommendation


def test_later_changes_leave_the_old_record_as_it_was(stage):
    slug = stage.register()
    old = Recommendation.objects.get(id=stage.issued(slug))
    text = CARD.format(slug=slug, phase="operation", valid_from="2020-01-01", valid_to="")
    stage.as_owner("SELECT kernel.register_card(%s::jsonb)", json.dumps(card.load(text).content))
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    new = Recommendation.objects.get(id=stage.issued(slug, artefact_sha256="b2" * 32))
    again = Recommendation.objects.get(id=old.id)
    assert again.body == old.body
    assert (old.body["card"]["revision"], new.body["card"]["revision"]) == (1, 2)
    assert (old.body["release"]["version"], new.body["release"]["version"]) == ("1", "2")
    assert old.body["basis"]["valid_from"] == "2018-05-25"
    assert new.body["basis"]["valid_from"] == "2020-01-01"
    kept = CardRevision.objects.get(system_id=slug, revision=1)
    assert kept.sha256 == old.body["card"]["sha256"]
