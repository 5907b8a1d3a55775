# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises in Eksempelkøbing: a round is open; three invented colleagues have answered.

A round needs more people than Sofie. Nobody can sign in as her colleagues. Safe to repeat.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

from django.utils import timezone

from kodeks.codex import exercises
from kodeks.codex.days import months_after
from kodeks.inquiries import services
from kodeks.kernel import drills, registration
from kodeks.kernel.models import DrillRound, User
from kodeks.kernel.oversight_figures import EVERYWHERE

SYSTEM = services.SYSTEM
COLLEAGUES = (
    ("frida", "Frida Øvesen"),
    ("karl", "Karl Skabelonsen"),
    ("ib", "Ib Eksemplarsen"),
)
_WORDS = "Et opdigtet svar fra prøvemiljøet."
_MISSES_EVERY = 5


def prepare() -> None:
    """Register the exercises, open a round for those who work for all, answer a part."""
    text = (files("kodeks.inquiries") / "exercises.toml").read_text(encoding="utf-8")
    registration.register_exercises(exercises.load(text))
    if DrillRound.objects.filter(system_id=SYSTEM).exists():
        return
    people = [_colleague(username, name) for username, name in COLLEAGUES]
    merete = User.objects.get(username="merete")
    drills.open_round(system=SYSTEM, team=EVERYWHERE, user=merete)
    met = 0
    for person in people:
        for one in drills.waiting(person):
            while (shown := drills.show(round_id=one.round_id, user=person)) is not None:
                met += shown.exercise.wrong
                _answer(person, one, shown, misses=met % _MISSES_EVERY == 0)


def _answer(person: User, one: drills.Waiting, shown: drills.Dealt, *, misses: bool) -> None:
    """What is wrong is rejected, but for one that is missed; what is right is followed."""
    follows = misses or not shown.exercise.wrong
    drills.answer(
        round_id=one.round_id,
        exercise=shown.exercise.id,
        user=person,
        choice="follow" if follows else "reject",
        chosen=shown.exercise.suggestion if follows else "",
        own_words=_WORDS,
    )


def _colleague(username: str, full_name: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    user = registration.add_user(
        username=username,
        full_name=f"{full_name} (opdigtet)",
        title="Sagsbehandler",
        password=None,
        person_index=None,
    )
    registration.grant(user=user, role="caseworker")
    registration.register_training(user=user, valid_until=_next_year())
    return user


def _next_year() -> dt.date:
    return months_after(timezone.localdate(), 12)
