# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a system did, read from the ledger's leaves, for `kodeks.statistics` to count.

A leaf says what kind of record came when, and holds a commitment to its body. What happened and
when is taken from the leaves; how records belong together from bodies that are compared with their
leaf. A row that differs from its leaf is an `Alarm` and counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.codex import card as cards
from kodeks.kernel import models, records, storage
from kodeks.kernel.keyring import SealingError
from kodeks.kernel.leaves import Leaves, TheirBody, leaves_of
from kodeks.ledger.errors import VerificationError
from kodeks.statistics.hours import Piece, Spent, Study
from kodeks.statistics.routing import Routed
from kodeks.statistics.times import Course

RECEIPT = "receipt"
"""The robot's step that writes the letter with the receipt to the citizen."""
_EVENTS = ("time_study", "review", "answered", "retried", "card")
_Subject = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`count` records of which tables and ledger say different things; `text` is Danish."""

    code: str
    count: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A system's matters until the head of `size` entries.

    `without_begin` matters were decided without a suggestion, so the ledger does not say when they
    began; of `erased` records the body cannot be compared any more; `waiting` come in a later head.
    """

    system: str
    size: int
    studies: tuple[Study, ...]
    pieces: tuple[Piece, ...]
    reviews: tuple[Spent, ...]
    reworks: tuple[Spent, ...]
    courses: tuple[Course, ...]
    routed: tuple[Routed, ...]
    """Each decision that stands in the ledger, with where its matter went."""
    subjects: tuple[str, ...]
    """The subject's id of each of `routed`."""
    alarms: tuple[Alarm, ...]
    without_begin: int
    erased: int
    waiting: int


def read(system: str, *, contents: bool = False) -> Measured:
    """Everything until the newest head. `contents` opens each suggestion, decision and reversal as
    well, to compare what is sealed in them with the ledger: slow, and for an audit.

    Raises VerificationError when the ledger itself lacks entries.
    """
    head = storage.latest_checkpoint()
    size = 0 if head is None else head.size
    return _Reader(system, leaves_of(system, size=size), contents=contents).measured()


@dataclass(frozen=True)
class _Act:
    at: dt.datetime
    step: str
    result: Mapping[str, Any]
    again: bool
    """Taken under a reversal."""


