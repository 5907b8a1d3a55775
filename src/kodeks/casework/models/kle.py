# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What comes with a list of KLE beside its subjects: words that point to them, and successors."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kodeks.casework.models.cases import KLE_NUMBER


class KleRelease(models.Model):
    """A list of KLE that was taken in whole, and the day from which it is used."""

    valid_from = models.DateField(unique=True)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("valid_from",)

    def __str__(self) -> str:
        return f"KLE {self.valid_from}"


class KleKeyword(models.Model):
    """A word that points to a number in one list. The weight says how strongly, as in OS2KLE."""

    release = models.ForeignKey(KleRelease, on_delete=models.CASCADE, related_name="keywords")
    number = models.CharField(max_length=8)
    word = models.CharField(max_length=500)
    weight = models.PositiveIntegerField()

    class Meta:
        ordering = ("number", "-weight", "word")
        indexes = (models.Index(fields=("release", "number"), name="kle_keyword_number"),)

    def __str__(self) -> str:
        return f"{self.number} {self.word}"


class KleSuccession(models.Model):
    """From that day new matters of `old` belong to `new`; more rows of a day: it was split."""

    old = models.CharField(max_length=8)
    new = models.CharField(max_length=8)
    valid_from = models.DateField()
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("valid_from", "old", "new")
        constraints = (
            models.UniqueConstraint(fields=("old", "new", "valid_from"), name="kle_succeeds_once"),
            models.CheckConstraint(
                condition=Q(old__regex=KLE_NUMBER, new__regex=KLE_NUMBER) & ~Q(old=F("new")),
                name="kle_succession_form",
            ),
        )

    def __str__(self) -> str:
        return f"{self.old} -> {self.new}"
