# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The system of access requests in Eksempelkøbing: card, manager, evidence, rules."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files

from kodeks.accessrequests import releases
from kodeks.accessrequests.engine import rules
from kodeks.casework import services as casework
from kodeks.codex import card
from kodeks.demo import municipality
from kodeks.kernel import oversight, registration, selectors, stewardship
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import Assignment, User

SYSTEM = releases.SYSTEM
VERSION = "demo-1"
UNIT = ("jura", "Jura og aktindsigt")


def register() -> None:
    """Everything at once; needs the owner role, people and codex. Safe to repeat."""
    casework.add_unit(code=UNIT[0], name=UNIT[1])
    text = (files("kodeks.accessrequests") / "system.toml").read_text(encoding="utf-8")
    found = card.load(text)
    registration.register_card(found)
    merete = User.objects.get(username="merete")
    if not Assignment.objects.filter(system_id=SYSTEM).exists():
        registration.assign(
            system=SYSTEM,
            unit=found.unit,
            manager=merete,
            deputy=User.objects.get(username="bodil"),
        )
        stewardship.attest(system=SYSTEM, user=merete)
        oversight.oversee(
            system=SYSTEM,
            user=merete,
            blind_share=Decimal("0.10"),
            least_confidence=Decimal("0.20"),
            influence_limit=Decimal("0.10"),
            fast_limit=Decimal("0.20"),
        )
        municipality.register_evidence(SYSTEM)
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
