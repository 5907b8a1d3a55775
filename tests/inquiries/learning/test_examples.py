# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a retraining learns from, and what is left out of it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from retrainings import asked, decided, learn_of, person, rows

from kodeks.casework import corrections
from kodeks.inquiries import files, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import examples, sets
from kodeks.inquiries.models import ExampleSet, Inquiry
from kodeks.kernel import api as kernel

pytest.importorskip("sklearn")
CPR = "150682-0012"


def ids(**changes: Any) -> set[str]:
    found = examples.found(until=timezone.now(), terms=asked(**changes))
    return {one.id for one in found.kept_back}


@transaction.atomic
def erase(inquiry: Inquiry) -> None:
    """As retention does it; this one has no case yet."""
    subject = kernel.Subject(type="inquiry", id=str(inquiry.id))
    kernel.erase(subject=subject, user=person("dorte"), reason="Tiden er gået.")
    inquiry.refresh_from_db()
    inquiry.text = inquiry.sender_name = inquiry.district = inquiry.urgency = ""
    inquiry.sealed_original = inquiry.sealed_cpr = inquiry.sender_index = None
    inquiry.external_id = f"slettet:{inquiry.id}"
    inquiry.erased_at = timezone.now()
    inquiry.save()


def test_erased_and_objected_matters_are_not_in_it_and_reversed_ones_as_they_stand(
    line: Any,
) -> None:
    kept, gone, contested = (
        decided("Der er rotter i gården.", "rotter", f"which:{name}")
        for name in ("kept", "gone", "contested")
    )
    assert {str(one.id) for one in (kept, gone, contested)} <= ids()
    corrections.report(
        key=uuid.uuid4(),
        subject=kernel.Subject(type="inquiry", id=str(contested.id)),
        record_id=uuid.uuid4(),
        source="",
        field="",
        unit="",
        wrong="Jeg vil ikke have, at en maskine ser på det.",
        right="",
    )
    erase(gone)
    kept.refresh_from_db()
    services.reverse(
        inquiry_id=kept.id,
        user=person("sofie"),
        replaces=kept.decision_id,
        cause="mistake",
        label="stoej",
        own_consideration="Det var støj fra rotter, og det er en anden opgave.",
    )
    found = examples.found(until=timezone.now(), terms=asked())
    by_id = {one.id: one for one in found.kept_back}
    assert str(gone.id) not in by_id
    assert str(contested.id) not in by_id
    assert (by_id[str(kept.id)].label, by_id[str(kept.id)].how) == ("stoej", "reversed")
    assert by_id[str(kept.id)].teaches
    assert (found.left_out["erased"], found.left_out["objection"]) == (1, 1)


def test_decisions_older_than_the_last_days_are_learned_and_a_period_is_left_out(
    line: Any,
) -> None:
    # A topic with one decision is learned with the old texts about it.
    learn_of("Gamle sager", rows())
    everything = ids()
    assert ids(days=0) == set()
    learned = examples.found(until=timezone.now(), terms=asked(days=0)).learned
    assert everything <= {one.id for one in learned}
    left = examples.found(
        until=timezone.now(), terms=asked(out_from="2026-01-01", out_to="2099-01-01")
    )
    assert left.kept_back == ()
    assert left.left_out["period"] == len(everything)


def test_numbers_are_masked_in_sets_and_a_removed_set_is_gone(line: Any) -> None:
    text = f"Mit nummer er {CPR}, og der er et hul i vejen."
    row = files.TrainingRow(text, "vejskade")
    found = sets.take_in(name="Et nummer", rows=[row], user=person("anders"))
    assert sets.take_in(name="Igen", rows=[row], user=person("anders")) == found
    assert CPR.encode() not in bytes(found.sealed)
    (kept,) = sets.rows_of(found)
    assert CPR not in kept.text
    assert "hul i vejen" in kept.text
    sets.remove(set_id=found.id, user=person("anders"), reason="Ikke brug for den mere.")
    found = ExampleSet.objects.get(id=found.id)
    assert bytes(found.sealed) == b""
    assert found not in sets.present()
    with pytest.raises(InquiryError, match="Kun en tekniker"):
        sets.take_in(name="Nej", rows=[row], user=person("sofie"))
