# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The site's addresses, its visitors, and the forms they send."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

import deciding
import drilled
import waste_stage
from bypass_forms import WORDS
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from kernel_stage import Stage

from kodeks.accessrequests import collecting
from kodeks.accessrequests import services as access
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import reminders
from kodeks.casework.models import Direction, Document, InboxItem
from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import alarms, stewardship
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run

TEXT = "Der er et stort hul i vejen ud for nummer 12. Hullet er dybt, og jeg væltede på cykel."
READING = ("GET", "OPTIONS")
WRITING = ("POST", "PUT", "DELETE")
STEERS = frozenset({"merete", "bodil", "dorte", "anders"})
OWNS = frozenset({"merete", "bodil"})
MAY_OPEN = frozenset({"sofie", "dorte"})
OF_A_SYSTEM = (
    "register-entry",
    "register-json",
    "register-nl",
    "register-entry-en",
    "register-json-en",
    "register-nl-en",
    "system",
    "stop",
    "resume",
    "monitoring",
    "oversight",
    "oversight-plan",
    "open-drills",
    "answering",
    "attest",
    "supervise",
    "service",
    "service-json",
    "write-study",
    "incidents",
    "report-incident",
)


class PageRefused(Exception):
    """The site answered that it will not."""


class Site:
    """Inquiries in each state, and a client for each visitor, all signed in beforehand."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.handled = self._inquiry(triaged=True)
        self.decide(self.handled)
        self.item = InboxItem.objects.get(case=self.handled.case, kind=services.SUBJECT)
        self.open, self.other = self._inquiry(triaged=True), self._inquiry(triaged=True)
        self.untriaged = self._inquiry(triaged=False)
        for inquiry in (self.open, self.other):
            deciding.see(inquiry, stage.user("sofie"))
        self.asked = self._access_request()
        self.notice = waste_stage.asked()
        with suppress(kernel.Refused):
            # The first look is a record.
            kernel.show(recommendation_id=self.notice.recommendation_id, user=stage.user("sofie"))
        self.alarm = alarms.sound(
            system="inquiries", kind="trial", effect="none", sentence=WORDS, measured={}
        )
        drilled.registered(stage, "inquiries")
        drilled.everywhere(stage)
        self.team, _ = drilled.team(stage)
        self.round = drilled.opened(stage, "inquiries", "")
        sofie = stage.user_id("sofie")
        self.exercise = drilled.answering(stage, self.round, sofie)["exercise"]
        self.letter = Document.objects.get(case=self.handled.case, direction=Direction.OUTGOING)
        self.reminder = uuid.uuid4()
        sofie_herself = stage.user("sofie")
        reminders.add_reminder(
            key=self.reminder,
            case=self.handled.case,
            user=sofie_herself,
            due_on=timezone.localdate(),
            text=WORDS,
            person=sofie_herself,
        )
        self.incident = stewardship.report_incident(
            system="inquiries",
            kind="other",
            aware_at=timezone.now(),
            description=WORDS,
            user=stage.user("sofie"),
        )
        self.clients = {name: self.client(number) for name, number in self._visitors().items()}
        # The suggestion is computed again the first time, under a permit, which is a record.
        insight = reverse("workbench:insight", args=["inquiry", str(self.handled.id)])
        assert self.clients["testine"].get(insight).status_code == 200

    def _access_request(self) -> AccessRequest:
        """For the case of the handled inquiry, with its documents found and read."""
        case = self.handled.case
        request, _ = access.register(
            key=f"test:{uuid.uuid4()}",
            law="offl",
            requester_name="Testine",
            case_number=case.number,
            unit=case.unit.code,
            received_on=timezone.localdate(),
            user=self.stage.user("sofie"),
        )
        collecting.collect(request_id=str(request.id))
        for document in request.documents.all():
            collecting.propose(document_id=str(document.id))
            document.refresh_from_db()
            with suppress(kernel.Refused):
                kernel.show(
                    recommendation_id=document.recommendation_id, user=self.stage.user("sofie")
                )
        return request

    def _inquiry(self, *, triaged: bool) -> Inquiry:
        inquiry, _ = services.receive(
            external_id=f"test:{uuid.uuid4()}",
            text=TEXT,
            channel="web",
            sender_name="Testine",
            sender_cpr=corpus.TESTINE_CPR,
        )
        if triaged:
            services.triage(inquiry_id=str(inquiry.id))
        inquiry.refresh_from_db()
        return inquiry

    def decide(self, inquiry: Inquiry) -> None:
        """Sofie decides, and the robot does its steps."""
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=self.stage.user("sofie"),
            choice="accept",
            label="",
            own_consideration=WORDS,
        )
        run = Run.objects.get(decision_id=decision.id)
        assert engine.execute(run_id=run.id) is None
        inquiry.refresh_from_db()

    def _visitors(self) -> dict[str, int]:
        stage = self.stage
        names = ("testine", "sofie", "merete", "bodil", "dorte", "anders")
        found = {"": 0} | {name: stage.user_id(name) for name in names}
        for role in ("caseworker", "system_owner", "administrator"):
            number = stage.new_user(role=role)
            stage.as_owner("SELECT kernel.revoke_grants(%s, %s)", number, role)
            found[f"ended {role}"] = number
        found["without rights"] = stage.new_user()
        found["superuser"] = stage.new_user()
        stage.owner.execute(
            "UPDATE kernel_user SET is_superuser = true, is_staff = true WHERE id = %s",
            (found["superuser"],),
        )
        found["of another unit"] = stage.new_user()
        stage.as_owner(
            "SELECT kernel.register_grant(%s, 'caseworker', 'ingen', '', NULL)",
            found["of another unit"],
        )
        return found

    def client(self, number: int, **options: Any) -> Client:
        """A client that is signed in; nobody for 0. Signing in writes the time of it."""
        client = Client(raise_request_exception=False, **options)
        if number:
            client.force_login(User.objects.get(pk=number))
        return client

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Name -> address, of every pattern of the site, where there are several with a number.

        Looked up once: what they point at stands when the site is made.
        """
        return {
            f"{name} {label}".strip(): reverse(name, kwargs=values)
            for name in names()
            for label, values in self._values(name)
        }

    def _values(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        handled = {"subject_type": "inquiry", "subject_id": str(self.handled.id)}
        case = {"case_number": self.handled.case.number}
        inquiries = {"handled": self.handled, "open": self.open, "untriaged": self.untriaged}
        values: dict[str, dict[str, dict[str, Any]]] = {
            "workbench:insight": {"": handled},
            "workbench:insight-letter": {"": handled | {"document_id": self.letter.id}},
            "workbench:insight-whole-letter": {"": handled},
            "workbench:insight-whole-file": {"": handled},
            "workbench:correction": {"": handled | {"source": "henvendelse", "field": "text"}},
            "workbench:objection": {"": handled},
            "workbench:answer-correction": {"": {"correction_id": uuid.uuid4()}},
            "workbench:close-alarm": {"": {"slug": "inquiries", "alarm_id": self.alarm}},
            "workbench:receipt": {
                kind: handled | {"kind": kind} for kind in ("recommendation", "decision")
            },
            "workbench:case": {"": case},
            "workbench:case-document": {"": case | {"document_id": self.letter.id}},
            "workbench:write-note": {"": case},
            "workbench:add-reminder": {"": case},
            "workbench:hand-over": {"": case},
            "workbench:finish-reminder": {"": {"reminder_id": self.reminder}},
            "workbench:ledger-proof": {"": {"old": 1, "new": 2}},
            "workbench:ledger-tile": {"": {"rest": "0/000.p/1"}},
            **{
                f"accessrequests:{view}": {"": {"request_id": self.asked.id}}
                for view in ("request", "delay", "answer", "find-again", "hand-over", "reopen")
            },
            **{
                f"accessrequests:{view}": {"": {"document_id": self.asked.documents.first().id}}
                for view in ("document", "original", "decide", "preview")
            },
            "accessrequests:file": {"": {"document_id": self.letter.id}},
            "waste:bin": {"": {"bin_id": self.notice.bin_id}},
            "waste:past": {"": {"bin_id": self.notice.bin_id}},
            "waste:past-csv": {"": {"bin_id": self.notice.bin_id}},
            "waste:notice": {"": {"notice_id": self.notice.id}},
            "waste:decide": {"": {"notice_id": self.notice.id}},
            "inquiries:letter": {"": {"document_id": self.letter.id}},
            "inquiries:answered": {"": {"item_id": uuid.uuid4()}},
            "inquiries:attended": {"": {"item_id": uuid.uuid4()}},
            "inquiries:reply": {"": {"item_id": self.item.id}},
            "inquiries:follow": {"": {"reference": "H-0000-0000-0000", "code": "0" * 24}},
            "inquiries:settled": {"": {"item_id": uuid.uuid4()}},
            "inquiries:attachment": {"": {"attachment_id": uuid.uuid4()}},
            "inquiries:learning-run": {"": {"run_id": uuid.uuid4()}},
            "inquiries:learning-abandon": {"": {"run_id": uuid.uuid4()}},
            "inquiries:clock": {"": {"inquiry_id": self.open.id, "clock_id": uuid.uuid4()}},
        }
        for views, one in self._numbered():
            values |= {f"workbench:{view}": {"": one} for view in views}
        for view in (
            "inquiry",
            "places",
            "decide",
            "reverse",
            "sender-cpr",
            "split",
            "confirm",
            "add-clock",
        ):
            values[f"inquiries:{view}"] = {
                label: {"inquiry_id": inquiry.id} for label, inquiry in inquiries.items()
            }
        yield from values.get(name, {"": {}}).items()

    def _numbered(self) -> Iterator[tuple[Collection[str], dict[str, Any]]]:
        """Views of one thing, and what its address is made of."""
        yield ("letter", "edit-letter", "try-letter", "save-letter"), {"name": "ny-dato"}
        yield (
            ("letter-version", "letter-version-pdf", "approve-letter"),
            {"name": "ny-dato", "number": 0},
        )
        yield OF_A_SYSTEM, {"slug": "inquiries"}
        yield (
            ("incident", "handle-incident"),
            {"slug": "inquiries", "incident_id": self.incident},
        )
        yield ("exercise", "answer-exercise"), {"round_id": self.round}
        yield (
            ("exercise-answered",),
            {"round_id": self.round, "exercise_id": self.exercise},
        )
        yield ("review", "record-review"), {"act_id": uuid.uuid4()}
        yield (
            ("robot-run", "take-run", "retry-run", "done-by-hand"),
            {"run_id": Run.objects.earliest("created_at").id},
        )
        yield ("take-work", "retry-work", "close-work"), {"job_id": 1}
        yield ("robot-incident", "end-robot-incident"), {"robot": "visitator", "cause": "journal"}
        yield ("robot", "order-robot"), {"robot": "visitator"}
        number = self.handled.case.number
        yield ("deadline",), {"number": number}
        clock = self.handled.case.deadlines.get().id
        yield ("change-deadline",), {"number": number, "deadline_id": clock, "step": "pause"}
        yield ("see-to-arrival",), {"arrival_id": uuid.uuid4()}
        yield ("open311-services", "open311-requests"), {"form": "json"}
        yield ("open311-service",), {"code": "vejskade", "form": "xml"}
        yield ("open311-request",), {"request_id": uuid.uuid4(), "form": "json"}
        yield ("open311-token",), {"token_id": uuid.uuid4(), "form": "xml"}
        yield ("robot-schedule", "change-schedule"), {"name": "mail"}

    def form(self, name: str) -> dict[str, str]:
        """A form in order for the page: refusing it for its form would prove nothing."""
        forms = {
            "workbench:sign-in": {"username": "merete", "password": "gaettet-forkert"},
            "workbench:take-role": {"username": "root"},
            "workbench:find-case": {"case_number": "2026-0000001", "code": "22222-22222"},
            "workbench:stop": {"reason": WORDS},
            "workbench:resume": {"reason": WORDS},
            "workbench:oversight-plan": {
                "blind_share": "50",
                "least_confidence": "0",
                "influence_limit": "10",
                "fast_limit": "20",
            },
            "workbench:close-alarm": {"text": WORDS},
            "workbench:open-drills": {"team": self.team},
            "workbench:answer-exercise": {
                "exercise": self.exercise,
                "choice": "follow",
                "own_words": WORDS,
            },
            "workbench:supervise": {"task": "quality", "passed": "yes", "finding": WORDS},
            "workbench:write-study": {
                "step": "journalise",
                "minutes": "7 8 " * 10,
                "review": "3",
                "rework": "20",
                "first_day": "2026-01-05",
                "last_day": timezone.localdate().isoformat(),
                "measured_by": WORDS,
            },
            "workbench:report-incident": {
                "kind": "other",
                "day": timezone.localdate().isoformat(),
                "clock": "00:00",
                "description": WORDS,
            },
            "workbench:handle-incident": {"step": "note", "text": WORDS},
            "workbench:record-review": {"passed": "yes", "finding": WORDS},
            "workbench:be-absent": {"first_day": "2030-01-01"},
            "workbench:try-letter": {"subject": WORDS, "body": WORDS},
            "workbench:save-letter": {
                "subject": WORDS,
                "body": "{frist}\n\n{grund}\n\n{sagsnummer}",
                "note": WORDS,
            },
            "workbench:write-note": {"key": str(uuid.uuid4()), "text": WORDS},
            "workbench:add-reminder": {
                "key": str(uuid.uuid4()),
                "due_on": timezone.localdate().isoformat(),
                "whom": "unit",
                "text": WORDS,
            },
            "workbench:hand-over": {
                "key": str(uuid.uuid4()),
                "unit": "byggeri",
                "reason": WORDS,
            },
            "workbench:erase": {"subject": str(self.handled.case.kle_id)},
            "workbench:order-robot": {"state": "paused", "reason": WORDS},
            "workbench:done-by-hand": {
                "step": "journalise",
                "note": WORDS,
                "fact_esdh_case": "S-1",
                "fact_esdh_document": f"D-{uuid.uuid4().hex}",
            },
            "workbench:end-robot-incident": {"outcome": "dismissed", "reason": WORDS},
            "workbench:change-schedule": {"is_on": "no", "cron": "", "reason": WORDS},
            "accessrequests:new": {
                "submission": str(uuid.uuid4()),
                "law": "offl",
                "requester_name": "Testine",
                "case_number": "2020-0000001",
                "unit": "vej",
                "received_on": "2026-01-05",
            },
            "accessrequests:delay": {
                "key": str(uuid.uuid4()),
                "new_day": "2020-01-01",
                "reason": WORDS,
                "contact": "Sofie",
            },
            "accessrequests:reopen": {
                "cause": "complaint",
                "received_on": timezone.localdate().isoformat(),
            },
            "accessrequests:answer": {"own_consideration": WORDS},
            "accessrequests:decide": {"label": "release", "own_consideration": WORDS},
            "accessrequests:preview": {"label": "release"},
            "waste:decide": {"label": "nothing", "own_consideration": WORDS},
            "inquiries:sender-cpr": {"reason": WORDS},
            "inquiries:decide": {"choice": "accept", "own_consideration": WORDS},
            "inquiries:reverse": {
                "replaces": str(self.handled.decision_id),
                "label": "andet",
                "cause": "complaint",
                "own_consideration": WORDS,
            },
            "inquiries:new": {
                "submission": str(uuid.uuid4()),
                "text": TEXT,
                "channel": "phone",
                "sender_cpr": "",
            },
            "inquiries:answered": {"afdeling": "vej"},
            "inquiries:attended": {"afdeling": "vej"},
            "inquiries:settled": {"afdeling": "vej"},
            "inquiries:reply": {"do": "send", "subject": WORDS, "body": WORDS, "seen": "0"},
        }
        return forms.get(name.split(" ")[0], {"x": "y"})


MAY_WRITE: dict[str, frozenset[str]] = {
    "workbench:stop": STEERS,
    "workbench:resume": OWNS,
    "workbench:oversight-plan": OWNS,
    "workbench:close-alarm": OWNS,
    "workbench:open-drills": OWNS,
    "workbench:answer-exercise": frozenset({"sofie"}),
    "workbench:attest": OWNS,
    "workbench:supervise": OWNS | {"dorte"},
    "workbench:write-study": OWNS,
    "workbench:report-incident": STEERS | {"sofie", "of another unit"},
    "workbench:handle-incident": OWNS | {"dorte"},
    "workbench:be-absent": OWNS,
    "workbench:order-robot": OWNS | {"anders"},
    "accessrequests:decide": frozenset({"sofie"}),
    "waste:decide": frozenset({"sofie"}),
    "workbench:write-note": frozenset({"sofie"}),
    "workbench:add-reminder": frozenset({"sofie"}),
    "workbench:hand-over": frozenset({"sofie"}),
    "inquiries:decide open": frozenset({"sofie"}),
    "inquiries:reply": frozenset({"sofie"}),
    "inquiries:reverse handled": frozenset({"sofie"}),
    "inquiries:sender-cpr open": MAY_OPEN,
    "inquiries:sender-cpr handled": MAY_OPEN,
    "inquiries:sender-cpr untriaged": MAY_OPEN,
}
"""Whose POST of the form makes a record, and is no attempt."""
SILENT = frozenset(
    {
        "workbench:sign-in",
        "workbench:find-case",
        "workbench:close-cases",
        # No case is due: whoever may erase finds none.
        "workbench:erase",
        "workbench:try-letter",
        "workbench:save-letter",
        "accessrequests:find-again",
        # Nothing waits for a person: the request is not answered.
        "accessrequests:hand-over",
        "accessrequests:preview",
        "inquiries:new",
        "inquiries:answered",
        "inquiries:attended",
        # What robots are told and who helps them stands in the robots' own tables.
        "workbench:take-run",
        "workbench:retry-run",
        "workbench:take-work",
        "workbench:retry-work",
        "workbench:close-work",
        "inquiries:settled",
        # A retraining that is asked for is a row of its own; only its end is entered.
        "inquiries:learning-start",
        "inquiries:learning-abandon",
        # A report of figures is asked for, in the queue.
        "inquiries:make-uniformity",
        # What is in a case is no record of the kernel.
        "workbench:finish-reminder",
        # Nor is what came in and could not be read.
        "workbench:see-to-arrival",
    }
)
"""They may answer as if all were well: nothing in the kernel is written by them."""
SIGNS_OUT = "workbench:sign-out"


def names() -> list[str]:
    """Every named pattern of the site, with its room."""
    found = []
    for outer in get_resolver().url_patterns:
        for inner in outer.url_patterns:
            assert isinstance(inner, URLPattern)
            found.append(f"{outer.namespace}:{inner.name}")
    return sorted(found)


def sent(client: Client, method: str, address: str, data: Any = None, **options: Any) -> int:
    """Send a request; raises PageRefused when the site will not. Returns its status."""
    if method == "POST":
        answer = client.post(address, data or {}, **options)
    else:
        answer = client.generic(
            method,
            address,
            "&".join(f"{key}={value}" for key, value in (data or {}).items()),
            content_type="application/x-www-form-urlencoded",
            **options,
        )
    # A page that is fetched by a script is told where to go in another header.
    target = answer.get("Location", "") + answer.get("HX-Redirect", "")
    to_sign_in = target.startswith("/log-ind/")
    if answer.status_code == 500:
        raise AssertionError(f"{method} {address}: the page broke")
    if to_sign_in or 400 <= answer.status_code < 500 or answer.status_code == 503:
        raise PageRefused(f"{answer.status_code}")
    return int(answer.status_code)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
