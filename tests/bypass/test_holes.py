# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Ways round the codex that are known and not yet shut, of any class.

A mark goes with its hole: while the hole is there the test must fail, and the run fails as soon as
it passes. Then the attempts belong in the module of their class.
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import psycopg
import pytest
from attempts import Attempt, none_succeeds
from cases import Case, ready
from codexes import REVISION, enveloped
from django.apps import apps
from gate import (
    TURNED_AWAY,
    Call,
    bare,
    call,
    django_as_owner,
    execute,
    forge,
    forged_for_now,
    untriggered,
)
from psycopg.types.json import Jsonb
from released import Released
from revisions import believed, in_operation, revised

from kodeks.codex import bundle, keys
from kodeks.demo import municipality
from kodeks.kernel import api as kernel
from kodeks.kernel import codices

hole = pytest.mark.xfail(raises=AssertionError, reason="a hole that is known; see the docstring")


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage).fully_made()


# Codex


@hole
def test_a_codex_that_the_officer_did_not_sign(stage: Any) -> None:
    """An owner inserts a revision past kernel.register_codex, signed by manager and technician.

    codices.verified counts two signers; that one of them is the data protection officer (principle
    2), and that both may sign, is held by the function that was gone past, and only there.
    """
    content = stage.content()
    codex = bundle.of_content(content)
    envelope = enveloped(codex, *(municipality.signer(name) for name in ("merete", "anders")))
    insert = (
        f"INSERT INTO {REVISION} (number, effective_from, sha256, limits, content, envelope,"
        " registered_at) VALUES (%s, %s, %s, %s, %s, %s, now())",
        (
            content["number"],
            content["effective_from"],
            codex.sha256,
            Jsonb(content["limits"]),
            Jsonb(content),
            Jsonb(json.loads(envelope.as_text())),
        ),
    )

    def try_() -> object:
        with forged_for_now(insert):
            return codices.in_force()

    with django_as_owner(stage):
        one = Attempt(name="signed without the officer", try_=try_)
        none_succeeds(stage, [one], kind="codex", refusals=TURNED_AWAY)


@hole
def test_a_codex_whose_number_was_lowered(stage: Any, case: Case) -> None:
    """An owner lowers the number in the row of the newest codex, so that the one before comes back.

    codices.in_force reads rows from the highest number down and stops at the first that is in
    force; a row whose number was lowered comes after it and is never compared with what was signed.
    """
    strict = in_operation(case.slug)
    newest = f"(SELECT max(number) FROM {REVISION})"
    lowered = (f"UPDATE {REVISION} SET number = 0 WHERE number = {newest}", ())
    with revised(stage, strict), untriggered(stage, REVISION), django_as_owner(stage):
        assert stage.obstacles(case.slug) == ["no_basis"]
        one = forged(case, "ask", lowered)
        none_succeeds(stage, [one], kind="codex", refusals=TURNED_AWAY)


@hole
def test_a_field_that_is_barred_no_more(stage: Any, case: Case) -> None:
    """An owner deletes rows of kernel_barredfield; the codex that was signed still bars the field.

    facts._bars reads these rows and not the codex's own words (codex.attributes and codex.proxies,
    which kodeks.codex.protected reads), so both gates believe one and the same table.
    """

    def barred(content: dict[str, Any]) -> None:
        word = {"id": "zzz", "title": "Prøve", "words": ["teksten"]}
        content["protected"] = [*content["protected"], word]

    gone = ("DELETE FROM kernel_barredfield", ())
    with (
        revised(stage, barred),
        untriggered(stage, "kernel_barredfield"),
        django_as_owner(stage),
    ):
        assert stage.obstacles(case.slug) == ["protected_field"]
        one = forged(case, "ask", gone)
        none_succeeds(stage, [one], kind="codex", refusals=TURNED_AWAY)


@hole
def test_sources_that_are_linked_by_a_forged_row(stage: Any) -> None:
    """An owner inserts into kernel_linking, for which no trigger need be switched off.

    Only the database asks whether sources may be linked; kodeks.codex.bases.may_link, which would
    ask the signed codex, is not called when something is read.
    """
    system = Released(stage)
    system.release("1")
    permit, about = system.permit(), kernel.Subject(type="inquiry", id=uuid.uuid4().hex)

    def read(source: str, field: str) -> object:
        value = kernel.Value(text="x", fetched_at=permit.expires_at.replace(year=2025))
        return permit.read(
            subject=about, source=source, fields=(field,), fetch=lambda *_: {field: value}
        )

    read("henvendelse", "text")
    row = (
        "INSERT INTO kernel_linking (codex_id, system_slug, phase, purpose, sources, basis, source,"
        " valid_from) SELECT id, %s, 'operation', 'triage', '{henvendelse,register}', 'x', 'y',"
        " '2020-01-01' FROM kernel.codex_in_force(kernel.today())",
        (system.slug,),
    )

    def try_() -> object:
        with forged_for_now(row):
            return read("register", "size")

    with django_as_owner(stage):
        one = Attempt(name="linked", try_=try_)
        none_succeeds(stage, [one], kind="codex", refusals=TURNED_AWAY)


