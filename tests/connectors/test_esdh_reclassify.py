# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A case that turned out to be of another subject is put there in the ESDH system too."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from esdh_stage import Esdh, first, letter
from fake_esdh import faults

from kodeks.casework.ports import CaseRecord, JournalReceipt, PortError, Reclassification
from kodeks.connectors.esdh import names

pytestmark = pytest.mark.django_db(transaction=True)


def moved(receipt: JournalReceipt, **changes: Any) -> CaseRecord:
    arguments = {
        "case_key": "inquiry:1",
        "case_number": "2026-0000123",
        "case_title": "Rotter",
        "kle_number": "09.02.10",
        "facet": "G01",
        "department": "Vej og Park",
        "esdh_case_id": receipt.esdh_case_id,
    }
    return CaseRecord(**arguments | changes)


def reclassified(esdh: Esdh, record: CaseRecord) -> Reclassification:
    """As the robot does it: tried again when the system fails."""
    for _ in range(10):
        try:
            with transaction.atomic():
                return esdh.made().reclassify(record=record)
        except PortError:
            continue
    raise AssertionError("it never came through")


def subject_of(esdh: Esdh) -> tuple[str, str, str]:
    """Title, KLE number and facet of the one case there."""
    (case,) = esdh.store.all("case")
    if esdh.kind.name == "nova":
        sorted_as = case.body["caseClassification"]
        return (
            case.body["caseAttributes"]["title"],
            sorted_as["kleNumber"]["code"],
            sorted_as["proceedingFacet"]["code"],
        )
    return case.body["ows_Title"], case.body["ows_KLENummer"], case.body["ows_Facet"]


@pytest.mark.parametrize("shape", ["nova", "getorganized"])
def test_the_case_there_gets_the_new_subject_and_keeps_everything_else(esdh: Esdh) -> None:
    receipt = esdh.at_last(first())
    title = "Rotter"
    if esdh.kind.name == "getorganized":
        title = names.marked("Rotter", names.case_id("inquiry:1"))
    assert reclassified(esdh, moved(receipt)) == Reclassification(receipt.esdh_case_id, done=True)
    assert subject_of(esdh) == (title, "09.02.10", "G01")
    changed = len(esdh.server.plan.paths)
    assert reclassified(esdh, moved(receipt)).done
    later = esdh.server.plan.paths[changed:]
    assert not any("Update" in one or one == "POST _goapi/Cases/Metadata" for one in later)
    # The case is found by its mark, and the next document lies in it.
    assert reclassified(esdh, moved(receipt, esdh_case_id="")).done
    assert esdh.at_last(letter(receipt)).esdh_case_id == receipt.esdh_case_id


@pytest.mark.parametrize("shape", ["nova", "getorganized"])
def test_a_fault_at_every_call_leaves_the_case_there(esdh: Esdh) -> None:
    def calls(plan: faults.Plan) -> tuple[int, int]:
        esdh.begin(plan)
        receipt = esdh.at_last(first())
        before = len(esdh.server.plan.paths)
        assert reclassified(esdh, moved(receipt)).done
        return before, len(esdh.server.plan.paths)

    begin, end = calls(faults.Plan())
    for number in range(begin, end):
        for fault in (faults.LOST, faults.ERROR_AFTER, faults.ERROR_BEFORE, faults.BROKEN):
            calls(faults.Plan(at={number: fault}, slow_seconds=0.0))
            assert subject_of(esdh)[1:] == ("09.02.10", "G01")


@pytest.mark.parametrize("shape", ["nova", "getorganized"])
def test_a_case_that_the_system_does_not_know_is_for_a_person(esdh: Esdh) -> None:
    unknown = moved(JournalReceipt("", "", None), case_key="inquiry:9")
    assert reclassified(esdh, unknown) == Reclassification("", done=False)


@pytest.mark.parametrize("shape", ["sbsys"])
def test_a_case_made_from_a_template_is_for_a_person(esdh: Esdh) -> None:
    receipt = esdh.at_last(first())
    before = len(esdh.server.plan.paths)
    assert reclassified(esdh, moved(receipt)) == Reclassification(receipt.esdh_case_id, done=False)
    assert len(esdh.server.plan.paths) == before
