# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries and the topics they are sorted into. Only `services` writes them."""

import uuid

from django.db import models

from kodeks.casework.models import Case, InCase, Unit


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


class Sorting(models.Model):
    """What the inbox sorts an inquiry by besides its own columns; only `sorting` writes it.

    `legal` is of the text itself. The rest is of the suggestion and "" before that; it may only be
    used for a person to whom the suggestion is shown (see `inbox`). The row goes when the inquiry
    is erased. The words that the text is searched by are no field: they lie in the inquiry's column
    `words` (migration 0012).
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
