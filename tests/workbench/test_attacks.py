# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every address as every role and as a stranger, and forms that are not what they seem."""

from __future__ import annotations

import io
import tempfile
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from kodeks.casework.models import Deadline, Direction, Document
from kodeks.kernel import stewardship
from kodeks.kernel.models import Decision, Switch, User
from kodeks.workbench.uploads import NoFiles

PEOPLE = {
    "sofie": "caseworker",
    "merete": "owner",
    "bodil": "owner",
    "dorte": "officer",
    "anders": "administrator",
    "testine": "citizen",
    "": "stranger",
}
EVERYBODY = frozenset(PEOPLE.values())
STEERS = frozenset({"owner", "officer", "administrator"})
SEES = frozenset({"caseworker", "owner", "officer"})
WORKS = frozenset({"caseworker"})
TENDS = frozenset({"caseworker", "owner", "administrator"})
EMPLOYED = STEERS | WORKS
RECEIVES = WORKS | {"administrator"}
OWNS = frozenset({"owner"})
ERASES = frozenset({"officer", "administrator"})
EDITS = frozenset({"owner", "administrator"})
READS = frozenset({"caseworker", "officer"})

# Who is let in. An address that is not here fails `test_every_address_is_tried`.
GET = {
    "workbench:front-page": EVERYBODY,
    "workbench:sign-in": EVERYBODY,
    "workbench:roles": EVERYBODY,
    "workbench:health": EVERYBODY,
    "workbench:find-case": EVERYBODY,
    "workbench:my-cases": frozenset({"citizen"}),
    "workbench:insight": SEES,
    "workbench:insight-letter": SEES,
    "workbench:insight-whole-letter": SEES,
    "workbench:insight-whole-file": SEES,
    "workbench:correction": SEES,
    "workbench:objection": SEES,
    "workbench:receipt": SEES,
    "workbench:register": EVERYBODY,
    "workbench:register-entry": EVERYBODY,
    "workbench:register-json": EVERYBODY,
    "workbench:register-nl": EVERYBODY,
    "workbench:register-requirements": EVERYBODY,
    "workbench:register-en": EVERYBODY,
    "workbench:register-entry-en": EVERYBODY,
    "workbench:register-json-en": EVERYBODY,
    "workbench:register-nl-en": EVERYBODY,
    "workbench:codex": EVERYBODY,
    "workbench:ledger": EVERYBODY,
    "workbench:ledger-key": EVERYBODY,
    "workbench:ledger-check": EVERYBODY,
    "workbench:ledger-head": EVERYBODY,
    "workbench:ledger-witnesses": EVERYBODY,
    "workbench:ledger-proof": EVERYBODY,
    "workbench:ledger-checkpoint": EVERYBODY,
    "workbench:ledger-tile": EVERYBODY,
    "workbench:systems": STEERS,
    "workbench:system": STEERS,
    "workbench:monitoring": STEERS,
    "workbench:oversight": STEERS,
    "workbench:answering": STEERS,
    "workbench:service": STEERS,
    "workbench:service-json": STEERS,
    "workbench:incident-systems": EMPLOYED,
    "workbench:incidents": EMPLOYED,
    "workbench:incident": EMPLOYED,
    "workbench:reviews": SEES,
    "workbench:review": SEES,
    "workbench:corrections": WORKS,
    "workbench:answer-correction": WORKS,
    "workbench:exercises": WORKS,
    "workbench:exercise": WORKS,
    "workbench:exercise-answered": WORKS,
    "workbench:absence": OWNS,
    "workbench:robots": TENDS,
    "workbench:robot-tasks": TENDS,
    "workbench:robot-run": TENDS,
    "workbench:robot": TENDS,
    "workbench:robot-incident": TENDS,
    "workbench:robot-schedule": frozenset({"administrator"}),
    "workbench:former-robot": EVERYBODY,
    "workbench:letters": EDITS,
    "workbench:letter": EDITS,
    "workbench:edit-letter": EDITS,
    "workbench:letter-version": EDITS,
    "workbench:letter-version-pdf": EDITS,
    "workbench:new-reply-block": EDITS,
    "workbench:cases": READS,
    "workbench:case": READS,
    "workbench:case-document": READS,
    "workbench:erasing": ERASES,
    "workbench:arrivals": RECEIVES,
    "workbench:deadlines": WORKS,
    "workbench:deadlines-csv": WORKS,
    "workbench:departments": WORKS | OWNS,
    "workbench:map-background": EMPLOYED,
    "workbench:deadline": WORKS,
    "workbench:open311-services": EVERYBODY,
    "workbench:open311-service": EVERYBODY,
    "workbench:open311-requests": EVERYBODY,
    "workbench:open311-request": EVERYBODY,
    "workbench:open311-token": EVERYBODY,
    "accessrequests:requests": WORKS,
    "accessrequests:new": WORKS,
    "accessrequests:request": WORKS,
    "accessrequests:delay": WORKS,
    "accessrequests:reopen": WORKS,
    "accessrequests:document": WORKS,
    "accessrequests:original": WORKS,
    "accessrequests:file": WORKS,
    "waste:bins": WORKS,
    "waste:points": WORKS,
    "waste:bin": WORKS,
    "waste:past": WORKS,
    "waste:past-csv": WORKS,
    "waste:figures": WORKS,
    "waste:quality": WORKS,
    "waste:notices": WORKS,
    "waste:notice": WORKS,
    "waste:sensors": WORKS,
    "waste:lessons": WORKS,
    "inquiries:inbox": WORKS,
    "inquiries:map": WORKS,
    "inquiries:map-points": WORKS,
    "inquiries:places": WORKS,
    "inquiries:new": WORKS,
    "inquiries:journal": WORKS,
    "inquiries:department": WORKS,
    "inquiries:reply": WORKS,
    "inquiries:follow": EVERYBODY,
    "inquiries:uniformity": STEERS,
    "inquiries:letter": WORKS,
    "inquiries:inquiry": WORKS,
    "inquiries:attachment": WORKS,
    "inquiries:reverse": WORKS,
    "inquiries:split": WORKS,
    "inquiries:add-clock": WORKS,
    "inquiries:clock": WORKS,
    "inquiries:confirm": WORKS,
    "inquiries:sender-cpr": WORKS | {"officer"},
    "inquiries:learning": STEERS,
    "inquiries:learning-run": STEERS,
    "inquiries:learning-mine": WORKS,
}
POST = {
    "workbench:sign-out": EVERYBODY,
    "workbench:take-role": EVERYBODY,
    "workbench:close-cases": EVERYBODY,
    "workbench:stop": STEERS,
    "workbench:resume": STEERS,
    "workbench:oversight-plan": STEERS,
    "workbench:open-drills": STEERS,
    "workbench:answer-exercise": WORKS,
    "workbench:close-alarm": STEERS,
    "workbench:attest": STEERS,
    "workbench:supervise": STEERS,
    "workbench:write-study": STEERS,
    "workbench:report-incident": EMPLOYED,
    "workbench:handle-incident": EMPLOYED,
    "workbench:record-review": SEES,
    "workbench:be-absent": OWNS,
    "workbench:try-letter": EDITS,
    "workbench:save-letter": EDITS,
    "workbench:approve-letter": EDITS,
    "workbench:write-note": WORKS,
    "workbench:add-reminder": WORKS,
    "workbench:hand-over": WORKS,
    "workbench:finish-reminder": WORKS,
    "workbench:erase": ERASES,
    "workbench:take-run": TENDS,
    "workbench:retry-run": TENDS,
    "workbench:done-by-hand": TENDS,
    "workbench:take-work": TENDS,
    "workbench:retry-work": TENDS,
    "workbench:close-work": TENDS,
    "workbench:order-robot": TENDS,
    "workbench:end-robot-incident": TENDS,
    "workbench:change-schedule": frozenset({"administrator"}),
    "workbench:see-to-arrival": RECEIVES,
    "workbench:change-deadline": WORKS,
    "waste:decide": WORKS,
    "accessrequests:answer": WORKS,
    "accessrequests:find-again": WORKS,
    "accessrequests:hand-over": WORKS,
    "accessrequests:decide": WORKS,
    "accessrequests:preview": WORKS,
    "inquiries:decide": WORKS,
    "inquiries:answered": WORKS,
    "inquiries:attended": WORKS,
    "inquiries:settled": WORKS,
    "inquiries:learning-start": STEERS,
    "inquiries:learning-abandon": STEERS,
    "inquiries:make-uniformity": STEERS,
}
OUTSIDE_THIS_TEST = frozenset(
    {"workbench:digital-post-status", "workbench:sf2900-receipt", "waste:readings"}
)
"""For machines with a secret, whoever is signed in: see test_inbound and waste/test_pushing."""


