# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the owner role registers, asked of the database alone: the least that holds past Python.

Each with what is in order, and then with one thing wrong.
"""

from __future__ import annotations

import copy
from typing import Any

import psycopg
import pytest
from gate import execute
from kernel_stage import card_text
from overlapping import one_after_the_other
from psycopg.types.json import Jsonb

from kodeks.codex import card
from kodeks.kernel.models import BarredField, CardRevision, RegistryEvent, Release


def refused(stage, sentence: str, *values: object) -> str:
    """The code with which the owner's call is refused."""
    with pytest.raises(psycopg.Error) as error:
        stage.owner.execute(f"SELECT kernel.{sentence}", values)
    return error.value.diag.message_detail or error.value.sqlstate or ""


# Cards

CARDS: dict[str, tuple[Any, str]] = {
    **{
        f"{key} blank": ({key: " ."}, "form")
        for key in ("name", "purpose", "guidance", "complaint", "affected", "risk", "sha256")
    },
    "name of 10001": ({"name": "x" * 10001}, "form"),
    "unknown risk": ({"risk_class": "ukendt"}, "form"),
    "no risk": ({"risk_class": None}, "form"),
    "unknown autonomy": ({"autonomy": "alene"}, "form"),
    "no autonomy": ({"autonomy": None}, "form"),
    "nobody supervises": ({"supervision": []}, "form"),
    "no supervision": ({"supervision": None}, "form"),
    "no fields": ({"data_fields": []}, "form"),
    "fields left out": ({"data_fields": None}, "form"),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_that_is_not_in_order(stage, name):
    changes, code = CARDS[name]
    content = copy.deepcopy(dict(card.load(card_text("s000")).content)) | changes
    content = {key: value for key, value in content.items() if value is not None}
    before = stage.contents()
    assert refused(stage, "register_card(%s)", Jsonb(content)) == code
    assert stage.contents() == before


def test_a_card_without_an_id_is_of_no_system(stage):
    content = dict(card.load(card_text("s000")).content)
    assert refused(stage, "register_card(%s)", Jsonb(content | {"id": " "})) == "form"


def test_two_cards_at_once_are_two_revisions(stage):
    slug = stage.register(ready=False)
    content = dict(card.load(card_text(slug)).content)

    def register(sha: str) -> Any:
        card_ = Jsonb(content | {"sha256": sha * 32})
        return lambda connection: execute(connection, "SELECT kernel.register_card(%s)", card_)

    assert one_after_the_other(stage, stage.owner_url, register("b2"), register("c3")) == 3


def test_a_card_of_10000_characters_is_in_order(stage):
    slug = stage.register(ready=False)
    content = dict(card.load(card_text(slug)).content)
    content |= {"guidance": "x" * 10000, "sha256": "cc" * 32}
    assert stage.as_owner("SELECT kernel.register_card(%s)", Jsonb(content)) == 2
    assert CardRevision.objects.filter(system_id=slug).count() == 2
    event = RegistryEvent.objects.filter(kind="card", system_slug=slug).latest("pending_id")
    assert (event.body["revision"], event.body["sha256"]) == (2, "cc" * 32)


def test_a_codex_bars_fields_of_each_systems_newest_card_and_of_no_other(stage):
    older, newer, never = (stage.register(ready=False) for _ in range(3))
    plain = {slug: card_text(slug).replace("Tidligere henvendelser", "Breve fra før")
             for slug in (older, newer, never)}  # fmt: skip
    stage.register_card(plain[older])
    stage.register_card(plain[newer])
    stage.register_card(card_text(newer))
    stage.register_card(plain[never])
    content = stage.content()
    word = {"id": "zzz", "title": "Prøve", "words": ["tidligere"]}
    number = stage.register_codex(content | {"protected": [*content["protected"], word]})
    try:
        rows = BarredField.objects.filter(codex__number=number, attribute="zzz")
        mine = rows.filter(card__system_id__in=(older, newer, never))
        assert [(row.card.system_id, row.card.revision, row.source, row.field) for row in mine] == [
            (newer, 3, "henvendelse", "history")
        ]
        # A card that comes later is judged by it too, and by nothing else of it.
        assert refused(stage, "register_card(%s)",
                       Jsonb(card.load(card_text(older)).content)) == "protected_field"  # fmt: skip
    finally:
        stage.register_codex(stage.content() | {"protected": content["protected"]})


# Releases

STATEMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "more": ({"approved": True}, "unknown"),
    "another system": ({"system": "s119"}, "form"),
    "hash with more before": ({"artefact_sha256": "0" + "a1" * 32}, "form"),
    "hash with more after": ({"artefact_sha256": "a1" * 32 + "0"}, "form"),
    "file's hash with more before": ({"sealed_sha256": "0" + "a1" * 32}, "form"),
    "file's hash with more after": ({"sealed_sha256": "a1" * 32 + "0"}, "form"),
    "version blank": ({"version": " "}, "form"),
    "version of 61": ({"version": "v" * 61}, "form"),
    "permit not a number": ({"permit": "x"}, "form"),
    "no inputs": ({"inputs": []}, "no_data"),
    "inputs a text": ({"inputs": "text"}, "no_data"),
    "a field that is not there": ({"inputs": [{"source": "henvendelse", "field": "cpr"}]},
                                  "undeclared_data"),
    "a field of another source": ({"inputs": [{"source": "register", "field": "text"}]},
                                  "undeclared_data"),
    "one of two": ({"inputs": [{"source": "henvendelse", "field": "text"},
                               {"source": "register", "field": "text"}]}, "undeclared_data"),
    "measures a list": ({"metrics": []}, "form"),
    "no groups": ({"groups": {"measured": [], "reason": ""}}, "no_groups"),
    "groups a list": ({"groups": {"measured": {}, "reason": ""}}, "no_groups"),
    "reason a number": ({"groups": {"measured": [], "reason": 7}}, "no_groups"),
    "reason of 1001": ({"groups": {"measured": [], "reason": "x" * 1001}}, "no_groups"),
    "groups with more": ({"groups": {"measured": [], "reason": "Intet.", "x": 1}}, "unknown"),
}  # fmt: skip


