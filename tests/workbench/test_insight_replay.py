# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Computing a suggestion again through its sealed release: what holds is shown, the rest is not."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace

import nearby
import pytest
from citizen_pages import address, text_of
from django.apps import apps

from kodeks.demo import corpus
from kodeks.inquiries import insight, services
from kodeks.kernel import replaying, selectors, stewardship
from kodeks.kernel.models import User
from kodeks.kernel.replaying import Outcome
from kodeks.workbench import matters
from kodeks.workbench.insight import bundle, checking
from kodeks.workbench.matters import Found

pytestmark = pytest.mark.django_db

TEXT = "Borger spørger, om hun må sætte en kasse med legetøj op på legepladsen."
CHANGE = "Uden ordet »legepladsen« var forslaget blevet »"


@pytest.fixture(autouse=True)
def _nothing_kept():
    apps.get_app_config("workbench").replays.clear()


def body_of(inquiry) -> dict:
    found = selectors.recommendation_for(system="inquiries", subject=services.subject_of(inquiry))
    return copy.deepcopy(dict(found.body))


def outcome(body) -> Outcome:
    return replaying.replay(body=body, again=insight.again).outcome


def test_what_was_suggested_comes_again_bit_for_bit(receive) -> None:
    for written in corpus.history()[::40]:
        assert outcome(body_of(receive(text=written.text))) is Outcome.SAME


def test_hidden_text_is_replayed_as_it_was_read(receive) -> None:
    text = "Der er et hul i vejen. <!-- rotter rotter rotter rotter --> Det er dybt."
    body = body_of(receive(text=text))
    assert body["data_used"][0]["guard"] == "flagged"
    assert outcome(body) is Outcome.SAME


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("confidence",), "0.123456", Outcome.DIFFERENT),
        (("suggestion", "label"), "storskrald", Outcome.DIFFERENT),
        (("considerations", 0, "weight"), "9.000000", Outcome.DIFFERENT),
        (("considerations", 0, "direction"), "against", Outcome.DIFFERENT),
        (("counterfactuals", 0, "suggestion", "label"), "storskrald", Outcome.DIFFERENT),
        (("counterfactuals",), [], Outcome.DIFFERENT),
        (("data_used", 0, "value"), "Der er rotter i gården.", Outcome.DIFFERENT),
        (("considerations", 0, "text"), "Noget andet", Outcome.REWORDED),
        (("considerations", 0, "rule"), "en anden lov", Outcome.REWORDED),
        (("counterfactuals", 0, "text"), "Noget andet", Outcome.REWORDED),
        (("release", "artefact_sha256"), "0" * 64, Outcome.IMPOSSIBLE),
        (("data_used", 0, "value"), "(slettet)", Outcome.IMPOSSIBLE),
        (("purpose",), "improvement", Outcome.IMPOSSIBLE),
    ],
)
def test_a_record_that_says_something_else_is_found(receive, place, value, expected) -> None:
    body = body_of(receive(text=TEXT))
    inner = body
    for key in place[:-1]:
        inner = inner[key]
    assert inner[place[-1]] != value
    inner[place[-1]] = value
    assert outcome(body) is expected


def test_a_change_is_told_only_while_the_release_confirms_it(receive, signed_in) -> None:
    inquiry, clerk = receive(text=TEXT), signed_in("dorte")
    shown = text_of(clerk.get(address(inquiry)))
    assert CHANGE in shown
    assert "svaret er det samme som dengang" in shown
    merete = User.objects.get(username="merete")
    stewardship.stop(system="inquiries", user=merete, reason="Forslagene er forkerte i dag.")
    stopped = text_of(clerk.get(address(inquiry)))
    assert CHANGE not in stopped
    assert "Det kan vi ikke vise lige nu." in stopped
    stewardship.resume(system="inquiries", user=merete, reason="De er rigtige igen.")
    assert CHANGE in text_of(clerk.get(address(inquiry)))


def test_what_the_model_no_longer_says_is_not_shown(receive) -> None:
    """The solution's own engine, changed since: it answers something else."""
    inquiry = receive(text=TEXT)
    found = matters.found_or_404(services.subject_of(inquiry))

    def other(permit, data):
        changed = {place: "Der er rotter i gården." for place in data}
        return insight.again(permit, changed)

    whole = bundle.build(Found(matter=found.matter, solution=_solution(other)))
    (point,) = [point for point in whole.points if point.key == "changes"]
    assert CHANGE not in str(point.blocks)
    assert "den svarer ikke det samme nu" in str(point.blocks)