def test_every_address_is_tried() -> None:
    found = set()
    for outer in get_resolver().url_patterns:
        for inner in outer.url_patterns:
            assert isinstance(inner, URLPattern)
            found.add(f"{outer.namespace}:{inner.name}")
    assert found - OUTSIDE_THIS_TEST == set(GET) | set(POST)


@pytest.fixture
def values(handled):
    letter = Document.objects.get(case=handled.case, direction=Direction.OUTGOING)
    matter = {"subject_type": "inquiry", "subject_id": str(handled.id)}
    slug = {"slug": "inquiries"}
    written = {"name": "ny-dato"}
    case = {"case_number": handled.case.number}
    return {
        "workbench:case": case,
        "workbench:case-document": case | {"document_id": letter.id},
        "workbench:write-note": case,
        "workbench:add-reminder": case,
        "workbench:hand-over": case,
        "workbench:finish-reminder": {"reminder_id": uuid.uuid4()},
        "workbench:insight": matter,
        "workbench:insight-letter": matter | {"document_id": letter.id},
        "workbench:insight-whole-letter": matter,
        "workbench:insight-whole-file": matter,
        "workbench:correction": matter | {"source": "henvendelse", "field": "text"},
        "workbench:objection": matter,
        "workbench:answer-correction": {"correction_id": uuid.uuid4()},
        "workbench:receipt": matter | {"kind": "decision"},
        "workbench:register-entry": slug,
        "workbench:register-json": slug,
        "workbench:register-nl": slug,
        "workbench:register-entry-en": slug,
        "workbench:register-json-en": slug,
        "workbench:register-nl-en": slug,
        "workbench:ledger-proof": {"old": 1, "new": 2},
        "workbench:ledger-tile": {"rest": "0/000.p/1"},
        "workbench:letter": written,
        "workbench:edit-letter": written,
        "workbench:try-letter": written,
        "workbench:save-letter": written,
        "workbench:letter-version": written | {"number": 0},
        "workbench:letter-version-pdf": written | {"number": 0},
        "workbench:approve-letter": written | {"number": 1},
        "workbench:system": slug,
        "workbench:stop": slug,
        "workbench:resume": slug,
        "workbench:monitoring": slug,
        "workbench:oversight": slug,
        "workbench:oversight-plan": slug,
        "workbench:open-drills": slug,
        "workbench:exercise": {"round_id": uuid.uuid4()},
        "workbench:answer-exercise": {"round_id": uuid.uuid4()},
        "workbench:exercise-answered": {"round_id": uuid.uuid4(), "exercise_id": "x"},
        "workbench:close-alarm": slug | {"alarm_id": uuid.uuid4()},
        "workbench:answering": slug,
        "workbench:attest": slug,
        "workbench:supervise": slug,
        "workbench:service": slug,
        "workbench:service-json": slug,
        "workbench:write-study": slug,
        "workbench:incidents": slug,
        "workbench:report-incident": slug,
        "workbench:incident": slug | {"incident_id": uuid.uuid4()},
        "workbench:handle-incident": slug | {"incident_id": uuid.uuid4()},
        "workbench:review": {"act_id": uuid.uuid4()},
        "workbench:record-review": {"act_id": uuid.uuid4()},
        "workbench:see-to-arrival": {"arrival_id": uuid.uuid4()},
        "workbench:deadline": {"number": handled.case.number},
        "workbench:change-deadline": {
            "number": handled.case.number,
            "deadline_id": Deadline.objects.get(case=handled.case).id,
            "step": "pause",
        },
        "workbench:open311-services": {"form": "json"},
        "workbench:open311-service": {"code": "vejskade", "form": "xml"},
        "workbench:open311-requests": {"form": "json"},
        "workbench:open311-request": {"request_id": uuid.uuid4(), "form": "json"},
        "workbench:open311-token": {"token_id": uuid.uuid4(), "form": "xml"},
        "inquiries:attachment": {"attachment_id": uuid.uuid4()},
        **{
            f"accessrequests:{name}": {"request_id": uuid.uuid4()}
            for name in ("request", "delay", "answer", "find-again", "hand-over", "reopen")
        },
        **{
            f"accessrequests:{name}": {"document_id": uuid.uuid4()}
            for name in ("document", "original", "file", "decide", "preview")
        },
        "waste:bin": {"bin_id": 2**31},
        "waste:past": {"bin_id": 2**31},
        "waste:past-csv": {"bin_id": 2**31},
        "waste:notice": {"notice_id": uuid.uuid4()},
        "waste:decide": {"notice_id": uuid.uuid4()},
        "inquiries:letter": {"document_id": letter.id},
        "inquiries:inquiry": {"inquiry_id": handled.id},
        "inquiries:places": {"inquiry_id": handled.id},
        "inquiries:decide": {"inquiry_id": handled.id},
        "inquiries:reverse": {"inquiry_id": handled.id},
        "inquiries:sender-cpr": {"inquiry_id": handled.id},
        "inquiries:split": {"inquiry_id": handled.id},
        "inquiries:add-clock": {"inquiry_id": handled.id},
        "inquiries:clock": {"inquiry_id": handled.id, "clock_id": uuid.uuid4()},
        "inquiries:confirm": {"inquiry_id": handled.id},
        "inquiries:answered": {"item_id": uuid.uuid4()},
        "inquiries:attended": {"item_id": uuid.uuid4()},
        "inquiries:reply": {"item_id": uuid.uuid4()},
        "inquiries:follow": {"reference": "H-0000-0000-0000", "code": "0" * 24},
        "workbench:robot-run": {"run_id": uuid.uuid4()},
        "workbench:take-run": {"run_id": uuid.uuid4()},
        "workbench:retry-run": {"run_id": uuid.uuid4()},
        "workbench:done-by-hand": {"run_id": uuid.uuid4()},
        "workbench:take-work": {"job_id": 2**70},
        "workbench:retry-work": {"job_id": 2**70},
        "workbench:close-work": {"job_id": 2**70},
        "workbench:robot": {"robot": "visitator"},
        "workbench:order-robot": {"robot": "visitator"},
        "workbench:robot-incident": {"robot": "visitator", "cause": "journal"},
        "workbench:end-robot-incident": {"robot": "visitator", "cause": "journal"},
        "workbench:robot-schedule": {"name": "mail"},
        "workbench:change-schedule": {"name": "mail"},
        "inquiries:settled": {"item_id": uuid.uuid4()},
        "inquiries:learning-run": {"run_id": uuid.uuid4()},
        "inquiries:learning-abandon": {"run_id": uuid.uuid4()},
    }


