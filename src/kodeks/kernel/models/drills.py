# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises whose suggestion is known to be wrong or right, and how teams answer them.

Nothing here points to a recommendation, a decision or an act, and nothing of those points here: an
exercise is no case. Who was given which exercise the application role cannot read.
"""

from __future__ import annotations

import uuid

from django.db import models

from kodeks.kernel.models.people import User
from kodeks.kernel.models.systems import System


class ExerciseSet(models.Model):
    """A file of exercises as it was registered; the newest of a system is drawn from."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    content = models.JSONField()
    """As `kodeks.codex.exercises.ExerciseSet.content`."""
    sha256 = models.CharField(max_length=64)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "number"], name="kernel_exercise_set_number"),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.number}"


class DrillRound(models.Model):
    """Exercises drawn for one team, and what it takes to pass; the newest of a team is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    exercises = models.ForeignKey(ExerciseSet, models.PROTECT, related_name="+")
    team = models.CharField(max_length=80, blank=True)
    """The unit that its caseworkers have their right in; empty for those with a right to all."""
    number = models.IntegerField()
    wrong_cases = models.IntegerField()
    caught_cases = models.IntegerField()
    """Of the wrong suggestions, so many must be caught."""
    right_cases = models.IntegerField()
    followed_cases = models.IntegerField()
    """Of the right suggestions, so many must be followed."""
    persons = models.IntegerField()
    repeated = models.IntegerField()
    """So many of the exercises the team has had before."""
    commitment = models.CharField(max_length=64)
    """Of the seed that was drawn from."""
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["system", "team", "number"], name="kernel_drill_round_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.system_id} {self.team} {self.number}"


class DrillDeal(models.Model):
    """Which person answers which exercise, drawn. The application role cannot read it."""

    round = models.ForeignKey(DrillRound, models.PROTECT, related_name="+", db_index=False)
    exercise = models.CharField(max_length=80)
    wrong = models.BooleanField()
    place = models.IntegerField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["round", "exercise"], name="kernel_one_deal"),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.place}"


class DrillShowing(models.Model):
    """An exercise was put before its person, the first time."""

    deal = models.OneToOneField(DrillDeal, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.deal_id)


class DrillAnswer(models.Model):
    """What was answered to an exercise; not by whom. The words are counted and not kept."""

    round = models.ForeignKey(DrillRound, models.PROTECT, related_name="answers")
    deal = models.OneToOneField(DrillDeal, models.PROTECT, related_name="+")
    exercise = models.CharField(max_length=80)
    wrong = models.BooleanField()
    """Whether the suggestion was wrong."""
    choice = models.CharField(max_length=10)
    """`follow`, `other` or `reject`."""
    answer = models.CharField(max_length=80, blank=True)
    own_letters = models.IntegerField()
    seconds = models.IntegerField()
    """From when the exercise was put before the person."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.round_id} {self.exercise}"
