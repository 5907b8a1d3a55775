# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model learned from the municipality's own bins and known days, and the rounds it then makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support.waste_stage import placed, told, weeks

from kodeks.demo import municipality
from kodeks.kernel import api as kernel
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import User
from kodeks.waste import noticing, releases, rounds
from kodeks.waste.engine.notices import rules
from kodeks.waste.models import Notice, Outlook, Round
from kodeks.workbench import figures

RAIN, MARKET = 4.5, 1.0


@pytest.fixture
def owner(
    transactional_db: None,
    databases: Any,
    worker_database: str,
    settings: Any,
    tmp_path: Path,
) -> Iterator[None]:
    """Django with the owner role, as the command that proposes has, and models of its own."""
    (tmp_path / "keys").symlink_to(settings.KODEKS_HOME / "keys")
    settings.KODEKS_HOME = tmp_path
    point(databases, worker_database, "owner")
    yield
    point(databases, worker_database, "application")


def point(databases: Any, name: str, role: str) -> None:
    from django.db import connections

    from kodeks.workbench import database_url

    connections["default"].close()
    for key, value in database_url.parse(databases.url(role, name)).items():
        connections["default"].settings_dict[key] = value


def known_days(file: Path, *, columns: str = "regn,marked") -> Path:
    """Rain each third day, and a market at one bin today."""
    today = timezone.localdate()
    rows = [f"date,bin,{columns}"]
    for ago in range(70, -9, -1):
        day = today - dt.timedelta(days=ago)
        rows.append(f"{day},,{RAIN if day.toordinal() % 3 == 0 else 0},")
    rows.append(f"{today},spand-1,,{MARKET}")
    file.write_text("\n".join(rows) + "\n")
    return file


def release() -> releases.Learned:
    """Both signatures."""
    learned = releases.propose(
        version="ny",
        rules=rules.shipped(),
        author=User.objects.get(username="anders"),
        signer=municipality.signer("anders"),
    )
    kernel_releases.approve(
        system=noticing.SYSTEM,
        version="ny",
        approver=User.objects.get(username="merete"),
        signer=municipality.signer("merete"),
    )
    return learned


def test_known_days_are_learned_from_and_stand_with_what_is_proposed(
    owner: None,
    databases: Any,
    worker_database: str,
    settings: Any,
    tmp_path: Path,
    client: Client,
) -> None:
    for number, device in enumerate(placed(4)):
        last = 95.0 if number == 1 else 15.0
        told(device, weeks(rate=20.0 + 12 * number, days=55, last=last))
    settings.KODEKS_WASTE_DAYS = str(known_days(tmp_path / "dage.csv"))
    assert release().has_forecast
    point(databases, worker_database, "application")
    assert rounds.look() == 4

    made = Round.objects.get()
    assert (made.full_pct, made.problem) == (80.0, "")
    calm = Outlook.objects.get(bin__code="spand-0")
    assert calm.within_1 is not None
    assert calm.hours_middle is not None
    notice = Notice.objects.get(bin__code="spand-1")
    recommendation = kernel.recommendation(notice.recommendation_id or notice.id)
    assert recommendation is not None
    data = {(one["source"], one["field"]) for one in recommendation.body["data_used"]}
    assert ("kalender", "days") in data

    # A file that cannot be read stops no round, and the page says what is wrong with it.
    Path(settings.KODEKS_WASTE_DAYS).write_text("date,regn\n2026-01-01,meget\n")
    assert rounds.look() == 4
    problem = Round.objects.order_by("-at")[0].problem
    assert "I række 2 er regn ikke et tal" in problem
    client.force_login(User.objects.get(username="sofie"))
    assert "I række 2 er regn ikke et tal" in client.get(reverse("waste:bins")).content.decode()

    # One with other columns says nothing of those that the model knows, and is no error.
    known_days(Path(settings.KODEKS_WASTE_DAYS), columns="sne,fest")
    assert rounds.look() == 4
    assert Round.objects.order_by("-at")[0].problem == ""


def test_what_is_proposed_stands_with_how_good_it_was_on_the_last_weeks(
    owner: None, databases: Any, worker_database: str, client: Client
) -> None:
    for number, device in enumerate(placed(24)):
        told(device, weeks(rate=24.0 + 4 * number, days=58, last=15.0))
    metrics = release().metrics
    assert metrics["has_forecast"] == "1"
    assert int(metrics["held_out_24h"]) >= 200
    # These bins fill like clockwork, so that habit alone is right too.
    assert 0 <= float(metrics["brier_24h"]) < 0.1
    assert 0 <= float(metrics["brier_usual_24h"]) < 0.1
    assert 0 <= float(metrics["ece_24h"]) < 0.2
    # The crew comes every other day: of the third day only what was full is known.
    assert metrics["held_out_72h"] == releases.TOO_LITTLE
    assert "brier_72h" not in metrics
    point(databases, worker_database, "application")
    client.force_login(User.objects.get(username="merete"))
    text = client.get(reverse("workbench:system", args=[noticing.SYSTEM])).content.decode()
    assert "Fuld inden for 24 timer: prognosens fejl (Brier, 0 er bedst)" in text
    assert metrics["brier_24h"].replace(".", ",") in text
    assert "Der er set for lidt til at sige, hvor god den er" in text


def test_without_a_forecast_no_figure_of_one_is_given(owner: None) -> None:
    for device in placed(2):
        told(device, weeks(days=20))
    metrics = release().metrics
    assert metrics["has_forecast"] == "0"
    assert not [name for name in metrics if name.startswith(("brier", "ece", "held"))]
    assert ("Der er set nok til en prognose", "Nej") in figures.metrics(metrics)
