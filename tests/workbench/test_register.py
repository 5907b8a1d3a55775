# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public register says what the kernel enforces, at every moment."""

from __future__ import annotations

import copy
import datetime as dt
import html
import json
import re

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from kodeks.inquiries import services
from kodeks.kernel import codices, selectors, sequencer, stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.language.lix import lix
from kodeks.workbench import figures, plain

pytestmark = pytest.mark.django_db

PAGE = "/register/inquiries/"
JSON = "/register/inquiries.json"


def words(response) -> str:
    """The words of the main part with single blanks, as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def issue_refused() -> str:
    """The code with which the kernel refuses a new suggestion now; "" when it does not."""
    inquiry, _ = services.receive(
        external_id=f"test:{timezone.now().isoformat()}", text="Hul i vejen", channel="web"
    )
    try:
        services.triage(inquiry_id=str(inquiry.id))
    except Refused as refused:
        return refused.code
    return ""


def test_the_register_is_for_everybody(client: Client) -> None:
    page = words(client.get("/register/"))
    state = selectors.system_state("inquiries")
    assert state.name in page
    assert "I drift" in page
    assert f"{state.manager}, {state.unit}" in page


def test_an_entry_shows_the_whole_card(client: Client) -> None:
    page = words(client.get(PAGE))
    state = selectors.system_state("inquiries")
    card = state.card
    expected = [card[key] for key in ("name", "purpose", "summary", "affected", "risk")]
    expected += [card["complaint"], state.unit, state.manager, state.sha256]
    expected += card["purposes"].values()
    bases = codices.bases_of("inquiries")
    assert {base.phase for base in bases} == {"operation", "development", "retraining"}
    for base in bases:
        expected += [base.basis, base.source, plain.CATEGORIES[base.data_category]]
        expected += [plain.PHASES[base.phase], plain.LEGAL_STATUSES[base.status]]
    for field in card["data_fields"]:
        expected += [field["title"], field["supplier"], field["source"]]
    expected += [state.release.version, state.release.artefact_sha256, card["robot"]["title"]]
    expected += [
        "Det kommer med et forslag og tager enkelte trin selv. Et menneske afgør hver sag.",
        "Kvittering for henvendelsen",
        "Journalisering af henvendelsen",
    ]
    for text in expected:
        assert " ".join(text.split()) in page
    accuracy = 100 * float(state.release.metrics["accuracy"])
    assert f"{accuracy:.1f} %".replace(".", ",") in page
    assert "Anders Mønstersen har lavet den, og Merete Demosen har godkendt den." in page
    measured = figures.groups(state.release.groups)
    assert {one.measure for one in measured} >= {"accuracy", "selection_rate", "calibration"}
    for table in measured:
        assert table.text in page
        for attribute, *group in table.rows:
            assert f"{attribute}: {' '.join(group)}" in page


def test_json_has_the_card_and_the_state(client: Client) -> None:
    response = client.get(JSON)
    assert response["Content-Type"] == "application/json"
    found = json.loads(response.content)
    state = selectors.system_state("inquiries")
    for key in ("name", "purpose", "summary", "purposes", "data_fields", "robot", "complaint"):
        assert found[key] == state.card[key]
    assert found["card"] == {"revision": state.revision, "sha256": state.sha256}
    assert found["owner"] == {"unit": state.unit, "manager": state.manager}
    assert found["status"]["state"] == "running"
    assert found["release"]["metrics"] == state.release.metrics
    assert found["release"]["groups"] == state.release.groups
    assert found["release"]["signed_by"] == ["Anders Mønstersen", "Merete Demosen"]
    codex = codices.in_force()
    assert found["codex"] == {"number": codex.number, "sha256": codex.sha256}
    assert len(found["legal_bases"]) == 4
    for base in found["legal_bases"]:
        assert (base["valid_today"], base["status"]) == (True, "allowed")
        assert (base["from"], base["to"]) == ("2018-05-25", None)


@pytest.mark.parametrize("path", ["/register/findes-ikke/", "/register/findes-ikke.json"])
def test_an_unknown_system_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_register_follows_stop_and_start(client: Client) -> None:
    merete = User.objects.get(username="merete")
    for verb, code, text in (
        (stewardship.stop, "stopped", "Stoppet"),
        (stewardship.resume, "running", "I drift"),
    ):
        verb(system="inquiries", user=merete, reason="Hemmelig begrundelse om Karen")
        found = json.loads(client.get(JSON).content)["status"]
        assert (found["state"], found["text"]) == (code, text)
        at = selectors.switches("inquiries")[0].at
        assert abs(dt.datetime.fromisoformat(found["since"]) - at) < dt.timedelta(seconds=1)
        for path in ("/register/", PAGE):
            assert text in words(client.get(path))
            # The reason is for those who answer; the public learns that and when.
            assert "Hemmelig" not in client.get(path).content.decode()
        assert issue_refused() == ("stopped" if code == "stopped" else "")


def shown_to_be_blocked(client: Client, *sentences: str) -> None:
    for path in ("/register/", PAGE):
        page = words(client.get(path))
        assert "Kan ikke køre" in page
        # The other systems, of access requests and of bins, stand on the list and run.
        assert page.count("I drift") == (2 if path == "/register/" else 0)
        assert all(sentence in page for sentence in sentences)
    status = json.loads(client.get(JSON).content)["status"]
    assert (status["state"], status["since"]) == ("blocked", None)
    assert set(sentences) <= set(status["obstacles"])


def test_without_a_manager_it_cannot_run(client: Client, as_owner: psycopg.Connection) -> None:
    unit = selectors.system_state("inquiries").unit
    as_owner.execute("SELECT kernel.assign('inquiries', %s, NULL, NULL)", [unit])
    assert issue_refused() == "no_owner"
    (obstacle,) = (one for one in selectors.obstacles("inquiries") if one.code == "no_owner")
    shown_to_be_blocked(client, obstacle.sentence)
    assert "Leder: Ingen er udpeget" in words(client.get(PAGE))
    assert json.loads(client.get(JSON).content)["owner"] == {"unit": unit, "manager": ""}


def test_with_a_deputy_in_a_vacancy_it_runs(client: Client, as_owner: psycopg.Connection) -> None:
    bodil = User.objects.get(username="bodil")
    as_owner.execute("SELECT kernel.assign('inquiries', 'Fælles Service', NULL, %s)", [bodil.pk])
    stewardship.attest(system="inquiries", user=bodil)
    assert issue_refused() == ""
    assert "I drift" in words(client.get(PAGE))


@pytest.mark.parametrize("kind", ["dpia", "test_report", "dpo_opinion"])
def test_without_a_document_it_cannot_run(
    client: Client, as_owner: psycopg.Connection, kind: str
) -> None:
    again = """
        SELECT kernel.register_evidence(
            system_id, kind, title, sha256, signer_id, valid_from, valid_to, %s)
        FROM kernel_evidence WHERE kind = %s AND system_id = 'inquiries' ORDER BY id DESC LIMIT 1
    """
    as_owner.execute(again, [True, kind])
    assert issue_refused() == f"no_{kind}"
    shown_to_be_blocked(client, selectors.obstacles("inquiries")[0].sentence)
    as_owner.execute(again, [False, kind])
    assert issue_refused() == ""
    assert "I drift" in words(client.get(PAGE))


def test_a_model_that_was_taken_out_of_operation_is_shown_as_such(
    client: Client, as_owner: psycopg.Connection
) -> None:
    merete = User.objects.get(username="merete")
    as_owner.execute(
        "SELECT kernel.revoke_release('inquiries', 'demo-1', %s, 'Den svarer forkert.')",
        [merete.pk],
    )
    assert issue_refused() == "release_revoked"
    shown_to_be_blocked(client, "Modellen er trukket tilbage. Frigiv en ny.")


@pytest.mark.parametrize(
    ("last", "code", "shown"),
    [(-1, "no_basis", "blocked"), (0, "", "running")],
)
def test_the_day_after_its_basis_ended_it_cannot_run(
    client: Client, revise, last: int, code: str, shown: str
) -> None:
    day = timezone.localdate() + dt.timedelta(days=last)

    def end(content) -> None:
        for base in content["legal_bases"]:
            if base["system"] == "inquiries":
                base["valid_to"] = day.isoformat()

    codex = revise(end)
    assert issue_refused() == code
    found = json.loads(client.get(JSON).content)
    assert found["status"]["state"] == shown
    assert {base["valid_today"] for base in found["legal_bases"]} == {shown == "running"}
    assert {base["to"] for base in found["legal_bases"]} == {day.isoformat()}
    assert found["codex"] == {"number": 2, "sha256": codex.sha256}
    if shown == "blocked":
        shown_to_be_blocked(client, selectors.obstacles("inquiries")[0].sentence)
        assert "Nej" in words(client.get(PAGE)).partition("Gælder i dag")[2]


def test_a_basis_holds_on_its_first_and_last_day(client: Client, revise) -> None:
    today = timezone.localdate()
    days = {
        name: (today + dt.timedelta(days=number)).isoformat()
        for name, number in (("yesterday", -1), ("today", 0), ("tomorrow", 1))
    }
    spans = [
        ("yesterday", "today", True),
        ("yesterday", "yesterday", False),
        ("today", None, True),
        ("tomorrow", None, False),
        ("today", "today", True),
    ]

    def spread(content) -> None:
        (model,) = (one for one in content["legal_bases"] if one["id"] == "inquiries_triage")
        others = [one for one in content["legal_bases"] if one["id"] != "inquiries_triage"]
        content["legal_bases"] = others + [
            model
            | {
                "id": f"inquiries_triage_{number}",
                "basis": f"Regel {number}",
                "valid_from": days[first],
                "valid_to": days[last] if last else None,
            }
            for number, (first, last, _) in enumerate(spans)
        ]

    revise(spread)
    found = json.loads(client.get(JSON).content)["legal_bases"]
    held = {base["basis"]: base["valid_today"] for base in found}
    for number, (_, _, holds) in enumerate(spans):
        assert held[f"Regel {number}"] is holds


def test_a_card_without_robot_and_model_is_shown(
    client: Client, as_owner: psycopg.Connection
) -> None:
    card = copy.deepcopy(selectors.system_state("inquiries").card)
    card |= {"id": "nyt", "name": "Et nyt system", "robot": None, "sha256": "1" * 64}
    as_owner.execute("SELECT kernel.register_card(%s::jsonb)", [json.dumps(card)])
    page = words(client.get("/register/nyt/"))
    assert "Kan ikke køre" in page
    assert "Systemet har ingen model, som to personer har frigivet." in page
    assert "Der er ikke godkendt en model endnu." in page
    assert "Der er ingen regler for systemet i det kodeks, der gælder." in page
    assert "Leder: Ingen er udpeget" in page
    assert "Der er ingen robot i systemet." in page
    found = json.loads(client.get("/register/nyt.json").content)
    assert found["release"] is None
    assert found["status"]["since"] is None


@pytest.mark.parametrize("path", ["/register/", PAGE, "/kodeks/"])
def test_the_public_pages_are_easy_danish(client: Client, own_sentences, path: str) -> None:
    sequencer.integrate()
    own = own_sentences(client.get(path))
    assert len(own.split()) > 30
    assert lix(own) <= 40
