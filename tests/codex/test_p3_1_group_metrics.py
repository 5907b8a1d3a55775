# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.1: a model is measured for groups of citizens before it is released."""

import psycopg
import pytest


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when group metrics with intervals are a gate of the release",
)
def test_a_release_without_group_metrics_is_refused(stage):
    slug = stage.register(released=False)
    with pytest.raises(psycopg.Error):
        stage.release(slug=slug, version="1", artefact="a1" * 32)
