# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Revisions of the codex as nobody may register them, and rows of it as nobody signed them."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cases import DAY, person
from gate import forge
from kernel_stage import basis, today
from psycopg.types.json import Jsonb
from released import new_signer

from kodeks.codex import bundle, dsse, keys
from kodeks.codex.bundle import Codex
from kodeks.codex.keys import Signer
from kodeks.demo import municipality

Statement = tuple[str, tuple[Any, ...]]
Revision = tuple[Codex, dsse.Envelope]
REVISION = "kernel_codexrevision"
PERMIT_ALL = '@id("all") permit (principal, action, resource);'


def small(stage: Any, **changes: Any) -> dict[str, Any]:
    """The next revision, in order but for `changes`; without the many rows of the stage."""
    content = stage.content()
    content["legal_bases"] = content["legal_bases"][:3]
    return content | copy.deepcopy(changes)


def enveloped(codex: Codex, *signers: Signer, kind: str = bundle.PAYLOAD_TYPE) -> dsse.Envelope:
    return dsse.sign(codex.signed_bytes, payload_type=kind, signers=signers)


def two() -> tuple[Signer, Signer]:
    """Those who sign for the municipality."""
    return municipality.signer("merete"), municipality.signer("dorte")


def signed(content: dict[str, Any], *signers: Signer) -> Revision:
    codex = bundle.of_content(content)
    return codex, enveloped(codex, *(signers or two()))


class Signers:
    """People with keys; `good` may sign together with an officer."""

    def __init__(self, stage: Any) -> None:
        roles = {"owner": "system_owner", "officer": "data_protection_officer",
                 "technician": "administrator", "worker": "caseworker",
                 "citizen": "citizen"}  # fmt: skip
        numbers = {name: person(stage, role) for name, role in roles.items()}
        numbers["roleless"] = int(stage.new_user())
        for name, role in (("closed", "system_owner"), ("closed officer", roles["officer"])):
            numbers[name] = person(stage, role)
        numbers["ended"] = person(stage, "system_owner", first=-30, last=-1)
        numbers["ended officer"] = person(stage, roles["officer"], first=-30, last=-1)
        numbers["early"] = person(stage, "system_owner", first=1)
        numbers["revoked officer"] = person(stage, roles["officer"])
        numbers["withdrawn"] = person(stage, "system_owner")
        numbers["withdrawn officer"] = person(stage, roles["officer"])
        self.numbers = numbers
        self.keys = {name: new_signer(stage, number) for name, number in numbers.items()}
        self.keys["stranger"] = keys.load_private(keys.generate(None), None)
        for name in ("closed", "closed officer"):
            forge(stage, "kernel_user", "SET is_active = false WHERE id = %s", numbers[name])
        revoked = numbers["revoked officer"]
        stage.as_owner("SELECT kernel.revoke_grants(%s, %s)", revoked, roles["officer"])
        for name in ("withdrawn", "withdrawn officer"):
            stage.as_owner("SELECT kernel.register_signing_key(%s, '', '')", numbers[name])

    def pairs(self) -> Iterator[tuple[str, tuple[Signer, ...]]]:
        """One person, two of whom one may not sign, and those without an officer."""
        for name, key in self.keys.items():
            yield f"{name} alone", (key,)
            yield f"{name} twice", (key, key)
        names = list(self.keys)
        may = ("owner", "technician")
        for at, name in enumerate(names):
            for other in names[at + 1 :]:
                if "officer" in (name, other) and (name in may or other in may):
                    continue
                yield f"{name} and {other}", (self.keys[name], self.keys[other])
        for name in names:
            if name not in ("officer", *may):
                # A signature of nobody's, or with a key taken back, is as if it were not there.
                if name in ("stranger", "withdrawn", "withdrawn officer"):
                    three = (self.keys["owner"], self.keys["technician"], self.keys[name])
                else:
                    three = (self.keys["owner"], self.keys["officer"], self.keys[name])
                yield f"a third one, {name}", three


