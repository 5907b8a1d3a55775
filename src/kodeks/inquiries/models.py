# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries and the topics they are sorted into. Only `services` writes them."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kodeks.casework.models import Case, Document, InboxItem, InCase, Unit


class Topic(models.Model):
    """A subject that inquiries are about, and where such an inquiry goes.

    `label` is what the model was trained on; the label "andet" stands for what does not belong.
    How soon the citizen gets an answer is a rule of the KLE number (casework's `DeadlineRule`).
    """

    label = models.SlugField(primary_key=True, max_length=60)
    title = models.CharField(max_length=120)
    kle_number = models.CharField(max_length=8)
    facet = models.CharField(max_length=3)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Channel(models.TextChoices):
    MAIL = "mail", "E-mail"
    WEB = "web", "Kontaktformular"
    PHONE = "telefonnotat", "Telefonnotat"
    LETTER = "brev", "Brev"
    APP = "app", "App"
    OPEN311 = "open311", "Open311"


CALM = models.Case(models.When(urgency="", then=1), default=0)
"""0 for an inquiry that is urgent, else 1: what the inbox is ordered by first."""


class Inquiry(models.Model):
    """One inquiry. CPR numbers in the text are masked; the original is sealed if it had any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    external_id = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=20, choices=Channel)
    district = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    sealed_original = models.BinaryField(null=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sealed_cpr = models.BinaryField(null=True)
    sender_index = models.BinaryField(null=True, db_index=True)
    sealed_address = models.BinaryField(null=True)
    """The address of e-mail that the sender may be answered at."""
    urgency = models.CharField(max_length=200, blank=True)
    """The rule that makes it urgent, in Danish; empty when it is not."""
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    recommendation_id = models.UUIDField(null=True)
    decision_id = models.UUIDField(null=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="inquiry")
    erased_at = models.DateTimeField(null=True)
    """When what the sender wrote and gave went; dates, channel and ids are left."""
    objects = InCase.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("received_at",),
                condition=models.Q(decision_id__isnull=True),
                name="inquiries_waiting",
            ),
            models.Index(
                CALM,
                "received_at",
                "id",
                condition=models.Q(decision_id__isnull=True),
                name="inquiries_inbox",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A file that came with an inquiry (see `attachments`). Its name and content are sealed, and
    empty when the inquiry has been erased."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    sealed_name = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("inquiry", "number"), name="inquiries_attachment_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.inquiry_id}:{self.number}"


class ExampleSet(models.Model):
    """Old texts with their topics, taken in by a technician to learn from beside what is decided
    here. Content is sealed under a key of its own; it is empty once the set has been removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the content as it is used, with CPR numbers masked."""
    sealed = models.BinaryField()
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("taken_in_at",)

    def __str__(self) -> str:
        return self.name


class Retraining(models.Model):
    """A run that trains the model anew (see `learning`). Its steps, and how it ended, are rows that
    are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    technician = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """Whose permits it runs under."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """None when it came by the schedule."""
    asked_at = models.DateTimeField()
    """What was decided later is not in it."""
    terms = models.JSONField()
    """Under which terms the candidate is judged (`learning.terms.Terms`)."""

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return str(self.id)


class RetrainingStep(models.Model):
    """A step that is done: a run that goes on after a crash begins with the next. Ids, counts and
    figures only."""

    run = models.ForeignKey(Retraining, models.PROTECT, related_name="steps")
    name = models.CharField(max_length=20)
    result = models.JSONField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "name"), name="inquiries_retraining_step_once"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}: {self.name}"


class RetrainingProgress(models.Model):
    """How far a step has come that is being done; no record of anything."""

    run = models.OneToOneField(Retraining, models.PROTECT, related_name="progress")
    step = models.CharField(max_length=20)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """0 where nobody knows how much there is."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.step}"


class RetrainingOutcome(models.TextChoices):
    PASSED = "passed", "Klar til underskrift"
    REFUSED = "refused", "Afvist"
    ABANDONED = "abandoned", "Afbrudt"


