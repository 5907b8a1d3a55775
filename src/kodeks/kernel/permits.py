# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Permits: the only way to data, to a released model and to a recommendation.

A permit is asked for system, phase and purpose. The policies judge first, the database decides, and
every later call is surveyed by the database again; a permit is no shortcut past that.

    def work(permit: Permit) -> uuid.UUID:
        reading = permit.read(subject=..., source="henvendelse", fields=("text",), fetch=...)
        answer = permit.predict(load=Model.of_bytes, compute=lambda model: model.answer(...))
        return permit.issue(subject=..., used=[reading.datum("text")], ...)

    under_permit(system="inquiries", purpose="triage", work=work)
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from kodeks.codex import bases
from kodeks.kernel import authority, calls, codices, promises, records, releases, subjects
from kodeks.kernel.answers import Alternative, Answer, Consideration, Counterfactual
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.subjects import Scope, Subject
from kodeks.language import guard

T = TypeVar("T")
M = TypeVar("M")
_MARGIN = dt.timedelta(seconds=30)
_TRIES = 8
_STALE = frozenset({"permit_expired", "no_permit", "codex_changed"})


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a source holds in a field, as text, and when it was fetched from where it lies."""

    text: str
    fetched_at: dt.datetime


Fetch = Callable[[Subject, Sequence[str]], Mapping[str, Value]]


@dataclass(frozen=True, kw_only=True)
class Datum:
    """One value that was read; what went into a suggestion names these."""

    reading: int
    field: str
    value: Value
    free_text: bool = False
    """Written by somebody outside, as the card says."""

    @property
    def findings(self) -> tuple[str, ...]:
        """What is hidden in a text from outside, in Danish (see kodeks.language.guard)."""
        return guard.findings(self.value.text) if self.free_text else ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The values of one source about one subject."""

    source: str
    data: Mapping[str, Datum]

    def datum(self, name: str) -> Datum:
        return self.data[name]

    def text(self, name: str) -> str:
        """The value for an engine: of a text from outside only what a reader of it sees."""
        datum = self.data[name]
        return guard.Seen.of(datum.value.text) if datum.free_text else datum.value.text


