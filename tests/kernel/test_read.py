# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Data by declared purpose: which fields may be read, and which sources may be linked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from gate import untriggered
from kernel_stage import ARTEFACT, card_text, today
from overlapping import overlapped

from kodeks.kernel.models import RegistryEvent, Release

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


@pytest.fixture
def permit(stage, ready):
    return stage.permit(ready)


READS: dict[str, tuple[dict[str, Any], str]] = {
    "field-of-another-purpose": ({"fields": ["history"]}, "undeclared_data"),
    "undeclared-field": ({"fields": ["cpr"]}, "undeclared_data"),
    "one-undeclared-among-others": ({"fields": ["text", "cpr"]}, "undeclared_data"),
    "undeclared-source": ({"source": "indkomst"}, "undeclared_data"),
    "source-of-other-fields": ({"source": "register"}, "undeclared_data"),
    "source-a-list": ({"source": ["henvendelse"]}, "undeclared_data"),
    "source-null": ({"source": None}, "missing"),
    "no-fields": ({"fields": []}, "form"),
    "fields-a-text": ({"fields": "text"}, "form"),
    "fields-of-numbers": ({"fields": [1]}, "undeclared_data"),
    "fields-of-null": ({"fields": [None]}, "undeclared_data"),
    "subject-a-number": ({"subject": {"type": "citizen", "id": "010190-1234"}}, "cpr"),
    "subject-empty": ({"subject": {"type": "inquiry", "id": ""}}, "form"),
    "subject-without-type": ({"subject": {"type": " ", "id": "17"}}, "form"),
    "subject-of-long-type": ({"subject": {"type": "x" * 41, "id": "17"}}, "form"),
    "subject-of-long-id": ({"subject": {"type": "inquiry", "id": "1" * 81}}, "form"),
    "subject-with-more": ({"subject": {"type": "inquiry", "id": "17", "name": "x"}}, "unknown"),
    "subject-null": ({"subject": None}, "missing"),
    "unknown-permit": ({"permit_id": str(uuid.UUID(int=0))}, "no_permit"),
    "permit-a-number": ({"permit_id": 7}, "form"),
    "key-without-its-wrapper": ({"key": {"wrapped": "AAAA"}}, "missing"),
    "key-not-base64": ({"key": {"wrapped": "ååå", "kek": 1}}, "form"),
    "key-too-long": ({"key": {"wrapped": "AAAA" * 51, "kek": 1}}, "form"),
    "backdated": ({"read_at": "2020-01-01T00:00:00Z"}, "unknown"),
}


@pytest.mark.parametrize("name", READS)
def test_what_may_not_be_read(stage, permit, name):
    changes, code = READS[name]
    payload = stage.reading(permit, stage.subject()) | changes
    before = stage.contents()
    assert stage.refused("read", payload) == code
    assert stage.contents() == before


@pytest.mark.parametrize("name", [name for name in READS if name.startswith("subject")])
def test_nor_is_a_key_made_for_such_a_subject(stage, name):
    changes, code = READS[name]
    payload = {"subject": stage.subject(), "key": {"wrapped": "AAAA", "kek": 1}} | changes
    assert stage.refused("subject_key", payload) == code


def test_a_subject_has_a_type_of_40_and_an_id_of_80_characters_at_most(stage, permit):
    subject = {"type": "x" * 40, "id": "i" * 80}
    assert stage.call("read", stage.reading(permit, subject))["reading"]


@pytest.mark.parametrize("more", [{"wrapped": "AAAA"}, {"system": "s000"}])
def test_a_key_is_asked_for_with_a_subject_and_no_more(stage, more):
    payload = {"subject": stage.subject(), "key": {"wrapped": "AAAA", "kek": 1}}
    assert stage.refused("subject_key", payload | more) == "unknown"


