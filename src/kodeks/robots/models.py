# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A flow's runs and what each step left behind.

What is written down of what was done is append-only: triggers in the migrations refuse changes.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    QUEUED = "queued", "I kø"
    RUNNING = "running", "I gang"
    WAITING = "waiting", "Venter, fordi systemet eller robotten er stoppet"
    HELD = "held", "Venter på en medarbejder"
    DONE = "done", "Udført"


class Run(models.Model):
    """One flow carried out under one decision.

    `decision_id` and `subject_id` are plain values: the kernel's `act` is what refuses a step
    without a decision, and this room needs no foreign keys into other rooms.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    flow = models.CharField(max_length=60)
    robot = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    decision_id = models.UUIDField()
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    """When the run last moved; an old time on a run that is not finished means it is stuck."""
    finished_at = models.DateTimeField(null=True)
    held_reason_code = models.CharField(max_length=60, blank=True)
    held_reason = models.CharField(max_length=300, blank=True)
    """A Danish sentence without personal data."""
    attempts = models.PositiveIntegerField(default=0)
    """Tries begun since the last step was recorded, the present one included."""
    unit = models.CharField(max_length=80, blank=True)
    """Code of the unit whose people may help it on; empty: all units'."""
    flow_version = models.PositiveIntegerField(default=1)
    """The newest version of the flow that has recorded a step."""
    stranded_since = models.DateTimeField(null=True)
    """When a worker first met it and did not know its flow, or only an older version."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["flow", "decision_id"], name="robots_run_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="robots_run_status"),
            models.CheckConstraint(
                condition=Q(status=Status.HELD, held_reason_code__gt="", held_reason__gt="")
                | (~Q(status=Status.HELD) & Q(held_reason_code="", held_reason="")),
                name="robots_run_held_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DONE, finished_at__isnull=False)
                | (~Q(status=Status.DONE) & Q(finished_at__isnull=True)),
                name="robots_run_done_is_finished",
            ),
        )
        indexes = (
            models.Index(fields=["status", "updated_at"], name="robots_run_status_updated"),
            models.Index(fields=["subject_type", "subject_id"], name="robots_run_subject"),
            models.Index(fields=["decision_id"], name="robots_run_decision"),
        )

    def __str__(self) -> str:
        return f"{self.flow} {self.id}"


class StepRecord(models.Model):
    """A step that is done: by the robot, in the transaction of its work and of the kernel's act;
    or by a person, and then there is no act, but who it was, what they say they did, and as its
    result what the step asks of them."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="step_records")
    step = models.CharField(max_length=60)
    result = models.JSONField()
    act_id = models.UUIDField(null=True)
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=64, blank=True)
    note = models.BinaryField(null=True)
    """Sealed with the subject's key, as people write about citizens."""
    flow_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "step"], name="robots_step_once"),
            models.CheckConstraint(
                condition=Q(act_id__isnull=False, done_by="", note__isnull=True)
                | Q(act_id__isnull=True, done_by__gt="", note__isnull=False),
                name="robots_step_by_robot_or_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id}:{self.step}"


class Release(models.Model):
    """A person looked at a held run and let the robot try again."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="releases")
    user_id = models.CharField(max_length=64)
    reason_code = models.CharField(max_length=60)
    """Why the run was held."""
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.reason_code}"


class Failure(models.Model):
    """A try that failed: of a run's step, or of background work (then `job_id` and its name)."""

    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="failures")
    job_id = models.BigIntegerField(null=True)
    step = models.CharField(max_length=60, blank=True)
    """The step, or the background work; empty when the run's flow is unknown here."""
    error = models.CharField(max_length=100)
    """A business error's code, or a technical error's class."""
    technical = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    """A business error's Danish sentence, without personal data."""
    attempt = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(run__isnull=False, job_id__isnull=True)
                | Q(run__isnull=True, job_id__isnull=False),
                name="robots_failure_of_one",
            ),
        )
        indexes = (
            models.Index(fields=["at"], name="robots_failure_at"),
            models.Index(fields=["job_id"], name="robots_failure_job"),
        )

    def __str__(self) -> str:
        return f"{self.run_id or self.job_id}: {self.error}"


class Taking(models.Model):
    """A person took a task: a held run, or background work that was given up. The newest counts."""

    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="takings")
    job_id = models.BigIntegerField(null=True)
    user_id = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(run__isnull=False, job_id__isnull=True)
                | Q(run__isnull=True, job_id__isnull=False),
                name="robots_taking_of_one",
            ),
        )
        indexes = (models.Index(fields=["job_id"], name="robots_taking_job"),)

    def __str__(self) -> str:
        return f"{self.run_id or self.job_id}: {self.user_id}"


class Closing(models.Model):
    """A person said that background work that was given up is done or not needed any more."""

    job_id = models.BigIntegerField(unique=True)
    task = models.CharField(max_length=60)
    arguments = models.JSONField()
    user_id = models.CharField(max_length=64)
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} {self.job_id}"


class RobotState(models.TextChoices):
    RUNNING = "running", "Kører"
    PAUSED = "paused", "På pause"
    STOPPED = "stopped", "Stoppet"


class Order(models.Model):
    """A person told a robot to pause, to stop or to go on. The newest of a robot counts."""

    robot = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=RobotState)
    user_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    ordered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RobotState.values), name="robots_order_state"
            ),
        )
        indexes = (models.Index(fields=["robot", "-id"], name="robots_order_newest"),)

    def __str__(self) -> str:
        return f"{self.robot}: {self.state}"


class IncidentEnd(models.Model):
    """A person ended an incident: runs of a robot that are held for one cause. Those that are held
    later for the same cause are a new one."""

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", "Afvist"
        RESCHEDULED = "rescheduled", "Sat i gang igen"

    robot = models.CharField(max_length=60)
    cause = models.CharField(max_length=160)
    outcome = models.CharField(max_length=12, choices=Outcome)
    runs = models.PositiveIntegerField()
    user_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    ended_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["robot", "cause", "-id"], name="robots_incident_newest"),)

    def __str__(self) -> str:
        return f"{self.robot}: {self.cause}"


class ScheduleChange(models.Model):
    """A person changed when a schedule is due, or switched it off or on. The newest counts."""

    name = models.CharField(max_length=60)
    is_on = models.BooleanField()
    cron = models.CharField(max_length=100, blank=True)
    """Empty: the one that the program comes with."""
    user_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["name", "-id"], name="robots_schedule_newest"),)

    def __str__(self) -> str:
        return self.name


class Firing(models.Model):
    """A schedule's due time that was seen to, once for all workers. `queued` is False for the one
    that had passed when the schedule was met for the first time: nothing is caught up from then."""

    name = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    queued = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name", "due_at"], name="robots_firing_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"


class WorkerPlace(models.Model):
    """Where a worker runs. procrastinate keeps its heartbeat, under the same number."""

    worker_id = models.BigIntegerField(primary_key=True)
    machine = models.CharField(max_length=255)
    process = models.IntegerField()
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.machine}:{self.process}"


class Credential(models.Model):
    """A robot's password or key to another system, sealed. A change is a new row: the newest
    counts. An old one is emptied and keeps who made it and who emptied it; triggers allow no
    other change than that, and its key being wrapped anew."""

    robot = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    row = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """What the sealed bytes are bound to."""
    sealed = models.BinaryField()
    wrapped = models.BinaryField()
    kek = models.PositiveIntegerField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    emptied_by = models.CharField(max_length=150, blank=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["robot", "name", "-id"], name="robots_credential_newest"),)

    def __str__(self) -> str:
        return f"{self.robot}: {self.name}"