class _Reader:
    def __init__(self, system: str, leaves: Leaves, *, contents: bool) -> None:
        self.system, self.leaves, self.contents = system, leaves, contents
        self.acts: dict[_Subject, list[_Act]] = {}
        self.wrong: dict[_Subject, dt.datetime] = {}
        self.steps: list[tuple[dt.datetime, frozenset[str]]] = []
        self.studies: dict[str, Study] = {}
        self.reviews: list[Spent] = []
        self.reworks: list[Spent] = []
        self.answered: dict[str, dt.datetime] = {}

    def measured(self) -> Measured:
        by_act = self._read_acts()
        self._read_events(by_act)
        self._read_reversals()
        pieces, courses, routed, without_begin = self._matters()
        return Measured(
            system=self.system,
            size=self.leaves.size,
            studies=tuple(self.studies.values()),
            pieces=tuple(pieces),
            reviews=tuple(self.reviews),
            reworks=tuple(self.reworks),
            courses=tuple(courses),
            routed=tuple(routed.values()),
            subjects=tuple(number for _, number in routed),
            alarms=tuple(_alarms(self.leaves)),
            without_begin=without_begin,
            erased=self.leaves.erased,
            waiting=self.leaves.waiting,
        )

    def _read_acts(self) -> dict[str, tuple[_Subject, _Act]]:
        """All steps, by their id; and by subject in `acts`, in the order of the ledger.

        A step under a reversal is work done over: it frees nothing, and changes neither when the
        matter was finished nor which department it counts for.
        """
        found: dict[str, tuple[_Subject, _Act]] = {}
        rows = models.Act.objects.filter(system_id=self.system)
        secrets = models.Secret.objects.filter(record_id__in=rows.values("id"))
        salts = dict(secrets.values_list("record_id", "salt").iterator())
        fields = ("id", "pending_id", "body", "run_id", "step", "decision_id",
                  "reversal_id")  # fmt: skip
        for row in rows.values_list(*fields).iterator():
            number, pending, body, run, step, *causes = row
            columns = (str(run), step, *(one and str(one) for one in causes))
            said = (body["run_id"], body["step"], body["decision"], body.get("reversal"))
            leaf = self.leaves.matched(
                "act",
                TheirBody(number, pending, body, salts.get(number)),
                same=columns == said,
            )
            if leaf is not None:
                act = _Act(leaf.at, body["step"], body["result"], "reversal" in body)
                found[str(number)] = (_subject(body), act)
        self.leaves.require_all("act")
        for subject, act in found.values():
            if act.again:
                continue
            self.acts.setdefault(subject, []).append(act)
        for acts in self.acts.values():
            acts.sort(key=lambda act: act.at)
        return found

    def _read_events(self, by_act: Mapping[str, tuple[_Subject, _Act]]) -> None:
        rows = models.RegistryEvent.objects.filter(system_slug=self.system, kind__in=_EVENTS)
        fields = ("id", "pending_id", "body", "salt", "kind")
        for number, pending, body, salt, kind in rows.values_list(*fields).iterator():
            leaf = self.leaves.matched(kind, TheirBody(number, pending, body, salt))
            if leaf is None:
                continue
            if kind == "time_study":
                self.studies[str(number)] = _study(body, leaf.at)
            elif kind == "answered":
                self.answered[body["decision"]] = leaf.at
            elif kind == "retried":
                self.reworks.append(Spent(at=leaf.at))
            elif kind == "review" and body["act_id"] in by_act:
                self._reviewed(*by_act[body["act_id"]], at=leaf.at, passed=body["passed"])
            elif kind == "card":
                self.steps.append((leaf.at, self._card(body)))
        for kind in _EVENTS:
            self.leaves.require_all(kind)
        self.steps.sort(key=lambda one: one[0])
        self._compare_studies()

    def _read_reversals(self) -> None:
        """What a person decided over again is rework in the period it happens in, as a mistake is:
        the matter stays finished in its own, which may be over."""
        rows = models.Reversal.objects.filter(system_id=self.system)
        fields = ("id", "pending_id", "body__decision", "body__replaces", "body__cause",
                  "decision_id", "former_id", "cause")  # fmt: skip
        for number, pending, *said, decision, former, cause in rows.values_list(*fields).iterator():
            same = said == [str(decision), str(former or decision), cause]
            leaf = self.leaves.matched("reversal", TheirBody(number, pending), same=same)
            if leaf is not None:
                self.reworks.append(Spent(at=leaf.at))
        self.leaves.require_all("reversal")
        if self.contents:
            for row in rows.select_related("user").iterator(chunk_size=200):
                self._compare_whole("reversal", row, records.reversal)

    def _reviewed(self, subject: _Subject, act: _Act, *, at: dt.datetime, passed: bool) -> None:
        self.reviews.append(Spent(at=at, step=act.step))
        if not passed:
            self.reworks.append(Spent(at=at, step=act.step))
            self.wrong[subject] = min(at, self.wrong.get(subject, at))

    def _card(self, event: Mapping[str, Any]) -> frozenset[str]:
        """The robot's steps on the card that the event registered."""
        row = models.CardRevision.objects.filter(
            system_id=self.system, revision=event["revision"]
        ).first()
        if row is None or cards.fingerprint(row.card) != event["sha256"]:
            self.leaves.differs += 1
            return frozenset()
        return frozenset((row.card["robot"] or {"steps": []})["steps"])

    def _compare_studies(self) -> None:
        """The table of studies is for pages; what counts is the events."""
        kept = {
            str(one.id): Study(
                step=one.step,
                since=one.registered_at,
                measured=one.measured,
                mean=float(one.mean),
                deviation=float(one.deviation),
                review=float(one.review),
                rework=float(one.rework),
            )
            for one in models.TimeStudy.objects.filter(system_id=self.system)
        }
        said = self.studies
        self.leaves.differs += sum(kept.get(number) != study for number, study in said.items())
        # One that is not in the head yet has its event among those that wait.
        events = models.RegistryEvent.objects.filter(kind="time_study", id__in=list(kept))
        self.leaves.foreign += len(kept) - events.count()

    def _matters(self) -> tuple[list[Piece], list[Course], dict[_Subject, Routed], int]:
        began = self._began()
        decisions = {subject: one for subject, one in self._decisions()}
        without_begin = sum(one.recommendation not in began for one in decisions.values())
        pieces = [
            self._piece(acts, self.wrong.get(subject), decisions.get(subject))
            for subject, acts in self.acts.items()
        ]
        courses = [
            self._course(began[one.recommendation].at, one, self.acts.get(subject, []))
            for subject, one in decisions.items()
            if one.recommendation in began
        ]
        routed = {
            subject: Routed(
                at=one.at,
                unit=_unit(self.acts.get(subject, [])),
                choice=one.choice,
                suggested=began[one.recommendation].label if one.recommendation in began else "",
                chosen=one.label,
            )
            for subject, one in decisions.items()
        }
        return pieces, courses, routed, without_begin

    def _piece(
        self, acts: list[_Act], wrong: dt.datetime | None, decision: _Decision | None
    ) -> Piece:
        taken: set[str] = set()
        finished: dt.datetime | None = None
        for act in acts:
            taken.add(act.step)
            asked = self._asked(act.at)
            if asked and asked <= taken:
                finished = act.at
                break
        return Piece(
            steps=tuple(sorted(taken)),
            # Work under a suggestion alone counts when a person has decided.
            finished=None if finished is None or decision is None else max(finished, decision.at),
            undone=wrong,
            rejected=decision is not None and decision.choice == "reject",
        )

    def _asked(self, moment: dt.datetime) -> frozenset[str]:
        """The steps of the card that stood at the moment."""
        standing: frozenset[str] = frozenset()
        for since, steps in self.steps:
            if since > moment:
                break
            standing = steps
        return standing

    def _course(self, began: dt.datetime, decision: _Decision, acts: list[_Act]) -> Course:
        results = [act.result for act in acts]
        promised = [str(one["answer_by"]) for one in results if "answer_by" in one]
        return Course(
            began=began,
            decided=decision.at,
            receipt=next((act.at for act in acts if act.step == RECEIPT), None),
            answered=self.answered.get(decision.number),
            promised=dt.date.fromisoformat(promised[-1]) if promised else None,
            unit=_unit(acts),
        )

    def _began(self) -> dict[str | None, _Begun]:
        """When the matter of each suggestion began, and what was suggested."""
        found: dict[str | None, _Begun] = {}
        rows = models.Recommendation.objects.filter(system_id=self.system)
        fields = ("id", "pending_id", "body__began_at", "body__suggestion__label")
        for number, pending, began, label in rows.values_list(*fields).iterator():
            if self.leaves.matched("recommendation", TheirBody(number, pending)) is not None:
                found[str(number)] = _Begun(_moment(began), label or "")
        self.leaves.require_all("recommendation")
        if self.contents:
            for row in rows.select_related("release", "card").iterator(chunk_size=200):
                self._compare_whole("recommendation", row, records.recommendation)
        return found

    def _decisions(self) -> Iterator[tuple[_Subject, _Decision]]:
        rows = models.Decision.objects.filter(system_id=self.system)
        fields = ("id", "pending_id", "body__subject", "body__recommendation", "body__choice",
                  "body__outcome__label", "recommendation_id", "choice")  # fmt: skip
        for row in rows.values_list(*fields).iterator():
            number, pending, subject, recommendation, choice, label, *columns = row
            same = [recommendation, choice] == [columns[0] and str(columns[0]), columns[1]]
            leaf = self.leaves.matched("decision", TheirBody(number, pending), same=same)
            if leaf is not None:
                yield (
                    (subject["type"], subject["id"]),
                    _Decision(str(number), leaf.at, recommendation, choice, label or ""),
                )
        self.leaves.require_all("decision")
        if self.contents:
            for one in rows.select_related("user").iterator(chunk_size=200):
                self._compare_whole("decision", one, records.decision)

    def _compare_whole(self, kind: str, row: Any, opened: Any) -> None:
        """The body with its sealed parts against its leaf."""
        secret = models.Secret.objects.filter(record_id=row.id).first()
        if secret is None:
            self.leaves.erased += 1
            return
        try:
            body = opened(row).body
        except (SealingError, VerificationError):
            self.leaves.differs += 1
            return
        self.leaves.compare(kind, TheirBody(row.id, row.pending_id, body, secret.salt))


