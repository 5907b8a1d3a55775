# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A database of one test module's own, where its tests may commit and register systems.

The application role cannot empty the kernel's tables, so each test uses a system of its own. The
systems stand in a codex of the stage's own, signed by the demo's people; the database does not look
at signatures, so releases carry invented ones here (tests/kernel/test_releases.py has real ones).
"""

from __future__ import annotations

import base64
import copy
import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb as Json

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
STAGE_TEMPLATE = "kodeks_stage_template"
ARTEFACT = "a1" * 32
COUNTED = ("recommendation", "reading", "subjectkey", "registryevent")
"""Tables of which a test counts how many rows are read at each issue."""
POOL = 120
"""Systems that the stage's codex has rows for, so that most tests need no codex of their own."""
ENTRANCES = [
    "absence",
    "act",
    "answer_exercise",
    "approve_text",
    "attest",
    "close_alarm",
    "decide",
    "deposit",
    "erase",
    "first_view",
    "handle_incident",
    "issue",
    "keep_for_audit",
    "measure_groups",
    "milestone",
    "model_key",
    "open_drills",
    "oversee",
    "permit",
    "raise_alarm",
    "read",
    "read_dataset",
    "report_incident",
    "resume",
    "reverse",
    "review",
    "show",
    "show_exercise",
    "stop",
    "subject_key",
    "supervise",
    "time_study",
    "unmask",
    "unmasked",
]
"""The kernel's functions that take a payload and that the application role may call."""
CARD = """
[system]
id = "{slug}"
name = "Prøvesystem"
purpose = "At prøve kernen."
summary = "Et system til prøver."
autonomy = "{autonomy}"
affected = "Ingen."
risk_class = "{risk_class}"
risk = "Ingen."
guidance = "Læs først selv."
complaint = "Skriv til kommunen."
unit = "Prøveafdelingen"
[purposes]
triage = "At finde afdelingen."
improvement = "At lære."
[[data_source]]
name = "henvendelse"
supplier = "Borgeren selv"
[[data_source.fields]]
name = "text"
title = "Teksten"
category = "ordinary"
purposes = ["triage"]
[[data_source.fields]]
name = "letter"
title = "Brevet"
category = "ordinary"
free_text = true
purposes = ["triage"]
[[data_source.fields]]
name = "history"
title = "Tidligere henvendelser"
category = "ordinary"
purposes = ["improvement"]
[[data_source]]
name = "register"
supplier = "Kommunen"
[[data_source.fields]]
name = "size"
title = "Størrelsen"
category = "ordinary"
purposes = ["triage"]
[[data_source]]
name = "archive"
supplier = "Arkivet"
[[data_source.fields]]
name = "year"
title = "Året"
category = "ordinary"
purposes = ["triage"]
[[supervision]]
task = "quality"
title = "Er forslagene rigtige?"
every_months = 3
[robot]
name = "visitator"
title = "Robotten"
steps = ["journalise", "receipt"]
{robot}
{fairness}
"""
LIMIT = """
[[fairness]]
attribute = "district"
title = "Bydel"
measure = "accuracy"
most_difference = "0.20"
least_count = 10
"""
"""For a card's `fairness`: suggestions are followed about as often in each district."""
IN_FORCE = "FROM kernel_codexrevision WHERE effective_from <= %s ORDER BY number DESC LIMIT 1"
PROCEDURAL = 'procedural = ["journalise"]\nreview_share = "{share}"'


def today() -> dt.date:
    """Today in Copenhagen, where the law's day begins."""
    return dt.datetime.now(COPENHAGEN).date()


def card_text(
    slug: str,
    *,
    autonomy: str = "advise",
    risk_class: str = "limited",
    share: str = "0.5",
    fairness: str = "",
) -> str:
    robot = PROCEDURAL.format(share=share) if autonomy == "procedural" else ""
    return CARD.format(
        slug=slug, autonomy=autonomy, risk_class=risk_class, robot=robot, fairness=fairness
    )


def basis(slug: str, **changes: Any) -> dict[str, Any]:
    """A row of the legal table, in force since 2018."""
    return {
        "id": f"{slug}_{uuid.uuid4().hex[:10]}",
        "system": slug,
        "phase": "operation",
        "purpose": "triage",
        "data_category": "ordinary",
        "status": "allowed",
        "autonomy": "procedural",
        "basis": "Artikel 6, stk. 1, litra e",
        "source": "Forordning (EU) 2016/679",
        "note": "Prøve.",
        "valid_from": "2018-05-25",
        "valid_to": None,
    } | changes


