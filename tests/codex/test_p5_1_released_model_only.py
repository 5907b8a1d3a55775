# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.1: only the model that is released may compute."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest

from kodeks.inquiries.engine.errors import TriageModelError
from kodeks.inquiries.engine.model import TriageModel
from kodeks.kernel import api as kernel
from kodeks.kernel import keyring, sealing
from kodeks.kernel.models import Release

TEXT = "Der er et hul i vejen."


def compute(permit: kernel.Permit) -> str:
    """What the model of a permit says of a text."""
    return permit.predict(
        load=TriageModel.of_bytes, compute=lambda model: model.triage([TEXT])[0].label
    )


# The database compares the hash


def test_a_suggestion_of_the_released_model_names_it(stage):
    body = kernel.recommendation(stage.issued(stage.register())).body
    assert body["release"] == {"version": "1", "artefact_sha256": "a1" * 32}


@pytest.mark.parametrize("artefact", ["b2" * 32, "A1" * 32, "", "a1" * 31, None])
def test_one_of_another_model_is_refused(stage, artefact):
    payload = stage.proposal(stage.register(), artefact_sha256=artefact)
    code = "missing" if artefact is None else "wrong_release"
    assert stage.refused("issue", payload) == code


def test_an_older_model_is_refused_once_a_newer_is_released(stage):
    slug = stage.register()
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    assert stage.refused("issue", stage.proposal(slug)) == "wrong_release"
    assert stage.issued(slug, artefact_sha256="b2" * 32)


def test_one_that_is_taken_back_leaves_none(stage):
    slug = stage.register()
    suggestion = stage.proposal(slug)
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den tog for tit fejl.')",
        slug,
        stage.user_id("merete"),
    )
    assert stage.refused("issue", suggestion) == "release_revoked"


# The sealed file


@pytest.fixture
def model(stage, settings, tmp_path) -> Path:
    """The released model's file, in a home that this test may spoil."""
    release = Release.objects.get(system_id="inquiries", approval__isnull=False)
    real = Path(settings.KODEKS_HOME)
    shutil.copytree(real / "models", tmp_path / "models")
    (tmp_path / "keys").symlink_to(real / "keys")
    settings.KODEKS_HOME = tmp_path
    return tmp_path / "models" / f"{release.sealed_sha256}.sealed"


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swapped(path: Path) -> None:
    other = sealing.seal(keyring.new_key(), place="models", row="x", content=b"another model")
    path.write_bytes(other)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_the_untouched_file_computes_and_cannot_be_read_without_its_key(model):
    assert compute(kernel.ask(system="inquiries", purpose="triage")) == "vejskade"
    with pytest.raises(TriageModelError):
        TriageModel.of_bytes(model.read_bytes())


@pytest.mark.parametrize("spoil", [flipped, swapped, cut_short, Path.unlink])
def test_a_file_that_is_changed_swapped_or_gone_computes_nothing(model, spoil):
    permit = kernel.ask(system="inquiries", purpose="triage")
    spoil(model)
    with pytest.raises(kernel.Refused) as refusal:
        compute(permit)
    assert refusal.value.code == "wrong_release"


# The key


def test_the_key_is_given_only_to_who_may_run_now(stage):
    slug = stage.register()
    permit = {"permit_id": stage.permit(slug)}
    assert stage.call("model_key", permit)["wrapped"]
    stage.switch(slug)
    assert stage.refused("model_key", permit) == "stopped"
    stage.switch(slug, verb="resume")
    assert stage.refused("model_key", permit) == "permit_expired"
    learning = stage.permit(slug, phase="development", purpose="improvement", user="anders")
    assert stage.refused("model_key", {"permit_id": learning}) == "phase"


def test_the_program_cannot_take_it_from_the_table(stage):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute("SELECT wrapped FROM kernel_releasekey")
