# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.1: only the released model may compute."""

import psycopg
import pytest


@pytest.mark.parametrize("artefact", ["b2" * 32, "A1" * 32, "", "a1" * 31])
def test_another_model_is_refused(stage, artefact):
    with pytest.raises(psycopg.Error) as error:
        stage.issued(stage.register(), artefact_sha256=artefact)
    assert error.value.diag.message_detail == "wrong_release"


def test_an_older_model_is_refused_once_a_newer_is_released(stage):
    slug = stage.register()
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    with pytest.raises(psycopg.Error) as error:
        stage.issued(slug)
    assert error.value.diag.message_detail == "wrong_release"
