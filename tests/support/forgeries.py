# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What somebody puts in the place of a released model: its file, its rows, its key, its signatures.

Version 2 of `first` is in operation, version 1 was before it and version 3 is proposed; of `second`
version 5 is in operation.
"""

from __future__ import annotations

import base64
import copy
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gate import call, django_as_owner
from psycopg.types.json import Jsonb
from released import Released

from kodeks.codex import dsse
from kodeks.codex.keys import Signer
from kodeks.kernel import api as kernel
from kodeks.kernel import keyring, releases, sealing

RELEASE = releases.PAYLOAD_TYPE
Statement = tuple[str, tuple[Any, ...]]
TABLES = ("kernel_release", "kernel_releaseapproval", "kernel_releasekey",
          "kernel_releaserevocation")  # fmt: skip


def three_versions(stage: Any) -> Released:
    """Version 2 is in operation, version 1 was before it, version 3 is proposed."""
    found = Released(stage)
    for version in ("1", "2"):
        found.release(version)
    found.propose("3")
    return found


def another(stage: Any) -> Released:
    found = Released(stage)
    found.release("5")
    return found


def spoiled(sealed: bytes) -> Iterator[tuple[str, bytes]]:
    """The sealed file as nobody signed it."""
    chance = random.Random("spoiled")
    for place in range(len(sealed)):
        bit = chance.randrange(8)
        flipped = bytes([sealed[place] ^ (1 << bit)])
        yield f"bit {bit} of byte {place}", sealed[:place] + flipped + sealed[place + 1 :]
    for length in sorted(chance.sample(range(1, len(sealed)), 30)):
        yield f"the first {length} bytes", sealed[:length]
        yield f"without the first {length} bytes", sealed[length:]
    for more in (b"\0", b"\n", b" ", sealed[:1], sealed[-16:], sealed):
        yield f"with {len(more)} {more[:1]!r} more", sealed + more
        yield f"after {len(more)} {more[:1]!r}", more + sealed
    half = len(sealed) // 2
    yield from {
        "nothing": b"",
        "zeros": bytes(len(sealed)),
        "backwards": sealed[::-1],
        "halves swapped": sealed[half:] + sealed[:half],
        "in hex": sealed.hex().encode(),
        "in base64": base64.b64encode(sealed),
        "another nonce": bytes(12) + sealed[12:],
        "no tag": sealed[:-16] + bytes(16),
    }.items()


def key_of(found: Released, permit: kernel.Permit) -> bytes:
    """The key that the file is sealed with, as somebody gets it who has the kernel's keys too."""
    answer = call(found.stage.application, "model_key", {"permit_id": str(permit.id)})
    wrapped = keyring.Wrapped(wrapped=base64.b64decode(answer["wrapped"]), kek=answer["kek"])
    return keyring.unwrap(wrapped, purpose="model", of=(found.slug, "2"))


def instead(first: Released, second: Released, permit: kernel.Permit) -> dict[str, bytes]:
    """Other files in the place of the one that was signed, whole and in order by themselves."""
    key, model = key_of(first, permit), first.artefact("2")
    place = {"place": "models", "row": f"{first.slug}|2|{first.row('2').artefact_sha256}"}
    return {
        "the version before": first.file("1").read_bytes(),
        "the version proposed": first.file("3").read_bytes(),
        "another system's": second.file("5").read_bytes(),
        "laid open": model,
        "sealed again": sealing.seal(key, **place, content=model),
        "forged": sealing.seal(key, **place, content=model + b"x"),
        "of another place": sealing.seal(key, **(place | {"place": "x"}), content=model),
        "of another key": sealing.seal(bytes(32), **place, content=model),
    }


def changed_rows(first: Released, second: Released) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Name, statement and values: what somebody writes into the release that is in operation."""
    two, other = first.row("2"), second.row("5")
    before, proposed = first.row("1"), first.row("3")
    rows = {"before": before, "proposed": proposed, "another system's": other}
    for column in ("artefact_sha256", "sealed_sha256"):
        now = getattr(two, column)
        forms = {whose: getattr(row, column) for whose, row in rows.items()}
        forms |= {"capitals": now.upper(), "zeros": "0" * 64, "empty": "", "cut": now[:63]}
        forms |= {"backwards": now[::-1], "a blank": f"{now[:63]} ", "a folder up": f"../{now[3:]}"}
        for name, value in forms.items():
            yield f"{column} {name}", f"{column} = %s", (value,)
    for column in ("metrics", "groups", "inputs"):
        for value in (
            {},
            [],
            {"accuracy": "1.0"},
            "x",
            0,
            [{"source": "register", "field": "size"}],
        ):
            yield f"{column} {value!r}", f"{column} = %s", (Jsonb(value),)
    for version in ("4", "02", "2 ", "２"):
        yield f"version {version!r}", "version = %s", (version,)
    people = (first.manager, first.worker, first.officer, second.technician, second.manager)
    for who in people:
        yield f"author {who}", "author_id = %s", (who,)
    for name in ("henvendelse", "inquiries", second.slug):
        yield f"system {name}", "system_id = %s", (name,) if name != "henvendelse" else ("s119",)


def wrapped_keys(first: Released, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The wrapped key spoiled, or wrapped for something else."""
    from kodeks.kernel.models import ReleaseKey

    with django_as_owner(first.stage):
        found = bytes(ReleaseKey.objects.get(release_id=first.row("2").pk).wrapped)
    for place in chance.sample(range(len(found)), 25):
        flipped = bytes([found[place] ^ 1])
        yield f"key's byte {place}", found[:place] + flipped + found[place + 1 :]
    key = key_of(first, first.permit())
    for purpose, of in (("vault", (first.slug, "2")), ("subject", (first.slug, "2")),
                        ("model", (first.slug, "1")), ("model", ("s119", "2")),
                        ("model", (first.slug,)), ("", ())):  # fmt: skip
        wrapped = keyring.wrap(key, purpose=purpose, of=of).wrapped
        yield f"key wrapped for {purpose} {of}", wrapped
    yield "another key", keyring.wrap(bytes(32), purpose="model", of=(first.slug, "2")).wrapped
    yield "the key itself", key
    yield "no bytes", b""


