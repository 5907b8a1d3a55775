# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The index of the journal kept as files (see ``archive``), what came in (see ``arriving``), and
what robots have begun in an ESDH system (see ``esdh.attempts``). No personal data here."""

import uuid

from django.db import models
from django.db.models import Q

from kodeks.casework.models import Unit
from kodeks.web.sender_keys import SenderKey, one_a_name


class ArchiveEntry(models.Model):
    """One document in the journal folder. Never changed or deleted (trigger in 0002_guards)."""

    key = models.CharField(max_length=200, unique=True)
    case_number = models.CharField(max_length=20, db_index=True)
    esdh_case_id = models.CharField(max_length=200)
    esdh_document_id = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    journalised_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="archive_sha256_form"
            ),
        )

    def __str__(self) -> str:
        return self.esdh_document_id


class Source(models.TextChoices):
    """The way by which something came in."""

    MAIL = "mail", "Postkassen"
    DROP = "drop", "Mappen"
    OPEN311 = "open311", "Open311"


class Kind(models.TextChoices):
    """What became of it."""

    INQUIRY = "inquiry", "Taget ind"
    AUTOMATIC = "automatic", "Lagt til side, fordi ingen har skrevet det"
    REFUSED = "refused", "Kunne ikke tages ind"


class Arrival(models.Model):
    """One thing that came in from another system: a mail, a file, a request.

    `key` is a digest by which it is known again, also when its inquiry has been erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=10, choices=Source)
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    """Why it is no inquiry: a Danish sentence without what is in it."""
    inquiry_id = models.UUIDField(null=True)
    """The inquiry that it became, the first of them when there are more."""
    inquiries = models.PositiveIntegerField(default=0)
    arrived_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    """When a person saw to what could not be taken in."""
    seen_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "key"), name="connectors_arrival_once"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[0-9a-f]{64}$"), name="connectors_arrival_key_form"
            ),
            models.CheckConstraint(
                condition=Q(kind="inquiry", reason="") | (~Q(kind="inquiry") & ~Q(reason="")),
                name="connectors_arrival_has_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=("arrived_at",),
                condition=Q(kind="refused", seen_at=None),
                name="connectors_arrival_refused",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.id}"


class Open311Key(SenderKey):
    """The key of an app or a system that sends us requests."""

    class Meta:
        constraints = (one_a_name("connectors_open311_key_name"),)


class Open311Request(models.Model):
    """A request that came in by Open311. `id` is what everybody calls it; what was written stands
    in the inquiry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry_id = models.UUIDField(unique=True)
    key = models.ForeignKey(Open311Key, models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, db_index=True, blank=True)
    """A keyed digest of all that was sent, by which the same request is known again."""
    latitude = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    longitude = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    requested_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("key", "requested_at"), name="connectors_open311_rate"),)

    def __str__(self) -> str:
        return str(self.id)


class Open311Way(models.Model):
    """How a department is reached at another body's Open311 server, from that moment on.

    Never changed (trigger in 0006_open311_out): the newest of a department counts, and what was
    handed over is asked for where it went. The key is the robot's credential (`bodies`).
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    url = models.CharField(max_length=300, blank=True)
    """What stands before ``/requests.xml``; empty: not reached so any more."""
    jurisdiction = models.CharField(max_length=100, blank=True)
    service_code = models.CharField(max_length=60, blank=True)
    service_codes = models.JSONField(default=dict)
    """Their code by the beginning of a KLE number; the longest that fits counts."""
    shows_descriptions = models.BooleanField(default=False)
    answer_days = models.PositiveSmallIntegerField(default=14)
    """Days after which a person here is told that they have not closed it."""
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("unit", "-id"), name="connectors_open311_way"),)

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.url}"


class Open311Sent(models.Model):
    """A matter that was handed to another body. What was written stands in the case only."""

    key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    """What the distribution is called here."""
    way = models.ForeignKey(Open311Way, models.PROTECT, related_name="+")
    number = models.CharField(max_length=200, blank=True)
    """What they call it; empty while they have only given a token."""
    token = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    """When they last told how far they are."""
    over_at = models.DateTimeField(null=True)
    """When there was nothing more to ask for."""

    class Meta:
        indexes = (
            models.Index(
                fields=("sent_at",), condition=Q(over_at=None), name="connectors_open311_open"
            ),
        )

    def __str__(self) -> str:
        return self.message_id


class MailKind(models.TextChoices):
    """What a mail from here is about. None holds anything of what a citizen wrote."""

    NOTICE = "notice", "Besked til en medarbejder"
    ACKNOWLEDGEMENT = "acknowledgement", "Kvittering for en mail"


class MailState(models.TextChoices):
    """Where a mail from here is."""

    QUEUED = "queued", "Venter"
    SENDING = "sending", "Bliver sendt"
    SENT = "sent", "Sendt"
    MAYBE = "maybe", "Måske sendt"
    REFUSED = "refused", "Afvist af mailserveren"


class OutgoingMail(models.Model):
    """One mail to be sent. To whom is read when it is sent: from the user, or from the inquiry,
    where the address is sealed. The words are made then too, of what is here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=MailKind)
    user_id = models.BigIntegerField(null=True)
    inquiry_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=150, blank=True)
    """Of a notice: what has come, without anything of a citizen."""
    path = models.CharField(max_length=200, blank=True)
    """Of a notice: where on the site it is to be seen."""
    recipient = models.CharField(max_length=64, blank=True)
    """A keyed digest of a citizen's address: nobody is answered many times a day."""
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="notice", user_id__isnull=False, inquiry_id=None)
                | Q(kind="acknowledgement", user_id=None, inquiry_id__isnull=False),
                name="connectors_mail_has_recipient",
            ),
        )
        indexes = (
            models.Index(
                fields=("queued_at",),
                condition=Q(state__in=("queued", "sending", "maybe")),
                name="connectors_mail_waiting",
            ),
            models.Index(fields=("recipient", "queued_at"), name="connectors_mail_recipient"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.id}"


class EsdhAttempt(models.Model):
    """A call that makes something in the ESDH system, from it is made until its answer is here."""

    key = models.CharField(max_length=250, primary_key=True)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