@dataclass
class _State:
    """What was opened under a permit: subjects' keys, and which model has computed."""

    keys: dict[Subject, bytes] = field(default_factory=dict)
    artefact_sha256: str = ""
    allowed: promises.Allowed | None = None
    replayed: uuid.UUID | None = None
    """The recommendation that is computed again, by the release that made it."""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """Leave to work in one phase for one purpose; ask with `ask` or `under_permit`."""

    id: uuid.UUID
    system: str
    phase: str
    purpose: str
    expires_at: dt.datetime
    codex_sha256: str
    _state: _State = field(default_factory=_State, repr=False, compare=False)

    @property
    def computed_by(self) -> str:
        """The hash of the model that `predict` used last under this permit; "" before that."""
        return self._state.artefact_sha256

    @property
    def allowed_errors(self) -> Mapping[str, float]:
        """How many of the sure suggestions may be wrong, by the name of a part (see `promises`);
        what is issued after that names the plan that says so."""
        # Asked for each time: a permit is kept for a while, and the plan may be another by then.
        found = promises.allowed(self.system, recommendation_id=self._state.replayed)
        self._state.allowed = found
        return found.errors

    def read(
        self, *, subject: Subject, source: str, fields: Sequence[str], fetch: Fetch
    ) -> Reading:
        """Have fields of a source read: checked and written down first, then fetched.

        `fetch` gets the subject and the fields and must answer with exactly these. Texts from
        outside are looked through for hidden parts.

        Raises Refused for data or a linking that is not declared, SystemStopped when the system
        may not run now.
        """
        answer = calls.call(
            "read",
            {
                "permit_id": str(self.id),
                "subject": subject.as_json(),
                "source": source,
                "fields": list(fields),
                "key": subjects.candidate(subject),
            },
            savepoint=False,
        )
        self._require_linking(answer["linked"])
        self._state.keys[subject] = subjects.opened(subject, answer["key"])
        values = fetch(subject, fields)
        if set(values) != set(fields):
            raise Refused(
                code="undeclared_data", message="Kilden gav andre felter, end der blev bedt om."
            )
        free = set(answer["free_text"])
        return Reading(
            source=source,
            data={
                name: Datum(
                    reading=answer["reading"],
                    field=name,
                    value=value,
                    free_text=name in free,
                )
                for name, value in values.items()
            },
        )

    def read_dataset(self, *, source: str, fields: Sequence[str], rows: int, sha256: str) -> None:
        """Write down that a set of data is used for training; before it is."""
        with transaction.atomic():
            answer = calls.call(
                "read_dataset",
                {
                    "permit_id": str(self.id),
                    "source": source,
                    "fields": list(fields),
                    "rows": rows,
                    "sha256": sha256,
                },
            )
            self._require_linking(answer["linked"])

    def predict(self, *, load: Callable[[bytes], M], compute: Callable[[M], T]) -> T:
        """Let the released model compute. Its key is asked for each time; no permit, no key.

        `load` makes the model of its opened artefact; a process does that once for each release.

        Raises Refused when the sealed file is not what two people signed.
        """
        model, sha256 = releases.opened(
            permit_id=self.id,
            system=self.system,
            load=load,
            recommendation_id=self._state.replayed,
        )
        answer = compute(model)
        self._state.artefact_sha256 = sha256
        return answer

    def again(self, recommendation_id: uuid.UUID) -> Permit:
        """The permit for computing a recommendation again: `predict` is then its own release's.

        Nothing can be issued of that by a release that is not in operation.
        """
        return replace(self, _state=_State(replayed=recommendation_id))

    def issue(
        self,
        *,
        subject: Subject,
        suggestion: Mapping[str, Any],
        confidence: float,
        alternatives: Sequence[Alternative],
        used: Sequence[Datum],
        considerations: Sequence[Consideration],
        counterfactuals: Sequence[Counterfactual],
        key: str,
        scope: Scope | None = None,
        began_at: dt.datetime | None = None,
        outside: bool = False,
        sure: bool | None = None,
        traits: Mapping[str, str] | None = None,
    ) -> uuid.UUID:
        """Issue a recommendation and return its id; the same `key` gives the one issued first.

        The model is the one that `predict` used under this permit. `began_at` is when the matter
        began for the citizen; `outside` that the matter is about something the model does not
        know, so that its suggestion is withheld. Where `sure` says whether the model is sure of one
        suggestion, people get the suggestion and its alternatives to choose between instead, where
        it is not, or when the manager's plan asks for more certainty. `traits` are the kind that
        each trait of the data is of, of which those that the card watches are kept (see
        kodeks.codex.monitoring).

        Raises Refused when data, considerations, uncertainty or model are not in order,
        SystemStopped when the system may not run now.
        """
        record_id = uuid.uuid4()
        answer = Answer(
            suggestion=suggestion,
            confidence=confidence,
            alternatives=alternatives,
            considerations=considerations,
            counterfactuals=counterfactuals,
            traits=traits or {},
        )
        parts = {
            "data_used": [datum.value.text for datum in used],
            "considerations": [one.text for one in considerations],
            "counterfactuals": [one.text for one in counterfactuals],
        }
        sealed = records.sealed(self._key(subject), record_id=record_id, parts=parts)
        payload: dict[str, Any] = {
            "id": str(record_id),
            "permit_id": str(self.id),
            "key": key,
            "subject": subject.as_json(),
            "scope": (scope or Scope()).as_json(),
            "data_used": [_used(datum) for datum in used],
            **answer.as_json(),
            "artefact_sha256": self._state.artefact_sha256,
            "sealed": sealed,
        }
        if began_at is not None:
            payload["began_at"] = _moment(began_at)
        if outside:
            payload["outside"] = True
        if sure is not None:
            payload["sure"] = sure
        if self._state.allowed is not None and self._state.allowed.plan is not None:
            payload["plan"] = self._state.allowed.plan
        issued: uuid.UUID = calls.call("issue", payload, savepoint=False)
        return issued

    def _require_linking(self, sources: Sequence[str]) -> None:
        """Of sources that are read together: the database asked its rows, this asks the codex."""
        if sources and not bases.may_link(
            codices.verified(self.codex_sha256),
            system=self.system,
            phase=self.phase,
            purpose=self.purpose,
            sources=sources,
            day=timezone.localdate(),
        ):
            raise Refused(
                code="undeclared_linking",
                message="Systemet har ikke lov til at sætte disse kilder sammen.",
            )

    def _key(self, subject: Subject) -> bytes:
        if subject not in self._state.keys:
            self._state.keys[subject] = subjects.key_to_seal(subject)
        return self._state.keys[subject]


