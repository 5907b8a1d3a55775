# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Employees with rights for a unit and a KLE prefix."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import psycopg
from django.utils import timezone

from kodeks.kernel.models import User


@dataclass(frozen=True)
class Right:
    role: str
    unit: str
    prefix: str
    first: int
    last: int | None

    def covers(self, unit: str, number: str, *, roles) -> bool:
        """The slow oracle: in words, what a right of today is."""
        if self.role not in roles or self.first > 0 or (self.last is not None and self.last < 0):
            return False
        of_unit = self.unit == "" or self.unit == unit
        of_number = self.prefix == "" or number[: len(self.prefix)] == self.prefix
        return of_unit and of_number


def employee(owner: psycopg.Connection, *rights: Right) -> User:
    """Somebody with these rights, given by the owner role; days are counted from today."""
    name = f"prøve-{uuid.uuid4().hex[:12]}"
    found = owner.execute(
        "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name, email,"
        " is_staff, is_active, date_joined, full_name, title)"
        " VALUES ('!', false, %s, '', '', '', false, true, now(), %s, '') RETURNING id",
        (name, name),
    ).fetchone()
    today = timezone.localdate()
    for right in rights:
        last = None if right.last is None else today + dt.timedelta(days=right.last)
        owner.execute(
            "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
            " granted_at) VALUES (%s, %s, %s, %s, %s, %s, now())",
            (found[0], right.role, right.unit, right.prefix,
             today + dt.timedelta(days=right.first), last),
        )  # fmt: skip
    return User.objects.get(pk=found[0])


def of(unit: str, prefix: str = "", role: str = "caseworker") -> Right:
    return Right(role, unit, prefix, -1, None)
