# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The checklist: the twelve points on page, letter and file, in each state a matter can be in."""

from __future__ import annotations

import io
import json
import re
import statistics
import tomllib
from collections.abc import Callable
from importlib import resources

import nearby
import pikepdf
import pypdfium2
import pytest
from citizen_pages import address, text_of
from django.http import HttpResponse
from django.utils import timezone

from kodeks.casework import retention
from kodeks.casework.models import InboxItem
from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import User
from kodeks.language.lix import lix
from kodeks.workbench import matters, plain
from kodeks.workbench.insight import bundle, checking, export, letter, machine
from kodeks.workbench.insight.blocks import texts
from kodeks.workbench.insight.told import moment

pytestmark = pytest.mark.django_db

STATES = ("suggested and decided", "decided alone", "changed", "undecided", "untouched", "erased")
GROUPED = "Borger spørger, om hun må sætte en kasse med legetøj op på legepladsen."


@pytest.fixture
def matter(receive, decide, change) -> Callable[[str], Inquiry]:
    """An inquiry in the state that is named."""

    def matter(state: str) -> Inquiry:
        if state == "suggested and decided":
            return decide(receive(text=GROUPED))
        if state == "decided alone":
            return decide(receive(triage=False), choice="own", label="vejskade")
        if state == "changed":
            return change(decide(receive(), choice="other", label="rotter"))
        if state == "erased":
            return _erased(decide(receive(), choice="other", label="vejbelysning"))
        return receive(triage=state == "undecided")

    return matter


def _erased(inquiry: Inquiry) -> Inquiry:
    people = {name: User.objects.get(username=name) for name in ("sofie", "dorte")}
    item = InboxItem.objects.get(case=inquiry.case, kind="inquiry")
    services.mark_answered(item_id=item.id, user=people["sofie"])
    inquiry.case.refresh_from_db()
    assert retention.erase_case(case=inquiry.case, user=people["dorte"])
    return Inquiry.objects.select_related("case").get(id=inquiry.id)


def of(inquiry: Inquiry) -> bundle.Bundle:
    return bundle.build(matters.found_or_404(services.subject_of(inquiry)))


def printed(response: HttpResponse) -> str:
    """The words of a PDF in one line, without the breaks of its lines and pages."""
    pages = pypdfium2.PdfDocument(response.content)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return flat(text)


def flat(text: str) -> str:
    """Letters and digits alone: how lines are broken and words divided does not count."""
    return re.sub(r"[^\w]", "", text)


@pytest.mark.parametrize("state", STATES)
def test_every_point_is_on_page_letter_and_file(matter, signed_in, state) -> None:
    inquiry = matter(state)
    clerk = signed_in("dorte")
    whole = of(inquiry)
    assert [point.key for point in whole.points] == list(bundle.POINTS)
    page = clerk.get(address(inquiry))
    parts = re.findall(r'data-point="(\w+)">(.*?)(?=data-point=|</section>)', _source(page), re.S)
    assert [key for key, _ in parts] == list(bundle.POINTS)
    paper = printed(clerk.get(address(inquiry, "brev/")))
    file = json.loads(clerk.get(address(inquiry, "data.json")).content)
    assert [point["key"] for point in file["points"]] == list(bundle.POINTS)
    shown = flat(text_of(page))
    for point, (_, part), filed in zip(whole.points, parts, file["points"], strict=True):
        said = [text for block in point.blocks for text in texts(block) if text.strip()]
        assert said, point.key
        assert re.sub(r"<[^>]+>", "", part).strip(), point.key
        assert filed["blocks"]
        for text in said:
            assert flat(text) in shown, (point.key, text)
            assert flat(text) in paper, (point.key, text)
            assert json.dumps(text, ensure_ascii=False)[1:-1] in json.dumps(
                filed, ensure_ascii=False
            )


