# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Decisions that a retraining is tried on, in a database of the module's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from kernel_stage import stage  # noqa: F401
from retrainings import DECIDED, decided, person

from kodeks.inquiries import services
from kodeks.kernel import api as kernel
from kodeks.robots import orders
from kodeks.robots.models import RobotState


@pytest.fixture(scope="module")
def line(stage: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:  # noqa: F811
    """Decisions of today, which the new model is tried on, and old texts that it learns from."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("journal")
        for name, value in {
            "KODEKS_JOURNAL_FOLDER": folder,
            "KODEKS_RETRAINING_LEAST": 20,
            "KODEKS_RETRAINING_LEAST_GROUP": 10,
            "KODEKS_RETRAINING_BOUND": 25,
        }.items():
            patch.setattr(django_settings, name, value)
        with kernel.as_service("robots"):
            for number, one in enumerate(DECIDED):
                decided(one.text, one.label, f"learn:{number}", district=one.district)
            # The model in operation has made a suggestion, so that later ones are tried beside it.
            first, _ = services.receive(external_id="worked", text="Rotter i gården", channel="web")
            services.triage(inquiry_id=str(first.id))
            # What it does of these decisions is of no matter here.
            orders.give(
                robot="visitator",
                state=RobotState.STOPPED,
                reason="Vi prøver noget andet.",
                user=person("merete"),
            )
            yield stage
