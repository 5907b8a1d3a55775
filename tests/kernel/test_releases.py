# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealed models: made under a permit, signed by two people, opened for a permit and only then."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps

from kodeks.codex import dsse
from kodeks.demo import municipality
from kodeks.kernel import erasure, keyring, permits, releases, sealing
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Release, ReleaseApproval, ReleaseKey
from kodeks.kernel.releases import Groups

CONTENT = b"a model of weights"
MEASURED = Groups(
    measured=[
        {
            "attribute": "bydel",
            "group": "Bakkelund",
            "measure": "accuracy",
            "count": "40",
            "value": "0.9",
            "low": "0.8",
            "high": "0.95",
        }
    ]
)


@pytest.fixture
def owners_django(stage, databases, worker_database, settings, tmp_path):
    """Django with the owner role and a home whose models are this test's own."""
    from django.db import connections

    from kodeks.workbench import database_url

    (tmp_path / "keys").symlink_to(settings.KODEKS_HOME / "keys")
    settings.KODEKS_HOME = tmp_path
    name = f"{worker_database}_stage"

    def point(role: str) -> None:
        connections["default"].close()
        for key, value in database_url.parse(databases.url(role, name)).items():
            connections["default"].settings_dict[key] = value

    point("owner")
    yield stage
    point("application")


@pytest.fixture
def own_keys(tmp_path):
    """A copy of the keys, so that no other test loses its own."""
    source = (tmp_path / "keys").resolve()
    (tmp_path / "keys").unlink()
    shutil.copytree(source, tmp_path / "keys")
    return tmp_path / "keys"


def propose(stage: Any, slug: str, **changes: Any) -> Release:
    given: dict[str, Any] = {
        "system": slug,
        "version": "1",
        "artefact": CONTENT,
        "permit_id": changes.get("permit_id") or uuid.UUID(stage.development(slug)),
        "inputs": [("henvendelse", "text")],
        "metrics": {"accuracy": "0.9"},
        "groups": MEASURED,
        "author": stage.user("anders"),
        "signer": municipality.signer("anders"),
    } | changes
    return releases.propose(**given)


def approve(stage: Any, slug: str, *, version: str = "1", by: str = "merete") -> Release:
    return releases.approve(
        system=slug, version=version, approver=stage.user(by), signer=municipality.signer(by)
    )


def predict(slug: str) -> bytes:
    """What the model computes in operation, opened anew."""
    apps.get_app_config("kernel").models_opened.clear()
    permit = permits.ask(system=slug, purpose="triage")
    return permit.predict(load=lambda content: content, compute=lambda model: model)


@pytest.fixture
def released(owners_django):
    stage = owners_django
    slug = stage.register(released=False)
    propose(stage, slug)
    approve(stage, slug)
    return slug


def refusal(slug: str) -> str:
    with pytest.raises(Refused) as found:
        predict(slug)
    assert not isinstance(found.value, SystemStopped) or found.value.code == "release_revoked"
    return found.value.code


def test_a_model_that_two_people_signed_computes(owners_django, released, settings):
    assert predict(released) == CONTENT
    folder = settings.KODEKS_HOME / "models"
    assert folder.stat().st_mode & 0o777 == 0o700
    (sealed,) = folder.iterdir()
    assert CONTENT not in sealed.read_bytes()
    assert sealed.name == f"{hashlib.sha256(sealed.read_bytes()).hexdigest()}.sealed"
    release = Release.objects.get(system_id=released)
    statement = releases.statement_of(release)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"][0]["digest"]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert statement["predicate"]["permit"] == str(release.permit_id)
    assert len(release.envelope["signatures"]) == 1
    assert len(release.approval.envelope["signatures"]) == 2


def test_a_proposal_is_not_in_operation(owners_django):
    slug = owners_django.register(released=False)
    propose(owners_django, slug)
    with pytest.raises(SystemStopped) as found:
        predict(slug)
    assert found.value.code == "no_release"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("anders", "no_right"),
        ("dorte", "no_right"),
        ("bodil", "unsigned"),
    ],
)
def test_who_may_not_approve(owners_django, by, code):
    slug = owners_django.register(released=False)
    propose(owners_django, slug)
    with pytest.raises((Refused, FileNotFoundError)) as found:
        approve(owners_django, slug, by=by)
    if isinstance(found.value, Refused):
        assert found.value.code in {code, "four_eyes"}
    assert not ReleaseApproval.objects.filter(release__system_id=slug).exists()


