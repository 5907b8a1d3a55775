# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The records of casework. Only ``services`` writes them.

The journal follows offentlighedsloven § 15: a journal entry holds the date of receipt or dispatch
and a short thematic indication, and nothing counts as journalised before the ESDH system's id is
stored. The database itself (constraints, triggers in 0003_guards) keeps these rules.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kodeks.casework.models.visible import InCase, Parties, Visible
from kodeks.casework.privacy import CPR_PATTERN

KLE_NUMBER = r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$"
FACET = r"^[A-ZÆØÅ][0-9]{2}$"
CASE_NUMBER = r"^[0-9]{4}-[0-9]{7,}$"
SHA256 = r"^[0-9a-f]{64}$"


class Unit(models.Model):
    """A department or team; ``code`` is what grants and routes name."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    phone = models.CharField(max_length=40, blank=True, default="")
    phone_hours = models.CharField(max_length=60, blank=True, default="")
    email = models.CharField(max_length=100, blank=True, default="")
    """How a citizen reaches it; printed in its letters."""
    distribution = models.CharField(max_length=36, blank=True, default="")
    """How cases reach it: "" in its inbox here, "kle" or a system's UUID by SF2900, "open311" at
    another body's server."""

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Retention(models.TextChoices):
    """What becomes of a closed case's contents."""

    UNKNOWN = "unknown", "Ingen regel endnu"
    ERASE = "erase", "Slettes"
    KEEP = "keep", "Bevares"