def _client(username: str, **options: bool) -> Client:
    client = Client(**options)
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def _let_in(response) -> bool:
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/log-ind/")
    return not to_sign_in and response.status_code != 403


@pytest.mark.parametrize("username", PEOPLE)
def test_who_is_let_in_where(values, username) -> None:
    role = PEOPLE[username]
    wrong = []
    for method, table in (("get", GET), ("post", POST)):
        for name, allowed in table.items():
            # A client for each, as signing out and taking a role change who one is.
            ask = getattr(_client(username), method)
            response = ask(reverse(name, kwargs=values.get(name)))
            assert response.status_code < 500 or response.status_code == 503, name
            if _let_in(response) != (role in allowed):
                wrong.append((name, response.status_code))
    assert wrong == []


def test_a_citizen_is_not_let_in_by_another_citizens_code(values, receive, decide, with_code):
    client = with_code(decide(receive(text="Der er rotter i min kælder, og de er store.")))
    told = [name for name in GET if "subject_id" in (values.get(name) or {})]
    assert len(told) == 7
    for name in told:
        assert client.get(reverse(name, kwargs=values[name])).status_code == 403


def test_one_cases_letter_is_not_fetched_through_another_case(values, receive, decide, with_code):
    mine = decide(receive(text="Der er rotter i min kælder, og de er store."))
    letter = values["workbench:insight-letter"] | {"subject_id": str(mine.id)}
    answer = with_code(mine).get(reverse("workbench:insight-letter", kwargs=letter))
    assert answer.status_code == 404