def misdated(stage: Any) -> Iterator[tuple[str, Revision]]:
    """Numbers that were used, days that are gone, and both."""
    number = stage.codex["number"]
    days = {
        f"{back} days back": (today() - back * DAY).isoformat() for back in (1, 2, 30, 400, 3000)
    }
    numbers = sorted({1, 2, number // 2 or 1, number - 1, number} - {0})
    for one in numbers:
        yield f"number {one}", signed(small(stage, number=one))
    for name, day in days.items():
        yield name, signed(small(stage, effective_from=day))
        for one in numbers[-2:]:
            content = small(stage, effective_from=day, number=one)
            yield f"{name}, number {one}", signed(content)


def unsigned(stage: Any) -> Iterator[tuple[str, Revision]]:
    """Envelopes that are about something else than what is handed in."""
    codex, envelope = signed(small(stage))
    first, second = two()
    chance = random.Random("unsigned")
    for place in sorted(chance.sample(range(len(envelope.payload)), 60)):
        payload = bytearray(envelope.payload)
        payload[place] ^= 1 << chance.randrange(7)
        yield f"byte {place} of the payload", (codex, replace(envelope, payload=bytes(payload)))
    for place in sorted(chance.sample(range(64), 16)):
        one, other = envelope.signatures
        sig = bytearray(other.sig)
        sig[place] ^= 1 << chance.randrange(8)
        spoiled = replace(envelope, signatures=(one, replace(other, sig=bytes(sig))))
        yield f"byte {place} of a signature", (codex, spoiled)
    # fmt: off
    kinds = ("application/vnd.in-toto+json", "text/plain", "application/json", "x",
             bundle.PAYLOAD_TYPE.upper(), f"{bundle.PAYLOAD_TYPE} ", bundle.PAYLOAD_TYPE[:-1])
    # fmt: on
    for kind in kinds:
        yield f"signed as {kind!r}", (codex, enveloped(codex, first, second, kind=kind))
        yield f"said to be {kind!r}", (codex, replace(envelope, payload_type=kind))
    for name, content in loosened(stage, small(stage)):
        other = bundle.of_content(content)
        yield f"{name}, and the envelope of another", (other, envelope)
        yield (
            f"{name}, and its payload put in",
            (other, replace(envelope, payload=other.signed_bytes)),
        )
        yield f"the envelope is of {name}", (codex, enveloped(other, first, second))
    yield "no signature", (codex, replace(envelope, signatures=()))


def loosened(stage: Any, content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Revisions that say less than they did; well-formed all of them."""

    def changed(**changes: Any) -> dict[str, Any]:
        return copy.deepcopy(content) | copy.deepcopy(changes)

    for name in content["limits"]:
        yield f"limit {name}", changed(limits=content["limits"] | {name: 9999})
    for name in (
        "legal_bases",
        "linkings",
        "duties",
        "protected",
        "proxies",
        "rulings",
        "controls",
    ):
        if name == "protected":
            proxy = content["proxies"][0]
    kept = [one for one in content["protected"] if one["id"] == proxy["attribute"]]
    yield "one thing protected", changed(protected=kept, proxies=[proxy])
    for name in ("legal_bases", "linkings", "duties", "rulings", "controls", "clauses"):
        if len(content[name]) > 1:
            yield f"one of {name}", changed(**{name: content[name][:1]})
    rows = content["legal_bases"]
    first = rows[0]
    yield "one basis more", changed(legal_bases=[*rows, basis("s119", phase="operation")])
    for key, value in (("status", "barred"), ("autonomy", "advise"), ("valid_to", "2030-01-01"),
                       ("data_category", "special"), ("basis", "En anden")):  # fmt: skip
        yield f"a basis' {key}", changed(legal_bases=[first | {key: value}, *rows[1:]])
    for at, duty in enumerate(content["duties"]):
        others = content["duties"][:at] + content["duties"][at + 1 :]
        yield f"duty {duty['id']} gone", changed(duties=others)
    yield "all is permitted", changed(policies=content["policies"] + PERMIT_ALL)
    yield "title", changed(title=content["title"] + ".")
    yield "number", changed(number=content["number"] + 1)
    yield "date", changed(effective_from=(today() + 3 * DAY).isoformat())


def misruled(stage: Any) -> Iterator[tuple[str, Revision]]:
    """Policies that are none, do not fit, or leave out a document that a duty asks for."""
    content = small(stage)
    policies, schema = content["policies"], content["schema"]
    kinds = sorted({duty["kind"] for duty in content["duties"] if duty["phases"]})
    changes: dict[str, dict[str, str]] = {
        "none": {"policies": "// Intet."},
        "permit all and no more": {"policies": PERMIT_ALL},
        "no Cedar": {"policies": "alt er tilladt"},
        "cut": {"policies": policies[: len(policies) // 2]},
        "a rule twice": {"policies": policies + policies},
        "an attribute of nobody": {
            "policies": policies
            + '\n@id("x") permit (principal, action, resource) when { principal.godlike };'
        },
        "an action of nobody": {
            "policies": policies
            + '\n@id("x") permit (principal, action == Action::"fly", resource);'
        },
        "no schema": {"schema": "// Intet."},
        "half a schema": {"schema": schema[: len(schema) // 2]},
        "a schema of nothing": {"schema": "entity Person;"},
    }
    for kind in kinds:
        without = re.sub(rf'@id\("no_{kind}"\).*?;\n', "", policies, flags=re.S)
        changes[f"without the rule for {kind}"] = {"policies": without}
        renamed = policies.replace(f'@id("no_{kind}")', f'@id("no_{kind}s")')
        changes[f"the rule for {kind} renamed"] = {"policies": renamed}
    for name, change in changes.items():
        yield name, signed(content | change)


def rewritten(stage: Any) -> Iterator[tuple[str, Statement]]:
    """What somebody writes into the row of the codex in force, past its triggers."""
    now = stage.codex
    update = f"UPDATE {REVISION} SET {{}} WHERE sha256 = %s"

    def write(column: str, value: Any) -> Statement:
        return update.format(f"{column} = %s"), (value, now["sha256"])

    for name, content in loosened(stage, now["content"]):
        yield f"content: {name}", write("content", Jsonb(content))
        other, envelope = signed(content, municipality.signer("merete"))
        both = update.format("content = %s, envelope = %s, sha256 = %s")
        half = json.loads(envelope.as_text())
        yield (
            f"all of it, signed by one: {name}",
            (both, (Jsonb(content), Jsonb(half), other.sha256, now["sha256"])),
        )
    # Only what stands beside the content, by which the codex in force is found.
    days = {"tomorrow": today() + DAY, "next year": today() + 365 * DAY, "2999": "2999-01-01"}
    days |= {"last year": today() - 365 * DAY}
    for name, day in days.items():
        yield f"effective {name}", write("effective_from", day)
    yield "a higher number", write("number", 1_000_000)
    for name in now["content"]["limits"]:
        yield f"limits: {name}", write("limits", Jsonb(now["content"]["limits"] | {name: 9999}))
    yield "no limits", write("limits", Jsonb({}))
    for name, content in {"empty": {}, "a list": [], "a text": "x", "a key more": now["content"]
                          | {"x": 1}}.items():  # fmt: skip
        yield f"content {name}", write("content", Jsonb(content))
    codex = bundle.of_content(now["content"])
    envelope = enveloped(codex, *two())
    one, other = envelope.signatures
    wrong: dict[str, Any] = {
        "empty": {},
        "a list": [],
        "one signature": replace(envelope, signatures=(one,)),
        "one signature twice": replace(envelope, signatures=(one, one)),
        "one signature under both names": replace(
            envelope, signatures=(one, replace(one, keyid=other.keyid))
        ),
        "names exchanged": replace(
            envelope,
            signatures=(replace(one, keyid=other.keyid), replace(other, keyid=one.keyid)),
        ),
        "another kind": replace(envelope, payload_type="text/plain"),
        "signed as another kind": enveloped(codex, *two(), kind="text/plain"),
        "by a stranger": enveloped(codex, two()[0], keys.load_private(keys.generate(None), None)),
        "a byte more": replace(envelope, payload=envelope.payload + b" "),
        "of nothing": replace(envelope, payload=b"{}"),
    }
    for name, found in wrong.items():
        text = json.loads(found.as_text()) if isinstance(found, dsse.Envelope) else found
        yield f"envelope {name}", write("envelope", Jsonb(text))


def withdrawn(stage: Any) -> Iterator[tuple[str, Statement]]:
    """What becomes of the keys of those who signed."""
    numbers = {name: stage.user_id(name) for name in ("merete", "dorte")}
    taken = (
        "INSERT INTO kernel_signingkey (user_id, keyid, public_key, registered_at)"
        " VALUES (%s, '', '', now())"
    )
    for name, number in numbers.items():
        yield f"{name}'s key taken back", (taken, (number,))
        lost = "DELETE FROM kernel_signingkey WHERE user_id = %s"
        yield f"{name}'s key gone", (lost, (number,))
        other = "UPDATE kernel_signingkey SET user_id = %s WHERE user_id = %s"
        (another,) = set(numbers.values()) - {number}
        yield f"{name}'s key said to be the other's", (other, (another, number))
        spoiled = "UPDATE kernel_signingkey SET public_key = 'x' WHERE user_id = %s"
        yield f"{name}'s key spoiled", (spoiled, (number,))
    yield "all keys gone", ("DELETE FROM kernel_signingkey", ())
