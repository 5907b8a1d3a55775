# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When bins are visited, what is expected of them, and what people are asked about them."""

from django.db import models
from django.db.models import Q

from kodeks.waste.models.readings import Bin


class Schedule(models.Model):
    """The weekly round of a bin from `since` on; the newest counts. Never changed: a new one is.

    `weekdays` has bit 0 for Monday to bit 6 for Sunday; 0: nobody comes. `at` is Danish time.
    """

    bin = models.ForeignKey(Bin, models.PROTECT, related_name="schedules")
    weekdays = models.PositiveSmallIntegerField()
    at = models.TimeField()
    since = models.DateTimeField()
    set_by = models.CharField(max_length=150)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(weekdays__range=(0, 127)), name="waste_schedule_weekdays"
            ),
        )
        indexes = (models.Index(fields=("bin", "-since", "-id"), name="waste_schedule_now"),)

    def __str__(self) -> str:
        return f"{self.bin_id}: {self.weekdays}"


class Round(models.Model):
    """One look at all bins: as of when, and by which released model (its hash)."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(db_index=True)
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    full_pct = models.FloatField(null=True)
    """From which level on the model's limits call a bin full."""
    problem = models.CharField(max_length=500, blank=True)
    """A Danish sentence about what could not be used in it."""
    finished_at = models.DateTimeField(null=True)
    """Until then some bins are missing, and nobody is shown it."""

    def __str__(self) -> str:
        return f"{self.at}"


class Outlook(models.Model):
    """What a round says of a bin. Levels are percent, chances 0 to 1 within so many days.

    `level_pct` is the last level that can be trusted. `faults` are pairs of kind and the Danish
    reason that hold at the time. Hours are those of a bin that gets full within the week, and
    `visit_*` the levels at the next planned visit, each as 10, 50 and 90 % of the probability.
    None is what nobody knows.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="outlooks")
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="outlooks")
    level_pct = models.FloatField(null=True)
    level_at = models.DateTimeField(null=True)
    temperature_c = models.FloatField(null=True)
    heard_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    trust = models.FloatField()
    reason = models.CharField(max_length=300)
    faults = models.JSONField(default=list)
    within_1 = models.FloatField(null=True)
    within_2 = models.FloatField(null=True)
    within_3 = models.FloatField(null=True)
    within_7 = models.FloatField(null=True)
    hours_low = models.FloatField(null=True)
    hours_middle = models.FloatField(null=True)
    hours_high = models.FloatField(null=True)
    visit_at = models.DateTimeField(null=True)
    visit_low = models.FloatField(null=True)
    visit_middle = models.FloatField(null=True)
    visit_high = models.FloatField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "bin"), name="waste_outlook_once"),)

    def __str__(self) -> str:
        return f"{self.round_id}: {self.bin_id}"


class Notice(models.Model):
    """A bin about which somebody should do something: what the system proposes stands in the
    kernel's recommendation, and what a person decided in its decision."""

    id = models.UUIDField(primary_key=True, editable=False)
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="notices")
    label = models.CharField(max_length=20)
    """What was proposed first; the page shows it when the kernel lets it be shown."""
    recommendation_id = models.UUIDField(null=True, unique=True)
    decision_id = models.UUIDField(null=True, unique=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When it was over: decided, or what it was about had gone."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("bin", "label"), condition=Q(ended_at=None), name="waste_notice_once"
            ),
        )
        indexes = (models.Index(fields=("-opened_at", "id"), name="waste_notice_newest"),)

    def __str__(self) -> str:
        return f"{self.bin_id}: {self.label}"


class SensorLesson(models.Model):
    """What one kind of sensor did in operation until `at`, as `engine.health.lessons` counts it."""

    at = models.DateTimeField()
    sensor = models.CharField(max_length=80)
    figures = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("at", "sensor"), name="waste_sensorlesson_once"),
        )

    def __str__(self) -> str:
        return f"{self.at}: {self.sensor}"


class SensorWorth(models.Model):
    """How much a bin's sensor took off the Brier score of the forecast until `at`; None: too few
    days to say."""

    at = models.DateTimeField()
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="worths")
    days = models.PositiveIntegerField()
    gain = models.FloatField(null=True)
    needed = models.BooleanField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("at", "bin"), name="waste_sensorworth_once"),
        )

    def __str__(self) -> str:
        return f"{self.at}: {self.bin_id}"


class ForecastScore(models.Model):
    """How good the forecasts of being full within so many days were that people were shown until
    `at`, as `engine.forecast.quality` counts it; None: too little was seen to say."""

    at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    figures = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("at", "days"), name="waste_forecastscore_once"),
        )

    def __str__(self) -> str:
        return f"{self.at}: {self.days}"
