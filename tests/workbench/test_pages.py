# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The workbench's own pages, through the test client."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import constants
from django.db import OperationalError, ProgrammingError
from django.test import Client
from django.utils import timezone

from kodeks.workbench import navigation, throttling, views
from kodeks.workbench.models import SignInFailure

pytestmark = pytest.mark.django_db

PASSWORD = "En-lang-adgangskode-1"


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch):
    """One of the demo's people; the application role cannot give anybody a password."""
    model = get_user_model()
    monkeypatch.setattr(model, "check_password", lambda self, raw: raw == PASSWORD)
    return model.objects.filter(is_active=True).order_by("username")[0]


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post("/log-ind/", {"username": username, "password": password}, **extra)


def text_of(response) -> str:
    return response.content.decode()


def test_the_front_page_is_for_everybody(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Log ind" in text_of(response)


def test_every_page_forbids_foreign_and_inline_code(client: Client) -> None:
    for path in ("/", "/log-ind/", "/findes-ikke/", "/sundhed/"):
        policy = client.get(path)["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert directives["default-src"] == "'none'"
        assert directives["script-src"] == "'self'"
        assert directives["style-src"] == "'self'"
        assert directives["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy


def test_sign_in_and_sign_out(client: Client, user) -> None:
    response = sign_in(client, user.username)
    assert (response.status_code, response.url) == (302, "/")
    assert "Log af" in text_of(client.get("/"))
    assert client.get("/log-ud/").status_code == 405
    assert client.post("/log-ud/").status_code == 302
    assert "Log af" not in text_of(client.get("/"))


def test_a_wrong_password_gets_a_sentence_and_keeps_the_name(client: Client, user) -> None:
    response = sign_in(client, user.username, "forkert")
    assert response.status_code == 422
    assert "Brugernavn eller adgangskode er forkert" in text_of(response)
    assert f'value="{user.username}"' in text_of(response)
    assert "forkert&quot;" not in text_of(response)


def test_an_empty_form_says_what_is_missing(client: Client) -> None:
    page = text_of(client.post("/log-ind/", {}))
    assert "Skriv dit brugernavn." in page
    assert "Skriv din adgangskode." in page
    assert 'href="#id_username"' in page


def test_sign_in_leads_to_no_other_site(client: Client, user) -> None:
    data = {"username": user.username, "password": PASSWORD, "next": "https://ond.example/"}
    assert client.post("/log-ind/", data).url == "/"


def test_guessing_is_paused_even_for_the_right_password(client: Client, user) -> None:
    for _ in range(throttling.MOST_FAILURES):
        sign_in(client, user.username, "forkert")
    response = sign_in(client, user.username.upper() + " ")
    assert "Vent et kvarter" in text_of(sign_in(client, user.username))
    assert response.status_code == 422


def test_the_pause_is_for_one_address_and_ends(client: Client, user) -> None:
    for _ in range(throttling.MOST_FAILURES):
        sign_in(client, user.username, "forkert")
    assert sign_in(client, user.username, REMOTE_ADDR="192.0.2.7").status_code == 302
    client.post("/log-ud/")
    SignInFailure.objects.update(failed_at=timezone.now() - throttling.PAUSE - timedelta(seconds=1))
    assert sign_in(client, user.username).status_code == 302


def test_a_sign_in_that_succeeds_forgets_the_failures(client: Client, user) -> None:
    sign_in(client, user.username, "forkert")
    sign_in(client, user.username)
    assert not SignInFailure.objects.exists()


def test_the_throttle_stores_neither_name_nor_address(client: Client, user) -> None:
    sign_in(client, user.username, "forkert")
    (failure,) = SignInFailure.objects.values()
    assert user.username not in str(failure)
    assert "127.0.0.1" not in str(failure)


def test_behind_a_proxy_only_its_own_word_counts(rf, settings) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": "1.1.1.1, 192.0.2.9"})
    assert throttling.address_of(request) == "127.0.0.1"
    settings.KODEKS_BEHIND_PROXY = True
    assert throttling.address_of(request) == "192.0.2.9"


def test_the_health_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(client.get("/sundhed/").content) == {"web": True, "database": True}

    for failure in (
        OperationalError("server closed the connection"),
        ProgrammingError("relation does not exist"),
    ):

        class Down:
            def exists(self, failure: Exception = failure) -> bool:
                raise failure

        monkeypatch.setattr(views.System, "objects", Down())
        response = client.get("/sundhed/")
        assert response.status_code == 503
        assert json.loads(response.content)["database"] is False


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch):
    """Makes the sign-in view raise what the test names."""

    def break_with(error: Exception) -> Client:
        def raise_it(*args: object, **kwargs: object) -> None:
            raise error

        monkeypatch.setattr(throttling, "is_paused", raise_it)
        return Client(raise_request_exception=False)

    return break_with


TYPED = {
    "username": "karen",
    "password": "hemmelig-kode",
    "own_consideration": "Min <b>lange</b>\nbegrundelse",
    "choice": "ja",
}


def test_a_lost_database_gives_back_what_was_typed(broken) -> None:
    response = broken(OperationalError("gone")).post("/log-ind/", TYPED)
    page = text_of(response)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "Databasen svarer ikke" in page
    assert "Min &lt;b&gt;lange&lt;/b&gt;\nbegrundelse</textarea>" in page
    assert "hemmelig-kode" not in page
    assert "karen</textarea>" not in page
    assert "gone" not in page


def test_another_error_is_ours_and_gives_it_back_too(broken) -> None:
    response = broken(ProgrammingError("no such column")).post("/log-ind/", TYPED)
    page = text_of(response)
    assert response.status_code == 500
    assert "Der er sket en fejl" in page
    assert "begrundelse</textarea>" in page
    assert "no such column" not in page


def test_a_form_without_a_token_is_refused_in_danish() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/log-ind/", TYPED)
    assert response.status_code == 403
    assert "Formularen er udløbet" in text_of(response)
    assert "begrundelse</textarea>" in text_of(response)
    assert "hemmelig-kode" not in text_of(response)


def test_what_is_not_there_is_said_in_danish(client: Client) -> None:
    response = client.get("/findes-ikke/")
    assert response.status_code == 404
    assert "Siden findes ikke" in text_of(response)


def test_a_host_we_do_not_serve_is_refused(client: Client) -> None:
    response = client.get("/", headers={"host": "ond.example"})
    assert response.status_code == 400
    assert "Siden forstod ikke det, du sendte" in text_of(response)


class Role:
    def __init__(self, username: str) -> None:
        self.username, self.title, self.description = username, "Sagsbehandler", "Læser post."


@pytest.fixture
def demo(settings, monkeypatch: pytest.MonkeyPatch, user):
    settings.KODEKS_DEMO = True
    monkeypatch.setattr(views, "import_string", lambda path: lambda: [Role(user.username)])
    return user


def test_in_the_demo_one_may_take_a_listed_role(client: Client, demo) -> None:
    assert "Læser post." in text_of(client.get("/roller/"))
    assert client.post("/roller/skift/", {"username": demo.username}).url == "/"
    assert "Log af" in text_of(client.get("/"))


def test_nobody_else_can_be_taken(client: Client, demo, monkeypatch: pytest.MonkeyPatch) -> None:
    other = get_user_model().objects.exclude(pk=demo.pk).order_by("username")[0]
    assert client.post("/roller/skift/", {"username": other.username}).status_code == 404
    assert client.get("/roller/skift/").status_code == 405


def test_outside_the_demo_there_are_no_roles_to_take(client: Client, demo, settings) -> None:
    settings.KODEKS_DEMO = False
    assert client.get("/roller/").status_code == 404
    assert client.post("/roller/skift/", {"username": demo.username}).status_code == 404
    assert "Prøvemiljø" not in text_of(client.get("/"))


def test_the_demo_says_so_on_every_page(client: Client, demo) -> None:
    for path in ("/", "/log-ind/", "/roller/", "/findes-ikke/"):
        assert "Prøvemiljø – alle personer er opdigtede" in text_of(client.get(path))


def test_the_longest_address_is_the_active_one() -> None:
    entries = [
        navigation.Item("Indbakke", "/sager/"),
        navigation.Item("Journal", "/sager/journal/"),
        navigation.Item("Forside", "/"),
    ]
    assert navigation.active(entries, path="/sager/journal/7/") == "/sager/journal/"
    assert navigation.active(entries, path="/sager/7/") == "/sager/"
    assert navigation.active(entries, path="/andet/") == ""


def test_each_kind_of_message_has_a_look() -> None:
    from django.conf import settings
    from django.contrib.messages.utils import get_level_tags

    levels = (constants.INFO, constants.SUCCESS, constants.WARNING, constants.ERROR)
    assert {get_level_tags()[level] for level in levels} == {"info", "success", "warning", "error"}
    assert "session" in settings.MESSAGE_STORAGE
