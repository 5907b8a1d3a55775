# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same requests through Python: kodeks.kernel.api and the modules behind it."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from bypass_honest import AWARE, PLACE, Honest, Payload
from django.db import transaction
from kernel_stage import ARTEFACT, Stage

from kodeks.kernel import alarms, drills, oversight, service, stewardship
from kodeks.kernel import api as kernel

NOW = dt.datetime.now(dt.UTC)


def account(stage: Stage, number: int) -> kernel.User:
    """The account, or one that is nowhere but here."""
    return kernel.User.objects.filter(pk=number).first() or kernel.User(pk=number, username="x")


def asked(way: str, payload: Payload, user: kernel.User) -> Any:
    """What the payload asks for, asked through Python in the name of `user`."""
    return _DOORS[way](payload, user)


def _subject(payload: Payload) -> kernel.Subject:
    return kernel.Subject(**payload["subject"])


_DOORS: dict[str, Callable[[Payload, kernel.User], Any]] = {
    "develop": lambda p, u: kernel.ask(
        system=p["system"], phase=p["phase"], purpose=p["purpose"], user=u
    ),
    "first_view": lambda p, u: kernel.state_own_view(
        recommendation_id=uuid.UUID(p["recommendation_id"]),
        user=u,
        outcome=p["outcome"],
        own_consideration=p["own_consideration"],
    ),
    "show": lambda p, u: kernel.show(recommendation_id=uuid.UUID(p["recommendation_id"]), user=u),
    "decide": lambda p, u: kernel.decide(
        recommendation_id=uuid.UUID(p["recommendation_id"]),
        user=u,
        choice=p["choice"],
        outcome=p["outcome"],
        own_consideration=p["own_consideration"],
    ),
    "own": lambda p, u: kernel.decide_without_recommendation(
        system=p["system"],
        purpose=p["purpose"],
        subject=_subject(p),
        user=u,
        outcome=p["outcome"],
        own_consideration=p["own_consideration"],
    ),
    "reverse": lambda p, u: kernel.reverse(
        replaces=uuid.UUID(p["replaces"]),
        user=u,
        cause=p["cause"],
        outcome=p["outcome"],
        own_consideration=p["own_consideration"],
    ),
    "review": lambda p, u: kernel.review(
        act_id=uuid.UUID(p["act_id"]), user=u, passed=True, finding=p["finding"]
    ),
    "stop": lambda p, u: stewardship.stop(system=p["system"], user=u, reason=p["reason"]),
    "resume": lambda p, u: stewardship.resume(system=p["system"], user=u, reason=p["reason"]),
    "attest": lambda p, u: stewardship.attest(system=p["system"], user=u),
    "oversee": lambda p, u: oversight.oversee(
        system=p["system"],
        user=u,
        blind_share=Decimal(p["blind_share"]),
        least_confidence=Decimal(p["least_confidence"]),
        influence_limit=Decimal(p["influence_limit"]),
        fast_limit=Decimal(p["fast_limit"]),
    ),
    "close_alarm": lambda p, u: alarms.close(
        alarm_id=uuid.UUID(p["alarm_id"]), user=u, text=p["text"]
    ),
    "open_drills": lambda p, u: drills.open_round(system=p["system"], team=p["team"], user=u),
    "show_exercise": lambda p, u: drills.show(round_id=uuid.UUID(p["round_id"]), user=u),
    "answer_exercise": lambda p, u: drills.answer(
        round_id=uuid.UUID(p["round_id"]),
        exercise=p["exercise"],
        user=u,
        choice=p["choice"],
        chosen=p["answer"],
        own_words=p["own_words"],
    ),
    "absence": lambda p, u: stewardship.be_absent(
        user=u, first_day=dt.date(2031, 1, 1), last_day=None
    ),
    "supervise": lambda p, u: stewardship.supervise(
        system=p["system"], task=p["task"], user=u, passed=True, finding=p["finding"]
    ),
    "report_incident": lambda p, u: stewardship.report_incident(
        system=p["system"],
        kind=p["kind"],
        aware_at=dt.datetime.fromisoformat(AWARE),
        description=p["description"],
        user=u,
    ),
    "handle_incident": lambda p, u: stewardship.handle_incident(
        incident_id=uuid.UUID(p["incident_id"]),
        step=p["step"],
        text=p["text"],
        user=u,
    ),
    "unmask": lambda p, u: kernel.unmask(
        user=u, place=PLACE, row=p["row"], sealed=b"x", reason=p["reason"]
    ),
    "time_study": lambda p, u: service.write_study(
        system=p["system"],
        study=service.NewStudy(
            step=p["step"],
            measured=p["measured"],
            mean=Decimal(p["mean"]),
            deviation=Decimal(p["deviation"]),
            review=Decimal(p["review"]),
            rework=Decimal(p["rework"]),
            first_day=dt.date.fromisoformat(p["first_day"]),
            last_day=dt.date.fromisoformat(p["last_day"]),
            measured_by=p["measured_by"],
            sha256=p["sha256"],
        ),
        user=u,
    ),
    "answered": lambda p, u: kernel.pass_milestone(
        milestone_id=uuid.UUID(p["id"]),
        decision_id=uuid.UUID(p["decision_id"]),
        what=p["what"],
        unit=p["unit"],
        user=u,
    ),
    "attended": lambda p, u: kernel.pass_milestone(
        milestone_id=uuid.UUID(p["id"]),
        decision_id=uuid.UUID(p["decision_id"]),
        what=p["what"],
        unit=p["unit"],
        user=u,
    ),
    "retried": lambda p, u: kernel.pass_milestone(
        milestone_id=uuid.UUID(p["id"]),
        decision_id=uuid.UUID(p["decision_id"]),
        what=p["what"],
        user=u,
    ),
    "erase": lambda p, u: kernel.erase(subject=_subject(p), user=u, reason=p["reason"]),
}
DOORS = tuple(_DOORS)


