# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the inbox sorts and shows an inquiry by: its suggestion, and the places it names."""

from django.db import models

from kodeks.inquiries.models.inquiry import Inquiry


class Sorting(models.Model):
    """What the inbox sorts an inquiry by besides its own columns; only `sorting` writes it.

    It is of the suggestion, and may only be used for a person to whom that is shown (see `inbox`).
    The row goes when the inquiry is erased. The words that the text is searched by are no field:
    they lie in the inquiry's column `words` (migration 0012).
    """

    inquiry = models.OneToOneField(
        Inquiry, models.PROTECT, primary_key=True, related_name="sorting"
    )
    label = models.CharField(max_length=60, blank=True)
    """The suggested topic."""
    way = models.CharField(max_length=20, blank=True)
    """How far the engine went (engine.results.Way)."""
    how = models.CharField(max_length=20, blank=True)
    """How the kernel had it put before people when it was issued: shown, blind or withheld."""

    def __str__(self) -> str:
        return str(self.inquiry_id)


class Place(models.Model):
    """A place that an inquiry names, for showing on a map and nothing else; only `places` writes
    it. It goes when the inquiry is erased."""

    id = models.BigAutoField(primary_key=True)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    """In the order of the text, from 1."""
    title = models.CharField(max_length=200)
    """As the municipality's own list writes it: "Testvej 14"."""
    kind = models.CharField(max_length=20)
    """How precise it is (geography.results.Kind)."""
    district = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    """WGS 84, degrees."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "number"), name="inquiries_place_number"),
        )

    def __str__(self) -> str:
        return f"{self.inquiry_id}:{self.number}"
