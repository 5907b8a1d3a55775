# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People and systems that are named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kodeks.kernel.models import User


class UserProblem(Exception):
    """The account cannot be made or found. The text is Danish."""


def user_named(username: str) -> User:
    """The account. Raises UserProblem when there is none."""
    from kodeks.kernel.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise UserProblem(f"Brugeren {username} findes ikke. Opret den med `kodeks user add`.")
    return user


def known(slug: str) -> str:
    """The id of a registered system. Raises Refused."""
    from kodeks.kernel.errors import Refused
    from kodeks.kernel.models import System

    if not System.objects.filter(slug=slug).exists():
        raise Refused(
            code="unknown_system",
            message=f"Systemet {slug} er ikke registreret. Se listen med `kodeks system list`.",
        )
    return slug
