# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every address as every role and as a stranger, and without a token.

Texts, numbers and files that are not what they seem are tried in test_attack_texts.py.
"""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from let_in import GET, OUTSIDE_THIS_TEST, PEOPLE, POST

from kodeks.casework.models import Deadline, Direction, Document
from kodeks.kernel.models import Decision, Switch, User


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