def ask(*, system: str, purpose: str, phase: str = "operation", user: User | None = None) -> Permit:
    """Ask for a permit. Development and retraining are permitted to a person, a technician.

    Raises SystemStopped when something is in the way of the system, Refused when it, the phase or
    the purpose does not exist or the person may not.
    """
    return authority.judged_again(lambda: _ask(system, purpose, phase, user))


def _ask(system: str, purpose: str, phase: str, user: User | None) -> Permit:
    codex = authority.require_run(system=system, phase=phase, purpose=purpose)
    payload: dict[str, Any] = {
        "system": system,
        "phase": phase,
        "purpose": purpose,
        "codex_sha256": codex.sha256,
    }
    if user is not None:
        authority.require(user, "develop_model", about=About(system=system))
        payload["user_id"] = user.pk
    answer = calls.call("permit", payload)
    # What a process has opened was verified with the keys of then.
    releases.forget(system)
    return Permit(
        id=uuid.UUID(answer["id"]),
        system=system,
        phase=phase,
        purpose=purpose,
        expires_at=dt.datetime.fromisoformat(answer["expires_at"]),
        codex_sha256=codex.sha256,
    )


def under_permit(*, system: str, purpose: str, work: Callable[[Permit], T]) -> T:
    """Do work under a permit for operation; again under a new one if the first was stale.

    A process keeps its permit for as long as it holds, so that asking is not part of every case. A
    new one is stale too when something else was registered before it was used, so it is asked for
    some times: each of those who register meanwhile can be in the way once.
    """
    for number in range(_TRIES):
        permit = _held if number == 0 else _asked_anew
        try:
            with transaction.atomic():
                return work(permit(system, purpose))
        except Refused as refusal:
            if refusal.code not in _STALE or number + 1 == _TRIES:
                raise
    raise AssertionError("the last try returns or raises")


def _held(system: str, purpose: str) -> Permit:
    held: dict[tuple[str, str], Permit] = apps.get_app_config("kernel").permits  # type: ignore[attr-defined]
    permit = held.get((system, purpose))
    if permit is None or permit.expires_at - _MARGIN <= timezone.now():
        return _asked_anew(system, purpose)
    # Keys of subjects are not kept from one piece of work to the next.
    return Permit(
        id=permit.id,
        system=system,
        phase=permit.phase,
        purpose=purpose,
        expires_at=permit.expires_at,
        codex_sha256=permit.codex_sha256,
    )


def _asked_anew(system: str, purpose: str) -> Permit:
    held: dict[tuple[str, str], Permit] = apps.get_app_config("kernel").permits  # type: ignore[attr-defined]
    held.pop((system, purpose), None)
    permit = ask(system=system, purpose=purpose)
    # One that is rolled back with the work must not be tried again.
    transaction.on_commit(lambda: held.update({(system, purpose): permit}))
    return permit


def _used(datum: Datum) -> dict[str, Any]:
    return {
        "reading": datum.reading,
        "field": datum.field,
        "value": datum.value.text,
        "fetched_at": _moment(datum.value.fetched_at),
        "guard": "flagged" if datum.findings else "clear",
    }


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()