def test_nobody_signs_with_anothers_key(owners_django):
    slug = owners_django.register(released=False)
    with pytest.raises(Refused) as found:
        propose(owners_django, slug, signer=municipality.signer("merete"))
    assert found.value.code == "unsigned"
    propose(owners_django, slug)
    with pytest.raises(Refused) as found:
        releases.approve(
            system=slug,
            version="1",
            approver=owners_django.user("merete"),
            signer=municipality.signer("anders"),
        )
    assert found.value.code == "unsigned"


PROPOSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no-permit": ({"permit_id": uuid.UUID(int=0)}, "no_permit"),
    "undeclared-input": ({"inputs": [("henvendelse", "cpr")]}, "undeclared_data"),
    "no-input": ({"inputs": []}, "no_data"),
    "no-groups": ({"groups": Groups(measured=[])}, "no_groups"),
    "groups-without-an-interval": (
        {"groups": Groups(measured=[{"attribute": "x", "group": "y"}])},
        "missing",
    ),
    "by-a-caseworker": ({"author": "sofie"}, "unsigned"),
    "version-blank": ({"version": " "}, "form"),
}


@pytest.mark.parametrize("name", PROPOSALS)
def test_a_proposal_that_is_not_in_order(owners_django, name):
    stage = owners_django
    slug = stage.register(released=False)
    changes, code = PROPOSALS[name]
    if isinstance(changes.get("author"), str):
        changes = changes | {"author": stage.user(changes["author"])}
    with pytest.raises(Refused) as found:
        propose(stage, slug, **changes)
    assert found.value.code == code
    assert not Release.objects.filter(system_id=slug).exists()


def test_a_permit_for_operation_or_without_data_makes_no_model(owners_django):
    stage, slug = owners_django, owners_django.register()
    unread = stage.permit(slug, phase="development", purpose="improvement", user="anders")
    for permit, code in ((stage.permit(slug), "no_permit"), (unread, "no_data")):
        with pytest.raises(Refused) as found:
            propose(stage, slug, permit_id=uuid.UUID(permit), version="2")
        assert found.value.code == code


def test_a_reason_stands_for_groups_where_nothing_is_personal(owners_django):
    slug = owners_django.register(released=False)
    propose(owners_django, slug, groups=Groups(measured=[], reason="Kurve har ingen grupper."))
    approve(owners_django, slug)
    assert predict(slug) == CONTENT


def test_a_version_is_used_once_and_approved_once(owners_django, released):
    with pytest.raises(Refused) as found:
        propose(owners_django, released)
    assert found.value.code == "released"
    with pytest.raises(Refused) as found:
        approve(owners_django, released)
    assert found.value.code == "released"


# The sealed file


def sealed_file(slug: str, settings: Any) -> Any:
    release = Release.objects.get(system_id=slug, version="1")
    return settings.KODEKS_HOME / "models" / f"{release.sealed_sha256}.sealed"


def test_a_flipped_bit_anywhere_is_refused(owners_django, released, settings):
    path = sealed_file(released, settings)
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        path.write_bytes(bytes(changed))
        assert refusal(released) == "wrong_release"
    for other in (b"", whole[:-1], whole + b"\0", CONTENT):
        path.write_bytes(other)
        assert refusal(released) == "wrong_release"
    path.unlink()
    assert refusal(released) == "wrong_release"
    path.write_bytes(whole)
    assert predict(released) == CONTENT


def rewritten(stage: Any, table: str, slug: str, change: str) -> None:
    """As a database superuser could, with the owner's role and the triggers off."""
    key = {"release": "id", "releaseapproval": "release_id", "releasekey": "release_id"}[table]
    with stage.rewriting(table):
        stage.owner.execute(
            f"UPDATE kernel_{table} SET {change} WHERE {key} ="
            " (SELECT id FROM kernel_release WHERE system_id = %s AND version = '1')",
            (slug,),
        )


def test_another_model_in_its_place_is_refused_even_with_the_row_changed(
    owners_django, released, settings
):
    """The row says the new hash; what was signed does not."""
    stage = owners_django
    other = stage.register(released=False)
    propose(stage, other, artefact=b"another model")
    approve(stage, other)
    theirs = Release.objects.get(system_id=other)
    rewritten(
        stage,
        "release",
        released,
        f"artefact_sha256 = '{theirs.artefact_sha256}', sealed_sha256 = '{theirs.sealed_sha256}'",
    )
    assert refusal(released) == "wrong_release"
    envelope = json.dumps(theirs.approval.envelope).replace("'", "''")
    rewritten(stage, "releaseapproval", released, f"envelope = '{envelope}'")
    assert refusal(released) == "wrong_release"


