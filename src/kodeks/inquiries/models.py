# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries and the topics they are sorted into. Only `services` writes them."""

import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models

from kodeks.casework.models import READERS, Case, DeadlineKind, InCase, Unit
from kodeks.kernel import api as kernel


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


class InInquiry(InCase):
    """Inquiries, or what lies in one by the field that `inquiry` names ("" for an inquiry)."""

    inquiry = ""

    def visible_to(self, user: kernel.User, *, roles: Collection[str] = READERS) -> Any:
        """As what lies in a case; and before there is one, what the engine was sure belongs to a
        unit that one of the rights is for. The policies of migration 0007 say the same."""
        seen = super().visible_to(user, roles=roles)
        rights = kernel.grants(user).filter(role__in=roles, kle_prefix="")
        units = set(rights.values_list("unit", flat=True))
        if not units or "" in units:
            return seen
        unplaced = {
            f"{self.inquiry}case": None,
            f"{self.inquiry}suggested_unit__code__in": sorted(units),
        }
        return seen | self.filter(**unplaced)


class OfInquiry(InInquiry):
    """What lies in an inquiry."""

    case = "inquiry__case__"
    inquiry = "inquiry__"


class OfClock(InInquiry):
    """What lies in a legal clock."""

    case = "clock__inquiry__case__"
    inquiry = "clock__inquiry__"


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
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    """The inquiry that this one was split from."""
    suggested_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    """Where the engine was sure that it belongs, when it was not sure of the topic."""
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


class Split(models.Model):
    """A person split an inquiry. `kept` and each child's `sentences` are numbers of the text's
    sentences; `parts` is a list of `inquiry` (the child's id) and `sentences`."""

    id = models.UUIDField(primary_key=True, editable=False)
    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="split")
    kept = models.JSONField()
    parts = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = OfInquiry.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class LegalClock(models.Model):
    """A clock of the law that a text may have set going the day it came (see `legal_clocks`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="legal_clocks")
    rule = models.CharField(max_length=60)
    """The name of the rule in `engine.legal` that fired."""
    kind = models.CharField(max_length=30, choices=DeadlineKind)
    source = models.CharField(max_length=200)
    counted_from = models.DateField()
    due_on = models.DateField()
    noticed_at = models.DateTimeField()
    objects = OfInquiry.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "kind"), name="legal_clock_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=DeadlineKind.values)
                & models.Q(due_on__gte=models.F("counted_from")),
                name="legal_clock_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class Settled(models.TextChoices):
    """What a person said of a legal clock."""

    CONFIRMED = "confirmed", "Bekræftet"
    DISMISSED = "dismissed", "Afvist"
    MOVED = "moved", "Flyttet til en anden henvendelse"


class LegalClockStep(models.Model):
    """What a person said of a legal clock, once. Why is sealed with the inquiry's key."""

    id = models.UUIDField(primary_key=True, editable=False)
    clock = models.OneToOneField(LegalClock, models.PROTECT, related_name="step")
    said = models.CharField(max_length=10, choices=Settled)
    sealed_reason = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = OfClock.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(said__in=Settled.values)
                & (~models.Q(said="dismissed") | models.Q(sealed_reason__isnull=False)),
                name="legal_clock_step_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.said} {self.at}"
