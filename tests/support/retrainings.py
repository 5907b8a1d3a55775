# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Decisions that a retraining learns from and is tried on, and what people do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kodeks.demo import corpus, municipality
from kodeks.inquiries import files, services
from kodeks.inquiries.learning import runs, sets, steps, terms
from kodeks.inquiries.models import Inquiry, Retraining, RetrainingEnd
from kodeks.kernel import api as kernel
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import Release, User

OLD = corpus.history()
DECIDED = OLD[::20]


def person(username: str) -> User:
    return User.objects.get(username=username)


def rows(label_of: Callable[[int, str], str] = lambda n, label: label) -> list[files.TrainingRow]:
    return [
        files.TrainingRow(one.text, label_of(n, one.label), one.channel, one.district)
        for n, one in enumerate(OLD)
    ]


def decided(text: str, label: str, key: str, **more: str) -> Inquiry:
    inquiry, _ = services.receive(external_id=key, text=text, channel="web", **more)
    services.decide(
        inquiry_id=inquiry.id,
        user=person("sofie"),
        choice="own",
        label=label,
        own_consideration="Teksten handler om emnet, og det er afdelingens opgave.",
    )
    return inquiry


def learn_of(name: str, some: list[files.TrainingRow]) -> None:
    """These texts and no others from files."""
    for one in sets.present():
        sets.remove(set_id=one.id, user=person("anders"), reason="Prøven har en anden samling.")
    sets.take_in(name=name, rows=some, user=person("anders"))


def to_the_end(run: Retraining) -> RetrainingEnd:
    """As a worker does it, step by step."""
    for _ in range(len(steps.STEPS) + 1):
        runs.advance(run_id=str(run.id))
    return RetrainingEnd.objects.get(run=run)


def present() -> Release:
    found = kernel.system_state("inquiries").release
    assert found is not None
    return found


def approved(version: str) -> None:
    kernel_releases.approve(
        system="inquiries",
        version=version,
        approver=person("merete"),
        signer=municipality.signer("merete"),
    )


def asked(**changes: Any) -> terms.Terms:
    return terms.Terms(
        **({"days": 7, "least": 20, "least_group": 10, "bound": 5, "group_bound": 5} | changes)
    )