def _who_may(name: str, **options: bool) -> Client:
    role = sorted(POST[name])[0]
    return _client(next(one for one, title in PEOPLE.items() if title == role), **options)


# All addresses in one test, as a handled matter takes longer to make than all that is asked of it.


def test_without_a_token_nothing_is_done(values) -> None:
    before = (Decision.objects.count(), Switch.objects.count())
    fields = {"reason": "Uden nøgle.", "choice": "reject", "own_consideration": "Uden nøgle."}
    told = {}
    for name in POST:
        client = _who_may(name, enforce_csrf_checks=True)
        told[name] = client.post(reverse(name, kwargs=values.get(name)), fields).status_code
        assert (Decision.objects.count(), Switch.objects.count()) == before, name
    assert told == dict.fromkeys(POST, 403)


def test_what_changes_something_takes_only_post(values) -> None:
    override = {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}
    told = {}
    for name in POST:
        client = _who_may(name)
        address = reverse(name, kwargs=values.get(name)) + "?_method=POST"
        for method in ("get", "head", "put", "delete"):
            told[name, method] = getattr(client, method)(address, **override).status_code
    assert {asked: status for asked, status in told.items() if status != 405} == {}


@pytest.mark.parametrize(
    "subject", ["inquiry/%00", "inquiry/x", "x/y", "inquiry/" + "9" * 4000, "inquiry/..%2f..%2f"]
)
def test_a_subject_that_cannot_be_one_is_not_found(signed_in, subject) -> None:
    assert signed_in("sofie").get(f"/indsigt/{subject}/").status_code == 404


