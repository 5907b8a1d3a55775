# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Somebody with a Python shell in the application's environment, all of Python's gates off.

Everything that Python would refuse is let through to the database, which refuses it by itself.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import warm
from attempts import Attempt, none_succeeds, unheard
from bypass_calls import Calls
from bypass_door import DOORS, Worker, account, asked
from bypass_foreign import Foreign
from bypass_honest import CARD, Honest
from bypass_people import MAY, people
from bypass_shell import command, commands, owners_functions, run_ids, switch_gates_off
from django.apps import apps
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from kodeks.cli.users import UserProblem
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.kernel import api as kernel
from kodeks.kernel import calls, subjects
from kodeks.kernel.models import Release
from kodeks.robots import engine, flows
from kodeks.robots.models import Run

REFUSALS = (kernel.Refused, DatabaseError)


@pytest.fixture
def gates_off(stage, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_gates_off(monkeypatch)


@pytest.fixture(scope="module")
def everyone(stage):
    return people(stage)


@pytest.fixture(scope="module")
def foreign(stage):
    return Foreign(stage)


@pytest.fixture
def honest(stage) -> Honest:
    return Honest(stage, stage.register(**CARD))


def test_the_gates_are_off(stage, honest, gates_off):
    """Otherwise nothing below would say anything about the database."""
    testine = stage.user("testine")
    for action in ("decide", "resume", "approve_release", "erase"):
        assert kernel.may(testine, action, about=kernel.About(system=honest.slug))
    assert kernel.ask(system=honest.slug, purpose="triage")


def test_nobody_who_may_not(stage, everyone, honest, gates_off):
    """In everybody's name, also theirs whose rights ended; the policies say yes to all."""

    def attempts(way: str, payload: dict) -> Iterator[Attempt]:
        for name, number in everyone.items():
            if name not in MAY[way]:
                user = account(stage, number)
                yield Attempt(name=name, try_=lambda user=user: asked(way, payload, user))

    made = 0
    for way in DOORS:
        payload = honest.payload(way)
        if way == "own":
            subjects.key_to_seal(kernel.Subject(**payload["subject"]))
        found = attempts(way, payload)
        made += none_succeeds(stage, found, kind="shell", refusals=(kernel.Refused,))
    assert made > 350


def test_no_permit_where_something_is_in_the_way(stage, foreign, gates_off):
    anders = stage.user("anders")
    asked_for = [
        *((system, "operation", "triage", None) for system in foreign.unfit.values()),
        *((system, "operation", "triage", anders) for system in foreign.unfit.values()),
        *((foreign.slug, phase, "triage", anders) for phase in ("development", "retraining", "x")),
        *((foreign.slug, "operation", purpose, None) for purpose in ("improvement", "x", "")),
        *((foreign.slug, phase, "improvement", None) for phase in ("development", "retraining")),
    ]
    attempts = [
        Attempt(
            name=f"{number} {system} {phase} {purpose}",
            try_=lambda s=system, f=phase, p=purpose, u=user: kernel.ask(
                system=s, phase=f, purpose=p, user=u
            ),
        )
        for number, (system, phase, purpose, user) in enumerate(asked_for)
    ]
    assert none_succeeds(stage, attempts, kind="shell", refusals=REFUSALS) > 25


def test_nothing_is_read_or_suggested_that_may_not_be(stage, gates_off):
    worker = Worker(stage)
    found = [
        Attempt(name=f"read {name}", try_=lambda changes=changes: worker.read(**changes))
        for name, changes in worker.readings()
    ] + [
        Attempt(name=f"issue {name}", try_=lambda changes=changes: worker.issue(**changes))
        for name, changes in worker.suggestions()
    ]
    assert none_succeeds(stage, found, kind="shell", refusals=REFUSALS) > 70
    assert worker.issue()


def test_what_is_the_owners_is_called_in_vain(stage, honest, gates_off):
    """Rights, training, keys, owners, evidence, cards, releases and the codex itself."""
    found = [Attempt(name=name, try_=call) for name, call in owners_functions(stage, honest.slug)]
    assert none_succeeds(stage, found, kind="shell", refusals=REFUSALS) > 180


def test_no_command_does_it_either(stage, honest, gates_off, settings, tmp_path):
    """Each `kodeks` command that writes, in this process, connected as the application role."""
    # One of them makes a key before it is refused, and must not do so for others.
    shutil.copytree(Path(settings.KODEKS_HOME) / "keys", tmp_path / "keys")
    settings.KODEKS_HOME = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    refusals = (*REFUSALS, UserProblem, CommandError)
    found = [
        Attempt(name=name, try_=lambda a=arguments: command(*a))
        for name, arguments in commands(stage, honest, tmp_path)
    ]
    assert none_succeeds(stage, found, kind="shell", refusals=refusals) > 150
    # What is anybody's to do is done: the commands themselves are in order.
    command("system", "attest", honest.slug, "--by", "merete")
    command("system", "list")


COMMANDS = {
    "grant": ["user", "grant", "sofie", "--role", "system_owner"],
    "assign": ["system", "assign", "inquiries", "--unit", "Min", "--manager", "bodil"],
    "resume": ["system", "resume", "inquiries", "--by", "anders", "--reason", "Nu skal det gå."],
    "attest": ["system", "attest", "inquiries", "--by", "sofie"],
}


def test_nor_in_a_process_of_its_own_with_the_applications_address(stage):
    """Two addresses, both of the application: there is no other to be had."""
    environment = os.environ | {
        "KODEKS_DATABASE_URL": stage.url,
        "KODEKS_DATABASE_OWNER_URL": stage.url,
        "KODEKS_POSTGRES_SUPPLIER": "url",
    }

    def run(arguments: list[str]) -> None:
        done = warm.run_text(["-m", "kodeks", *arguments], env=environment)
        assert "Traceback" not in done.stderr, done.stderr
        if done.returncode != 0:
            raise kernel.Refused(code="exit", message=done.stderr)

    found = [Attempt(name=name, try_=lambda a=argv: run(a)) for name, argv in COMMANDS.items()]
    assert none_succeeds(stage, found, kind="shell", refusals=(kernel.Refused,)) == len(COMMANDS)
    run(["system", "list"])


# Solutions and robots


def test_the_robot_takes_no_step_without_a_decision(stage, honest, gates_off, monkeypatch):
    """Runs that somebody wrote into the robots' tables; the engine carries out what it may."""
    robots = apps.get_app_config("robots")
    # What is registered here goes with the test: pages name steps by the flows there are.
    monkeypatch.setattr(robots, "flows", dict(robots.flows))
    flow = f"mine-{uuid.uuid4().hex[:8]}"
    steps = ("udbetal", "journalise", "receipt")
    for robot in ("visitator", "en-anden"):
        for step in steps:
            ours = flows.Step(name=step, title="Mit skridt", run=lambda context: {"done": True})
            flows.register(flows.Flow(f"{flow}-{robot}-{step}", robot, "Mit forløb", (ours,)))
    ids = run_ids(stage, honest)
    decision = ids.pop("a decision of another system")
    chosen = [
        *(
            (name, number, robot, step)
            for name, number in ids.items()
            for robot in ("visitator", "en-anden")
            for step in steps
        ),
        *(("a decision", decision, "en-anden", step) for step in steps),
        ("a decision", decision, "visitator", "udbetal"),
    ]
    attempts = [
        Attempt(
            name=f"{name} {robot} {step}",
            try_=lambda n=number, f=f"{flow}-{robot}-{step}", r=robot: _carried_out(f, r, n),
            silent=True,
        )
        for name, number, robot, step in chosen
    ]
    with unheard("kodeks.robots"):
        assert none_succeeds(stage, attempts, kind="shell", refusals=REFUSALS) > 30
    # The same run, with a step that the card has and a decision that there is, is carried out.
    before = stage.contents()["kernel_act"]
    _carried_out(f"{flow}-visitator-journalise", "visitator", decision)
    assert stage.contents()["kernel_act"] != before


def _carried_out(flow: str, robot: str, decision_id: uuid.UUID) -> None:
    run = Run.objects.create(
        flow=flow,
        robot=robot,
        subject_type="inquiry",
        subject_id=uuid.uuid4().hex,
        decision_id=decision_id,
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    engine.execute(run_id=run.id)


def test_no_solution_decides_for_one_who_may_not(stage, everyone, gates_off):
    """The services of inquiries, which pages and workers call."""
    inquiry, _ = services.receive(
        external_id=uuid.uuid4().hex, text="Der er et hul i vejen.", channel="web", sender_cpr=""
    )
    services.triage(inquiry_id=str(inquiry.id))
    choices = {
        "accept": "",
        "other": "andet",
        "reject": "",
        "own": "andet",
    }
    attempts = [
        Attempt(
            name=f"{choice} as {name}",
            try_=lambda n=number, c=choice, t=topic: services.decide(
                inquiry_id=inquiry.id,
                user=account(stage, n),
                choice=c,
                label=t,
                own_consideration="Der står hul.",
            ),
        )
        for name, number in everyone.items()
        for choice, topic in choices.items()
        if name not in MAY["own" if choice == "own" else "decide"]
    ]
    refusals = (*REFUSALS, InquiryError)
    assert none_succeeds(stage, attempts, kind="shell", refusals=refusals) > 100
    services.decide(
        inquiry_id=inquiry.id,
        user=stage.user("sofie"),
        choice="own",
        label="andet",
        own_consideration="Der står hul.",
    )


def test_no_sealed_number_is_opened(stage, everyone, honest, gates_off):
    """By nobody without a right, for no decision of another matter, and for no other robot."""
    number = "010190" + "1234"
    inquiry, _ = services.receive(
        external_id=uuid.uuid4().hex, text="Hul.", channel="web", sender_cpr=number
    )
    reason = "Jeg vil gerne se det."
    found = {
        f"shown to {name}": lambda w=who: services.shown_cpr(
            inquiry=inquiry, user=account(stage, w), reason=reason
        )
        for name, who in everyone.items()
        if name not in MAY["unmask"]
    }
    found |= {
        f"robot {robot} by {name}": lambda n=decision, r=robot: kernel.unmask_for_robot(
            decision_id=n,
            robot=r,
            place=services.CPR_PLACE,
            row=str(inquiry.id),
            sealed=bytes(inquiry.sealed_cpr),
            reason=reason,
        )
        for name, decision in run_ids(stage, honest).items()
        for robot in ("visitator", "en-anden")
    }
    found |= {
        f"reason {words!r}": lambda w=words: services.shown_cpr(
            inquiry=inquiry, user=stage.user("sofie"), reason=w
        )
        for words in ("", " ", "...", "12345", "abc", f"Nr. {number}", "x" * 501)
    }
    attempts = [Attempt(name=name, try_=call) for name, call in found.items()]
    assert none_succeeds(stage, attempts, kind="shell", refusals=REFUSALS) > 40
    assert services.shown_cpr(inquiry=inquiry, user=stage.user("sofie"), reason=reason) == number


def test_no_model_is_opened_but_the_released(stage, honest, gates_off, settings):
    """Its key comes for a permit in force, and only the key of the release that the gate found."""
    stage.propose(honest.slug, version="2", artefact_sha256="b2" * 32)
    release = Release.objects.get(system_id=honest.slug, version="2")
    waiting = stage.permit(honest.slug)
    development = stage.development(honest.slug)
    stage.attest(honest.slug)

    learning = stage.permit(honest.slug, phase="development", purpose="improvement", user="anders")

    def key(permit: object) -> object:
        return calls.call("model_key", {"permit_id": str(permit)})

    found = {
        "ended permit": lambda: key(waiting),
        "ended learning": lambda: key(development),
        "learning": lambda: key(learning),
        "no permit": lambda: key(uuid.UUID(int=0)),
        "a release": lambda: key(release.pk),
        "a version": lambda: key("2"),
        "a system": lambda: key(honest.slug),
        "by release": lambda: calls.call("model_key", {"release": release.pk}),
        "with a release": lambda: calls.call(
            "model_key", {"permit_id": str(waiting), "release": release.pk}
        ),
    }
    attempts = [Attempt(name=name, try_=call) for name, call in found.items()]
    assert none_succeeds(stage, attempts, kind="shell", refusals=REFUSALS) == len(found)


def test_no_transaction_of_djangos_makes_a_difference(stage, honest, gates_off):
    """Savepoints, rollbacks and work done on commit: what was refused stays refused."""
    testine = stage.user("testine").pk
    payloads = {
        way: honest.payload(way) | {"user_id": testine}
        for way in ("decide", "own", "review", "resume", "attest", "supervise", "erase")
    }
    called = Calls(stage.application)

    def nested(way: str) -> None:
        with transaction.atomic(), transaction.atomic():
            calls.call(way, payloads[way])

    def durable(way: str) -> None:
        with transaction.atomic(durable=True):
            calls.call(way, payloads[way], savepoint=False)

    def on_commit(way: str) -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: calls.call(way, payloads[way]))

    def ignored(way: str) -> None:
        with transaction.atomic():
            try:
                calls.call(way, payloads[way])
            except kernel.Refused:
                transaction.set_rollback(False)
            calls.call(way, payloads[way])

    functions = {"own": "decide"}
    payloads |= {functions.get(way, way): payload for way, payload in payloads.items()}
    attempts = [
        Attempt(name=f"{manner.__name__} {way}", try_=lambda m=manner, w=way: m(w))
        for manner in (nested, durable, on_commit, ignored)
        for way in payloads
        if way not in functions
    ]
    assert none_succeeds(stage, attempts, kind="shell", refusals=REFUSALS) > 20
    assert called.would_take("attest", honest.attest())
