# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The system of access requests in Eksempelkøbing: card, manager, evidence, rules."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from kodeks.accessrequests import releases
from kodeks.accessrequests.engine import rules
from kodeks.casework import services as casework
from kodeks.demo import municipality
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel import selectors
from kodeks.kernel.models import User

SYSTEM = releases.SYSTEM
VERSION = "demo-1"
UNIT = ("jura", "Jura og aktindsigt")


def register() -> None:
    """Everything at once; needs the owner role, people and codex. Safe to repeat."""
    casework.add_unit(code=UNIT[0], name=UNIT[1])
    municipality.take_into_use(SYSTEM, room="kodeks.accessrequests")
    release()


def release() -> None:
    """The rules that come with the program, signed by technician and manager."""
    if selectors.system_state(SYSTEM).release is not None:
        return
    anders = User.objects.get(username="anders")
    releases.propose(
        book=rules.shipped(),
        version=VERSION,
        texts=tried(),
        metrics={"tried_texts": str(len(tried()))},
        author=anders,
        signer=municipality.signer("anders"),
    )
    kernel_releases.approve(
        system=SYSTEM,
        version=VERSION,
        approver=User.objects.get(username="merete"),
        signer=municipality.signer("merete"),
    )


def tried() -> list[str]:
    """The invented texts that the rules were tried with."""
    text = (files("kodeks.demo") / "access.toml").read_text(encoding="utf-8")
    return [str(one) for one in tomllib.loads(text)["texts"]]
