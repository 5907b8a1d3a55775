# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A citizen's matter for the pages: received, triaged, decided and carried out on the real line."""

from __future__ import annotations

import copy
import html
import json
import re
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import deciding
import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from browsing import browser  # noqa: F401
from kernel_stage import stage  # noqa: F401

from kodeks.casework.ports import PortRejected
from kodeks.codex import bundle, dsse
from kodeks.codex.bundle import Codex
from kodeks.connectors.archive import ArchiveJournal
from kodeks.demo import municipality
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import insight
from kodeks.kernel.models import User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status

TEXT = "Der er et stort hul i vejen ud for nummer 12. Hullet er dybt, og jeg væltede på cykel."
REASON = "Borgeren skriver om et hul, og det ligger på en vej."
CHANGED = "Vi har læst brevet igen. Hullet er i vejen."


@pytest.fixture
def receive(db: None) -> Callable[..., Inquiry]:
    def receive(*, text: str = TEXT, cpr: str = "", triage: bool = True, **more: str) -> Inquiry:
        given = {"channel": "web", "sender_name": "Testine Testesen", "sender_cpr": cpr} | more
        inquiry, _ = services.receive(external_id=f"test:{uuid.uuid4()}", text=text, **given)
        if triage:
            services.triage(inquiry_id=str(inquiry.id))
        inquiry.refresh_from_db()
        return inquiry

    return receive


@pytest.fixture
def decide() -> Callable[..., Inquiry]:
    """Sofie decides, and the robot does its steps unless `robot` is False."""

    def decide(
        inquiry: Inquiry, *, choice: str = "accept", label: str = "andet", robot: bool = True
    ) -> Inquiry:
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=User.objects.get(username="sofie"),
            choice=choice,
            label=label,
            own_consideration=REASON,
        )
        if robot:
            run = Run.objects.get(decision_id=decision.id)
            assert engine.execute(run_id=run.id) is None
        return Inquiry.objects.select_related("case").get(id=inquiry.id)

    return decide


@pytest.fixture
def change() -> Callable[..., Inquiry]:
    """Sofie changes what was decided, and the robot does its steps."""

    def change(inquiry: Inquiry, *, label: str = "vejskade", cause: str = "complaint") -> Inquiry:
        reversal = services.reverse(
            inquiry_id=inquiry.id,
            user=User.objects.get(username="sofie"),
            replaces=selectors.standing_of(inquiry).id,
            cause=cause,
            label=label,
            own_consideration=CHANGED,
        )
        assert engine.execute(run_id=Run.objects.get(decision_id=reversal.id).id) is None
        return Inquiry.objects.select_related("case").get(id=inquiry.id)

    return change


@pytest.fixture
def handled(receive: Callable[..., Inquiry], decide: Callable[..., Inquiry]) -> Inquiry:
    return decide(receive())


@pytest.fixture
def signed_in(db: None) -> Callable[[str], Client]:
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return signed_in


@pytest.fixture
def with_code(client: Client) -> Callable[[Inquiry], Client]:
    """A visitor who has typed the letter's case number and code."""

    def with_code(inquiry: Inquiry) -> Client:
        code = insight.access_code(subject=services.subject_of(inquiry))
        fields = {"case_number": inquiry.case.number, "code": code}
        assert client.post("/se-din-sag/", fields).status_code == 302
        return client

    return with_code


@pytest.fixture
def revise(as_owner: psycopg.Connection[Any]) -> Callable[[Callable[[Any], None]], Codex]:
    """Registers the codex again with a change and a higher number, signed by two people."""

    def revise(change: Callable[[Any], None]) -> Codex:
        row = as_owner.execute(
            "SELECT content FROM kernel_codexrevision ORDER BY number DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        content = copy.deepcopy(row[0])
        content["number"] += 1
        content["effective_from"] = timezone.localdate().isoformat()
        change(content)
        codex = bundle.of_content(content)
        people = ("merete", "dorte")
        envelope = dsse.sign(
            codex.signed_bytes,
            payload_type=bundle.PAYLOAD_TYPE,
            signers=[municipality.signer(name) for name in people],
        )
        ids = [User.objects.get(username=name).pk for name in people]
        as_owner.execute(
            "SELECT kernel.register_codex(%s, %s, %s, %s::bigint[])",
            [Jsonb(content), codex.sha256, Jsonb(json.loads(envelope.as_text())), ids],
        )
        return codex

    return revise


def _own_sentences(response: HttpResponse) -> str:
    """The page's own sentences: without quotations, tables of data, forms and code."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    for tag in ("table", "blockquote", "form", "code"):
        main = re.sub(rf"<{tag}\b.*?</{tag}>", "\n", main, flags=re.DOTALL)
    main = re.sub(r"<(\w+)\b[^>]*\bdata-quoted.*?</\1>", "\n", main, flags=re.DOTALL)
    blocks = re.findall(r"<(p|li|h1|h2|h3)\b[^>]*>(.*?)</\1>", main, flags=re.DOTALL)
    return "\n\n".join(html.unescape(re.sub(r"<[^>]+>", "", text)).strip() for _, text in blocks)


@pytest.fixture
def own_sentences() -> Callable[[HttpResponse], str]:
    return _own_sentences


@pytest.fixture
def started(receive: Callable[..., Inquiry], decide: Callable[..., Inquiry]) -> Callable[[], Run]:
    def start() -> Run:
        return Run.objects.get(decision_id=decide(receive(), robot=False).decision_id)

    return start


@pytest.fixture
def rejects(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal says no to everything."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PortRejected("Journalen siger nej. Ret sagen.")

    monkeypatch.setattr(ArchiveJournal, "journalise", refuse)


@pytest.fixture
def held(started: Callable[[], Run], rejects: None) -> Run:
    run = started()
    assert engine.execute(run_id=run.id) is None
    run.refresh_from_db()
    assert run.status == Status.HELD
    return run
