# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts with a model that was swapped, altered, not signed by those who must, or taken back.

Here somebody may also write the tables with their triggers switched off: the database then believes
the forged rows, and it is Python that must not open the model.
"""

from __future__ import annotations

import copy
import hashlib
import pickle
import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attempts import Attempt, none_succeeds
from django.db import transaction
from forgeries import (
    TABLES,
    Statement,
    another,
    changed_rows,
    envelopes,
    faulty_proposals,
    instead,
    spoiled,
    three_versions,
    written,
)
from gate import (
    TURNED_AWAY,
    bare,
    django_as_owner,
    execute,
    expire,
    forged_for_now,
    refused_with,
    untriggered,
)
from held import USES
from psycopg.types.json import Jsonb
from released import Released, new_signer, predict

from kodeks.kernel import api as kernel
from kodeks.kernel import releases

KIND = "model"
SHUT = {"wrong_release", "unsigned", "no_key"}
"""The codes with which a model stays shut."""


@pytest.fixture(scope="module")
def first(stage: Any) -> Released:
    return three_versions(stage)


@pytest.fixture(scope="module")
def second(stage: Any) -> Released:
    return another(stage)


# The file


def test_a_file_that_was_not_signed(stage: Any, first: Released, second: Released) -> None:
    path, permit = first.file("2"), first.permit()
    sealed = path.read_bytes()
    model = first.artefact("2")

    def with_file(name: str, put: Callable[[], object]) -> Attempt:
        def try_() -> object:
            put()
            try:
                return predict(permit)
            finally:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                path.write_bytes(sealed)

        return Attempt(name=name, try_=refused_with(SHUT, try_))

    def content(name: str, found: bytes) -> Attempt:
        return with_file(name, lambda: path.write_bytes(found))

    def elsewhere(name: str, make: Callable[[Path], object]) -> Attempt:
        return with_file(name, lambda: (path.unlink(), make(path)))

    others = instead(first, second, permit)
    attempts = [content(name, found) for name, found in (*spoiled(sealed), *others.items())]
    attempts += [
        elsewhere("gone", lambda path: None),
        elsewhere("a folder", lambda path: path.mkdir()),
        elsewhere("a link to nothing", lambda path: path.symlink_to("/nowhere")),
        elsewhere("a link to the one before", lambda path: path.symlink_to(first.file("1"))),
        elsewhere("a link to itself", lambda path: path.symlink_to(path)),
        elsewhere("a link to no bytes", lambda path: path.symlink_to("/dev/null")),
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 250
    assert predict(permit) == model


# The rows


def test_rows_that_say_something_else_than_was_signed(
    stage: Any, first: Released, second: Released
) -> None:
    two = first.row("2").pk
    # A system that is named and nothing more.
    stage.owner.execute(
        "INSERT INTO kernel_system (slug, registered_at) VALUES ('s119', now())"
        " ON CONFLICT DO NOTHING"
    )
    permit = first.permit()

    def with_rows(name: str, *statements: Statement) -> Attempt:
        def try_() -> object:
            with forged_for_now(*statements):
                return predict(permit)

        return Attempt(name=name, try_=refused_with(SHUT, try_))

    attempts = [with_rows(name, *statements) for name, statements in written(first, second, two)]
    with untriggered(stage, *TABLES), django_as_owner(stage):
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
        assert predict(permit) == first.artefact("2")
    assert number > 150


# Signing


def test_approvals_by_those_who_may_not(stage: Any, first: Released, second: Released) -> None:
    closed = int(stage.new_user(role="system_owner"))
    people = {
        "manager": (first.manager, first.signers[first.manager]),
        "technician": (first.technician, first.signers[first.technician]),
        "officer": (first.officer, first.signers[first.officer]),
        "other manager": (second.manager, second.signers[second.manager]),
        "closed": (closed, new_signer(stage, closed)),
        "caseworker": (first.worker, new_signer(stage, first.worker)),
    }
    stage.owner.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (closed,))
    assert first.row("3")

    def approve(name: str, *statements: Statement, **changes: Any) -> Attempt:
        def try_() -> object:
            with forged_for_now(*statements):
                return releases.approve(**first.approval("3", **changes))

        return Attempt(name=name, try_=try_)

    users = {name: stage.user(who) for name, (who, _) in people.items()}
    attempts = [
        approve(f"{name} with the key of {other}", approver=users[name], signer=signer)
        for name in people
        for other, (_, signer) in people.items()
        if (name, other) != ("manager", "manager")
    ]
    attempts += [
        approve("no such version", version="9"),
        approve("no version", version=""),
        approve("approved already", version="2"),
        approve("approved long ago", version="1"),
        approve("another system", version="5", system=second.slug),
        approve("no such system", system="findes-ikke"),
    ]
    row = first.row("3").pk
    release = "UPDATE kernel_release SET {} WHERE id = %s"
    for name, change, values in changed_rows(first, second):
        # Of the version that is proposed these are its own.
        if not name.startswith(("version", "system")) and not name.endswith("proposed"):
            attempts.append(approve(f"row: {name}", (release.format(change), (*values, row))))
    for name, envelope in envelopes(first, second):
        if not name.startswith(("author and", "of version 3")):
            value = (Jsonb(envelope), row)
            attempts.append(approve(f"envelope: {name}", (release.format("envelope = %s"), value)))
    own = (release.format("author_id = %s"), (first.manager, row))
    attempts.append(approve("the manager's own model", own))
    with untriggered(stage, *TABLES), django_as_owner(stage):
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
        with transaction.atomic():
            releases.approve(**first.approval("3"))
            transaction.set_rollback(True)
    assert number > 120


def test_proposals_that_are_not_in_order(stage: Any, first: Released, second: Released) -> None:
    learned, changes = first.learning(), dict(faulty_proposals(first, second))

    def propose(changed: dict[str, Any]) -> object:
        return releases.propose(**first.proposal("4", **({"permit_id": learned} | changed)))

    attempts = [
        Attempt(name=name, try_=lambda changed=changed: propose(changed))
        for name, changed in changes.items()
    ]
    with django_as_owner(stage):
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 40
        with transaction.atomic():
            propose({})
            transaction.set_rollback(True)


def test_the_application_releases_nothing(stage: Any, first: Released) -> None:
    envelope, predicate = Jsonb(first.row("2").approval.envelope), Jsonb({"system": first.slug})
    calls: dict[str, tuple[Any, ...]] = {
        "propose_release(%s, %s, %s, %s, %s, 1)": (predicate, envelope, first.technician, b"x"),
        "approve_release(%s, %s, %s, %s)": ("3", envelope, first.manager),
        "approve_release(%s,%s, %s, %s)": ("3", envelope, first.technician),
        "revoke_release(%s, %s, %s, %s)": ("2", first.manager, "Fejl i modellen."),
        "check_statement(%s, %s)": (predicate,),
        "survey_release(NULL::kernel.standing, %s)": (),
    }
    attempts = [
        Attempt(
            name=name,
            try_=lambda name=name, values=values: execute(
                stage.application, f"SELECT kernel.{name}", first.slug, *values
            ),
        )
        for name, values in calls.items()
    ]
    none_succeeds(stage, attempts, kind=KIND, refusals=(psycopg.errors.InsufficientPrivilege,))


# Computing


def test_permits_that_open_no_model(stage: Any, first: Released) -> None:
    """Permits of other phases, forged, copied, run out or from before something was registered."""
    good = first.permit()
    learning = first.learning()
    stopped = first.permit()
    stage.switch(first.slug, by=first.manager)
    stage.switch(first.slug, by=first.manager, verb="resume")
    late = first.permit()
    expire(stage, str(late.id))
    numbers = {
        "for development": learning,
        "of nobody": uuid.UUID(int=0),
        "invented": uuid.UUID(int=2**127),
        "from before a stop": stopped.id,
        "from before anything else": good.id,
        "run out": late.id,
    }
    copies: dict[str, Callable[[kernel.Permit], kernel.Permit]] = {
        "as it is": lambda permit: permit,
        "pickled": lambda permit: pickle.loads(pickle.dumps(permit)),  # noqa: S301
        "copied": copy.deepcopy,
        "said to last": lambda permit: replace(permit, expires_at=permit.expires_at.max),
        "said to be of another system": lambda permit: replace(permit, system="inquiries"),
        "said to be for operation": lambda permit: replace(permit, phase="operation"),
        "by another codex": lambda permit: replace(permit, codex_sha256="0" * 64),
    }
    held = {name: USES[name] for name in ("read", "read_dataset", "suggest")}
    attempts = [
        Attempt(
            name=f"{what} {name}, {way}",
            try_=lambda way=way, number=number, use=use: use(copies[way](replace(good, id=number))),
        )
        for name, number in numbers.items()
        for way in copies
        for what, use in (("predict", predict), *held.items())
        if (what, name) != ("read_dataset", "for development")
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 100


def test_models_that_are_not_the_one_in_operation(
    stage: Any, first: Released, second: Released
) -> None:
    """A suggestion names the model that computed it: the released one, and no other."""
    case = first.case("2").made()
    right = case.artefact
    hashes = {
        "of the version before": first.row("1").artefact_sha256,
        "of the version proposed": first.row("3").artefact_sha256,
        "of another system": second.row("5").artefact_sha256,
        "of the sealed file": first.row("2").sealed_sha256,
        "of the hash": hashlib.sha256(right.encode()).hexdigest(),
        "in capitals": right.upper(),
        "named": f"sha256:{right}",
    }
    # fmt: off
    texts = ("", " ", right[:-1], right + "0", f" {right}", f"{right} ", f"{right}\n", right[::-1],
             right[:12], "0" * 64, "null", "%", "*")
    # fmt: on
    hashes |= {f"text {text!r}": text for text in texts}
    values: list[Any] = [None, 0, 1.5, True, [], [right], {}, {"sha256": right}]
    hashes |= {f"value {value!r}": value for value in values}
    attempts = [
        bare(
            f"{name} with the hash {which}",
            stage.application,
            (function, payload | {"artefact_sha256": value}),
            codes={"wrong_release", "missing"},
        )
        for name, (function, payload) in case.gated.items()
        if name in ("issue", "issue-placed")
        for which, value in hashes.items()
    ]
    about = kernel.Subject(type="inquiry", id=uuid.uuid4().hex)
    uncomputed = replace(case, artefact="")
    attempts.append(Attempt(name="without computing", try_=lambda: uncomputed.suggest(about)))
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 50


@pytest.mark.parametrize("again", [False, True])
def test_a_model_that_was_taken_back(stage: Any, again: bool) -> None:
    """Neither it nor the one before it comes back; `again` with both of them taken back."""
    found = Released(stage)
    for version in ("1", "2"):
        found.release(version)
    case, permit = found.case("2").made(), found.permit()
    for version in ("2", "1")[: 1 + again]:
        stage.as_owner(
            "SELECT kernel.revoke_release(%s, %s, %s, 'Den er forkert.')",
            found.slug,
            version,
            found.manager,
        )
    spared = {"permit-development", "permit-retraining", "read-dataset"}
    codes = {"release_revoked"}
    attempts = [
        bare(f"{name}{late}", stage.application, one, codes=codes)
        for late in ("", " once more")
        for name, one in case.now(case.gated, without=spared).items()
    ]
    attempts += [
        Attempt(name=f"python {name}", try_=refused_with(codes, door))
        for name, door in case.doors
        if name not in ("ask-development", "ask-retraining")
    ]
    attempts.append(Attempt(name="predict", try_=lambda: predict(permit)))
    for version in ("1", "2"):
        approval = found.approval(version)
        attempts.append(
            Attempt(name=f"approve {version}", try_=lambda one=approval: releases.approve(**one))
        )
    with django_as_owner(stage):
        none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


def test_what_a_model_said_that_was_taken_back(stage: Any) -> None:
    """Another model is in operation: nobody follows the one before, nor does the robot alone."""
    found = Released(stage)
    found.release("1")
    case = found.case("1").made()
    found.release("2")
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den er forkert.')", found.slug, found.manager
    )
    fresh = {"permit_id": stage.permit(found.slug)}
    accept, itself = case.now(case.gated)["accept"], case.gated["act-by-itself"]
    attempts = [
        bare("accept", stage.application, accept, codes={"release_revoked"}),
        bare("alone", stage.application, (itself[0], itself[1] | fresh), codes={"release_revoked"}),
        Attempt(name="python accept", try_=lambda: case.decide("accept")),
        Attempt(name="python alone", try_=dict(case.doors)["act-by-itself"]),
    ]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


@pytest.mark.parametrize("whose", ["technician", "manager"])
def test_a_model_whose_signer_took_the_key_back(stage: Any, whose: str) -> None:
    """Also in a process that has opened it before, under the permit from before and a new one."""
    found = Released(stage)
    found.release("1")
    permit, before = found.permit(), found.permit()
    use = {"load": bytes, "compute": len}
    assert permit.predict(**use)
    taken = "SELECT kernel.register_signing_key(%s, '', '')"
    stage.as_owner(taken, getattr(found, whose))
    after = found.permit()

    def anew() -> object:
        return kernel.under_permit(
            system=found.slug, purpose="triage", work=lambda one: one.predict(**use)
        )

    attempts = [
        Attempt(name="before", try_=lambda: before.predict(**use)),
        Attempt(name="held", try_=lambda: permit.predict(**use)),
        Attempt(name="after", try_=refused_with(SHUT, lambda: after.predict(**use))),
        Attempt(name="another process", try_=refused_with(SHUT, lambda: predict(after))),
        Attempt(name="under a new one", try_=refused_with(SHUT, anew)),
    ]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