def test_signing_in_gives_a_new_session_number(client, as_owner) -> None:
    """A number that somebody else put in the browser is worth nothing afterwards."""
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    as_owner.execute(
        "UPDATE kernel_user SET password = %s WHERE username = 'sofie'",
        (make_password("en-lang-adgangskode"),),
    )
    fields = {"username": "sofie", "password": "en-lang-adgangskode"}
    assert client.post("/log-ind/", fields).status_code == 302
    assert client.session.session_key != planted
    stolen = Client()
    stolen.cookies["kodeks_session"] = planted
    assert stolen.get("/henvendelser/").status_code == 302


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"


def test_no_stored_text_becomes_markup_on_any_page(receive, decide, signed_in) -> None:
    text = f"Der er et hul i vejen. {EVIL}"
    inquiry = receive(text=text, sender_name=EVIL, district=EVIL[:80])
    assert (inquiry.sender_name, inquiry.district) == (EVIL, EVIL[:80])
    clerk = signed_in("sofie")
    before = clerk.get(f"/henvendelser/{inquiry.id}/").content.decode()
    fields = {"choice": "reject", "own_consideration": EVIL}
    assert clerk.post(f"/henvendelser/{inquiry.id}/afgoer/", fields).status_code == 302
    owner = signed_in("merete")
    assert owner.post("/systemer/inquiries/stop/", {"reason": EVIL}).status_code == 302
    pages = [before] + [
        person.get(address).content.decode()
        for person, address in (
            (clerk, "/henvendelser/"),
            (clerk, f"/henvendelser/?words={EVIL}"),
            (clerk, f"/henvendelser/journal/?case_number={EVIL[:20]}"),
            (clerk, f"/henvendelser/{inquiry.id}/"),
            (clerk, f"/indsigt/inquiry/{inquiry.id}/"),
            (clerk, f"/sager/?number={EVIL[:20]}"),
            (owner, "/systemer/inquiries/"),
            (owner, "/robotter/visitator/"),
            (owner, "/register/inquiries/"),
        )
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">14<" not in page
    assert sum("&lt;script&gt;alert" in page for page in pages) >= 4


NUMBERS = ["010190-1234", "0101901234", "01 01 90 1234", "\uff10101901234", "010190\u20131234"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_typed_in_a_search_box_does_not_stay_in_the_address(signed_in, number) -> None:
    answer = signed_in("sofie").get("/henvendelser/", {"words": f"hul {number}", "side": "1"})
    assert answer.status_code == 302
    assert (
        answer["Location"] == "/henvendelser/?words=hul+%5BCPR%5D&side=1"
        or answer["Location"] == "/henvendelser/?side=1&words=hul+%5BCPR%5D"
    )


def test_such_a_number_does_not_travel_through_sign_in_or_to_another_site(client) -> None:
    answer = client.get("/?words=010190-1234", PATH_INFO="//evil.example/")
    assert answer["Location"] == "/evil.example/?words=%5BCPR%5D"
    assert (
        "1234" not in client.get("/henvendelser/?words=010190-1234", follow=True).content.decode()
    )


def test_an_identifier_in_an_address_is_left_alone(client, db) -> None:
    address = f"/log-ind/?next=/indsigt/inquiry/{uuid.UUID(int=0x0101901234)}/"
    assert client.get(address).status_code == 200


def _with_cookie() -> tuple[Client, str]:
    client = Client(enforce_csrf_checks=True)
    client.get("/log-ind/")
    return client, client.cookies["kodeks_csrf"].value


@pytest.mark.parametrize("megabytes", [3, 40])
def test_a_stranger_cannot_fill_the_disk(db, monkeypatch, tmp_path, megabytes) -> None:
    """Django reads a form's files to find its token, so before anybody asks who it is."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client, _ = _with_cookie()
    answer = client.post("/log-ind/", {"file": io.BytesIO(b"x" * megabytes * 2**20)})
    assert answer.status_code == 400
    assert list(Path(tmp_path).iterdir()) == []


def test_a_small_file_is_let_go_and_the_form_is_read(db) -> None:
    client, token = _with_cookie()
    fields = {"csrfmiddlewaretoken": token, "username": "x", "password": "y"}
    answer = client.post("/log-ind/", fields | {"file": io.BytesIO(b"x" * 1000)})
    assert answer.status_code == 422
    assert not answer.wsgi_request.FILES


def test_the_handler_of_files_keeps_nothing() -> None:
    handler = NoFiles()
    assert handler.receive_data_chunk(b"x", 0) is None
    assert handler.file_complete(1) is None


def test_a_large_form_is_refused(db) -> None:
    client, token = _with_cookie()
    body = f"csrfmiddlewaretoken={token}&username=" + "x" * 3 * 2**20
    answer = client.post("/log-ind/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_many_fields_are_refused(db) -> None:
    client, token = _with_cookie()
    fields = {f"f{number}": "1" for number in range(600)} | {"csrfmiddlewaretoken": token}
    assert client.post("/log-ind/", fields).status_code == 400


def test_files_are_fetched_as_files(values, signed_in) -> None:
    """A letter or receipt that a browser showed in place could be taken for a page of ours."""
    clerk = signed_in("sofie")
    files = ("insight-letter", "insight-whole-letter", "insight-whole-file", "receipt")
    names = ("workbench:case-document", "inquiries:letter")
    for name in (*(f"workbench:{file}" for file in files), *names):
        answer = clerk.get(reverse(name, kwargs=values[name]))
        if answer.status_code == 503:
            continue
        assert answer["Content-Disposition"].startswith('attachment; filename="')
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "text/html" not in answer["Content-Type"]


def test_a_number_in_the_reason_of_a_stop_is_not_kept(db) -> None:
    stewardship.stop(
        system="inquiries",
        user=User.objects.get(username="merete"),
        reason="Forslaget i sagen om 010190-1234 var forkert.",
    )
    assert Switch.objects.latest("id").reason == "Forslaget i sagen om [CPR] var forkert."