@pytest.mark.parametrize(
    "change",
    [
        "envelope = envelope #- '{signatures,1}'",
        "envelope = jsonb_set(envelope, '{signatures,1}', envelope -> 'signatures' -> 0)",
        "envelope = jsonb_set(envelope, '{signatures,1,sig}', '\"AAAA\"')",
        "envelope = jsonb_set(envelope, '{payloadType}', '\"text/plain\"')",
        "envelope = jsonb_set(envelope, '{payload}', '\"e30=\"')",
        "envelope = '{}'",
    ],
)
def test_without_both_signatures_nothing_is_opened(owners_django, released, change):
    rewritten(owners_django, "releaseapproval", released, change)
    assert refusal(released) == "unsigned"


def test_nor_when_the_row_names_other_people_than_those_who_signed(owners_django, released):
    stage = owners_django
    rewritten(stage, "release", released, f"author_id = {stage.user_id('dorte')}")
    assert refusal(released) == "unsigned"


def test_nor_when_a_signers_keys_were_withdrawn(owners_django):
    stage = owners_django
    slug = stage.register(released=False)
    propose(stage, slug)
    approve(stage, slug)
    assert predict(slug) == CONTENT
    stage.as_owner("SELECT kernel.register_signing_key(%s, '', '')", stage.user_id("anders"))
    # Although this process has it open already.
    with pytest.raises(Refused) as found:
        permits.ask(system=slug, purpose="triage").predict(load=bytes, compute=bytes)
    assert found.value.code == "unsigned"
    assert refusal(slug) == "unsigned"
    with stage.rewriting("signingkey"):
        stage.owner.execute(
            "DELETE FROM kernel_signingkey WHERE user_id = %s AND keyid = ''",
            (stage.user_id("anders"),),
        )
    assert predict(slug) == CONTENT


@pytest.mark.parametrize("column", ["metrics", "groups", "inputs"])
def test_what_the_row_says_of_the_model_is_what_was_signed(owners_django, released, column):
    rewritten(owners_django, "release", released, f"{column} = '{{}}'")
    assert refusal(released) == "wrong_release"


def test_a_key_from_another_release_opens_nothing(owners_django, released, own_keys):
    stage = owners_django
    other = stage.register(released=False)
    propose(stage, other)
    key = ReleaseKey.objects.get(release__system_id=other)
    mine = bytes(ReleaseKey.objects.get(release__system_id=released).wrapped)
    rewritten(stage, "releasekey", released, f"wrapped = '\\x{bytes(key.wrapped).hex()}'")
    assert refusal(released) == "wrong_release"
    with pytest.raises(keyring.SealingError):
        erasure.rotate_keys()
    assert (own_keys / f"kek-{key.kek:04d}").exists()
    rewritten(stage, "releasekey", released, f"wrapped = '\\x{mine.hex()}'")
    assert predict(released) == CONTENT


def test_a_revoked_model_is_out_and_an_older_one_does_not_come_back(owners_django, released):
    stage = owners_django
    propose(stage, released, version="2", artefact=b"newer")
    approve(stage, released, version="2")
    assert predict(released) == b"newer"
    releases.revoke(
        system=released, version="2", user=stage.user("merete"), reason="Den var forkert."
    )
    assert refusal(released) == "release_revoked"
    for user, reason in ((stage.user("sofie"), "Fordi."), (stage.user("merete"), " ")):
        with pytest.raises(Refused):
            releases.revoke(system=released, version="1", user=user, reason=reason)


def test_the_newest_approved_is_the_one_that_opens(owners_django, released):
    """Downgrading takes a new release: the older one cannot be approved again."""
    stage = owners_django
    propose(stage, released, version="2", artefact=b"newer")
    assert predict(released) == CONTENT
    approve(stage, released, version="2")
    assert predict(released) == b"newer"
    with pytest.raises(Refused):
        approve(stage, released, version="1")