class Worker:
    """A solution at work under a permit in force, with a text read and the model consulted."""

    def __init__(self, stage: Stage) -> None:
        self.slug = Honest(stage).slug
        self.permit = kernel.ask(system=self.slug, purpose="triage")
        self.permit._state.artefact_sha256 = ARTEFACT
        self.subject = kernel.Subject(**stage.subject())
        self.reading = self.read()

    def read(self, **changes: Any) -> kernel.Reading:
        answer = changes.pop("answer", ("text",))
        value = kernel.Value(text="Der er rotter.", fetched_at=changes.pop("fetched_at", NOW))
        asked = {
            "subject": self.subject,
            "source": "henvendelse",
            "fields": ("text",),
            "fetch": lambda subject, fields: {name: value for name in answer},
        } | changes
        with transaction.atomic():
            return self.permit.read(**asked)

    def issue(self, **changes: Any) -> uuid.UUID:
        offered = {
            "subject": self.subject,
            "suggestion": {"label": "rotter"},
            "confidence": 0.9,
            "alternatives": [kernel.Alternative(value="stoej", confidence=0.1)],
            "used": [self.reading.datum("text")],
            "considerations": [kernel.Consideration(text="rotter", weight=1.0, direction="for")],
            "counterfactuals": [],
            "key": uuid.uuid4().hex,
        } | changes
        with transaction.atomic():
            return self.permit.issue(**offered)

    def readings(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What may not be read, each as changes of `read`."""
        yield from (
            (f"field {name}", {"fields": (name,), "answer": (name,)})
            for name in ("history", "size", "year", "cpr", "", "TEXT", "text ", "*", "text,letter")
        )
        for source in ("register", "archive", "Henvendelse", "", "kernel_user"):
            yield f"source {source}", {"source": source}
        for answer in ((), ("letter",), ("text", "cpr"), ("text", "letter")):
            yield f"answered with {answer}", {"answer": answer}
        yield "no field", {"fields": (), "answer": ()}
        for name, subject in self._nobodies():
            yield f"subject {name}", {"subject": subject}

    def suggestions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What may not be suggested, each as changes of `issue`."""
        for number in (-0.01, 1.01, 2.0, 100.0, math.nan, math.inf, -math.inf):
            yield f"confidence {number}", {"confidence": number}
            other = kernel.Alternative(value="x", confidence=number)
            yield f"alternative {number}", {"alternatives": [other]}
        for words in ("", " ", "...", "x" * 1001):
            weighed = kernel.Consideration(text=words, weight=1.0, direction="for")
            yield f"consideration {words[:5]!r}", {"considerations": [weighed]}
            change = kernel.Counterfactual(text=words, suggestion={"label": "x"})
            yield f"counterfactual {words[:5]!r}", {"counterfactuals": [change]}
        for weight in (math.nan, math.inf, 1e12):
            weighed = kernel.Consideration(text="x", weight=weight, direction="for")
            yield f"weight {weight}", {"considerations": [weighed]}
        maybe = kernel.Consideration(text="x", weight=1.0, direction="maybe")
        yield "direction", {"considerations": [maybe]}
        same = kernel.Counterfactual(text="uden", suggestion={"label": "rotter"})
        yield "counterfactual that is the same", {"counterfactuals": [same]}
        yield "nothing weighed", {"considerations": []}
        yield "no data", {"used": []}
        datum = self.reading.datum("text")
        for name, changes in {
            "another reading": {"reading": datum.reading + 10**6},
            "another field": {"field": "letter"},
            "from tomorrow": {
                "value": kernel.Value(text="x", fetched_at=NOW + dt.timedelta(days=1))
            },
        }.items():
            yield f"datum of {name}", {"used": [kernel.Datum(**vars(datum) | changes)]}
        for suggestion in ({}, {"label": ""}, {"label": 0.5}, {"æ": "x"}, {"label": "0101901234"}):
            yield f"suggestion {suggestion}", {"suggestion": suggestion}
        for key in ("", " ", "x" * 201, "010190-1234"):
            yield f"key {key[:12]!r}", {"key": key}
        yield "begun tomorrow", {"began_at": NOW + dt.timedelta(days=1)}
        for kle in ("5", "05.1", "05.01.08.01", "x"):
            yield f"kle {kle}", {"scope": kernel.Scope(kle=kle)}
        for name, subject in self._nobodies():
            yield f"subject {name}", {"subject": subject}

    @staticmethod
    def _nobodies() -> Iterator[tuple[str, kernel.Subject]]:
        for kind, number in (("", "1"), ("case", ""), ("case", " "), ("case", "0101901234")):
            yield f"{kind!r} {number!r}", kernel.Subject(type=kind, id=number)
        yield "too long", kernel.Subject(type="case", id="x" * 81)
