# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system with people of its own and one honest call of each entrance.

For attempts that are made after something changed: such an attempt is worth something only when
the same call was let through before, which `Case.works` makes sure of.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from gate import Call, call
from kernel_stage import ARTEFACT, today

from kodeks.kernel import api as kernel
from kodeks.kernel.subjects import Subject

DAY = dt.timedelta(days=1)
LONG = 900
LEARNING = frozenset({"permit-development", "permit-retraining", "read-dataset"})
"""The gated calls for development, which what only operation needs is not in the way of."""


def person(
    stage: Any, role: str, *, first: int = -LONG, last: int | None = None, trained: bool = True
) -> int:
    """An account with a right from and until so many days from today; long ago if not told."""
    number = int(stage.new_user(trained=trained))
    until = None if last is None else today() + last * DAY
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, %s, '', '', %s, %s, now())",
        (number, role, today() + first * DAY, until),
    )
    return number


def ready(stage: Any, *, deputy: bool = False, **card: str) -> Case:
    """A system in operation with its own manager, caseworker and technician."""
    manager, worker, technician, officer = (
        person(stage, role)
        for role in ("system_owner", "caseworker", "administrator", "data_protection_officer")
    )
    second = person(stage, "system_owner") if deputy else None
    slug = stage.register(ready=False, **({"autonomy": "procedural", "share": "1.0"} | card))
    stage.assign(slug=slug, manager=manager, deputy=second)
    stage.attest(slug, by=manager)
    stage.evidence(slug, valid_from=today() - 250 * DAY, valid_to=today() + 50 * DAY)
    stage.propose(slug, version="1", artefact_sha256=ARTEFACT)
    stage.approve(slug, version="1", approver=manager)
    return Case(stage, slug, manager, worker, technician, officer, second)


