# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The municipality's own texts of letters. Only ``letter_versions`` writes them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class LetterTemplate(models.Model):
    """One version of the text of a letter type; a later one takes its place, nothing is changed.

    Version 0 comes with the program and has no row. A version is used from the moment when
    somebody else than its writer approved it. It is about no person, so it is never erased.
    """

    name = models.CharField(max_length=60)
    """The letter type (see ``casework.letters``)."""
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    note = models.CharField(max_length=200)
    """Why it was written."""
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    """Why a text that is hard to read was approved all the same."""

    class Meta:
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="letter_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="letter_version_from_one"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, reason="")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="letter_approval_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="letter_approved_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ReplyBlock(models.Model):
    """A piece of text for answers about some KLE numbers. Its words are versions of a letter's text
    under its name, so two persons stand behind each (see ``casework.reply_blocks``)."""

    class Part(models.TextChoices):
        OPENING = "opening", "Indledning"
        ANSWER = "answer", "Svar"
        CLOSING = "closing", "Afslutning"

    name = models.SlugField(max_length=60, primary_key=True)
    title = models.CharField(max_length=120)
    kle_prefix = models.CharField(max_length=8, blank=True)
    """How the KLE numbers begin that it is for; empty: all."""
    part = models.CharField(max_length=10, choices=Part)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.name
