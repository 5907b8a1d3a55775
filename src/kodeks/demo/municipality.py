# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sets Eksempelkøbing up in an empty installation; needs the owner role. Safe to repeat."""

from __future__ import annotations

import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from kodeks.casework import services as casework
from kodeks.codex import card
from kodeks.demo import corpus
from kodeks.demo.people import PEOPLE
from kodeks.inquiries import releases, services
from kodeks.inquiries.engine import training
from kodeks.kernel import registration, sealing, selectors, signing
from kodeks.kernel.models import User

SYSTEM = services.SYSTEM
FACET = "G01"


def build(*, people_password: str | None) -> None:
    """Everything at once; `people_password` None means that nobody can sign in with one."""
    make_keys()
    register_people(password=people_password)
    register_topics()
    register_system()
    release_model()


def make_keys() -> None:
    """The kernel's keys, in the home folder."""
    folder = Path(settings.KODEKS_HOME) / "keys"
    sealing.make_keys(folder)
    signing.make_key(folder, municipality=settings.KODEKS_MUNICIPALITY)


def register_people(*, password: str | None) -> None:
    for person in PEOPLE:
        if User.objects.filter(username=person.username).exists():
            continue
        citizen = person.role == "citizen"
        user = registration.add_user(
            username=person.username,
            full_name=person.full_name,
            title=person.title,
            password=password,
            person_index=sealing.blind_index(corpus.TESTINE_CPR) if citizen else None,
        )
        registration.grant(user=user, role=person.role)


def register_topics() -> None:
    text = (files("kodeks.demo") / "topics.toml").read_text(encoding="utf-8")
    plan = tomllib.loads(text)
    casework.load_kle_subjects()
    for code, name in plan["units"].items():
        casework.add_unit(code=code, name=name)
    services.register_topics(
        [
            services.NewTopic(
                label=label,
                title=topic["title"],
                kle_number=topic["kle"],
                facet=FACET,
                unit=topic["unit"],
                working_days=topic["days"],
            )
            for label, topic in plan["topics"].items()
        ]
    )


def register_system() -> None:
    text = (files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8")
    registration.register_card(card.load(text))


def release_model() -> None:
    """Train on the history and release; skipped when a model is in operation already."""
    if selectors.system_state(SYSTEM).release is not None:
        return
    past = corpus.history()
    model = training.train(
        texts=[written.text for written in past], labels=[written.label for written in past]
    )
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model")
        releases.install(system=SYSTEM, source=Path(folder) / "model", version="demo-1")