def _solution(again):
    return SimpleNamespace(again=again, value_title=insight.value_title)


def test_of_a_solution_that_cannot_compute_again_nothing_is_shown(receive) -> None:
    inquiry = receive(text=TEXT)
    found = matters.found_or_404(services.subject_of(inquiry))
    without = SimpleNamespace(value_title=insight.value_title)
    whole = bundle.build(Found(matter=found.matter, solution=without))
    (point,) = [point for point in whole.points if point.key == "changes"]
    assert CHANGE not in str(point.blocks)
    assert "Det kan vi ikke vise lige nu." in str(point.blocks)


def test_it_is_asked_once_in_a_process_for_each_record(receive) -> None:
    asked = []

    def counted(permit, data):
        asked.append(data)
        return insight.again(permit, data)

    first, second = (
        matters.found_or_404(services.subject_of(receive(text=TEXT))).matter for _ in range(2)
    )
    for matter in (first, first, second, first, second):
        bundle.build(Found(matter=matter, solution=_solution(counted)))
    assert len(asked) == 2


def test_a_revoked_release_is_not_asked(receive, signed_in, as_owner, transactional_db) -> None:
    inquiry, clerk = receive(text=TEXT), signed_in("dorte")
    assert CHANGE in text_of(clerk.get(address(inquiry)))
    version = body_of(inquiry)["release"]["version"]
    merete = User.objects.get(username="merete").pk
    as_owner.execute(
        "SELECT kernel.revoke_release('inquiries', %s, %s, 'Den tager fejl.')", [version, merete]
    )
    shown = text_of(clerk.get(address(inquiry)))
    assert CHANGE not in shown
    assert "Det kan vi ikke vise lige nu." in shown
    assert outcome(body_of(inquiry)) is Outcome.IMPOSSIBLE


# --- the file of an access request --------------------------------------------------------------


@pytest.fixture
def file(receive, decide, signed_in) -> dict:
    inquiry = decide(receive(text=TEXT))
    nearby.publish()
    return json.loads(signed_in("dorte").get(address(inquiry, "data.json")).content)


def held(content) -> list[bool | None]:
    return [one.holds for one in checking.check(json.dumps(content).encode())]


def test_every_receipt_and_the_suggestion_hold(file) -> None:
    assert held(file) == [True] * 7
    assert [one["kind"] for one in file["records"]][:2] == ["recommendation", "decision"]


def test_what_was_changed_in_the_file_is_found(file) -> None:
    changed = copy.deepcopy(file)
    changed["records"][0]["body"]["data_used"][0]["value"] = "Der er rotter i gården."
    assert held(changed) == [False, False, *[True] * 5]
    changed = copy.deepcopy(file)
    changed["records"][1]["body"]["own_consideration"] = "Noget andet."
    assert held(changed) == [True, True, False, *[True] * 4]
    changed = copy.deepcopy(file)
    changed["records"][2]["receipt"] = changed["records"][3]["receipt"]
    assert held(changed) == [True, True, True, False, *[True] * 3]
    changed = copy.deepcopy(file)
    changed["records"][1]["receipt"]["salt"] = "00" * 32
    assert held(changed) == [True, True, False, *[True] * 4]


def test_without_a_receipt_it_says_why(receive, signed_in) -> None:
    inquiry = receive(text=TEXT)
    content = signed_in("dorte").get(address(inquiry, "data.json")).content
    first, second = checking.check(content)
    assert (first.holds, second.holds) == (None, True)
    assert "Der er ingen kvittering." in first.sentence


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff", "ikke JSON"),
        (b"[" * 200_000, "ikke JSON"),
        (b"[]", "ikke en fil med indsigt"),
        (b'{"format": "kodeks-receipt@v1"}', "ikke en fil med indsigt"),
        (b'{"format": "kodeks-insight", "version": 9}', "anden version"),
        (b'{"format": "kodeks-insight", "version": 1}', "mangler noget"),
        (b'{"format": "kodeks-insight", "version": 1, "records": [1]}', "mangler noget"),
        (
            b'{"format": "kodeks-insight", "version": 1, "records": [{"kind": "recommendation",'
            b' "body": {}, "receipt": null, "no_receipt": ""}]}',
            "mangler noget",
        ),
    ],
)
def test_another_file_is_refused_in_danish(content, told) -> None:
    with pytest.raises(checking.NotInsight, match=told):
        checking.check(content)
