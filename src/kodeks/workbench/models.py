# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Failed sign-ins, kept for the throttle only; and the newest count of each system."""

from django.db import models


class SignInFailure(models.Model):
    """One failed sign-in. `fingerprint` is a keyed hash of user name and address (hex, 64)."""

    fingerprint = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["fingerprint", "failed_at"], name="signin_throttle"),)
        verbose_name = "fejlet log ind"
        verbose_name_plural = "fejlede log ind"

    def __str__(self) -> str:
        return f"{self.fingerprint[:8]} {self.failed_at:%Y-%m-%d %H:%M}"


class ServiceReport(models.Model):
    """The newest count of a system's times and hours; the ledger gives the same again.

    `closed` holds each month that is over as it was counted first, by month ("2026-11").
    """

    system = models.CharField(max_length=40, unique=True)
    content = models.JSONField()
    closed = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "opgørelse af tider og timer"
        verbose_name_plural = "opgørelser af tider og timer"

    def __str__(self) -> str:
        return f"{self.system} {self.made_at:%Y-%m-%d %H:%M}"
