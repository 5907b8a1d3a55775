# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A retraining from the decisions to the signatures, with a worker that is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import warm
from django.db import connection
from django.test import Client
from gate import django_as_owner
from retrainings import DECIDED, OLD, approved, learn_of, person, present, rows, to_the_end

from kodeks.demo import municipality
from kodeks.inquiries.learning import reports, runs, signing, steps
from kodeks.inquiries.models import Retraining, RetrainingEnd, RetrainingProgress
from kodeks.kernel import api as kernel
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import DatasetReading, Permit, RegistryEvent, Release
from kodeks.robots import schedules, worker

pytest.importorskip("sklearn")
WORKER = Path(__file__).parents[2] / "robots" / "worker_process.py"


@pytest.fixture(scope="module")
def passed(line: Any) -> tuple[Retraining, RetrainingEnd]:
    """Asked for by the owner, begun by a worker that was killed while it trained, then done."""
    schedules.change(
        name=runs.SCHEDULE, is_on=True, reason="Vi lærer hver uge.", user=person("anders")
    )
    learn_of("Gamle sager", rows())
    run = runs.ask(user=person("merete"))
    kill_in(run, "train")
    assert set(runs.results_of(run)) == {"collect"}
    assert not RetrainingEnd.objects.filter(run=run).exists()
    worker.run_worker(concurrency=1, stop_when_idle=True)
    return run, RetrainingEnd.objects.get(run=run)


def kill_in(run: Retraining, step: str) -> None:
    """Start a worker process, and kill it (SIGKILL) while it does the step."""
    database = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
    told = {
        "ROBOTS_TEST_DATABASE": json.dumps(database, default=str),
        "ROBOTS_TEST_OPTIONS": json.dumps({"steps": 1}),
    }
    process = warm.start([WORKER], env=os.environ | told)
    try:
        deadline = time.monotonic() + 600
        while not RetrainingProgress.objects.filter(run=run, step=step).exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.slow
def test_a_run_goes_on_where_the_killed_worker_left_it(passed: Any) -> None:
    run, end = passed
    assert (end.outcome, end.reasons) == ("passed", [])
    assert list(run.steps.order_by("done_at").values_list("name", flat=True)) == list(steps.STEPS)
    assert not RetrainingProgress.objects.filter(run=run).exists()


@pytest.mark.slow
def test_what_it_learned_from_stands_in_the_ledger(passed: Any) -> None:
    run, end = passed
    permit = Permit.objects.get(id=end.permit_id)
    assert (permit.phase, permit.purpose, permit.user) == (
        "retraining",
        "improvement",
        person("anders"),
    )
    reading = DatasetReading.objects.get(permit=permit)
    assert (reading.rows, reading.sha256) == (len(OLD), end.sha256)
    event = RegistryEvent.objects.get(id=end.event_id)
    assert (event.kind, event.body["outcome"], event.body["rows"]) == (
        "retraining",
        "passed",
        len(OLD),
    )
    assert event.body["figures"] == end.figures
    told = reports.told(run.id)
    assert {"accuracy", "coverage", "ece"} <= {one["measure"] for one in end.figures}
    assert ("Taget ind fra en fil", str(len(OLD))) in told.provenance
    assert told.asked_by == person("merete").full_name
    assert told.technician == person("anders").full_name


@pytest.fixture(scope="module")
def unsigned_page(passed: Any) -> str:
    """The owner's page of the run before anybody has signed it, whichever test comes first."""
    owner = Client()
    owner.force_login(person("merete"))
    return owner.get(f"/henvendelser/laering/{passed[0].id}/").content.decode()


@pytest.mark.slow
def test_pages_show_the_run_to_the_owner_and_the_caseworker_their_own_share(
    passed: Any, unsigned_page: str
) -> None:
    run, _ = passed
    owner, clerk = Client(), Client()
    owner.force_login(person("merete"))
    clerk.force_login(person("sofie"))
    page = unsigned_page
    assert "Klar til underskrift" in page
    assert f"kodeks inquiries release --run {run.id}" in page
    assert "Den nye model ved siden af den i drift" in page
    assert DECIDED[0].text[:30] not in page
    assert str(run.id) in owner.get("/henvendelser/laering/").content.decode()
    mine = clerk.get("/henvendelser/laering/mine/").content.decode()
    # All of hers are of the last days, so they were for trying it.
    assert "Dine rettelser" in mine
    found = reports.shares(person("sofie"))
    assert [one.decisions for one in found if one.run.id == run.id] == [0]


@pytest.fixture(scope="module")
def signed(passed: Any, unsigned_page: str, line: Any) -> Retraining:
    """Two people have signed the model that passed; others did not get it through."""
    assert unsigned_page
    run: Retraining = passed[0]
    small = "Der er under 30 tekster fra hver gruppe."
    anders = person("anders")
    with django_as_owner(line):
        signing.propose(
            run=str(run.id),
            version="laert-1",
            author=anders,
            signer=municipality.signer("anders"),
            small_groups=small,
        )
        assert not steps.folder_of(run).exists()
        with pytest.raises(kernel.Refused) as refused:
            kernel_releases.approve(
                system="inquiries",
                version="laert-1",
                approver=anders,
                signer=municipality.signer("anders"),
            )
        assert refused.value.code in {"four_eyes", "no_right"}
        approved("laert-1")
    return run


@pytest.fixture(scope="module")
def after(signed: Retraining) -> tuple[Retraining, RetrainingEnd]:
    """The next run, while the signed model is in operation; it learns much that is wrong."""
    assert present().version == "laert-1"
    labels = sorted({one.label for one in OLD})
    wrong = rows(lambda n, label: labels[(labels.index(label) + n % 2) % len(labels)])
    learn_of("Meget er forkert", wrong[::2] + rows()[1::4])
    run = runs.ask(user=person("merete"))
    return run, to_the_end(run)


@pytest.mark.slow
def test_the_next_is_also_tried_beside_the_model_of_earlier(after: Any) -> None:
    run, end = after
    assert {one["against"] for one in end.figures} == {"present", "earlier"}
    told = reports.told(run.id)
    assert municipality.VERSION in told.earlier
    names = [one.name for one in told.figures]
    assert [one.name for one in told.earlier_figures][:3] == names[:3]
    owner = Client()
    owner.force_login(person("merete"))
    page = owner.get(f"/henvendelser/laering/{run.id}/").content.decode()
    assert "Den nye model ved siden af en tidligere" in page
    # There are few decisions from each channel and district here.
    assert told.small_groups
    assert "For få til at sammenligne" in page
    listed = owner.get("/henvendelser/laering/").content.decode()
    assert f"for få til at sammenligne: {len(told.small_groups)}" in listed
    assert any(line.startswith("For få til at sammenligne") for line in reports.lines(told))
    assert "small_groups" in {one["measure"] for one in end.figures}


@pytest.mark.slow
def test_two_people_sign_it_and_one_goes_back_to_the_former(
    signed: Retraining, after: Any, line: Any
) -> None:
    assert after[1].outcome in ("passed", "refused")
    former = Release.objects.get(system_id="inquiries", version=municipality.VERSION)
    with django_as_owner(line):
        assert present().version == "laert-1"
        kernel_releases.propose_again(
            system="inquiries",
            version=former.version,
            new_version="tilbage",
            author=person("anders"),
            signer=municipality.signer("anders"),
        )
        approved("tilbage")
        assert present().version == "tilbage"
    assert present().artefact_sha256 == former.artefact_sha256
    assert reports.told(signed.id).standing == "Underskrevet som version laert-1"
