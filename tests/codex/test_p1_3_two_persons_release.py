# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.3: two people stand behind it when a model is taken into use."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connections

from kodeks.demo.municipality import signer
from kodeks.kernel import api as kernel
from kodeks.kernel import releases
from kodeks.kernel.models import RegistryEvent, Release
from kodeks.workbench import database_url

GROUPS = kernel.Groups(measured=(), reason="Modellen handler ikke om mennesker.")


@pytest.fixture(scope="module")
def as_owners(stage, databases):
    """Django as the commands of `kodeks` run it: with the owner role."""
    name = stage.owner.info.dbname
    connections["default"].close()
    settings = database_url.parse(databases.url("owner", name))
    connections["default"].settings_dict.update(settings)
    yield stage
    databases.connect_django(name)


@pytest.fixture
def slug(as_owners):
    return as_owners.register(released=False)


def propose(stage, slug: str, *, author: str = "anders", key: str = "anders"):
    return releases.propose(
        system=slug,
        version="1",
        artefact=b"a model",
        permit_id=stage.development(slug),
        inputs=[("henvendelse", "text")],
        metrics={},
        groups=GROUPS,
        author=stage.user(author),
        signer=signer(key),
    )


def approve(stage, slug: str, *, approver: str = "merete", key: str = "merete"):
    return releases.approve(
        system=slug, version="1", approver=stage.user(approver), signer=signer(key)
    )


def test_one_signature_is_not_enough_and_two_are(as_owners, slug):
    propose(as_owners, slug)
    assert as_owners.obstacles(slug) == ["no_release"]
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_release"
    approve(as_owners, slug)
    permit = kernel.ask(system=slug, purpose="triage")
    assert permit.predict(load=bytes, compute=lambda model: model) == b"a model"


def test_both_stand_in_the_log_and_both_signatures_are_of_one_text(as_owners, slug):
    propose(as_owners, slug)
    release = approve(as_owners, slug)
    release.refresh_from_db()
    envelope = release.approval.envelope
    assert {one["keyid"] for one in envelope["signatures"]} == {
        signer(name).public.keyid for name in ("anders", "merete")
    }
    assert envelope["payload"] == release.envelope["payload"]
    body = RegistryEvent.objects.get(system_slug=slug, kind="release").body
    assert body["author"] == as_owners.user_id("anders")
    assert body["approver"] == as_owners.user_id("merete")


@pytest.mark.parametrize(
    ("approver", "key", "code"),
    [
        ("anders", "anders", "four_eyes"),
        ("bodil", "merete", "unsigned"),
        ("merete", "anders", "unsigned"),
        ("dorte", "dorte", "no_right"),
    ],
    ids=["the author", "with another's key", "with the author's key", "not the manager"],
)
def test_who_cannot_be_the_second(as_owners, slug, approver, key, code):
    propose(as_owners, slug)
    with pytest.raises(kernel.Refused) as refusal:
        approve(as_owners, slug, approver=approver, key=key)
    assert refusal.value.code == code
    assert as_owners.obstacles(slug) == ["no_release"]


@pytest.mark.parametrize(
    ("author", "key", "code"),
    [("merete", "merete", "no_right"), ("anders", "merete", "unsigned")],
    ids=["not a technician", "with another's key"],
)
def test_who_cannot_be_the_first(as_owners, slug, author, key, code):
    with pytest.raises(kernel.Refused) as refusal:
        propose(as_owners, slug, author=author, key=key)
    assert refusal.value.code == code


def test_a_first_signature_that_is_not_the_authors_gets_no_second(as_owners, slug, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(releases, "_require_own_key", lambda *_: None)
        propose(as_owners, slug, key="merete")
    with pytest.raises(kernel.Refused) as refusal:
        approve(as_owners, slug)
    assert refusal.value.code == "unsigned"


# Past the program, which verifies the signatures: the database by itself


@pytest.mark.parametrize(
    ("approver", "code"),
    [("anders", "four_eyes"), ("bodil", "no_right"), ("dorte", "no_right"), ("sofie", "no_right")],
)
def test_the_database_too_wants_the_manager_as_the_second(as_owners, slug, approver, code):
    as_owners.propose(slug)
    with pytest.raises(psycopg.Error) as error:
        as_owners.approve(slug, version="1", approver=approver)
    assert error.value.diag.message_detail == code


def test_and_two_signatures_on_one_text(as_owners, slug):
    as_owners.propose(slug)
    stored = Release.objects.get(system_id=slug).envelope
    two = [{"sig": "YQ=="}, {"sig": "Yg=="}]
    for envelope in ({**stored, "signatures": two[:1]}, {"payload": "e30=", "signatures": two}):
        with pytest.raises(psycopg.Error) as error:
            as_owners.approve(slug, version="1", envelope=envelope)
        assert error.value.diag.message_detail == "two_persons"
    as_owners.approve(slug, version="1", envelope={**stored, "signatures": two})


def test_a_model_that_is_taken_back_needs_two_again(as_owners, slug):
    propose(as_owners, slug)
    approve(as_owners, slug)
    releases.revoke(
        system=slug, version="1", user=as_owners.user("dorte"), reason="Den tog for tit fejl."
    )
    assert as_owners.obstacles(slug) == ["release_revoked"]
    with pytest.raises(kernel.Refused):
        approve(as_owners, slug)
