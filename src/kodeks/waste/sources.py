# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The platforms and gateways that may send us messages, and how they show who they are.

Each has a key of its own, of which a digest is kept. One that signs has a secret as well, by which
it makes an HMAC of each body; that must be read again, so it lies sealed among the robot's
credentials.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from kodeks.robots import credentials
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.models import Source
from kodeks.web import sender_keys

BROKER = "mqtt"
"""What came from the municipality's own broker, into which the robot has logged in."""
FILE = "fil"
"""What somebody with the installation's own keys loads: it is let in as it is."""
ROBOT = "skraldespande"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Made:
    """What is told once: the key, and the secret of one that signs ("" otherwise)."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


@transaction.atomic
def make(*, name: str, made_by: str, signs: bool = False) -> Made:
    """Let a source in. Raises WasteError when the name is taken or none."""
    if not _NAME.fullmatch(name) or name in (BROKER, FILE):
        raise WasteError("Navnet skal være små bogstaver, tal og bindestreg, højst 40 tegn.")
    if in_use().filter(name=name).exists():
        raise WasteError(f"{name} har allerede en nøgle. Træk den tilbage først.")
    secret = secrets.token_hex(32) if signs else ""
    if signs:
        credentials.put(robot=ROBOT, name=_credential(name), secret=secret, made_by=made_by)
    return Made(sender_keys.make(Source, name=name, made_by=made_by, signs=signs), secret)


@transaction.atomic
def revoke(*, name: str, revoked_by: str) -> None:
    """The source is not let in any more. Raises WasteError when there is none of the name."""
    if not sender_keys.revoke(Source, name=name):
        raise WasteError(f"{name[:60]} har ingen nøgle. Se dem med `kodeks waste source list`.")
    credentials.remove(robot=ROBOT, name=_credential(name), removed_by=revoked_by)


def in_use() -> QuerySet[Source]:
    """The sources that are let in, by name."""
    return sender_keys.in_use(Source)


def of(key: str) -> Source | None:
    """The source of a key that is good; None for any other text."""
    return sender_keys.of(Source, key)


def is_signed(*, name: str, content: bytes, signature: str) -> bool:
    """Whether the signature (hex of HMAC-SHA256 over the body) is by that source's secret.

    Raises BusinessError when we have not the secret, or cannot open it: that is not the sender's
    fault.
    """
    secret = credentials.secret(robot=ROBOT, name=_credential(name))
    right = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.strip().lower().encode())


def _credential(name: str) -> str:
    return f"hmac-{name}"
