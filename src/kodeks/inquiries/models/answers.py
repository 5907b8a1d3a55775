# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the sender was told at once, drafts of answers, and what was answered."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kodeks.casework.models import Case, Document, InboxItem, InCase
from kodeks.inquiries.models.inquiry import Inquiry, Topic


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

    The newest to an inquiry's sender is the draft. The words are sealed with the inquiry's key and
    empty when it is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(InboxItem, models.PROTECT, related_name="drafts")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="+")
    """Whose sender it is to: the case's own, or one that was laid on it."""
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
            models.UniqueConstraint(
                fields=("item", "inquiry", "number"), name="inquiries_draft_number_to"
            ),
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
