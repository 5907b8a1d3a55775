# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages of exercises, for the caseworker who answers and for the one who opens a round."""

from __future__ import annotations

import re
import uuid

import drilled
import pytest
from kernel_stage import today
from staff_pages import headings_in_order, source_of, visitor, who_is_let_in, words_of

from kodeks.kernel.models import DrillAnswer, DrillRound
from kodeks.language.lix import lix
from kodeks.workbench import proofs, proving

WORDS = "Jeg læste selv sagen."


@pytest.fixture(scope="module")
def slug(stage) -> str:
    found = stage.register()
    drilled.registered(stage, found)
    return found


@pytest.fixture
def round_(stage, slug) -> tuple[uuid.UUID, list[int]]:
    unit, people = drilled.team(stage)
    return drilled.opened(stage, slug, unit), people


def address(round_id: uuid.UUID, rest: str = "") -> str:
    return f"/oevelser/{round_id}/{rest}"


def shown_in(page: str) -> str:
    """The id of the exercise that the form is about."""
    return re.search(r'name="exercise" value="([a-z_0-9]+)"', page).group(1)


def test_the_menu_has_exercises_only_when_some_wait(stage, round_) -> None:
    _, people = round_
    assert '"/oevelser/"' in source_of(visitor(stage, people[0]).get("/"))
    for who in ("sofie", "merete", ""):
        assert '"/oevelser/"' not in source_of(visitor(stage, who).get("/"))
    page = words_of(visitor(stage, people[0]).get("/oevelser/"))
    assert "Der venter 8 øvelser." in page
    assert "Der er ingen øvelser til dig nu." in words_of(visitor(stage, "sofie").get("/oevelser/"))


def test_only_caseworkers_have_the_pages(stage, round_) -> None:
    round_id, people = round_
    people_in = {"merete": False, "dorte": False, "anders": False, "testine": False, "": False}
    for path in ("/oevelser/", address(round_id)):
        assert who_is_let_in(stage, path, people_in) == people_in
    sofie = visitor(stage, "sofie")
    for response in (
        sofie.get(address(round_id)),
        sofie.post(address(round_id, "svar/"), {}),
        sofie.get(address(round_id, "svar/oevelse_01/")),
    ):
        assert response.status_code == 403
        assert "Kun en sagsbehandler i den afdeling" in source_of(response)
    nothing = uuid.UUID(int=0)
    member = visitor(stage, people[0])
    for path in (address(nothing), address(round_id, "svar/oevelse_01/")):
        assert member.get(path).status_code == 404
    assert member.get(address(round_id, "svar/")).status_code == 405
    for sent in ("", "../../", "a/b", "æ", "x" * 90):
        assert member.post(address(round_id, "svar/"), {"exercise": sent}).status_code == 404


def test_an_exercise_is_shown_as_a_case_is_and_says_that_it_is_none(stage, round_) -> None:
    round_id, people = round_
    response = visitor(stage, people[0]).get(address(round_id))
    page = source_of(response)
    assert "Øvelse. Det er ikke en rigtig sag" in page
    order = ["Det skriver den opdigtede borger", "Dit svar", "Forslaget i øvelsen", "Taler for"]
    places = [page.index(f">{title}</h") for title in order]
    assert places == sorted(places)
    # To follow, to choose another and to reject are one click each, and none is chosen beforehand.
    choices = re.findall(r'<input type="radio"[^>]*>', page)
    assert len(choices) == 3
    assert not any("checked" in one for one in choices)
    assert headings_in_order(response)


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ({"choice": "follow"}, "follow"),
        ({"choice": "other", "answer": "stoej"}, "other"),
        ({"answer": "stoej"}, "other"),
        ({"choice": "reject"}, "reject"),
    ],
)
def test_after_the_answer_it_says_whether_the_suggestion_was_right(
    stage, round_, said, choice
) -> None:
    round_id, people = round_
    member = visitor(stage, people[0])
    exercise = shown_in(source_of(member.get(address(round_id))))
    sent = {"exercise": exercise, "own_words": WORDS} | said
    response = member.post(address(round_id, "svar/"), sent, follow=True)
    row = DrillAnswer.objects.get(round_id=round_id)
    assert (row.exercise, row.choice) == (exercise, choice)
    page = words_of(response)
    assert ("Forslaget var forkert." in page or "Forslaget var forkert Du" in page) == row.wrong
    assert "Forslaget var rigtigt" in page or row.wrong
    assert "Det er opdigtet." in page
    assert "Du har svaret på 1 af 8 øvelser." in page
    assert "Næste øvelse" in page
    # Sent twice, it is one answer, and the same page.
    again = member.post(address(round_id, "svar/"), sent, follow=True)
    assert words_of(again) == page
    assert DrillAnswer.objects.filter(round_id=round_id).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"own_words": " "}, "Skriv med egne ord, hvad du har lagt vægt på."),
        ({"own_words": "ja"}, "mindst 3 bogstaver"),
        ({"choice": ""}, "Vælg, hvad dit svar er."),
        ({"choice": "accept"}, "Vælg en af mulighederne."),
        ({"choice": "other"}, "Vælg et svar fra listen."),
        ({"answer": "findesikke"}, "Vælg et svar fra listen."),
    ],
)
def test_an_answer_that_cannot_be_is_given_back(stage, round_, changes, sentence) -> None:
    round_id, people = round_
    member = visitor(stage, people[0])
    exercise = shown_in(source_of(member.get(address(round_id))))
    sent = {"exercise": exercise, "own_words": WORDS, "choice": "follow"} | changes
    response = member.post(address(round_id, "svar/"), sent)
    assert response.status_code == 422
    page = source_of(response)
    assert sentence in page
    assert sent["own_words"].strip() in page
    assert shown_in(page) == exercise
    assert not DrillAnswer.objects.filter(round_id=round_id).exists()