def test_what_is_read_is_written_down_without_its_values(stage, permit):
    subject = stage.subject()
    answer = stage.call("read", stage.reading(permit, subject, fields=["text", "letter"]))
    assert answer["free_text"] == ["letter"]
    row = stage.owner.execute(
        "SELECT permit_id::text, subject_type, subject_id, source, fields FROM kernel_reading"
        " WHERE id = %s",
        (answer["reading"],),
    ).fetchone()
    assert row == (permit, "inquiry", subject["id"], "henvendelse", ["text", "letter"])


def test_the_subjects_key_is_made_once(stage, permit):
    subject = stage.subject()
    first = stage.call("read", stage.reading(permit, subject))
    second = stage.call("read", stage.reading(permit, subject))
    assert first["key"] == second["key"]
    third = stage.call("subject_key", {"subject": subject, "key": {"wrapped": "AAAA", "kek": 1}})
    assert third == first["key"]


# Linking (samkøring)


def test_sources_are_linked_only_where_the_codex_permits_it(stage, ready):
    subject, permit = stage.subject(), stage.permit(ready)
    stage.read(permit, subject)
    register = stage.reading(permit, subject, source="register", fields=["size"])
    assert stage.refused("read", register) == "undeclared_linking"
    elsewhere = stage.reading(permit, stage.subject(), source="register", fields=["size"])
    assert stage.call("read", elsewhere)["reading"]


def test_nor_by_reading_one_after_the_other_under_two_permits(stage, ready):
    subject = stage.subject()
    stage.read(stage.permit(ready), subject)
    register = stage.reading(stage.permit(ready), subject, source="register", fields=["size"])
    assert stage.refused("read", register) == "undeclared_linking"


def second_source(stage, *, linkings: list[dict[str, Any]]) -> tuple[str, dict[str, str]]:
    """A permit and a subject of which one source has been read."""
    slug = stage.register(linkings=linkings)
    subject, permit = stage.subject(), stage.permit(slug)
    stage.read(permit, subject)
    return permit, subject


def test_a_permission_names_all_the_sources_that_it_links(stage):
    """Two sources may be linked; the third, with either of them, may not."""
    permit, subject = second_source(stage, linkings=[{}])
    stage.read(permit, subject, source="register", fields=["size"])
    third = stage.reading(permit, subject, source="archive", fields=["year"])
    assert stage.refused("read", third) == "undeclared_linking"


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_to": (today() - DAY).isoformat()},
        {"valid_from": (today() + DAY).isoformat()},
        {"phase": "development"},
        {"purpose": "improvement"},
        {"sources": ["henvendelse", "archive"]},
        {"sources": ["register", "archive"]},
        {"system": "s119"},
    ],
)
def test_a_permission_for_something_else_is_none(stage, changes):
    permit, subject = second_source(stage, linkings=[changes])
    payload = stage.reading(permit, subject, source="register", fields=["size"])
    assert stage.refused("read", payload) == "undeclared_linking"


def test_a_permission_counts_from_its_first_to_its_last_day(stage):
    one_day = {"valid_from": today().isoformat(), "valid_to": today().isoformat()}
    permit, subject = second_source(stage, linkings=[one_day])
    assert stage.read(permit, subject, source="register", fields=["size"])


def test_sources_without_personal_data_may_be_put_together(stage):
    none: dict[str, Any] = {"data_category": "none"}
    learning = {"phase": "development", "purpose": "improvement", "autonomy": "advise"}
    slug = stage.register(bases=[none, none | learning], released=False)
    stage.register_card(card_text(slug).replace('category = "ordinary"', 'category = "none"'))
    stage.release(slug=slug, version="1", artefact=ARTEFACT)
    permit, subject = stage.permit(slug), stage.subject()
    for source, field in (("henvendelse", "text"), ("register", "size"), ("archive", "year")):
        assert stage.read(permit, subject, source=source, fields=[field])