@pytest.fixture(scope="module")
def trained(stage):
    """A system without a release, and a permit under which data were read."""
    slug = stage.register(released=False)
    return slug, stage.development(slug)


def proposing(stage, slug: str, predicate: dict[str, Any], by: str = "anders") -> tuple[Any, ...]:
    envelope = Jsonb(stage.envelope(predicate, 1))
    return slug, Jsonb(predicate), envelope, stage.user_id(by), b"x", 1


PROPOSE = "propose_release(%s, %s, %s, %s, %s, %s)"
APPROVE = "approve_release(%s, %s, %s, %s)"
REVOKE = "revoke_release(%s, %s, %s, %s)"


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_that_is_not_in_order(stage, trained, name):
    slug, permit = trained
    changes, code = STATEMENTS[name]
    predicate = stage.predicate(slug, **({"permit": permit} | changes))
    before = stage.contents()
    assert refused(stage, PROPOSE, *proposing(stage, slug, predicate)) == code
    assert stage.contents() == before


def group(**changes: Any) -> dict[str, Any]:
    one = {"attribute": "district", "group": "Bakkelund", "measure": "accuracy", "count": "40",
           "value": "0.9", "low": "0.9", "high": "0.9"}  # fmt: skip
    return {"measured": [one | changes], "reason": ""}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"count": "0"}, "no_groups"),
        ({"count": "x1"}, "no_groups"),
        ({"count": "1x"}, "no_groups"),
        ({"value": "0.91"}, "no_groups"),
        ({"value": "0.89"}, "no_groups"),
        ({"value": "1.5", "high": "2"}, "no_uncertainty"),
        ({"attribute": ""}, "no_groups"),
        ({"group": " "}, "no_groups"),
        ({"measure": "x" * 201}, "no_groups"),
        ({"more": 1}, "unknown"),
    ],
)
def test_a_measure_of_a_group_that_is_not_in_order(stage, trained, changes, code):
    slug, permit = trained
    predicate = stage.predicate(slug, permit=permit, groups=group(**changes))
    assert refused(stage, PROPOSE, *proposing(stage, slug, predicate)) == code


def test_a_model_is_trained_under_a_permit_of_its_own_system_with_data(stage, trained):
    slug, _ = trained
    other = stage.register()
    unread = stage.permit(slug, phase="development", purpose="improvement", user="anders")
    for permit, code in (
        (stage.permit(other), "no_permit"),
        (stage.development(other), "no_permit"),
        (unread, "no_data"),
    ):
        predicate = stage.predicate(slug, permit=permit)
        assert refused(stage, PROPOSE, *proposing(stage, slug, predicate)) == code