class KleSubject(models.Model):
    """A subject of KLE (Kommunernes Landsforenings emnesystematik) in a period.

    Its rule of retention holds for the cases that were opened under it. Without somebody who has
    confirmed it, a rule is a suggestion that nothing is erased by.
    """

    number = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    retention = models.CharField(max_length=7, choices=Retention, default=Retention.UNKNOWN)
    retention_years = models.PositiveSmallIntegerField(null=True, blank=True)
    """Whole years from the day the case was closed until its contents are erased."""
    retention_source = models.CharField(max_length=200, blank=True, default="")
    retention_confirmed_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ("number", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("number", "valid_from"), name="kle_once_per_date"),
            models.CheckConstraint(condition=Q(number__regex=KLE_NUMBER), name="kle_number_form"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="kle_period_not_negative",
            ),
            models.CheckConstraint(
                condition=(
                    Q(retention="unknown", retention_years=None, retention_confirmed_by="")
                    | Q(~Q(retention_source=""), retention="keep", retention_years=None)
                    | Q(~Q(retention_source=""), retention="erase", retention_years__isnull=False)
                ),
                name="kle_retention_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Sensitivity(models.TextChoices):
    """How the case must be protected, as in Sag og Dokument and KMD Nova."""

    NOT_CONFIDENTIAL = "not_confidential", "Ikke fortrolig"
    CONFIDENTIAL = "confidential", "Fortrolig"
    SENSITIVE = "sensitive", "Følsom"
    SPECIALLY_SENSITIVE = "specially_sensitive", "Særligt følsom"


class CaseState(models.TextChoices):
    """A case only moves forward."""

    OPENED = "opened", "Åben"
    DECIDED = "decided", "Afgjort"
    CLOSED = "closed", "Lukket"


class Case(models.Model):
    """One matter (enkeltsagsprincippet: one case, one matter). The title holds no personal data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    kle = models.ForeignKey(KleSubject, on_delete=models.PROTECT, related_name="cases")
    facet = models.CharField(max_length=3)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    sensitivity = models.CharField(max_length=20, choices=Sensitivity)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPENED)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    """When what was personal in it went; only the frame is left (see `retention`)."""
    objects = Visible.as_manager()

    class Meta:
        ordering = ("-number",)
        indexes = (
            models.Index(
                fields=("closed_at",),
                condition=Q(closed_at__isnull=False, erased_at=None),
                name="case_closed_not_erased",
            ),
            # What lies in a case finds its place without reading the case.
            models.Index(fields=("id",), include=("unit", "kle"), name="case_place"),
        )
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False)
                    | Q(~Q(state="closed"), closed_at=None, erased_at=None)
                ),
                name="case_closed_has_moment",
            ),
            models.CheckConstraint(condition=Q(facet__regex=FACET), name="case_facet_form"),
            models.CheckConstraint(condition=Q(number__regex=CASE_NUMBER), name="case_number_form"),
            models.CheckConstraint(
                condition=Q(sensitivity__in=Sensitivity.values), name="case_sensitivity_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(title__regex=CPR_PATTERN),
                name="case_title_without_cpr",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Party(models.Model):
    """A person, company or other in a case. CPR numbers are sealed by the caller before storage.

    `left_at` is when a secondary one that came into the case by mistake left it."""

    class Role(models.TextChoices):
        PRIMARY = "primary", "Primær"
        SECONDARY = "secondary", "Sekundær"

    class Kind(models.TextChoices):
        CPR = "cpr", "Person"
        CVR = "cvr", "Virksomhed"
        FREE = "free", "Anden"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role)
    kind = models.CharField(max_length=4, choices=Kind)
    name = models.CharField(max_length=200)
    cvr = models.CharField(max_length=8, blank=True, default="")
    sealed_cpr = models.BinaryField(null=True)
    blind_index = models.BinaryField(null=True, db_index=True)
    left_at = models.DateTimeField(null=True)
    objects = Parties.as_manager()

    class Meta:
        ordering = ("role", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(role="primary"), name="party_one_primary"
            ),
            models.CheckConstraint(
                condition=Q(role__in=("primary", "secondary")), name="party_role_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="cpr", sealed_cpr__isnull=False, blind_index__isnull=False, cvr="")
                    | Q(kind="cvr", sealed_cpr=None, blind_index=None, cvr__regex=r"^[0-9]{8}$")
                    | Q(kind="free", sealed_cpr=None, blind_index=None, cvr="")
                    # Erased: the guard lets no other party be without a name.
                    | Q(name="", sealed_cpr=None, blind_index=None, cvr="")
                ),
                name="party_identifier_fits_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} part"


class Direction(models.TextChoices):
    """Which way a document went."""

    INCOMING = "incoming", "Indgående"
    OUTGOING = "outgoing", "Udgående"
    INTERNAL = "internal", "Internt"


class Document(models.Model):
    """A document of a case. Its content never changes; once final, nothing about it does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(max_length=200)
    direction = models.CharField(max_length=10, choices=Direction)
    type = models.CharField(max_length=40)
    letter_date = models.DateField()
    final = models.BooleanField(default=False)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="document_sha256_form"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="document_direction_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class JournalStatus(models.TextChoices):
    """The three phases of journalising; an entry only moves forward."""

    REGISTERED = "registered", "Registreret"
    JOURNALISED = "journalised", "Journaliseret"
    RECEIPTED = "receipted", "Kvitteret"


class ActorKind(models.TextChoices):
    """Who registered an entry, with the words of SF2900."""

    SYSTEM = "ItSystem", "It-system"
    USER = "Bruger", "Bruger"


class JournalEntry(models.Model):
    """The journal's line for one document (offentlighedsloven § 15, stk. 1 and 2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="journal_entry"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="journal_entries")
    received_or_sent_on = models.DateField()
    theme = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="journal_entries")
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.CharField(max_length=150)
    status = models.CharField(
        max_length=12, choices=JournalStatus, default=JournalStatus.REGISTERED
    )
    esdh_case_id = models.CharField(max_length=200, blank=True, default="")
    esdh_document_id = models.CharField(max_length=200, blank=True, default="")
    registered_at = models.DateTimeField(default=timezone.now)
    journalised_at = models.DateTimeField(null=True)
    receipted_at = models.DateTimeField(null=True)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("registered_at", "id")
        indexes = (
            models.Index(
                fields=("registered_at",),
                condition=~Q(status="receipted"),
                name="journal_waiting",
            ),
            models.Index(fields=("-registered_at", "-id"), name="journal_newest_first"),
            models.Index(
                fields=("unit", "-registered_at", "-id"), name="journal_of_unit_newest_first"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(actor_kind__in=ActorKind.values), name="journal_actor_kind_known"
            ),
            models.CheckConstraint(condition=~Q(theme="") & ~Q(actor=""), name="journal_has_theme"),
            models.CheckConstraint(
                condition=(
                    Q(
                        status="registered",
                        esdh_case_id="",
                        esdh_document_id="",
                        journalised_at=None,
                        receipted_at=None,
                    )
                    | (
                        (
                            Q(status="journalised", receipted_at=None)
                            | Q(status="receipted", receipted_at__isnull=False)
                        )
                        & Q(journalised_at__isnull=False)
                        & ~Q(esdh_case_id="")
                        & ~Q(esdh_document_id="")
                    )
                ),
                name="journal_not_without_esdh_id",
            ),
        )

    def __str__(self) -> str:
        return self.theme


class InboxItem(models.Model):
    """Something a department must look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inbox")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inbox_items")
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    objects = InCase.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        indexes = (
            models.Index(
                fields=("unit", "created_at"), condition=Q(handled_at=None), name="inbox_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