@dataclass
class Case:
    """Calls about one system, made when they are first asked for; in order at that time."""

    stage: Any
    slug: str
    manager: int
    worker: int
    technician: int
    officer: int
    deputy: int | None = None
    artefact: str = ARTEFACT

    def made(self) -> Case:
        """Make the gated calls now, and see that they are in order."""
        self.works(self.gated)
        return self

    def fully_made(self) -> Case:
        """Make all the calls now, and see that they are in order."""
        # First, because the permit holds only until something is registered.
        assert self.reported
        self.works(self.gated)
        self.works(self.by_people)
        for name, door in self.doors:
            # A number is opened only after its log entry is committed; it changes nothing else.
            if name == "unmask":
                door()
                continue
            with transaction.atomic():
                door()
                transaction.set_rollback(True)
        return self

    def works(self, calls: dict[str, Call]) -> None:
        """Each of the calls is in order now; none of them is kept."""
        connection = self.stage.trials
        for one in calls.values():
            try:
                call(connection, *one)
            finally:
                connection.rollback()

    def now(self, calls: dict[str, Call], *, without: Collection[str] = ()) -> dict[str, Call]:
        """The calls by the codex of now, so that none is refused for naming an older one."""
        named = {"codex_sha256": self.stage.sha256}
        return {
            name: (function, payload | named if "codex_sha256" in payload else payload)
            for name, (function, payload) in calls.items()
            if name not in without
        }

    # What they are about

    @cached_property
    def subject(self) -> dict[str, str]:
        return dict(self.stage.subject())

    @cached_property
    def permit(self) -> str:
        return str(self.stage.permit(self.slug))

    @cached_property
    def learning(self) -> str:
        asked = {"phase": "development", "purpose": "improvement", "user": self.technician}
        return str(self.stage.permit(self.slug, **asked))

    @cached_property
    def issued(self) -> dict[str, Any]:
        """The proposal behind `recommendation`."""
        return self.proposal()

    def proposal(self, **changes: Any) -> dict[str, Any]:
        model = {"artefact_sha256": self.artefact}
        return dict(
            self.stage.proposal(self.slug, **({"permit_id": self.permit} | model | changes))
        )

    @cached_property
    def recommendation(self) -> uuid.UUID:
        return uuid.UUID(str(self.stage.call("issue", self.issued)))

    @cached_property
    def decided(self) -> dict[str, str]:
        """The subject of `decision`."""
        return dict(self.stage.subject())

    @cached_property
    def decision(self) -> uuid.UUID:
        found = self.stage.call("issue", self.proposal(subject=self.decided))
        payload = self.stage.choice(found, user_id=self.worker)
        return uuid.UUID(str(self.stage.call("decide", payload)))

    @cached_property
    def place(self) -> dict[str, str]:
        """Where a sealed number of the decided subject lies."""
        return {"place": "t/cpr", "row": uuid.uuid4().hex}

    @cached_property
    def sealed(self) -> bytes:
        return kernel.seal(subject=Subject(**self.decided), plaintext="x", **self.place)

    # What may happen only while the system may run

    @cached_property
    def gated(self) -> dict[str, Call]:
        return dict(self._asking()) | dict(self._under_the_permit()) | dict(self._acting())

    def _asking(self) -> Iterator[tuple[str, Call]]:
        asked = {"system": self.slug, "codex_sha256": self.stage.sha256}
        yield "permit", ("permit", asked | {"phase": "operation", "purpose": "triage"})
        for phase in ("development", "retraining"):
            more = {"phase": phase, "purpose": "improvement", "user_id": self.technician}
            yield f"permit-{phase}", ("permit", asked | more)

    def _under_the_permit(self) -> Iterator[tuple[str, Call]]:
        stage, under = self.stage, {"permit_id": self.permit}
        yield "read", ("read", stage.reading(self.permit, self.subject))
        both = {"fields": ["letter", "text"]}
        yield "read-letter", ("read", stage.reading(self.permit, stage.subject(), **both))
        learned = {"permit_id": self.learning, "source": "henvendelse", "fields": ["history"]}
        yield "read-dataset", ("read_dataset", learned | {"rows": 10, "sha256": "d2" * 32})
        yield "model-key", ("model_key", under)
        yield "issue", ("issue", self.proposal())
        placed = {"began_at": "2026-02-01T08:00:00Z", "scope": {"unit": "vej", "kle": "05.01"}}
        yield "issue-placed", ("issue", self.proposal(**placed))
        assert self.recommendation
        # Gives the first one back while the system may run.
        yield "issue-again", ("issue", self.issued | {"id": str(uuid.uuid4())})

    def _acting(self) -> Iterator[tuple[str, Call]]:
        stage = self.stage
        yield "accept", ("decide", stage.choice(self.recommendation, user_id=self.worker))
        step = stage.step(self.decision, permit_id=self.permit)
        yield "act", ("act", step)
        receipt = {"step": "receipt", "run_id": str(uuid.uuid4())}
        yield "act-receipt", ("act", step | receipt)
        rest = {key: value for key, value in step.items() if key != "decision_id"}
        cause = {"recommendation_id": str(self.recommendation), "run_id": str(uuid.uuid4())}
        yield "act-by-itself", ("act", rest | cause)
        assert self.sealed
        opener = {"decision_id": str(self.decision), "robot": "visitator"}
        why = {"reason": "Sagen skal journaliseres.", "codex_sha256": stage.sha256}
        yield "unmask-robot", ("unmask", self.place | opener | why)

    # What takes a person's right

    @cached_property
    def by_people(self) -> dict[str, Call]:
        """By the role that they take, as `role name`."""
        return dict(self._by_workers()) | dict(self._by_owners()) | dict(self._by_officers())

    def _by_workers(self) -> Iterator[tuple[str, Call]]:
        stage, who = self.stage, {"user_id": self.worker, "codex_sha256": self.stage.sha256}
        chosen = stage.choice(self.recommendation, user_id=self.worker)
        differs = {"outcome": {"label": "stoej"}}
        yield "caseworker accept", ("decide", chosen)
        yield "caseworker other", ("decide", chosen | {"choice": "other"} | differs)
        yield "caseworker reject", ("decide", chosen | {"choice": "reject"} | differs)
        yield "caseworker own", ("decide", stage.own(self.slug, user_id=self.worker))
        yield "caseworker reverse", ("reverse", stage.change(self.decision, user_id=self.worker))
        step = stage.step(self.decision, permit_id=self.permit)
        del step["decision_id"]
        # Of another matter, as a step is taken once under its cause.
        alone = {"recommendation_id": str(stage.call("issue", self.proposal()))}
        drawn = stage.call("act", step | alone)
        found = {"passed": True, "finding": "Den var rigtig."}
        yield "caseworker review", ("review", who | {"act_id": str(drawn)} | found)
        why = {"reason": "Borgeren ringede.", "scope": {"unit": "", "kle": ""}}
        yield "caseworker unmask", ("unmask", who | self.place | why)
        yield "caseworker incident", ("report_incident", who | self.incident)

    @cached_property
    def incident(self) -> dict[str, Any]:
        aware = {"aware_at": f"{today() - 20 * DAY}T10:00:00Z", "description": "En prøve."}
        return {"system": self.slug, "kind": "other"} | aware

    @cached_property
    def reported(self) -> str:
        who = {"user_id": self.worker, "codex_sha256": self.stage.sha256}
        return str(self.stage.call("report_incident", self.incident | who))

    def _by_owners(self) -> Iterator[tuple[str, Call]]:
        who = {"user_id": self.manager, "codex_sha256": self.stage.sha256, "system": self.slug}
        yield "system_owner attest", ("attest", who)
        yield "system_owner resume", ("resume", who | {"reason": "Fejlen er rettet."})
        stop = {"system": self.slug, "user_id": self.manager, "reason": "Fejl."}
        yield "system_owner stop", ("stop", stop)
        found = {"task": "quality", "passed": True, "finding": "Intet."}
        yield "system_owner supervise", ("supervise", who | found)
        away = {"user_id": self.manager, "first_day": "2030-01-01", "last_day": "2030-01-03"}
        yield "system_owner absence", ("absence", away)

    def _by_officers(self) -> Iterator[tuple[str, Call]]:
        stage, who = self.stage, {"user_id": self.officer, "codex_sha256": self.stage.sha256}
        found = {"task": "quality", "passed": True, "finding": "Intet."}
        yield (
            "data_protection_officer supervise",
            ("supervise", who | found | {"system": self.slug}),
        )
        for step in ("reported", "dismissed", "mended", "note"):
            told = {"incident_id": self.reported, "step": step, "text": "Det er gjort."}
            yield f"data_protection_officer {step}", ("handle_incident", who | told)
        erased = {"subject": stage.subject(), "reason": "Borgeren har bedt om det."}
        yield "data_protection_officer erase", ("erase", who | erased)
        technician = {"user_id": self.technician}
        yield "administrator erase", ("erase", who | erased | technician)
        yield (
            "administrator stop",
            ("stop", {"system": self.slug, "reason": "Fejl."} | technician),
        )
        for phase in ("development", "retraining"):
            yield f"administrator {phase}", self.gated[f"permit-{phase}"]

    # Through Python

    @cached_property
    def doors(self) -> list[tuple[str, Callable[[], object]]]:
        """The gated calls through kodeks.kernel.api, where the policies are asked first."""
        technician = self.stage.user(self.technician)
        robot = {"robot": "visitator", "run_id": uuid.uuid4(), "step": "journalise", "result": {}}

        def learn(phase: str) -> Callable[[], object]:
            asked = {"system": self.slug, "purpose": "improvement", "user": technician}
            return lambda: kernel.ask(phase=phase, **asked)

        return [
            ("ask", lambda: kernel.ask(system=self.slug, purpose="triage")),
            ("ask-development", learn("development")),
            ("ask-retraining", learn("retraining")),
            ("suggest", self.suggest),
            ("accept", lambda: self.decide("accept")),
            ("act", lambda: kernel.act(decision_id=self.decision, **robot)),
            (
                "act-by-itself",
                lambda: kernel.act_procedurally(recommendation_id=self.recommendation, **robot),
            ),
            ("unmask", self.unmask),
        ]

    def decide(self, choice: Any) -> object:
        return kernel.decide(
            recommendation_id=self.recommendation,
            user=self.stage.user(self.worker),
            choice=choice,
            outcome={"label": "rotter" if choice == "accept" else "stoej"},
            own_consideration="Borgeren nævner rotter.",
        )

    def suggest(self, subject: Subject | None = None) -> object:
        """Read and issue under the permit that the process holds, or one that it asks for."""
        about = subject or Subject(type="inquiry", id=uuid.uuid4().hex)

        def work(permit: kernel.Permit) -> object:
            return suggested(permit, about, artefact=self.artefact)

        return kernel.under_permit(system=self.slug, purpose="triage", work=work)

    def unmask(self) -> object:
        return kernel.unmask_for_robot(
            decision_id=self.decision,
            robot="visitator",
            sealed=self.sealed,
            reason="Sagen skal journaliseres.",
            **self.place,
        )


def suggested(permit: kernel.Permit, about: Subject, *, artefact: str = ARTEFACT) -> uuid.UUID:
    """What a solution does under a permit; the model is said to have computed."""
    moment = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    value = kernel.Value(text="Der er rotter i gården.", fetched_at=moment)
    reading = permit.read(
        subject=about, source="henvendelse", fields=("text",), fetch=lambda *_: {"text": value}
    )
    if artefact:
        permit._state.artefact_sha256 = artefact
    return permit.issue(
        subject=about,
        suggestion={"label": "rotter"},
        confidence=0.9,
        alternatives=[],
        used=[reading.datum("text")],
        considerations=[kernel.Consideration(text="ordet rotter", weight=1.0, direction="for")],
        counterfactuals=[],
        key=uuid.uuid4().hex,
    )