class RetrainingEnd(models.Model):
    """How a run ended. The database enters each in the ledger, and lets nobody propose a retrained
    model for release that has not passed."""

    run = models.OneToOneField(Retraining, models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=10, choices=RetrainingOutcome)
    reasons = models.JSONField()
    """Danish sentences."""
    figures = models.JSONField()
    """Each as `engine.canary.Figure`, numbers as text."""
    permit_id = models.UUIDField(null=True)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    compared_with = models.CharField(max_length=64, blank=True)
    """The hash of the model that was in operation."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who abandoned it."""
    ended_at = models.DateTimeField()
    event_id = models.UUIDField()
    """Its entry in the ledger."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=RetrainingOutcome.values),
                name="inquiries_retraining_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id}: {self.outcome}"


class Sorting(models.Model):
    """What the inbox sorts an inquiry by besides its own columns; only `sorting` writes it.

    `legal` is of the text itself. The rest is of the suggestion and "" before that; it may only be
    used for a person to whom the suggestion is shown (see `inbox`). The row goes when the inquiry
    is erased. The words that the text is searched by are no field: they lie in the inquiry's column
    `words` and are asked for by the database's own function (migration 0012).
    """

    inquiry = models.OneToOneField(
        Inquiry, models.PROTECT, primary_key=True, related_name="sorting"
    )
    legal = models.BooleanField()
    """Whether the text seems to start a clock of the law."""
    label = models.CharField(max_length=60, blank=True)
    """The suggested topic."""
    way = models.CharField(max_length=20, blank=True)
    """How far the engine went (engine.results.Way)."""
    how = models.CharField(max_length=20, blank=True)
    """How the kernel had it put before people when it was issued: shown, blind or withheld."""

    def __str__(self) -> str:
        return str(self.inquiry_id)


class Place(models.Model):
    """A place that an inquiry names, for showing on a map and nothing else; only `places` writes
    it. It goes when the inquiry is erased."""

    id = models.BigAutoField(primary_key=True)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    """In the order of the text, from 1."""
    title = models.CharField(max_length=200)
    """As the municipality's own list writes it: "Testvej 14"."""
    kind = models.CharField(max_length=20)
    """How precise it is (geography.results.Kind)."""
    district = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    """WGS 84, degrees."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "number"), name="inquiries_place_number"),
        )

    def __str__(self) -> str:
        return f"{self.inquiry_id}:{self.number}"


class Acknowledgement(models.Model):
    """What the sender was told at once: that it has come, and by when they hear from us.

    Written once for an inquiry (see `acknowledging`) and not changed: a later day is told by a
    letter. What was sent is sealed with the inquiry's key, and empty when it is erased.
    """

    class Way(models.TextChoices):
        MAIL = "mail", "Mail"
        POST = "post", "Digital Post"

    inquiry = models.OneToOneField(
        Inquiry, models.PROTECT, primary_key=True, related_name="acknowledgement"
    )
    way = models.CharField(max_length=10, choices=Way)
    reference = models.CharField(max_length=20, unique=True)
    """What the inquiry is called before it has a case."""
    answer_by = models.DateField(null=True)
    """The last day; null where no rule says one."""
    version = models.PositiveIntegerField()
    """Of the text (`letter_types.ACKNOWLEDGED`)."""
    act_id = models.UUIDField()
    """The robot's act in the kernel."""
    sealed = models.BinaryField()
    """The mail's words, or the letter."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class ReplyDraft(models.Model):
    """What a person has written of an answer: each time it is saved is a row, and none is changed.

    The newest of an item is the draft. The words are sealed with the inquiry's key and empty when
    it is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(InboxItem, models.PROTECT, related_name="drafts")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    blocks = models.JSONField(default=list)
    """Name and version of each approved block that was put in."""
    sealed = models.BinaryField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    """The letter, when this is what was sent."""
    objects = InCase.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="inquiries_draft_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="inquiries_draft_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.item_id}:{self.number}"


class Answered(models.Model):
    """An inquiry that a department has answered, as those who answer later ones look for it.

    `terms` are the stems of its words as numbers (`engine.likeness`); a trigger keeps an index of
    them, and empties it with the row when the inquiry is erased.
    """

    item = models.OneToOneField(InboxItem, models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    received_on = models.DateField()
    answered_on = models.DateField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    """The answer; null where it was written elsewhere."""
    terms = ArrayField(models.BigIntegerField())
    objects = InCase.as_manager()

    def __str__(self) -> str:
        return str(self.item_id)

    @property
    def days(self) -> int:
        """From it came until it was answered."""
        return (self.answered_on - self.received_on).days
