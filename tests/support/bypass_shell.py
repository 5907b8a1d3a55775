# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A Python shell in the application's environment, with every gate that Python has switched off.

What is left is the database and its role. Whoever can run code in the web process has this.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from bypass_honest import Honest
from kernel_stage import ARTEFACT, Stage, card_text, today

from kodeks.cli import danish, main, process
from kodeks.codex import bundle, card, dsse, policy
from kodeks.demo import municipality
from kodeks.kernel import (
    acts,
    authority,
    calls,
    codices,
    decisions,
    erasure,
    permits,
    registration,
    releases,
    stewardship,
    vault,
)
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import CodexRevision, Release, User
from kodeks.language import cpr, guard

ROLES = ("caseworker", "system_owner", "data_protection_officer", "administrator", "citizen")
SOON = today() + dt.timedelta(days=30)


def switch_gates_off(patch: pytest.MonkeyPatch) -> None:
    """No policy is asked, no signature verified, no text looked through, no role chosen."""
    yes = policy.Verdict(allowed=True, codes=(), sentences=())

    def in_force(*_: object) -> bundle.Codex:
        found = CodexRevision.objects.filter(effective_from__lte=today())
        return _read(found.order_by("number").values_list("sha256", flat=True).last())

    real_verified, real_read = releases._verified, releases._read

    def verified(release: Release, kept: Any, *signers: object) -> dsse.Envelope:
        try:
            return real_verified(release, kept, *signers)
        except Refused:
            return dsse.Envelope(payload=b"{}", payload_type=releases.PAYLOAD_TYPE, signatures=())

    def read(release: Release) -> bytes:
        try:
            return real_read(release)
        except Refused:
            return b""

    patch.setattr(codices, "in_force", in_force)
    patch.setattr(codices, "verified", in_force)
    patch.setattr(codices, "signers_of", lambda *_, **__: {"a": 1, "b": 2})
    patch.setattr(authority, "judge", lambda *_, **__: yes)
    patch.setattr(authority, "judge_run", lambda *_, **__: yes)
    patch.setattr(authority, "require", lambda *_, **__: in_force().sha256)
    patch.setattr(authority, "require_run", lambda **_: in_force())
    patch.setattr(authority, "may", lambda *_, **__: True)
    patch.setattr(releases, "_require_own_key", lambda *_: None)
    patch.setattr(releases, "_require_answered", lambda *_: None)
    patch.setattr(releases, "_verified", verified)
    patch.setattr(releases, "_read", read)
    patch.setattr(policy, "faults", lambda **_: [])
    patch.setattr(guard, "findings", lambda *_: ())
    patch.setattr(guard, "visible", lambda text: text)
    patch.setattr(cpr, "mask", lambda text: text)
    patch.setattr(cpr, "looks_like_cpr", lambda text: False)
    patch.setattr(process, "use_django", lambda **_: None)
    assert all(module.authority is authority for module in (acts, decisions, permits, stewardship))
    assert all(module.authority is authority for module in (erasure, vault, releases))


@lru_cache(maxsize=4)
def _read(sha256: str) -> bundle.Codex:
    return bundle.of_content(CodexRevision.objects.get(sha256=sha256).content)


