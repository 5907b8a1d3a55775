# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How letters went out, and what was heard of them since. Only ``dispatching`` writes it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models.cases import Document


class Dispatch(models.Model):
    """A letter that was handed to a channel, or that none took. Never changed (0011_dispatches).

    Who it was for stands nowhere here: the recipient's number is never stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="dispatch")
    channel = models.CharField(max_length=40)
    message_id = models.CharField(max_length=200, blank=True, default="")
    """What the channel calls it; "" when no channel took it."""
    because = models.CharField(max_length=60, blank=True, default="")
    """Why by this channel, where another was meant; a code of the connector's."""
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("channel", "message_id"),
                condition=~Q(message_id=""),
                name="dispatch_message_once",
            ),
            models.CheckConstraint(
                condition=(
                    Q(channel="none", message_id="") | ~(Q(channel="none") | Q(message_id=""))
                ),
                name="dispatch_has_message",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}"


class Heard(models.TextChoices):
    """What a channel, or a person, says of a letter later."""

    RECEIVED = "received", "Modtaget"
    DELIVERED = "delivered", "Afleveret"
    FAILED = "failed", "Kunne ikke afleveres"
    HANDED = "handed", "Givet videre på anden måde"


class DispatchNews(models.Model):
    """One thing heard of a letter. Only added to; the newest by ``at`` is where it stands.

    The channel's own words may be about a person, so they are sealed with the case's key.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="news")
    heard = models.CharField(max_length=9, choices=Heard)
    reference = models.CharField(max_length=200)
    """What the channel calls this piece of news: the same one again is the same."""
    code = models.CharField(max_length=60, blank=True, default="")
    sealed_reason = models.BinaryField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("dispatch", "reference"), name="news_once"),
            models.CheckConstraint(condition=Q(heard__in=Heard.values), name="news_known"),
        )

    def __str__(self) -> str:
        return f"{self.heard} {self.dispatch_id}"