def test_when_all_are_answered_there_is_no_next(stage, round_) -> None:
    round_id, people = round_
    for _ in range(8):
        stage.call("answer_exercise", drilled.answering(stage, round_id, people[0]))
    page = source_of(visitor(stage, people[0]).get(address(round_id), follow=True))
    assert "Du har svaret på alle dine øvelser. Tak." in page
    assert "Der er ingen øvelser til dig nu." in page


# The page about oversight


def test_the_manager_opens_a_round_for_a_team(stage, slug) -> None:
    unit, _ = drilled.team(stage)
    small, _ = drilled.team(stage, persons=2)
    merete = visitor(stage, "merete")
    page = source_of(merete.get(f"/systemer/{slug}/opsyn/"))
    assert f'value="{unit}"' in page
    assert f'value="{small}"' not in page
    assert "består i 5 % af runderne. Fanger den 80 %, består den i 87 %" in page
    send = f"/systemer/{slug}/opsyn/oevelser/"
    assert merete.post(send, {"team": unit}).status_code == 302
    assert DrillRound.objects.get(system_id=slug, team=unit).persons == 3
    page = source_of(merete.get(f"/systemer/{slug}/opsyn/"))
    assert f"{unit}, runde 1" in page
    assert "0 af 24 øvelser, 3 medarbejdere" in page
    for sent, sentence in (
        ({"team": unit}, "Afdelingen har en runde i gang."),
        ({"team": small}, "Vælg en afdeling fra listen."),
        ({"team": ""}, "Vælg en afdeling."),
    ):
        response = merete.post(send, sent)
        assert response.status_code == 422
        assert sentence in source_of(response)


def test_others_see_the_rounds_and_open_none(stage, slug) -> None:
    unit, _ = drilled.team(stage)
    dorte = visitor(stage, "dorte")
    page = source_of(dorte.get(f"/systemer/{slug}/opsyn/"))
    assert "Kun lederen eller stedfortræderen kan begynde en runde." in page
    assert "Begynd runden" not in page
    response = dorte.post(f"/systemer/{slug}/opsyn/oevelser/", {"team": unit})
    assert response.status_code == 422
    assert not DrillRound.objects.filter(team=unit).exists()
    assert visitor(stage, "sofie").post(f"/systemer/{slug}/opsyn/oevelser/").status_code == 403


def test_a_round_is_told_for_the_team_and_earlier_ones_stay(stage) -> None:
    slug = stage.register()
    page = words_of(visitor(stage, "merete").get(f"/systemer/{slug}/opsyn/"))
    assert "Ingen afdeling har øvet sig endnu." in page
    assert "Der er ingen øvelser til systemet." in page
    drilled.registered(stage, slug)
    unit, people = drilled.team(stage)
    first = drilled.opened(stage, slug, unit)
    for person in people[:2]:
        for _ in range(8):
            stage.call("answer_exercise", drilled.answering(stage, first, person))
    merete = visitor(stage, "merete")
    page = words_of(merete.get(f"/systemer/{slug}/opsyn/"))
    assert "16 af 24 øvelser" in page
    assert page.count("Vises, når mindst tre har svaret") == 3
    second = drilled.opened(stage, slug, unit)
    drilled.answered(stage, second, caught=15, followed=5)
    response = merete.get(f"/systemer/{slug}/opsyn/")
    page = words_of(response)
    assert "Bestået" in page
    assert "15 af 18, 83 % (59 % til 96 %)" in page
    assert "5 af 6" in page
    assert "Tid fra øvelsen blev vist til svaret (median) 0 sek." in page
    assert "Ikke færdig" in page
    names = [stage.user(person).username for person in people]
    assert not any(name in source_of(response) for name in names)
    assert headings_in_order(response)
    assert lix(page) <= 45


def test_the_requirement_to_be_able_to_intervene_looks_at_the_newest_rounds(stage) -> None:
    slug = stage.register()
    drilled.registered(stage, slug)
    unit, _ = drilled.team(stage)

    (state,) = [one for one in proving.now().systems if one.slug == slug]
    now = proving.Now(today=today(), codex=None, systems=(state,), documents={})

    def proof() -> proving.Proof:
        (found,) = proofs.find("drills", now)
        return found

    assert not proof().holds
    for caught, holds in ((18, True), (3, False), (13, True)):
        drilled.answered(stage, drilled.opened(stage, slug, unit), caught=caught, followed=6)
        assert proof().holds is holds
    assert "Ikke bestået: 0." in proof().text


def test_the_texts_are_easy_to_read(stage, round_) -> None:
    round_id, people = round_
    member = visitor(stage, people[0])
    assert lix(words_of(member.get("/oevelser/"))) <= 35
    exercise = shown_in(source_of(member.get(address(round_id))))
    sent = {"exercise": exercise, "own_words": WORDS, "choice": "follow"}
    response = member.post(address(round_id, "svar/"), sent, follow=True)
    assert lix(words_of(response)) <= 35
    assert headings_in_order(response)