@dataclass(frozen=True)
class _Decision:
    number: str
    at: dt.datetime
    recommendation: str | None
    choice: str
    label: str


@dataclass(frozen=True)
class _Begun:
    at: dt.datetime
    label: str


def _study(body: Mapping[str, Any], at: dt.datetime) -> Study:
    mean, deviation, review, rework = _minutes(body, "mean", "deviation", "review", "rework")
    return Study(
        step=body["step"],
        since=at,
        measured=body["measured"],
        mean=mean,
        deviation=deviation,
        review=review,
        rework=rework,
    )


def _minutes(body: Mapping[str, Any], *names: str) -> list[float]:
    return [float(body[name]) for name in names]


def _subject(body: Mapping[str, Any]) -> _Subject:
    return body["subject"]["type"], body["subject"]["id"]


def _unit(acts: list[_Act]) -> str:
    """Where the robot forwarded the matter last; "" when it has not."""
    results = (act.result for act in reversed(acts))
    return next((str(one["unit"]) for one in results if "unit" in one), "")


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _alarms(leaves: Leaves) -> Iterable[Alarm]:
    told = {
        "missing": (leaves.missing, "står i loggen, men mangler i databasen"),
        "foreign": (leaves.foreign, "står i databasen, men ikke i loggen"),
        "differs": (leaves.differs, "siger noget andet i databasen end i loggen"),
    }
    for code, (count, text) in told.items():
        if count:
            yield Alarm(code=code, count=count, text=f"{count} poster {text}.")
