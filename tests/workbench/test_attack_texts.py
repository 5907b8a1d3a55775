# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts, numbers, files and forms that are not what they seem, and a session that was planted."""

from __future__ import annotations

import io
import tempfile
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from kodeks.kernel import stewardship
from kodeks.kernel.models import Switch, User
from kodeks.workbench.uploads import NoFiles


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


def test_a_number_in_the_reason_of_a_stop_is_not_kept(db) -> None:
    stewardship.stop(
        system="inquiries",
        user=User.objects.get(username="merete"),
        reason="Forslaget i sagen om 010190-1234 var forkert.",
    )
    assert Switch.objects.latest("id").reason == "Forslaget i sagen om [CPR] var forkert."