def linking(slug: str, **changes: Any) -> dict[str, Any]:
    """A permission to link two of the card's sources."""
    return {
        "id": f"{slug}_{uuid.uuid4().hex[:10]}",
        "system": slug,
        "phase": "operation",
        "purpose": "triage",
        "sources": ["henvendelse", "register"],
        "basis": "Loven",
        "source": "Loven § 1",
        "note": "Prøve.",
        "valid_from": "2018-05-25",
        "valid_to": None,
    } | changes


def bases_of(slug: str) -> list[dict[str, Any]]:
    """What a system of the pool stands on."""
    learning = {"purpose": "improvement", "autonomy": "advise"}
    return [
        basis(slug),
        basis(slug, phase="development", **learning),
        basis(slug, phase="retraining", **learning),
    ]


def past_first_weeks(owner: psycopg.Connection, slug: str, *, user: int) -> None:
    """As in a system that has been used for long, and of which nothing is drawn for blind-first.

    Written by the owner past the functions, which would not let a plan go so low. Tests of the
    oversight itself make plans of their own.
    """
    owner.execute(
        "INSERT INTO kernel_drawseed (system_id, month, seed, commitment, xid, at) VALUES (%s,"
        " date_trunc('month', kernel.today()), '\\x00', 'prøve', 0, now() - interval '60 days')",
        (slug,),
    )
    nothing_drawn(owner, slug, user=user)


def nothing_drawn(
    owner: psycopg.Connection, slug: str, *, user: int, errors: Mapping[str, str] | None = None
) -> None:
    """A newest plan by which nothing is blind-first and `errors` are allowed, by part; the owner's,
    as the functions take none."""
    rows = [{"part": part, "share": share} for part, share in (errors or {}).items()]
    owner.execute(
        "INSERT INTO kernel_oversightplan (system_id, blind_share, least_confidence,"
        " influence_limit, fast_limit, allowed_errors, user_id, at)"
        " VALUES (%s, 0, 0, 0.1, 0.2, %s, %s, now())",
        (slug, json.dumps(rows), user),
    )


def _url(connection: psycopg.Connection) -> str:
    info = connection.info
    return (
        f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"
    )


