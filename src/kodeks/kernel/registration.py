# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What only the owner role may register. Used by `kodeks system` and `kodeks user`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kodeks.kernel import calls
from kodeks.kernel.models import Role, User

if TYPE_CHECKING:
    from kodeks.codex.card import SystemCard


def register_card(card: SystemCard) -> int:
    """Register a system card; equal content gives the revision that stands. Returns its number."""
    return int(calls.call("register_card", card.content))


def assign(*, system: str, unit: str, manager: str) -> None:
    """Name who answers from now on; an empty manager is a vacancy and halts the system."""
    calls.call("assign", system, unit, manager)


def release(*, system: str, version: str, artefact_sha256: str, metrics: Mapping[str, Any]) -> None:
    """Put a model in operation. `metrics` holds its measured quality, decimals as text."""
    calls.call("register_release", system, version, artefact_sha256, metrics)


@transaction.atomic
def add_user(
    *, username: str, full_name: str, title: str, password: str | None, person_index: bytes | None
) -> User:
    """Make an account; without a password nobody can sign in with one."""
    user = User(username=username, full_name=full_name, title=title, person_index=person_index)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    return user


def grant(
    *,
    user: User,
    role: str,
    unit: str = "",
    kle_prefix: str = "",
    valid_until: dt.date | None = None,
) -> None:
    """Give a person a role, for a unit and a KLE prefix (empty means all), until a day."""
    calls.call("register_grant", user.pk, Role(role).value, unit, kle_prefix, valid_until)


def revoke(*, user: User, role: str) -> int:
    """Take a role away from today; returns how many grants ended."""
    return int(calls.call("revoke_grants", user.pk, Role(role).value))