def owners_functions(stage: Stage, system: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """What only the owner may register, called with arguments that would be in order."""
    people = list(User.objects.order_by("id")[:8])
    for user in people:
        for role in ROLES:
            for unit in ("", "vej"):
                yield (
                    f"grant {user.username} {role} {unit}",
                    lambda u=user, r=role, a=unit: registration.grant(user=u, role=r, unit=a),
                )
            yield (
                f"revoke {user.username} {role}",
                lambda u=user, r=role: registration.revoke(user=u, role=r),
            )
        for slug in ("", system, "inquiries"):
            yield (
                f"training {user.username} {slug}",
                lambda u=user, s=slug: registration.register_training(
                    user=u, system=s, valid_until=SOON
                ),
            )
            yield (
                f"assign {user.username} {slug}",
                lambda u=user, s=slug: registration.assign(system=s, unit="Min", manager=u),
            )
        yield (
            f"no more keys of {user.username}",
            lambda u=user: registration.register_signing_key(user=u, key=None),
        )
        yield (
            f"key of {user.username}",
            lambda u=user: registration.register_signing_key(
                user=u, key=municipality.signer("anders").public
            ),
        )
        for verb, call in _release_verbs(system, user).items():
            yield f"{verb} as {user.username}", call
        for kind in ("dpia", "security", "bias", "fria", "oversight"):
            yield (
                f"evidence {kind} of {user.username}",
                lambda u=user, k=kind: registration.register_evidence(
                    system=system,
                    kind=k,
                    title="Bilag",
                    sha256="e1" * 32,
                    signer=u,
                    valid_from=today(),
                    valid_to=SOON,
                ),
            )
    yield from _codices(stage)
    for slug in (system, "inquiries", "nyt_system"):
        yield (
            f"card of {slug}",
            lambda s=slug: registration.register_card(card.load(card_text(s, autonomy="advise"))),
        )
        yield (
            f"vacancy of {slug}",
            lambda s=slug: registration.assign(system=s, unit="Ingen", manager=None),
        )
    for number, name in enumerate(("mig", "root", "merete2")):
        yield (
            f"account {name}",
            lambda n=name, i=number: registration.add_user(
                username=n,
                full_name="Mig Selv",
                title="",
                password="x",
                person_index=bytes([i]) * 32,
            ),
        )


def _release_verbs(system: str, user: User) -> dict[str, Callable[[], object]]:
    signer = municipality.signer("anders")
    return {
        "approve": lambda: releases.approve(
            system=system, version="1", approver=user, signer=signer
        ),
        "revoke release": lambda: releases.revoke(
            system=system, version="1", user=user, reason="Den var forkert."
        ),
        "propose": lambda: calls.call(
            "propose_release",
            system,
            {"system": system, "version": "9", "artefact_sha256": ARTEFACT},
            {"payload": "", "signatures": []},
            user.pk,
            b"x",
            1,
        ),
    }


def _codices(stage: Stage) -> Iterator[tuple[str, Callable[[], object]]]:
    """A codex of one's own, in each way to have it registered."""
    content = stage.content(legal_bases=[], policies="permit(principal, action, resource);")
    for name, signers in {
        "nobody": [],
        "two": [1, 2],
        "the right two": [stage.user_id("merete"), stage.user_id("dorte")],
        "one twice": [stage.user_id("dorte")] * 2,
    }.items():
        yield (
            f"codex signed by {name}",
            lambda s=signers: calls.call("register_codex", content, "ab" * 32, {"x": 1}, s),
        )
    for number in (-1, 0, 1, 10**6):
        yield (
            f"codex number {number}",
            lambda n=number: calls.call(
                "register_codex", content | {"number": n}, "ab" * 32, {"x": 1}, [1, 2]
            ),
        )


def command(*arguments: str) -> None:
    """Run `kodeks` in this process, as its entry point does."""
    danish.translate(main.typer.main.get_command(main.app))(
        args=[str(one) for one in arguments], standalone_mode=False
    )


def commands(stage: Stage, honest: Honest, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Every command that writes, as everybody who may not have it done."""
    system, reason = honest.slug, ["--reason", "Det skal være sådan."]
    paper = folder / "bilag.txt"
    paper.write_text("Bilag", encoding="utf-8")
    kort = folder / "system.toml"
    kort.write_text(card_text(system, risk_class="minimal"), encoding="utf-8")
    key = folder / "noegle.pem"
    key.write_bytes((Path(_keys()) / "demo-signer-anders.pem").read_bytes())
    everyone = ("sofie", "testine", "merete", "bodil", "dorte", "anders", "findes-ikke")
    for name in everyone:
        for role in ROLES:
            yield f"grant {name} {role}", ["user", "grant", name, "--role", role]
            yield f"revoke {name} {role}", ["user", "revoke", name, "--role", role]
        until = ["--until", SOON.isoformat()]
        yield f"training {name}", ["user", "training", name, *until]
        yield f"withdraw {name}", ["user", "key", name, "--withdraw"]
        public = _public()
        yield f"key {name}", ["user", "key", name, "--public", public]
        yield f"assign {name}", ["system", "assign", system, "--unit", "Min", "--manager", name]
        yield f"approve {name}", ["release", "approve", system, "1", "--by", name, "--key", key]
        yield f"revoke {name}", ["release", "revoke", system, "1", "--by", name, *reason]
        paper_of = ["--by", name, "--title", "Bilag", *until]
        for kind in ("dpia", "fria", "security"):
            yield (
                f"evidence {kind} {name}",
                ["system", "evidence", system, kind, str(paper), *paper_of],
            )
        if name != "merete":
            yield f"attest {name}", ["system", "attest", system, "--by", name]
            yield f"resume {name}", ["system", "resume", system, "--by", name, *reason]
        if name not in ("merete", "bodil"):
            yield f"absent {name}", ["system", "absence", "--by", name, "--first", "2031-01-01"]
        if name not in ("merete", "bodil", "dorte", "anders"):
            yield f"stop {name}", ["system", "stop", system, "--by", name, *reason]
        if name not in ("merete", "dorte"):
            found = ["--finding", "Alt er godt."]
            yield (
                f"supervise {name}",
                ["system", "supervise", system, "quality", "--by", name, *found],
            )
    yield "register card", ["system", "register", str(kort)]
    yield "vacancy", ["system", "assign", system, "--unit", "Ingen"]
    yield "stop nothing", ["system", "stop", "findes-ikke", "--by", "merete", *reason]
    for words in ("", " ", "...", "Borger 010190-1234", "x" * 2001):
        no = ["--reason", words]
        yield f"stop because {words[:9]!r}", ["system", "stop", system, "--by", "merete", *no]
        yield f"start because {words[:9]!r}", ["system", "resume", system, "--by", "merete", *no]
    yield "rotate", ["key", "rotate"]
    yield "prepare the demo", ["demo-prepare"]


def _keys() -> str:
    from kodeks.kernel import keyring

    return str(keyring.folder())


def _public() -> str:
    from kodeks.codex import keys

    return keys.public_text(municipality.signer("anders").public)


def run_ids(stage: Stage, honest: Honest) -> dict[str, uuid.UUID]:
    """What a forged run of the robot may name in place of a decision of its matter."""
    act = honest.by_itself()
    return {
        "nothing": uuid.UUID(int=0),
        "random": uuid.uuid4(),
        "a recommendation": uuid.UUID(act["recommendation_id"]),
        "a permit": uuid.UUID(act["permit_id"]),
        "an act": stage.call("act", act),
        "a decision of another system": stage.decided(honest.slug),
    }
