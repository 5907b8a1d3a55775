# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People: accounts, rights, training, absence and the keys they sign with."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. Accounts and passwords are the owner role's: `kodeks user`.

    The web process may not write here at all. A row that it could update it could also lock, and
    so hold up a stop in that person's name.
    """

    last_login = None
    full_name = models.CharField("navn", max_length=150)
    title = models.CharField("stilling", max_length=150, blank=True)
    person_index = models.BinaryField(null=True, blank=True, editable=False)
    """Keyed blind index of a citizen's CPR number, so that "my cases" can be found."""

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def check_password(self, raw_password: str | None) -> bool:
        """Without Django's making of a new hash at sign-in, which would write here."""
        return check_password(raw_password, self.password)


class Role(models.TextChoices):
    CASEWORKER = "caseworker", "Sagsbehandler"
    SYSTEM_OWNER = "system_owner", "Systemejer"
    DATA_PROTECTION_OFFICER = "data_protection_officer", "Databeskyttelsesrådgiver"
    ADMINISTRATOR = "administrator", "Administrator"
    CITIZEN = "citizen", "Borger"


class Grant(models.Model):
    """Role x unit x KLE prefix for one person; empty unit or prefix means all."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40, choices=Role)
    unit = models.CharField(max_length=80, blank=True)
    kle_prefix = models.CharField(max_length=8, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class Training(models.Model):
    """Trained to use a system (all of them when empty) until a day (AI Act art. 4 and 26(2))."""

    user = models.ForeignKey(User, models.PROTECT, related_name="trainings")
    system_slug = models.CharField(max_length=40, blank=True)
    valid_until = models.DateField()
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.valid_until}"


class Absence(models.Model):
    """From when to when an owner is away; a person's newest row counts."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first_day}"


class SigningKey(models.Model):
    """A person's public key (Ed25519); the newest row counts, an empty one is a withdrawal."""

    user = models.ForeignKey(User, models.PROTECT, related_name="signing_keys")
    keyid = models.CharField(max_length=16, blank=True)
    public_key = models.CharField(max_length=100, blank=True)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.keyid}"