NOT_BY_THE_AUTHOR = {
    *("manager alone", "officer alone", "stranger alone", "manager and officer"),
    *("names exchanged", "of another kind", "said to be of another kind", "of version 1"),
    *("of another system", "another predicate", "nothing signed"),
}
"""Of the envelopes below those in which the author did not sign what stands in the register."""


def envelopes(first: Released, second: Released) -> Iterator[tuple[str, dict[str, Any]]]:
    """Envelopes that are not what technician and manager signed together."""
    good = dsse.parse(json.dumps(first.row("2").approval.envelope))
    signed = json.loads(good.payload)
    one, two = good.signatures

    def by(
        *signers: Signer, payload: bytes = good.payload, kind: str = releases.PAYLOAD_TYPE
    ) -> Any:
        return json.loads(dsse.sign(payload, payload_type=kind, signers=signers).as_text())

    def of(envelope: dsse.Envelope) -> Any:
        return json.loads(envelope.as_text())

    author, manager = first.signers[first.technician], first.signers[first.manager]
    officer, stranger = first.signers[first.officer], second.signers[second.manager]
    people = {"author": author, "manager": manager, "officer": officer, "stranger": stranger}
    for name, signer in people.items():
        yield f"{name} alone", by(signer)
        for other, another in people.items():
            if {name, other} != {"author", "manager"}:
                yield f"{name} and {other}", by(signer, another)
    yield "the author's half", first.row("2").envelope
    yield "the author's twice", of(replace(good, signatures=(one, one)))
    yield (
        "names exchanged",
        of(
            replace(
                good,
                signatures=(replace(one, keyid=two.keyid), replace(two, keyid=one.keyid)),
            )
        ),
    )
    yield "of another kind", by(author, manager, kind="application/vnd.kodeks.codex+json")
    yield "said to be of another kind", of(replace(good, payload_type="text/plain"))
    for version in ("1", "3"):
        row = first.row(version)
        envelope = row.approval.envelope if version == "1" else row.envelope
        yield f"of version {version}", envelope
    yield "of another system", second.row("5").approval.envelope
    for name in signed["predicate"]:
        other = copy.deepcopy(signed)
        other["predicate"][name] = "x"
        payload = json.dumps(other).encode()
        yield f"{name} changed, unsigned", of(replace(good, payload=payload))
        yield f"{name} changed, signed by the author", by(author, payload=payload)
        if name not in ("permit", "made_at"):
            yield f"{name} changed, signed by both", by(author, manager, payload=payload)
    other = {**signed, "predicateType": "urn:x"}
    yield "another predicate", by(author, manager, payload=json.dumps(other).encode())
    yield "nothing signed", by(author, manager, payload=b"{}")
    for place in (0, 1, 31, 32, 33, 62, 63):
        bytes_ = bytearray(two.sig)
        bytes_[place] ^= 1
        yield (
            f"the manager's byte {place}",
            of(replace(good, signatures=(one, replace(two, sig=bytes(bytes_))))),
        )
    yield from {"empty": {}, "a list": [], "a text": "x", "no signatures": {**of(good),
                "signatures": []}}.items()  # fmt: skip