class Stage:
    """The module's database with an owner's and an application's bare connection."""

    def __init__(self, *, owner: psycopg.Connection, application: psycopg.Connection) -> None:
        self.owner = owner
        self.application = application
        self._pool = iter(range(POOL))
        self._users: dict[str, int] = {}
        self._keys: dict[Any, bytes] = {}
        self._tables = ""

    @property
    def url(self) -> str:
        """For connections as the application role."""
        return _url(self.application)

    @property
    def owner_url(self) -> str:
        return _url(self.owner)

    @cached_property
    def trials(self) -> psycopg.Connection:
        """The application role's, for what is rolled back after each call, as whoever uses it does.

        One for all of them: a new session reads the catalogue and plans every function anew, which
        takes ten times as long as most calls.
        """
        return psycopg.connect(self.url)

    def close(self) -> None:
        """End the connection that the stage made by itself; the next trial makes another."""
        made: psycopg.Connection | None = self.__dict__.pop("trials", None)
        if made is not None:
            made.close()

    # The codex

    @property
    def codex(self) -> dict[str, Any]:
        """Number, hash and content of the codex in force."""
        row = self.owner.execute(
            f"SELECT number, sha256, content {IN_FORCE}", (today(),)
        ).fetchone()
        return dict(zip(("number", "sha256", "content"), row, strict=True))

    @property
    def sha256(self) -> str:
        """The hash of the codex in force, without its content, which is large."""
        return str(self.as_owner(f"SELECT sha256 {IN_FORCE}", today()))

    def content(self, **more: Any) -> dict[str, Any]:
        """The newest codex's content with a higher number; lists are added to, others replaced."""
        (content,) = self.owner.execute(
            "SELECT content FROM kernel_codexrevision ORDER BY number DESC LIMIT 1"
        ).fetchone()
        new = copy.deepcopy(content)
        new["number"] += 1
        new["effective_from"] = max(today().isoformat(), new["effective_from"])
        for name, value in more.items():
            new[name] = [*new[name], *value] if isinstance(value, list) else value
        return new

    def revise(self, **more: Any) -> int:
        """Register a new codex, signed by manager and officer of the demo."""
        return self.register_codex(self.content(**more))

    def register_codex(self, content: dict[str, Any], *, by: tuple[str, ...] = ("merete", "dorte")):
        from kodeks.codex import bundle, dsse
        from kodeks.demo import municipality

        codex = bundle.of_content(content)
        envelope = dsse.sign(
            codex.signed_bytes,
            payload_type=bundle.PAYLOAD_TYPE,
            signers=[municipality.signer(name) for name in by],
        )
        return self.as_owner(
            "SELECT kernel.register_codex(%s, %s, %s, %s::bigint[])",
            Json(content),
            codex.sha256,
            Json(json.loads(envelope.as_text())),
            [self.user_id(name) for name in by],
        )

    # Systems

    def register(
        self,
        *,
        bases: list[dict[str, Any]] | None = None,
        linkings: list[dict[str, Any]] | None = None,
        released: bool = True,
        ready: bool = True,
        **card: str,
    ) -> str:
        """A system of this test's own, with all that it needs to run; returns its slug.

        `bases` (rows without a system) and `linkings` make a codex of its own. `ready` False leaves
        out who answers and all evidence.
        """
        if bases is None and linkings is None:
            slug = f"s{next(self._pool):03d}"
        else:
            slug = "x" + uuid.uuid4().hex[:12]
            rows = [basis(slug, **row) for row in bases] if bases is not None else bases_of(slug)
            links = [linking(slug, **row) for row in linkings or []]
            self.revise(legal_bases=rows, linkings=links)
        self.register_card(card_text(slug, **card))
        past_first_weeks(self.owner, slug, user=self.user_id("merete"))
        if ready:
            self.assign(slug=slug)
            self.attest(slug)
            self.evidence(slug)
        if ready and released:
            self.release(slug=slug, version="1", artefact=ARTEFACT)
        return slug

    def register_card(self, text: str) -> int:
        from kodeks.codex import card

        return self.as_owner("SELECT kernel.register_card(%s)", Json(card.load(text).content))

    def assign(
        self,
        *,
        slug: str,
        manager: str | None = "merete",
        deputy: str | None = None,
        unit: str = "Prøveafdelingen",
    ) -> None:
        self.as_owner(
            "SELECT kernel.assign(%s, %s, %s, %s)",
            slug,
            unit,
            manager and self.user_id(manager),
            deputy and self.user_id(deputy),
        )

    def attest(self, slug: str, *, by: str = "merete") -> None:
        self.call(
            "attest", {"system": slug, "user_id": self.user_id(by), "codex_sha256": self.sha256}
        )

    def evidence(self, slug: str, **changes: Any) -> None:
        """A valid document for each duty that stops a system, or for the one that `kind` names.

        Duties that begin when such a document is no longer valid are left out.
        """
        rows = self.owner.execute(
            "SELECT DISTINCT ON (kind) kind, signer, most_months FROM kernel_duty WHERE codex_id ="
            " (SELECT id FROM kernel.codex_in_force(kernel.today()))"
            " AND (kind = %s OR cardinality(phases) > 0 AND valid_from <= kernel.today() + 300)"
            " ORDER BY kind, id",
            (changes.get("kind"),),
        ).fetchall()
        answers = self.owner.execute(
            "SELECT coalesce(manager_id, deputy_id) FROM kernel_assignment WHERE system_id = %s"
            " ORDER BY id DESC LIMIT 1",
            (slug,),
        ).fetchone()
        signers = {
            "system_owner": (answers and answers[0]) or "merete",
            "data_protection_officer": "dorte",
            "administrator": "anders",
        }
        for kind, signer, _ in rows:
            if changes.get("kind", kind) != kind:
                continue
            self.as_owner(
                "SELECT kernel.register_evidence(%s, %s, %s, %s, %s, %s, %s, %s)",
                slug,
                kind,
                changes.get("title", "Prøvebilag"),
                changes.get("sha256", "e1" * 32),
                self.user_id(changes.get("signer", signers[signer])),
                changes.get("valid_from", today()),
                changes.get("valid_to", today() + dt.timedelta(days=300)),
                changes.get("withdrawn", False),
            )

    def release(self, *, slug: str, version: str, artefact: str) -> None:
        """A release that the database takes: proposed by Anders, approved by Merete."""
        self.propose(slug, version=version, artefact_sha256=artefact)
        self.approve(slug, version=version)

    def development(self, slug: str) -> str:
        """A permit for development under which a data set was read."""
        permit = self.permit(slug, phase="development", purpose="improvement", user="anders")
        self.call(
            "read_dataset",
            {
                "permit_id": permit,
                "source": "henvendelse",
                "fields": ["history"],
                "rows": 100,
                "sha256": "d1" * 32,
            },
        )
        return permit

    def predicate(self, slug: str, **changes: Any) -> dict[str, Any]:
        found = {
            "system": slug,
            "version": "1",
            "artefact_sha256": ARTEFACT,
            "sealed_sha256": "5e" * 32,
            "permit": changes.get("permit") or self.development(slug),
            "inputs": [{"source": "henvendelse", "field": "text"}],
            "metrics": {"accuracy": "0.9"},
            "groups": {
                "measured": [
                    {
                        "attribute": "district",
                        "group": group,
                        "measure": "accuracy",
                        "count": "40",
                        "value": "0.9",
                        "low": "0.8",
                        "high": "0.95",
                    }
                    for group in ("Bakkelund", "Søndermarken")
                ],
                "reason": "",
            },
            "made_at": "2026-11-01T10:00:00+00:00",
        }
        return found | changes

    def propose(self, slug: str, *, author: str | int = "anders", **changes: Any) -> int:
        from kodeks.kernel import keyring

        predicate = self.predicate(slug, **changes)
        of = (slug, str(predicate["version"]))
        key = keyring.wrap(keyring.new_key(), purpose="model", of=of)
        return self.as_owner(
            "SELECT kernel.propose_release(%s, %s, %s, %s, %s, %s)",
            slug,
            Json(predicate),
            Json(self.envelope(predicate, 1)),
            self.user_id(author),
            key.wrapped,
            key.kek,
        )

    def approve(
        self, slug: str, *, version: str, approver: str = "merete", envelope: Any = None
    ) -> None:
        row = self.owner.execute(
            "SELECT envelope FROM kernel_release WHERE system_id = %s AND version = %s",
            (slug, version),
        ).fetchone()
        payload = {} if row is None else row[0]
        two = {**payload, "signatures": [{"sig": "YQ=="}, {"sig": "Yg=="}]}
        self.as_owner(
            "SELECT kernel.approve_release(%s, %s, %s, %s)",
            slug,
            version,
            Json(two if envelope is None else envelope),
            self.user_id(approver),
        )

    def envelope(self, predicate: dict[str, Any], signatures: int) -> dict[str, Any]:
        return {
            "payload": base64.b64encode(json.dumps(predicate).encode()).decode(),
            "signatures": [{"sig": f"{number}"} for number in range(signatures)],
        }

    # People

    def user_id(self, username: str | int) -> int:
        if isinstance(username, int):
            return username
        if username not in self._users:
            (self._users[username],) = self.owner.execute(
                "SELECT id FROM kernel_user WHERE username = %s", (username,)
            ).fetchone()
        return self._users[username]

    def user(self, username: str | int) -> Any:
        from kodeks.kernel.models import User

        return User.objects.get(pk=self.user_id(username))

    def new_user(self, *, role: str = "", active: bool = True, trained: bool = True) -> int:
        """An account of this test's own, with a role that holds from today."""
        (number,) = self.owner.execute(
            "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name,"
            " email, is_staff, is_active, date_joined, full_name, title)"
            " VALUES ('!', false, %s, '', '', '', false, %s, now(), 'Prøve Prøvesen', 'Prøve')"
            " RETURNING id",
            ("u" + uuid.uuid4().hex[:12], active),
        ).fetchone()
        if role:
            self.as_owner("SELECT kernel.register_grant(%s, %s, '', '', NULL)", number, role)
        if trained:
            self.train(number)
        return number

    def train(self, user: str | int, *, until: dt.date | None = None, system: str = "") -> None:
        self.as_owner(
            "SELECT kernel.register_training(%s, %s, %s)",
            self.user_id(user),
            system,
            until or today() + dt.timedelta(days=100),
        )

    # Calls

    def as_owner(self, statement: str, *values: object) -> Any:
        row = self.owner.execute(statement, values).fetchone()
        return None if row is None else row[0]

    def call(self, function: str, payload: dict[str, Any]) -> Any:
        """Call a kernel function as the application role, past Django and past our services."""
        row = self.application.execute(
            f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),)
        ).fetchone()
        return None if row is None else row[0]

    def asking(self, slug: str, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.permit that is in order, but for `changes`."""
        return {
            "system": slug,
            "phase": "operation",
            "purpose": "triage",
            "codex_sha256": self.sha256,
        } | changes

    def permit(
        self,
        slug: str,
        *,
        phase: str = "operation",
        purpose: str = "triage",
        user: str | int | None = None,
    ) -> str:
        payload = self.asking(slug, phase=phase, purpose=purpose)
        if user is not None:
            payload["user_id"] = self.user_id(user)
        return self.call("permit", payload)["id"]

    def reading(self, permit: str, subject: dict[str, str], **changes: Any) -> dict[str, Any]:
        """A payload for kernel.read that is in order, but for `changes`."""
        from kodeks.kernel import subjects

        return {
            "permit_id": permit,
            "subject": subject,
            "source": "henvendelse",
            "fields": ["text"],
            "key": subjects.candidate(subjects.Subject(**subject)),
        } | changes

    def read(self, permit: str, subject: dict[str, str], **changes: Any) -> int:
        from kodeks.kernel import subjects

        answer = self.call("read", self.reading(permit, subject, **changes))
        found = subjects.Subject(**subject)
        self._keys[found] = subjects.opened(found, answer["key"])
        return answer["reading"]

    def sealed(self, record_id: str, subject: dict[str, str], parts: dict[str, Any]) -> str:
        """What the record keeps sealed, by the key that the subject's reading gave."""
        from kodeks.kernel import records, subjects

        try:
            key = self._keys.get(subjects.Subject(**subject), b"")
            return records.sealed(key, record_id=uuid.UUID(record_id), parts=parts)
        except (ValueError, AttributeError, TypeError):
            # A test of a malformed id or subject, which is refused before anything is opened.
            return "AAAA"

    def subject(self) -> dict[str, str]:
        return {"type": "inquiry", "id": uuid.uuid4().hex}

    def proposal(self, slug: str, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.issue that is in order, but for `changes`: permitted and read."""
        permit = changes.get("permit_id") or self.permit(slug)
        subject = changes.get("subject") or self.subject()
        if "data_used" not in changes:
            changes["data_used"] = [self.datum(self.read(permit, subject))]
        payload = {
            "id": str(uuid.uuid4()),
            "permit_id": permit,
            "key": uuid.uuid4().hex,
            "subject": subject,
            "scope": {"unit": "", "kle": ""},
            "suggestion": {"label": "rotter"},
            "confidence": "0.910000",
            "alternatives": [{"value": "stoej", "confidence": "0.050000"}],
            "considerations": [
                {"text": "ordet rotter", "weight": "1.5", "direction": "for", "rule": ""}
            ],
            "counterfactuals": [],
            "artefact_sha256": ARTEFACT,
        } | changes
        if "sealed" not in changes:
            parts = {
                name: [one[inner] for one in payload[name] if inner in one]
                for name, inner in (
                    ("data_used", "value"),
                    ("considerations", "text"),
                    ("counterfactuals", "text"),
                )
                if isinstance(payload[name], list)
            }
            payload["sealed"] = self.sealed(payload["id"], subject, parts)
        return payload

    def datum(self, reading: int, **changes: Any) -> dict[str, Any]:
        return {
            "reading": reading,
            "field": "text",
            "value": "Der er rotter i gården.",
            "fetched_at": "2026-01-05T09:30:00+00:00",
        } | changes

    def issued(self, slug: str, **changes: Any) -> uuid.UUID:
        """A recommendation, which Sofie has seen."""
        return self.issue(self.proposal(slug, **changes))

    def issue(self, proposal: dict[str, Any]) -> uuid.UUID:
        """The recommendation of a proposal, which Sofie has seen."""
        found: uuid.UUID = self.call("issue", proposal)
        self.seen(found)
        return found

    def choice(self, recommendation_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.decide that is in order, but for `changes`."""
        if isinstance(who := changes.get("user_id"), int):
            self.seen(recommendation_id, by=who)
        payload = {
            "id": str(uuid.uuid4()),
            "recommendation_id": str(recommendation_id),
            "user_id": self.user_id("sofie"),
            "choice": "accept",
            "outcome": {"label": "rotter"},
            "own_consideration": "Borgeren nævner rotter.",
            "codex_sha256": self.sha256,
        } | changes
        if "sealed" not in changes:
            subject = self.as_owner(
                "SELECT body -> 'subject' FROM kernel_recommendation WHERE id = %s",
                recommendation_id,
            )
            parts = {"own_consideration": payload["own_consideration"]}
            payload["sealed"] = self.sealed(payload["id"], subject, parts)
        return payload

    def own(self, slug: str, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.decide without a recommendation, in order but for `changes`."""
        return {
            "id": str(uuid.uuid4()),
            "system": slug,
            "purpose": "triage",
            "subject": self.subject(),
            "scope": {"unit": "", "kle": ""},
            "user_id": self.user_id("sofie"),
            "choice": "own",
            "outcome": {"label": "rotter"},
            "own_consideration": "Borgeren nævner rotter.",
            "codex_sha256": self.sha256,
            "sealed": "AAAA",
        } | changes

    def seen(self, recommendation_id: uuid.UUID, /, *, by: str | int = "sofie") -> None:
        """The suggestion is put before a person; nothing for one who may not see it."""
        payload = {
            "recommendation_id": str(recommendation_id),
            "user_id": self.user_id(by),
            "codex_sha256": self.sha256,
        }
        with suppress(psycopg.Error):
            self.call("show", payload)

    def decided(self, slug: str, **changes: Any) -> uuid.UUID:
        return self.call("decide", self.choice(self.issued(slug), **changes))

    def audited(self, slug: str, group: str, *, followed: int, overruled: int = 0) -> None:
        """Decided matters whose citizens live in a district, put away for measuring."""
        for number in range(followed + overruled):
            proposal = self.proposal(slug)
            self.call(
                "keep_for_audit",
                {"system": slug, "subject": proposal["subject"], "groups": {"district": group}},
            )
            other = {} if number < followed else {"choice": "other", "outcome": {"label": "stoej"}}
            self.call("decide", self.choice(self.issue(proposal), **other))

    def change(self, replaces: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.reverse that is in order, but for `changes`."""
        payload = {
            "id": str(uuid.uuid4()),
            "replaces": str(replaces),
            "user_id": self.user_id("sofie"),
            "cause": "complaint",
            "outcome": {"label": "stoej"},
            "own_consideration": "Borgeren klager over støj.",
            "codex_sha256": self.sha256,
        } | changes
        if "sealed" not in changes:
            subject = self.as_owner(
                "SELECT body -> 'subject' FROM kernel_decision WHERE id = %s"
                " OR id = (SELECT decision_id FROM kernel_reversal WHERE id = %s)",
                replaces,
                replaces,
            )
            parts = {"own_consideration": payload["own_consideration"]}
            payload["sealed"] = self.sealed(payload["id"], subject, parts)
        return payload

    def step(self, decision_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.act that is in order, but for `changes`."""
        slug = self.as_owner("SELECT system_id FROM kernel_decision WHERE id = %s", decision_id)
        return {
            "permit_id": changes.get("permit_id") or self.permit(slug),
            "decision_id": str(decision_id),
            "robot": "visitator",
            "run_id": str(uuid.uuid4()),
            "step": "journalise",
            "result": {"journal": "1"},
        } | changes

    def study(self, slug: str, /, *, by: str | int = "merete", **changes: Any) -> dict[str, Any]:
        """A payload for kernel.time_study that is in order, but for `changes`."""
        return {
            "system": slug,
            "step": "journalise",
            "measured": 40,
            "mean": "12.00",
            "deviation": "6.00",
            "review": "3.00",
            "rework": "20.00",
            "first_day": (today() - dt.timedelta(days=14)).isoformat(),
            "last_day": today().isoformat(),
            "measured_by": "To medarbejdere i Fælles Service",
            "sha256": "7d" * 32,
            "user_id": self.user_id(by),
            "codex_sha256": self.sha256,
        } | changes

    def milestone(
        self, decision_id: uuid.UUID, /, *, by: str | int = "sofie", **changes: Any
    ) -> dict[str, Any]:
        """A payload for kernel.milestone that is in order, but for `changes`."""
        return {
            "id": str(uuid.uuid4()),
            "decision_id": str(decision_id),
            "what": "answered",
            "user_id": self.user_id(by),
        } | changes

    def attended(self, decision_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.milestone: Sofie's department dealt with what was urgent."""
        return self.milestone(decision_id, what="attended", **({"unit": "park"} | changes))

    def by_hand(self, decision_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.milestone: Sofie did a step of a run herself."""
        hand = {
            "run_id": str(uuid.uuid4()),
            "step": "journalise",
            "result": {"journal": "2026-0001"},
        }
        return self.milestone(decision_id, what="retried", hand=hand | changes)

    def letter_text(self, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.approve_text: Merete wrote a text, and Anders approves it."""
        return {
            "letter": f"brev-{uuid.uuid4().hex[:8]}",
            "version": 1,
            "sha256": "7e" * 32,
            "written_by": self.user_id("merete"),
            "reason": "Loven bruger de lange ord.",
            "user_id": self.user_id("anders"),
        } | changes

    @contextmanager
    def rewriting(self, table: str) -> Iterator[None]:
        """History may be changed meanwhile, as only a test or a superuser would."""
        self.owner.execute(f"ALTER TABLE kernel_{table} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            self.owner.execute(f"ALTER TABLE kernel_{table} ENABLE TRIGGER USER")

    @contextmanager
    def days_later(self, days: int) -> Iterator[None]:
        """Both gates believe that it is another day; the clock itself goes on as it is."""
        from django.utils import timezone

        now = timezone.now
        define = "CREATE OR REPLACE FUNCTION kernel.today() RETURNS date LANGUAGE sql VOLATILE AS"
        body = "'SELECT kernel.day_of(clock_timestamp()){}'"
        self.owner.execute(f"{define} {body.format(f' + {days}')}")

        def then() -> dt.datetime:
            # So many days on by the clock on the wall, also across summer time.
            wall = now().astimezone(COPENHAGEN).replace(tzinfo=None) + dt.timedelta(days=days)
            return wall.replace(tzinfo=COPENHAGEN).astimezone(dt.UTC)

        timezone.now = then
        try:
            yield
        finally:
            timezone.now = now
            self.owner.execute(f"{define} {body.format('')}")

    def switch(self, slug: str, *, by: str | int = "merete", verb: str = "stop") -> None:
        payload = {
            "system": slug,
            "user_id": self.user_id(by),
            "reason": "Forslagene er forkerte.",
        }
        if verb == "resume":
            payload["codex_sha256"] = self.sha256
        self.call(verb, payload)

    def obstacles(self, slug: str, *, phase: str = "operation", purpose: str = "triage"):
        """The codes of what is in the way of the system, in the gate's order."""
        found = self.application.execute(
            "SELECT kernel.obstacles(%s, %s, %s)", (slug, phase, purpose)
        ).fetchone()[0]
        return [one["code"] for one in found]

    def attempt(self, *statements: str) -> str | None:
        """The SQLSTATE with which the application role's last statement is refused."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement)
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statements[-1])
        return error.value.sqlstate

    def refused(self, function: str, payload: dict[str, Any], *before: str) -> str | None:
        """The code with which a kernel function refuses, after the statements `before`.

        Only these ask for a session of their own.
        """
        status = self.application.info.transaction_status
        if not before and status is psycopg.pq.TransactionStatus.IDLE:
            with pytest.raises(psycopg.Error) as error:
                self.call(function, payload)
            return error.value.diag.message_detail
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in before:
                connection.execute(statement)
            with pytest.raises(psycopg.Error) as error:
                connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),))
        return error.value.diag.message_detail

    def contents(self) -> dict[str, tuple[int, int]]:
        """Number of rows and a digest of each kernel table: equal means nothing was written.

        Of where each version of a row lies and which transaction wrote it, not of what it says:
        also a row that is written again as it was is seen, and large rows need not be read.
        """
        if not self._tables:
            rows = self.owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND (tablename LIKE 'kernel\\_%' OR tablename = 'django_migrations')"
            ).fetchall()
            self._tables = " UNION ALL ".join(
                f"SELECT '{name}', count(*)::int, coalesce(sum(hashtextextended("
                f"xmin::text, hashtidextended(ctid, 0))), 0) FROM {name}"
                for (name,) in rows
            )
        found = self.owner.execute(self._tables).fetchall()
        return {name: (number, int(digest)) for name, number, digest in found}


def _fill_pool(databases: Any) -> None:
    """A codex with rows for the systems of the pool."""
    owner = databases.url("owner", STAGE_TEMPLATE)
    application = databases.url("application", STAGE_TEMPLATE)
    with (
        psycopg.connect(owner, autocommit=True) as owner,
        psycopg.connect(application, autocommit=True) as application,
    ):
        slugs = [f"s{number:03d}" for number in range(POOL)]
        rows = [row for slug in slugs for row in bases_of(slug)]
        Stage(owner=owner, application=application).revise(legal_bases=rows)
        # A small table that happens to be analysed is read whole from then on, which is right, but
        # comes at another moment in each run. These stay as they are before any statistics.
        for name in COUNTED:
            owner.execute(f"ALTER TABLE kernel_{name} SET (autovacuum_enabled = false)")


@pytest.fixture(scope="module")
def stage(
    databases: Any, worker_database: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Stage]:
    """A fresh database that Django is pointed at while the module runs."""
    from django.db import connections

    name = f"{worker_database}_stage"
    databases.make_template(STAGE_TEMPLATE, fill=lambda: _fill_pool(databases))
    databases.copy(name, template=STAGE_TEMPLATE)
    with django_db_blocker.unblock():
        databases.connect_django(name)
        with (
            psycopg.connect(databases.url("owner", name), autocommit=True) as owner,
            psycopg.connect(databases.url("application", name), autocommit=True) as application,
        ):
            found = Stage(owner=owner, application=application)
            yield found
            found.close()
        connections.close_all()
        databases.connect_django(worker_database)


@pytest.fixture(scope="module")
def filled(stage: Stage) -> Stage:
    """At least one row in each kernel table that attempts are made on."""
    import nearby

    fill(stage)
    # Enough for a bundle and some entries after it.
    stage.owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf)"
        " SELECT convert_to('leaf ' || n, 'UTF8') FROM generate_series(1, 300) AS n"
    )
    nearby.publish()
    stage.application.execute(
        "SELECT kernel.ledger_conflict(%s, 1)", (nearby.WITNESSES[0].key.text,)
    )
    return stage


def fill(stage: Stage) -> None:
    """One row of everything."""
    import drilled
    import overseen

    from kodeks.kernel import vault
    from kodeks.kernel.subjects import Subject

    slug = stage.register(linkings=[{}], autonomy="procedural", share="1.0")
    decision = stage.decided(slug)
    stage.call("act", stage.step(decision))
    stage.call("reverse", stage.change(decision))
    unseen = stage.call("issue", stage.proposal(slug))
    stage.call("first_view", overseen.view(stage, unseen))
    alarm = stage.call("raise_alarm", overseen.alarm(slug, effect="none"))
    stage.call("close_alarm", overseen.closing(stage, alarm))
    drilled.registered(stage, slug)
    unit, people = drilled.team(stage)
    drill = drilled.opened(stage, slug, unit)
    stage.call("answer_exercise", drilled.answering(stage, drill, people[0]))
    stage.switch(slug)
    stage.switch(slug, verb="resume")
    officer = stage.user_id("dorte")
    common = {"codex_sha256": stage.sha256}
    stage.call(
        "supervise",
        {"system": slug, "task": "quality", "user_id": officer, "passed": True, "finding": "Intet."}
        | common,
    )
    stage.call("absence", {"user_id": stage.user_id("bodil"), "first_day": "2030-01-01"})
    incident = stage.call(
        "report_incident",
        {
            "system": slug,
            "kind": "other",
            "aware_at": "2026-11-01T10:00:00Z",
            "description": "En prøve.",
            "user_id": officer,
        }
        | common,
    )
    stage.call(
        "handle_incident",
        {"incident_id": str(incident), "step": "note", "text": "En prøve.", "user_id": officer}
        | common,
    )
    recommendation = stage.issued(slug)
    act = stage.call(
        "act",
        {
            "permit_id": stage.permit(slug),
            "recommendation_id": str(recommendation),
            "robot": "visitator",
            "run_id": str(uuid.uuid4()),
            "step": "journalise",
            "result": {},
        },
    )
    stage.call(
        "review",
        {
            "act_id": str(act),
            "user_id": stage.user_id("sofie"),
            "passed": True,
            "finding": "Rigtigt.",
        }
        | common,
    )
    stage.call("time_study", stage.study(slug))
    stage.call("milestone", stage.milestone(stage.decided(slug)))
    stage.propose(slug, version="2")
    manager = stage.user_id("merete")
    stage.as_owner("SELECT kernel.revoke_release(%s, '2', %s, 'Den var forkert.')", slug, manager)
    limited = stage.register(fairness=LIMIT)
    stage.call(
        "keep_for_audit",
        {"system": limited, "subject": stage.subject(), "groups": {"district": "Bakkelund"}},
    )
    stage.call("measure_groups", {"system": limited})
    erased = stage.subject()
    about = Subject(**stage.subject())
    vault.seal(subject=about, place="a/b", row=about.id, plaintext="0101010000")
    stage.call(
        "erase", {"subject": erased, "user_id": officer, "reason": "Prøve af sletning."} | common
    )
    barred = stage.content(
        protected=[{"id": f"a{uuid.uuid4().hex[:8]}", "title": "Prøve", "words": ["zzzprøve"]}]
    )
    stage.register_codex(barred)
    stage.owner.execute(
        "INSERT INTO kernel_barredfield (codex_id, card_id, source, field, attribute)"
        " SELECT c.id, r.id, 'x', 'y', 'z' FROM kernel_codexrevision c, kernel_cardrevision r"
        " ORDER BY c.id, r.id LIMIT 1"
    )


@pytest.fixture
def intact(filled: Stage) -> Iterator[Stage]:
    """Runs the test, then checks that it wrote nothing."""
    before = filled.contents()
    yield filled
    assert filled.contents() == before
