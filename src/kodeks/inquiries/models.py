# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries and the topics they are sorted into. Only `services` writes them."""

import uuid

from django.db import models

from kodeks.casework.models import Case, InCase, Unit


class Topic(models.Model):
    """A subject that inquiries are about, and where such an inquiry goes.

    `label` is what the model was trained on; the label "andet" stands for what does not belong.
    """

    label = models.SlugField(primary_key=True, max_length=60)
    title = models.CharField(max_length=120)
    kle_number = models.CharField(max_length=8)
    facet = models.CharField(max_length=3)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    working_days = models.PositiveSmallIntegerField()
    """Days of answering promised to the citizen, in working days."""

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
        )

    def __str__(self) -> str:
        return str(self.id)