def faulty_proposals(first: Released, second: Released) -> Iterator[tuple[str, dict[str, Any]]]:
    """Changes of a proposal that is in order."""
    stage = first.stage
    without_data, of_others, in_operation = unread(first), second.learning(), first.permit().id
    people = {name: getattr(first, name) for name in ("manager", "worker", "officer")}
    signers = {"manager": first.signers[first.manager], "other": second.signers[second.technician]}
    measured = {"attribute": "district", "group": "x", "measure": "accuracy", "count": "40",
                "value": "0.9", "low": "0.8", "high": "0.95"}  # fmt: skip
    changes: dict[str, dict[str, Any]] = {
        **{f"author {name}": {"author": stage.user(who)} for name, who in people.items()},
        **{f"key of {name}": {"signer": signer} for name, signer in signers.items()},
        "manager signs as author": {
            "author": stage.user(first.manager),
            "signer": first.signers[first.manager],
        },
        "permit of nobody": {"permit_id": uuid.UUID(int=0)},
        "permit for operation": {"permit_id": in_operation},
        "permit of another system": {"permit_id": of_others},
        "permit without data": {"permit_id": without_data},
        "no version": {"version": ""},
        "blank version": {"version": " "},
        "endless version": {"version": "1" * 61},
        "version taken": {"version": "2"},
        "version proposed": {"version": "3"},
        "system of nobody": {"system": "findes-ikke"},
        "another system": {"system": second.slug},
        "no inputs": {"inputs": ()},
        "undeclared field": {"inputs": (("henvendelse", "cpr"),)},
        "undeclared source": {"inputs": (("register", "text"),)},
        "one of two undeclared": {"inputs": (("henvendelse", "text"), ("x", "y"))},
        "not measured": {"groups": kernel.Groups(measured=[])},
        "not measured, and why is blank": {"groups": kernel.Groups(measured=[], reason=" - ")},
    }
    for key in measured:
        fewer = {name: value for name, value in measured.items() if name != key}
        changes[f"measured without {key}"] = {"groups": kernel.Groups(measured=[fewer])}
    for key in ("value", "low", "high"):
        for value in ("1.1", "-0.1", "NaN", "", "1e-3", "0,5"):
            wrong = kernel.Groups(measured=[measured | {key: value}])
            changes[f"measured {key} {value}"] = {"groups": wrong}

    yield from changes.items()


def unread(found: Released) -> uuid.UUID:
    """A permit for development under which no data set was read."""
    asked = {"phase": "development", "purpose": "improvement", "user": found.technician}
    return uuid.UUID(found.stage.permit(found.slug, **asked))


def written(first: Released, second: Released, two: int) -> Iterator[tuple[str, list[Statement]]]:
    """What somebody writes past the triggers: release, approval and key."""
    release = "UPDATE kernel_release SET {} WHERE id = %s"
    approval = "UPDATE kernel_releaseapproval SET {} WHERE release_id = %s"
    key = "UPDATE kernel_releasekey SET {} WHERE release_id = %s"
    for name, change, values in changed_rows(first, second):
        yield name, [(release.format(change), (*values, two))]
    for who in (first.technician, first.worker, first.officer, second.manager):
        yield f"approver {who}", [(approval.format("approver_id = %s"), (who, two))]
    for name, envelope in envelopes(first, second):
        yield (
            f"envelope: {name}",
            [(approval.format("envelope = %s"), (Jsonb(envelope), two))],
        )
        if name in NOT_BY_THE_AUTHOR:
            yield (
                f"the author's envelope: {name}",
                [(release.format("envelope = %s"), (Jsonb(envelope), two))],
            )
    for name, source in (("before", first.row("1")), ("another system's", second.row("5"))):
        taken = "wrapped = (SELECT wrapped FROM kernel_releasekey WHERE release_id = %s)"
        yield f"key of {name}", [(key.format(taken), (source.pk, two))]
        names = "artefact_sha256, sealed_sha256, metrics, groups, inputs, envelope, author_id"
        all_ = f"({names}) = (SELECT {names} FROM kernel_release WHERE id = %s)"
        yield f"all of {name}", [(release.format(all_), (source.pk, two))]
    for name, value in wrapped_keys(first, random.Random("keys")):
        yield name, [(key.format("wrapped = %s"), (value, two))]
    for kek in (0, -1, 2, 99, 10_000):
        yield f"wrapped by {kek}", [(key.format("kek = %s"), (kek, two))]
    envelope = dsse.add_signature(
        dsse.parse(json.dumps(first.row("2").envelope)), signer=first.signers[first.officer]
    )
    officers = (first.officer, Jsonb(json.loads(envelope.as_text())), two)
    yield (
        "approved by the officer",
        [(approval.format("approver_id = %s, envelope = %s"), officers)],
    )
    yield (
        "approved before anybody answered",
        [(approval.format("approved_at = '2000-01-01'"), (two,))],
    )
    yield (
        "places exchanged",
        [
            (release.format("author_id = %s"), (first.manager, two)),
            (approval.format("approver_id = %s"), (first.technician, two)),
        ],
    )
    alone = Jsonb(
        json.loads(
            dsse.sign(
                dsse.parse(json.dumps(first.row("2").envelope)).payload,
                payload_type=releases.PAYLOAD_TYPE,
                signers=[first.signers[first.manager]],
            ).as_text()
        )
    )
    yield (
        "author and approver are one",
        [
            (release.format("author_id = %s, envelope = %s"), (first.manager, alone, two)),
            (approval.format("envelope = %s"), (alone, two)),
        ],
    )
    for name, row in (("before", first.row("1")), ("another system's", second.row("5"))):
        yield f"permit of {name}", [(release.format("permit_id = %s"), (row.permit_id, two))]
    yield "no key", [("DELETE FROM kernel_releasekey WHERE release_id = %s", (two,))]