def _source(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_bundle_has_what_each_point_is_about(matter) -> None:
    """Not only something: the very values of the records stand in their points."""
    whole = of(matter("suggested and decided"))
    said = {
        point.key: "\n".join(text for block in point.blocks for text in texts(block))
        for point in whole.points
    }
    records = whole.records
    body, decided = records.recommendation.body, records.decision.body
    (datum,) = body["data_used"]
    wanted = {
        "decision": [decided["decided_by"]["name"], decided["decided_by"]["title"]],
        "responsible": [records.system.manager],
        "complaint": [records.system.card["complaint"].strip()],
        "data": [datum[key] for key in ("title", "value", "supplier")],
        "unused": [one["title"] for one in body["data_read"]],
        "considerations": [
            decided["own_consideration"],
            *(one[key] for one in body["considerations"] for key in ("text",)),
            *(one["rule"][1:] for one in body["considerations"]),
            body["bases"][0]["basis"],
        ],
        "machine": [body["system_name"], "Den afgjorde ikke din sag."],
        "quality": [body["release"]["version"], "ud af 100"],
        "changes": [one["text"] for one in body["counterfactuals"]],
        "rules": [body["bases"][0]["basis"], f"udgave {body['codex']['number']}"],
        "robot": ["Journalisering af henvendelsen"],
        "proof": ["Kvittering for forslaget", "Kvittering for valget"],
    }
    assert set(wanted) == set(bundle.POINTS)
    for key, values in wanted.items():
        assert values
        for value in values:
            assert value in said[key], key


def test_what_was_changed_is_told_with_when_by_whom_and_why(matter, change) -> None:
    inquiry = change(matter("changed"), label="legepladser", cause="mistake")
    whole = of(inquiry)
    said = {
        point.key: "\n".join(text for block in point.blocks for text in texts(block))
        for point in whole.points
    }
    first, second = whole.records.reversals
    told = said["decision"]
    newest, older, decided = (told.index(text) for text in ("Legepladser", "Huller", "først\n"))
    assert newest < older < decided, "the newest first, the decision itself last"
    for text in (
        *(moment(one.reversed_at) for one in (first, second)),
        *("Sofie Prøvesen, Sagsbehandler", "Rotter", "Der er klaget over afgørelsen"),
        "En gennemgang har vist en fejl",
    ):
        assert text in told
    assert said["considerations"].count(first.body["own_consideration"]) == 2
    assert said["robot"].count("Journalisering af henvendelsen") == 3
    kinds = [kind for kind, _, _ in whole.receipts]
    assert {"reversal", "reversal-2", "act-forward-3"} <= set(kinds)
    assert whole.matter.department == "Park og Natur"
    # The file of an access request has them with their receipts.
    nearby.publish()
    file = json.loads(export.as_file(whole))
    assert [one.holds for one in checking.check(json.dumps(file).encode())] == [True] * 17
    (record,) = [one for one in file["records"] if one["kind"] == "reversal-2"]
    record["body"]["cause"] = "own"
    wrong = [one for one in checking.check(json.dumps(file).encode()) if one.holds is False]
    assert [one.about for one in wrong] == ["Omgørelsen"]


def test_each_consideration_hangs_on_a_rule_and_the_heaviest_is_first(matter) -> None:
    body = of(matter("undecided")).records.recommendation.body
    assert all("forvaltningsloven § 7" in one["rule"] for one in body["considerations"])
    assert all("KLE" in one["rule"] for one in body["considerations"] if "»" in one["text"])
    weighed = plain.weighed(body["considerations"])
    heavy = {one["text"]: float(one["weight"]) for one in body["considerations"]}
    assert [heavy[one.text] for one in weighed] == sorted(heavy.values(), reverse=True)


def test_without_a_rule_it_is_said(matter) -> None:
    """Records from before rules were kept say so, and nothing is made up for them."""
    old = {"text": "Ordet »hul«", "weight": "1", "direction": "for", "rule": ""}
    assert plain.weighed([old])[0].rule == "Der er ikke skrevet en regel"


# --- the letter -------------------------------------------------------------------------------


# That the letter of a changed one says what the page says is tried above.
@pytest.mark.parametrize("state", [state for state in STATES if state != "changed"])
def test_the_letter_is_for_everybody_to_read(matter, signed_in, state) -> None:
    inquiry = matter(state)
    answer = signed_in("dorte").get(address(inquiry, "brev/"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="indsigt-')
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "da-DK"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "3"
        attached = json.loads(pdf.attachments["letter.json"].get_file().read_bytes())
    assert [one["key"] for one in attached["attachment"]["points"]] == list(bundle.POINTS)
    file = json.loads(signed_in("dorte").get(address(inquiry, "data.json")).content)
    assert attached["attachment"]["points"] == file["points"]


def test_equal_matters_give_equal_letters_and_files(matter, signed_in) -> None:
    inquiry, clerk = matter("suggested and decided"), signed_in("dorte")
    for rest in ("brev/", "data.json"):
        first, second = (clerk.get(address(inquiry, rest)).content for _ in range(2))
        assert first == second


def test_a_matter_too_long_for_a_letter_is_told(receive, signed_in) -> None:
    # Six signs each in the form in which the letter's length is measured.
    inquiry = receive(text="Hul i vejen. " + ("Ж" * 400 + " ") * 240)
    answer = signed_in("dorte").get(address(inquiry, "brev/"))
    assert answer.status_code == 422
    assert "Sagen er for lang til et brev" in text_of(answer)
    assert signed_in("dorte").get(address(inquiry, "data.json")).status_code == 200


# --- how easy it is to read -------------------------------------------------------------------


def sentences_in(whole: bundle.Bundle) -> list[str]:
    """Our own texts: not what others wrote, names, numbers and tables of data."""
    decision = whole.records.decision
    # Whose name it is, is nobody's choice of words.
    name = decision.body["decided_by"]["name"] if decision else "Bo"
    found = [whole.matter.status, *whole.opening]
    for point in whole.points:
        found.append(point.title)
        for block in point.blocks:
            if block.kind == "heading" or (block.kind in ("text", "list") and not block.quoted):
                found += texts(block)
    return [text.replace(name, "Bo") for text in found]


def test_every_text_is_easy(matter, own_sentences, signed_in) -> None:
    """LIX: the median at most 35, none over 45 (governance goal 4)."""
    found: dict[str, float] = {}
    for state in STATES:
        inquiry = matter(state)
        whole = of(inquiry)
        written = letter.letter(whole, day=timezone.localdate())
        ours = [*sentences_in(whole), written.paragraphs[0], written.receipt]
        found |= {text: lix(text) for text in ours}
        page = own_sentences(signed_in("dorte").get(address(inquiry)))
        assert lix(page) <= 35, state
    card = tomllib.loads(
        (resources.files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8")
    )
    told = {key: card["system"][key] for key in ("purpose", "summary", "risk", "guidance")}
    told |= {f"purpose {name}": text for name, text in card["purposes"].items()}
    told |= {"complaint": card["system"]["complaint"]}
    for words in (plain.AUTONOMY, plain.FOLLOWED, plain.PICKED, plain.CHOICES):
        told |= words
    told |= {outcome.value: text for outcome, text in machine.NOT_CONFIRMED.items()}
    found |= {text: lix(text) for text in told.values()}
    # Of a title or a name of three words the measure says nothing.
    found = {text: value for text, value in found.items() if len(text.split()) > 3}
    assert len(found) > 40
    assert {text: value for text, value in found.items() if value > 45} == {}
    assert statistics.median(found.values()) <= 35


# --- what it costs ----------------------------------------------------------------------------


def test_it_costs_the_same_however_much_there_is(matter, django_assert_max_num_queries) -> None:
    """Time is measured by benchmarks/insight/page.py; here what it is spent on is counted."""
    inquiry = matter("suggested and decided")
    of(inquiry)
    with django_assert_max_num_queries(40):
        of(inquiry)
