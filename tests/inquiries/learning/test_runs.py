# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A retraining from the decisions to the signatures, with a worker that is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import warm
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from gate import django_as_owner
from kernel_stage import stage  # noqa: F401

from kodeks.casework import corrections
from kodeks.demo import corpus, municipality
from kodeks.inquiries import files, releases, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import examples, reports, runs, sets, signing, steps, terms
from kodeks.inquiries.models import (
    ExampleSet,
    Inquiry,
    Retraining,
    RetrainingEnd,
    RetrainingProgress,
)
from kodeks.kernel import api as kernel
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import DatasetReading, Permit, RegistryEvent, Release, User
from kodeks.robots import orders, schedules, worker
from kodeks.robots.models import RobotState

pytest.importorskip("sklearn")
WORKER = Path(__file__).parents[2] / "robots" / "worker_process.py"
OLD = corpus.history()
DECIDED = OLD[::20]
CPR = "150682-0012"


def person(username: str) -> User:
    return User.objects.get(username=username)


def rows(label_of: Callable[[int, str], str] = lambda n, label: label) -> list[files.TrainingRow]:
    return [
        files.TrainingRow(one.text, label_of(n, one.label), one.channel, one.district)
        for n, one in enumerate(OLD)
    ]


@pytest.fixture(scope="module")
def line(stage: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:  # noqa: F811
    """Decisions of today, which the new model is tried on, and old texts that it learns from."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("journal")
        for name, value in {
            "KODEKS_JOURNAL_FOLDER": folder,
            "KODEKS_RETRAINING_LEAST": 20,
            "KODEKS_RETRAINING_LEAST_GROUP": 10,
            "KODEKS_RETRAINING_BOUND": 25,
        }.items():
            patch.setattr(django_settings, name, value)
        with kernel.as_service("robots"):
            for number, one in enumerate(DECIDED):
                decided(one.text, one.label, f"learn:{number}", district=one.district)
            # The model in operation has made a suggestion, so that later ones are tried beside it.
            first, _ = services.receive(external_id="worked", text="Rotter i gården", channel="web")
            services.triage(inquiry_id=str(first.id))
            # What it does of these decisions is of no matter here.
            orders.give(
                robot="visitator",
                state=RobotState.STOPPED,
                reason="Vi prøver noget andet.",
                user=person("merete"),
            )
            yield stage


def decided(text: str, label: str, key: str, **more: str) -> Inquiry:
    inquiry, _ = services.receive(external_id=key, text=text, channel="web", **more)
    services.decide(
        inquiry_id=inquiry.id,
        user=person("sofie"),
        choice="own",
        label=label,
        own_consideration="Teksten handler om emnet, og det er afdelingens opgave.",
    )
    return inquiry


def learn_of(name: str, some: list[files.TrainingRow]) -> None:
    """These texts and no others from files."""
    for one in sets.present():
        sets.remove(set_id=one.id, user=person("anders"), reason="Prøven har en anden samling.")
    sets.take_in(name=name, rows=some, user=person("anders"))


def to_the_end(run: Retraining) -> RetrainingEnd:
    """As a worker does it, step by step."""
    for _ in range(len(steps.STEPS) + 1):
        runs.advance(run_id=str(run.id))
    return RetrainingEnd.objects.get(run=run)


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


def present() -> Release:
    found = kernel.system_state("inquiries").release
    assert found is not None
    return found


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


@pytest.fixture(scope="module")
def poisoned(line: Any) -> tuple[Retraining, RetrainingEnd]:
    """Learned from texts whose topics were moved to the next one."""
    labels = sorted({one.label for one in OLD})
    wrong = rows(lambda n, label: labels[(labels.index(label) + 1) % len(labels)])[::2]
    learn_of("Byttede emner", wrong)
    run = runs.ask(user=person("anders"))
    return run, to_the_end(run)


def test_a_model_that_learned_wrong_labels_is_refused_with_figures_and_reasons(
    poisoned: Any,
) -> None:
    run, end = poisoned
    assert end.outcome == "refused"
    assert any("Så ofte er det første forslag rigtigt" in one for one in end.reasons)
    event = RegistryEvent.objects.get(id=end.event_id)
    assert (event.body["outcome"], event.body["reasons"]) == ("refused", end.reasons)
    accuracy = next(one for one in end.figures if one["measure"] == "accuracy")
    assert float(accuracy["new"]) < 0.3 < float(accuracy["old"])
    assert not steps.folder_of(run).exists()
    assert reports.told(run.id).changed > len(DECIDED) / 2


def test_what_was_refused_is_released_by_nobody(poisoned: Any, line: Any, tmp_path: Path) -> None:
    run, _ = poisoned
    signer = municipality.signer("anders")
    with django_as_owner(line), pytest.raises(InquiryError, match="kan ikke frigives"):
        signing.propose(run=str(run.id), version="gift", author=person("anders"), signer=signer)
    # Nor under a permit of one's own, past the comparison, whatever it was given for.
    for phase in ("retraining", "development"):
        folder = tmp_path / phase
        trained_by_hand(folder, phase)
        with django_as_owner(line), pytest.raises(kernel.Refused) as refused:
            proposed_by_hand(folder, "udenom")
        assert refused.value.code == "not_compared"
    assert "Der er en model i drift" in refused.value.message
    assert releases.is_one_in_operation()
    assert not Release.objects.filter(version__in=["gift", "udenom"]).exists()


def trained_by_hand(folder: Path, phase: str, first: str = "rotter") -> None:
    small = [one for one in OLD if one.label in (first, "vejskade", "andet")]
    releases.train(
        texts=[one.text for one in small],
        labels=[one.label for one in small],
        divided_by={},
        sha256="ab" * 32,
        user=person("anders"),
        folder=folder,
        phase=phase,
    )


def proposed_by_hand(folder: Path, version: str) -> None:
    releases.propose(
        source=folder,
        version=version,
        author=person("anders"),
        signer=municipality.signer("anders"),
        small_groups="Prøve.",
    )


def approved(version: str) -> None:
    kernel_releases.approve(
        system="inquiries",
        version=version,
        approver=person("merete"),
        signer=municipality.signer("merete"),
    )


def test_only_where_none_is_in_operation_one_comes_in_without_a_comparison(
    line: Any, tmp_path: Path
) -> None:
    version = present().version
    trained_by_hand(tmp_path / "a", "development")
    trained_by_hand(tmp_path / "b", "development", "stoej")
    with django_as_owner(line), transaction.atomic():
        kernel_releases.revoke(
            system="inquiries",
            version=version,
            user=person("dorte"),
            reason="Den svarer forkert.",
        )
        assert not releases.is_one_in_operation()
        # Two are proposed while there is none; only the first to be approved is the first.
        proposed_by_hand(tmp_path / "a", "foerste")
        proposed_by_hand(tmp_path / "b", "anden")
        approved("foerste")
        with pytest.raises(kernel.Refused) as refused, transaction.atomic():
            approved("anden")
        assert refused.value.code == "not_compared"
        transaction.set_rollback(True)


def test_the_history_of_a_run_cannot_be_changed(poisoned: Any, line: Any) -> None:
    assert poisoned
    for statement in (
        "UPDATE inquiries_retrainingend SET outcome = 'passed'",
        "DELETE FROM inquiries_retrainingend",
        "UPDATE inquiries_retraining SET terms = '{}'",
        "DELETE FROM inquiries_retrainingstep",
    ):
        with pytest.raises(psycopg.Error, match=r"kan ikke ændres|permission denied"):
            line.application.execute(statement)


def test_a_passed_end_is_not_written_without_permit_and_comparison(line: Any) -> None:
    run = Retraining.objects.create(
        technician=person("anders"), asked_at="2026-11-27T00:00Z", terms=asked().as_json()
    )
    forged = (
        "INSERT INTO inquiries_retrainingend (run_id, outcome, reasons, figures, permit_id, rows,"
        " sha256, artefact_sha256, compared_with, ended_at, event_id)"
        " VALUES (%s, 'passed', '[]', %s, %s, 1, %s, %s, %s, now(), gen_random_uuid())"
    )
    digest = "cd" * 32
    for figures, permit in (("[]", None), ('[{"a": "b"}]', str(uuid.uuid4()))):
        with pytest.raises(psycopg.Error, match=r"ikke prøvet mod|ikke trænet under"):
            line.application.execute(forged, (run.id, figures, permit, digest, digest, digest))
    runs.abandon(run_id=run.id, user=person("merete"), reason="Prøve.")


# --- what is learned from


def asked(**changes: Any) -> terms.Terms:
    return terms.Terms(
        **({"days": 7, "least": 20, "least_group": 10, "bound": 5, "group_bound": 5} | changes)
    )


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


# --- who may, and when it is refused at once


@pytest.mark.parametrize("username", ["sofie", "dorte", "testine"])
def test_others_may_not_begin_one(line: Any, username: str) -> None:
    with pytest.raises(InquiryError, match="ikke ret til at starte"):
        runs.ask(user=person(username))


def test_too_few_decisions_are_refused_with_a_sentence_before_anything_is_trained(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "KODEKS_RETRAINING_LEAST", 10_000)
    learn_of("Få sager", rows()[:5])
    run = runs.ask(user=person("anders"))
    with pytest.raises(InquiryError, match="i gang"):
        runs.ask(user=person("anders"))
    runs.advance(run_id=str(run.id))
    end = RetrainingEnd.objects.get(run=run)
    assert (end.outcome, end.artefact_sha256) == ("refused", "")
    assert "Der skal være mindst 10000" in end.reasons[0]
    runs.advance(run_id=str(run.id))
    assert RetrainingEnd.objects.filter(run=run).count() == 1


def test_a_person_ends_a_run_with_a_reason_and_its_job_comes_to_nothing(line: Any) -> None:
    run = runs.ask(user=person("anders"))
    with pytest.raises(InquiryError, match="Skriv hvorfor"):
        runs.abandon(run_id=run.id, user=person("merete"), reason=" ")
    with pytest.raises(InquiryError, match="ikke ret"):
        runs.abandon(run_id=run.id, user=person("sofie"), reason="Nej.")
    end = runs.abandon(run_id=run.id, user=person("merete"), reason="Vi venter en uge.")
    assert (end.outcome, end.reasons) == ("abandoned", ["Vi venter en uge."])
    runs.advance(run_id=str(run.id))
    assert not run.steps.exists()
    assert runs.unfinished() is None
    # Its job may wait still. The next run does not depend on it.
    after = runs.ask(user=person("anders"))
    waiting = ProcrastinateJob.objects.filter(args__name=runs.TASK, status="todo")
    assert waiting.filter(args__arguments__run_id=str(after.id)).count() == 1
    runs.abandon(run_id=after.id, user=person("anders"), reason="Den var til prøven.")


def test_the_schedule_is_off_until_a_technician_stands_behind_it(line: Any) -> None:
    schedules.change(name=runs.SCHEDULE, is_on=False, reason="Pause.", user=person("anders"))
    assert runs.on_schedule() is None
    before = Retraining.objects.count()
    runs.ask_by_schedule()
    assert Retraining.objects.count() == before
    with pytest.raises(InquiryError, match="Ingen tekniker"):
        runs.ask(user=person("merete"))
    schedules.change(name=runs.SCHEDULE, is_on=True, reason="I gang.", user=person("anders"))
    runs.ask_by_schedule()
    run = Retraining.objects.latest("asked_at")
    assert (run.technician, run.asked_by) == (person("anders"), None)
    # Long work lies behind all other.
    waiting = ProcrastinateJob.objects.filter(args__name=runs.TASK, status="todo")
    assert waiting.get(args__arguments__run_id=str(run.id)).priority < 0
    runs.abandon(run_id=run.id, user=person("anders"), reason="Prøven er slut.")