def test_two_permissions_do_not_make_one(stage):
    slug = stage.register(linkings=[{}, {"sources": ["register", "archive"]}])
    subject, permit = stage.subject(), stage.permit(slug)
    stage.read(permit, subject)
    stage.read(permit, subject, source="register", fields=["size"])
    third = stage.reading(permit, subject, source="archive", fields=["year"])
    assert stage.refused("read", third) == "undeclared_linking"


def test_nor_by_reading_two_at_the_same_time(stage, ready):
    permit, subject = stage.permit(ready), stage.subject()
    first = stage.reading(permit, subject)
    second = stage.reading(permit, subject, source="register", fields=["size"])
    assert overlapped(stage, ("read", first), ("read", second)) == "undeclared_linking"


# Whole sets of data


def dataset(permit: str, **changes: Any) -> dict[str, Any]:
    return {
        "permit_id": permit,
        "source": "henvendelse",
        "fields": ["history"],
        "rows": 100,
        "sha256": "d1" * 32,
    } | changes


def test_a_set_is_read_for_development_and_not_in_operation(stage, ready):
    learning = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    stage.call("read_dataset", dataset(learning))
    event = RegistryEvent.objects.get(kind="dataset", body__permit_id=learning)
    assert event.body["sha256"] == "d1" * 32
    assert stage.refused("read_dataset", dataset(stage.permit(ready))) == "phase"


def test_two_sets_at_the_same_time_are_linked_too(stage, ready):
    card = card_text(ready).replace('purposes = ["triage"]', 'purposes = ["triage", "improvement"]')
    slug = stage.register()
    stage.register_card(card.replace(f'"{ready}"', f'"{slug}"'))
    learning = stage.permit(slug, phase="development", purpose="improvement", user="anders")
    first = dataset(learning, fields=["text"])
    second = dataset(learning, source="register", fields=["size"])
    found = overlapped(stage, ("read_dataset", first), ("read_dataset", second))
    assert found == "undeclared_linking"
    # Sets that are read under permits of their own are not put together.
    other = stage.permit(slug, phase="development", purpose="improvement", user="anders")
    stage.call("read_dataset", dataset(other, source="register", fields=["size"]))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fields": ["text"]}, "undeclared_data"),
        ({"fields": []}, "form"),
        ({"source": "register", "fields": ["size"]}, "undeclared_data"),
        ({"sha256": "d1"}, "form"),
        ({"sha256": "0" + "d1" * 32}, "form"),
        ({"sha256": "d1" * 32 + "0"}, "form"),
        ({"sha256": None}, "missing"),
        ({"rows": -1}, "form"),
        ({"rows": "mange"}, "form"),
        ({"rows": 1.5}, "form"),
    ],
)
def test_a_set_that_is_not_in_order(stage, ready, changes, code):
    learning = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    before = stage.contents()
    assert stage.refused("read_dataset", dataset(learning, **changes)) == code
    assert stage.contents() == before


def test_the_models_key_is_for_operation(stage, ready):
    answer = stage.call("model_key", {"permit_id": stage.permit(ready)})
    assert answer["kek"] == 1
    assert answer["release"] == Release.objects.get(system_id=ready).pk
    learning = stage.permit(ready, phase="development", purpose="improvement", user="anders")
    assert stage.refused("model_key", {"permit_id": learning}) == "phase"


def test_the_models_key_is_asked_for_with_a_permit_and_no_more(stage, ready):
    payload = {"permit_id": stage.permit(ready), "release": 1}
    assert stage.refused("model_key", payload) == "unknown"


def test_a_model_whose_key_is_gone_is_opened_by_nobody(stage):
    slug = stage.register()
    permit, release = stage.permit(slug), Release.objects.get(system_id=slug).pk
    with untriggered(stage, "kernel_releasekey"):
        stage.owner.execute("DELETE FROM kernel_releasekey WHERE release_id = %s", (release,))
    assert stage.refused("model_key", {"permit_id": permit}) == "no_key"
