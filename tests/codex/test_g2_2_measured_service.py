# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G2.2: it is measured whether citizens are answered sooner."""

import json

import pytest
from django.test import Client


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when each step of a case has a clock and the register shows the times",
)
def test_the_register_has_it(stage):
    state = json.loads(Client().get("/register/inquiries.json").content)
    assert "service_times" in state