def test_a_process_opens_a_model_once_and_still_asks_each_time(owners_django, released):
    loaded: list[bytes] = []

    def load(content: bytes) -> bytes:
        loaded.append(content)
        return content

    permit = permits.ask(system=released, purpose="triage")
    for _ in range(3):
        permit.predict(load=load, compute=lambda model: model)
    assert len(loaded) == 1
    owners_django.switch(released)
    with pytest.raises(SystemStopped):
        permit.predict(load=load, compute=lambda model: model)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_an_earlier_release_suggested_is_computed_again_by_it(owners_django, released):
    stage = owners_django
    first = stage.issued(released, artefact_sha256=digest(CONTENT))
    propose(stage, released, version="2", artefact=b"newer")
    approve(stage, released, version="2")
    second = stage.issued(released, artefact_sha256=digest(b"newer"))
    loaded: list[bytes] = []

    def load(content: bytes) -> bytes:
        loaded.append(content)
        return content

    permit = permits.ask(system=released, purpose="triage")
    for made, content in ((first, CONTENT), (second, b"newer"), (first, CONTENT)):
        again = permit.again(made)
        assert again.predict(load=load, compute=lambda model: model) == content
        assert again.computed_by == digest(content)
        assert permit.predict(load=load, compute=lambda model: model) == b"newer"
    assert loaded == [CONTENT, b"newer"]
    # Nothing comes into being by it.
    old = stage.proposal(released, artefact_sha256=digest(CONTENT))
    assert stage.refused("issue", old) == "wrong_release"
    releases.revoke(
        system=released, version="1", user=stage.user("merete"), reason="Den var forkert."
    )
    permit = permits.ask(system=released, purpose="triage")
    assert permit.again(first).predict(load=load, compute=bytes) == CONTENT
    stage.switch(released)
    with pytest.raises(SystemStopped):
        permit.again(first).predict(load=load, compute=bytes)


def test_the_key_of_another_systems_release_is_not_given(owners_django, released):
    stage = owners_django
    other = stage.issued(stage.register())
    permit = permits.ask(system=released, purpose="triage")
    for made in (other, uuid.uuid4()):
        with pytest.raises(Refused) as found:
            permit.again(made).predict(load=bytes, compute=bytes)
        assert found.value.code == "unknown_recommendation"
    payload = {"permit_id": str(permit.id), "recommendation_id": "x"}
    assert stage.refused("model_key", payload) == "form"


def test_no_permit_no_key(owners_django, released):
    permit = permits.ask(system=released, purpose="triage")
    with pytest.raises(Refused) as found:
        replace(permit, id=uuid.uuid4()).predict(load=bytes, compute=bytes)
    assert found.value.code == "no_permit"
    learning = permits.ask(
        system=released,
        purpose="improvement",
        phase="development",
        user=owners_django.user("anders"),
    )
    with pytest.raises(Refused) as found:
        learning.predict(load=bytes, compute=bytes)
    assert found.value.code == "phase"


def test_what_predict_used_is_what_a_suggestion_must_name(owners_django, released):
    """Without computing under the permit there is no model to name, and nothing is issued."""
    permit = permits.ask(system=released, purpose="triage")
    assert permit._state.artefact_sha256 == ""
    permit.predict(load=bytes, compute=bytes)
    assert permit._state.artefact_sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_both_signatures_are_of_the_same_statement(owners_django, released):
    release = Release.objects.get(system_id=released)
    envelope = dsse.parse(json.dumps(release.approval.envelope))
    assert base64.b64decode(release.envelope["payload"]) == envelope.payload
    found = releases.codices.signers_of(envelope, payload_type=releases.PAYLOAD_TYPE)
    assert set(found.values()) == {
        owners_django.user_id("anders"),
        owners_django.user_id("merete"),
    }


def test_a_file_that_holds_another_model_than_was_signed(owners_django, monkeypatch):
    """Sealed by somebody with the keys, for the place of the model that is signed."""
    stage = owners_django
    slug = stage.register(released=False)
    real = sealing.seal

    def another(key: bytes, *, content: bytes, **place: str) -> bytes:
        return real(key, content=content + b"!", **place)

    monkeypatch.setattr(sealing, "seal", another)
    propose(stage, slug)
    approve(stage, slug)
    assert refusal(slug) == "wrong_release"


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_a_file_that_is_not_in_order_is_not_approved(owners_django, settings, change):
    stage = owners_django
    slug = stage.register(released=False)
    propose(stage, slug)
    path = sealed_file(slug, settings)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(Refused) as found:
        approve(stage, slug)
    assert found.value.code == "wrong_release"
