# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is under way about a subject while it is erased, of the class of attempts at one moment."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from attempts import count
from cases import Case, ready
from gate import Call
from overlapping import overlapped

KIND = "concurrency"


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage).fully_made()


def under_way(case: Case) -> dict[str, tuple[Call, str]]:
    """Calls about a subject, and the table in which each leaves something."""
    stage = case.stage
    permit, key = {"permit_id": stage.permit(case.slug)}, {"wrapped": "AAAA", "kek": 1}
    names = ("issue", "read", "deposit", "key", "own", "reverse")
    subjects = {name: stage.subject() for name in names}
    place = {"place": "a/b", "row": uuid.uuid4().hex}
    before = stage.own(case.slug, subject=subjects["reverse"], user_id=case.worker)
    decided = stage.call("decide", before)
    return {
        "issue": (
            ("issue", case.proposal(subject=subjects["issue"], **permit)),
            "kernel_secret",
        ),
        "read": (
            ("read", stage.reading(permit["permit_id"], subjects["read"])),
            "kernel_subjectkey",
        ),
        "deposit": (
            ("deposit", {"subject": subjects["deposit"]} | place | key),
            "kernel_vaultkey",
        ),
        "key": (
            ("subject_key", {"subject": subjects["key"], "key": key}),
            "kernel_subjectkey",
        ),
        "own": (
            ("decide", stage.own(case.slug, subject=subjects["own"], user_id=case.worker)),
            "kernel_secret",
        ),
        "reverse": (
            ("reverse", stage.change(decided, user_id=case.worker, sealed="AAAA")),
            "kernel_secret",
        ),
    }


@pytest.mark.parametrize("name", ["issue", "read", "deposit", "key", "own", "reverse"])
def test_something_new_about_the_erased(stage: Any, case: Case, name: str) -> None:
    """A call that is under way while its subject is erased commits after it.

    kernel.check_subject looks for an erasure and kernel.erase deletes what it sees; neither waits
    for the other. What is left is a key of a sealed CPR number that unmask still gives out, a salt
    that lets a commitment be guessed, or a key for records that come later.
    """
    one, table = under_way(case)[name]
    subject = one[1].get("subject") or stage.as_owner(
        "SELECT body -> 'subject' FROM kernel_decision WHERE id = %s", one[1]["replaces"]
    )
    erase = {"subject": subject, "user_id": case.officer, "reason": "Borgeren har bedt om det."}
    erase |= {"codex_sha256": stage.sha256}
    overlapped(stage, one, ("erase", erase))
    counted = f"SELECT count(*) FROM {table} WHERE subject_id = %s"
    assert stage.as_owner(counted, subject["id"]) == 0
    count(KIND, 1)