@hole
def test_a_basis_that_was_forged_carries_a_suggestion(stage: Any, case: Case) -> None:
    """Rows of kernel_legalbasis say that a system may run which by the signed codex may not.

    decisions.decide asks the policies about the person only, not whether the system may run
    (authority.require_run); nor does vault.unmask_for_robot.
    """
    _, change, row = next(one for one in believed(case.slug) if one[0] == "ended")
    with (
        revised(stage, change),
        untriggered(stage, "kernel_legalbasis"),
        django_as_owner(stage),
    ):
        one = forged(case, "accept", row)
        none_succeeds(stage, [one], kind="codex", refusals=TURNED_AWAY)


@hole
def test_a_key_that_was_taken_back_and_registered_again(stage: Any) -> None:
    """kernel.register_signing_key takes a key that was taken back once, and its signatures return.

    Whoever has the key that came into wrong hands needs only that it is registered anew.
    """
    system = Released(stage)
    system.release("1")
    who = system.technician
    public = system.signers[who].public
    register = "SELECT kernel.register_signing_key(%s, %s, %s)"
    stage.as_owner(register, who, "", "")
    again = (who, public.keyid, keys.public_text(public))
    attempts = [Attempt(name="again", try_=lambda: execute(stage.owner, register, *again))]
    none_succeeds(stage, attempts, kind="codex", refusals=TURNED_AWAY)


def forged(case: Case, door: str, row: Any) -> Attempt:
    def try_() -> object:
        apps.get_app_config("kernel").permits.clear()
        with forged_for_now(row):
            return dict(case.doors)[door]()

    return Attempt(name=f"{door} by forged rows", try_=try_)


# Concurrency


def under_way(case: Case) -> dict[str, tuple[Call, str]]:
    """Calls about a subject, and the table in which each leaves something."""
    stage = case.stage
    permit, key = {"permit_id": stage.permit(case.slug)}, {"wrapped": "AAAA", "kek": 1}
    subjects = {name: stage.subject() for name in ("issue", "read", "deposit", "key", "own")}
    place = {"place": "a/b", "row": uuid.uuid4().hex}
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
    }


@hole
@pytest.mark.parametrize("name", ["issue", "read", "deposit", "key", "own"])
def test_something_new_about_the_erased(stage: Any, case: Case, name: str) -> None:
    """A call that is under way while its subject is erased commits after it.

    kernel.check_subject looks for an erasure and kernel.erase deletes what it sees; neither waits
    for the other. What is left is a key of a sealed CPR number that unmask still gives out, a salt
    that lets a commitment be guessed, or a key for records that come later.
    """
    one, table = under_way(case)[name]
    subject = one[1]["subject"]
    erase = {"subject": subject, "user_id": case.officer, "reason": "Borgeren har bedt om det."}
    erase |= {"codex_sha256": stage.sha256}
    with psycopg.connect(stage.url) as first, psycopg.connect(stage.url, autocommit=True) as second:
        first.execute("SELECT 1")
        call(first, *one)
        thread = threading.Thread(target=lambda: call(second, "erase", erase))
        thread.start()
        finished_or_waiting(stage, thread, second)
        first.commit()
        thread.join()
    counted = f"SELECT count(*) FROM {table} WHERE subject_id = %s"
    assert stage.as_owner(counted, subject["id"]) == 0


def finished_or_waiting(
    stage: Any, thread: threading.Thread, connection: psycopg.Connection
) -> None:
    asked = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"
    while thread.is_alive() and not stage.as_owner(asked, connection.info.backend_pid):
        pass


# Restart


@hole
def test_a_permit_in_a_database_that_was_restored(stage: Any, case: Case) -> None:
    """Restored by pg_dump into a new cluster, whose transaction numbers begin anew.

    kernel.registered_since compares numbers of the old cluster with numbers of the new one: what is
    registered after the restoring has a lower number than the permit's snapshot and is not seen.
    For as long as the permit lasts, a quarter of an hour, no stop ends it.
    """
    number = "SET snapshot = '900000000:900000000:' WHERE id = %s"
    forge(stage, "kernel_permit", number, case.permit)
    stage.switch(case.slug, by=case.manager)
    taking = ("read", "model-key", "issue", "act", "act-by-itself")
    attempts = [bare(name, stage.application, case.gated[name]) for name in taking]
    none_succeeds(stage, attempts, kind="restart", refusals=TURNED_AWAY)


@hole
def test_a_stop_in_a_database_that_was_restored(stage: Any, case: Case) -> None:
    """The same, and for good: a start from before the restoring counts as having seen the stop.

    kernel.is_running and facts.is_running ask whether the stop's transaction number lies below the
    snapshot of a start; all numbers of the new cluster do, until it has caught up with the old one.
    """
    stage.switch(case.slug, by=case.manager)
    stage.switch(case.slug, by=case.manager, verb="resume")
    number = "SET snapshot = '900000000:900000000:' WHERE system_id = %s AND running"
    forge(stage, "kernel_switch", number, case.slug)
    stage.switch(case.slug, by=case.manager)
    asking = ("permit", "permit-development", "permit-retraining", "accept", "unmask-robot")
    attempts = [bare(name, stage.application, case.gated[name]) for name in asking]
    attempts += [Attempt(name=f"python {name}", try_=door) for name, door in case.doors]
    none_succeeds(stage, attempts, kind="restart", refusals=TURNED_AWAY)