def test_the_newest_card_says_which_fields_there_are(stage):
    slug = stage.register(released=False)
    without = card_text(slug).replace('name = "letter"', 'name = "scan"')
    stage.register_card(without)
    permit = stage.development(slug)
    for field, code in (("letter", "undeclared_data"), ("scan", "")):
        inputs = [{"source": "henvendelse", "field": field}]
        predicate = stage.predicate(slug, permit=permit, inputs=inputs)
        call = proposing(stage, slug, predicate)
        if code:
            assert refused(stage, PROPOSE, *call) == code
        else:
            assert stage.as_owner(f"SELECT kernel.{PROPOSE}", *call)


def test_a_model_is_approved_once_also_by_two_at_once(stage):
    slug = stage.register(released=False)
    predicate = stage.predicate(slug, version="1")
    stage.as_owner(f"SELECT kernel.{PROPOSE}", *proposing(stage, slug, predicate))
    values = slug, "1", Jsonb(stage.envelope(predicate, 2)), stage.user_id("merete")

    def approve(connection: psycopg.Connection) -> Any:
        return execute(connection, f"SELECT kernel.{APPROVE}", *values)

    assert one_after_the_other(stage, stage.owner_url, approve, approve) == "released"


@pytest.mark.parametrize("by", ["merete", "dorte", "anders"])
def test_who_may_take_a_model_back(stage, by):
    slug = stage.register()
    stage.as_owner(f"SELECT kernel.{REVOKE}", slug, "1", stage.user_id(by), "Den tager fejl.")
    assert Release.objects.get(system_id=slug).revocation.user_id == stage.user_id(by)


def test_who_proposes_approves_and_takes_back(stage):
    slug = stage.register(released=False)
    version = "v" * 60
    predicate = stage.predicate(slug, version=version)
    for by in ("merete", "sofie", "dorte"):
        assert refused(stage, PROPOSE, *proposing(stage, slug, predicate, by)) == "no_right"
    unknown = proposing(stage, "findes-ikke", predicate | {"system": "findes-ikke"})
    assert refused(stage, PROPOSE, *unknown) == "unknown_system"
    stage.as_owner(f"SELECT kernel.{PROPOSE}", *proposing(stage, slug, predicate))
    assert refused(stage, PROPOSE, *proposing(stage, slug, predicate)) == "released"
    two, one = (Jsonb(stage.envelope(predicate, number)) for number in (2, 1))
    other = Jsonb(stage.envelope(predicate | {"version": "andet"}, 2))
    merete = stage.user_id("merete")
    for by, code in (("anders", "four_eyes"), ("bodil", "no_right"), ("dorte", "no_right")):
        assert refused(stage, APPROVE, slug, version, two, stage.user_id(by)) == code
    assert refused(stage, APPROVE, slug, version, one, merete) == "two_persons"
    assert refused(stage, APPROVE, slug, version, other, merete) == "two_persons"
    assert refused(stage, APPROVE, slug, version, Jsonb({}), merete) == "two_persons"
    assert refused(stage, APPROVE, slug, "findes-ikke", two, merete) == "unknown_release"
    stage.as_owner(f"SELECT kernel.{APPROVE}", slug, version, two, merete)
    assert refused(stage, APPROVE, slug, version, two, merete) == "released"
    why = "Den tager fejl."
    for by in ("sofie", "bodil", "testine"):
        assert refused(stage, REVOKE, slug, version, stage.user_id(by), why) == "no_right"
    for reason, code in ((" .", "no_reason"), ("x" * 2001, "no_reason"), ("010190-1234", "cpr")):
        assert refused(stage, REVOKE, slug, version, merete, reason) == code
    assert refused(stage, REVOKE, slug, "findes-ikke", merete, why) == "unknown_release"
    stage.as_owner(f"SELECT kernel.{REVOKE}", slug, version, merete, why)
    release = Release.objects.get(system_id=slug)
    assert release.revocation.reason == why
    kinds = RegistryEvent.objects.filter(system_slug=slug, kind__startswith="release")
    assert [event.kind for event in kinds.order_by("pending_id")] == [
        "release_proposed",
        "release",
        "release_revoked",
    ]
