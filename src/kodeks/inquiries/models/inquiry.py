# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries and the topics they are sorted into. Only `services` writes them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from kodeks.casework.models import Case, Unit
from kodeks.inquiries.models.visible import InInquiry, OfInquiry


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


SEVERAL = ", "


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
    """The rules that make it urgent, in Danish and the gravest first, with SEVERAL between them;
    empty when it is not urgent."""
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    recommendation_id = models.UUIDField(null=True)
    decision_id = models.UUIDField(null=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="inquiry")
    """The case that was opened for it."""
    joined = models.ForeignKey(Case, models.PROTECT, null=True, related_name="joined_inquiries")
    """A case that was there, which it was laid on instead (see `joining`)."""
    erased_at = models.DateTimeField(null=True)
    """When what the sender wrote and gave went; dates, channel and ids are left."""
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    """The inquiry that this one was split from."""
    suggested_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    """Where the engine was sure that it belongs, by its topic or by the department alone."""
    proposed = models.JSONField(null=True)
    """The matters that the engine found in the text, as its recommendation has them: a list of
    `label` and `sentences` (numbers of `language.sentences`); None when it found one."""
    objects = InInquiry.as_manager()

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
            models.Index(
                CALM,
                models.F("received_at").desc(),
                models.F("id").desc(),
                condition=models.Q(decision_id__isnull=True),
                name="inquiries_newest",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def urgencies(self) -> tuple[str, ...]:
        """The names of the rules that make it urgent."""
        return tuple(self.urgency.split(SEVERAL)) if self.urgency else ()


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


class Likeness(models.Model):
    """By which an inquiry is found again when nearly the same text comes (see `kinfolk`): numbers
    made of its letters. They go when the inquiry is erased."""

    inquiry = models.OneToOneField(
        Inquiry, models.PROTECT, primary_key=True, related_name="likeness"
    )
    bands = ArrayField(models.BigIntegerField())
    objects = OfInquiry.as_manager()

    class Meta:
        indexes = (GinIndex(fields=("bands",), name="inquiries_alike"),)

    def __str__(self) -> str:
        return str(self.inquiry_id)
