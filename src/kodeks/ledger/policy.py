# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which checkpoints to believe (C2SP tlog-policy): the log's key, the witnesses and the quorum."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kodeks.ledger import cosignature, note
from kodeks.ledger.checkpoint import Checkpoint, open_signed, parse_body
from kodeks.ledger.cosignature import Cosignature
from kodeks.ledger.encoding import decode_utf8, parse_decimal
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import VerifierKey

NONE = "none"
MOST_LINES = 1000
_GAP = re.compile(r"[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Witness:
    """A witness; `url` is the submission prefix of its tlog-witness service, or empty."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Holds when at least `threshold` of `members` (witnesses and groups) hold."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A checkpoint counts when one of `logs` signed it and `quorum` has seen it."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @property
    def keys(self) -> list[VerifierKey]:
        return [witness.key for witness in self.witnesses.values()]


@dataclass(frozen=True)
class Believed:
    """A checkpoint that a policy accepts, and who has seen it."""

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def k_of_n(*, log: VerifierKey, witnesses: Sequence[Witness], k: int) -> Policy:
    """The policy by which `k` of the witnesses must have seen a checkpoint of `log`.

    Raises VerificationError when `k` is not from 1 to their number, or two have the same name.
    """
    named = {witness.key.name: witness for witness in witnesses}
    if len(named) != len(witnesses):
        raise VerificationError("To vidner har samme navn. Hvert vidne skal have sit eget.")
    text = format_policy(
        Policy((log,), named, {"vidner": Group(k, tuple(named))}, "vidner"),
    )
    return parse_policy(text.encode())


def format_policy(policy: Policy) -> str:
    """The policy as text. `parse_policy` gives it back."""
    lines = [f"log {log.text}" for log in policy.logs]
    for name, witness in policy.witnesses.items():
        lines.append(f"witness {name} {witness.key.text} {witness.url}".rstrip(" "))
    for name, group in policy.groups.items():
        lines.append(f"group {name} {group.threshold} {' '.join(group.members)}")
    return "\n".join([*lines, f"quorum {policy.quorum}"]) + "\n"


def parse_policy(data: bytes) -> Policy:
    """The policy in a file; raises VerificationError with the number of the line that is wrong."""
    text = decode_utf8(data)
    if not text.endswith("\n") or _CONTROL.search(text):
        raise VerificationError("Reglerne skal slutte med linjeskift og må ikke have styretegn.")
    lines = text[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise VerificationError(f"Reglerne har flere end {MOST_LINES} linjer.")
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        words = _GAP.split(line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except VerificationError as error:
            raise VerificationError(f"Fejl i reglernes linje {number}: {error}") from error
    return reader.finished()


def require(policy: Policy, data: bytes) -> Believed:
    """The checkpoint in the note `data`; raises VerificationError unless `policy` accepts it."""
    checkpoint = _opened(policy, data)
    cosignatures = cosignature.verify(note.parse(data), keys=policy.keys)
    seen = {one.key for one in cosignatures}
    holds = {name for name, witness in policy.witnesses.items() if witness.key in seen}
    # Groups name only what stands before them, so one pass decides them all.
    for name, group in policy.groups.items():
        if sum(member in holds for member in group.members) >= group.threshold:
            holds.add(name)
    if policy.quorum not in holds | {NONE}:
        raise VerificationError("For få vidner har set loggens hoved.")
    return Believed(checkpoint, cosignatures)


def _opened(policy: Policy, data: bytes) -> Checkpoint:
    signed = note.parse(data)
    origin = parse_body(signed.text).origin
    for key in policy.logs:
        # Another log of the policy may have signed too; whose head it is, its first line says.
        if key.name == origin and any(
            (one.name, one.key_id) == (key.name, key.key_id) for one in signed.signatures
        ):
            return open_signed(data, key=key)
    raise VerificationError("Ingen af de logge, som reglerne nævner, har skrevet under.")


class _Reader:
    """Builds a policy line by line."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum = ""

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", key, *rest] if len(rest) <= 1:
                self._log(note.parse_verifier_key(key))
            case ["witness", name, key, *rest] if len(rest) <= 1:
                self._witness(name, Witness(cosignature.parse_verifier_key(key), *rest))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise VerificationError("Linjen kan ikke læses.")

    def finished(self) -> Policy:
        if not self.quorum:
            raise VerificationError("Reglerne mangler linjen quorum.")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _log(self, key: VerifierKey) -> None:
        if key.public in {one.public for one in self.logs}:
            raise VerificationError("Loggen står der allerede.")
        self.logs.append(key)

    def _witness(self, name: str, witness: Witness) -> None:
        if witness.key.public in {one.key.public for one in self.witnesses.values()}:
            raise VerificationError("Vidnet står der allerede.")
        self._require_new(name)
        self.witnesses[name] = witness

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._require_new(name)
        for member in members:
            self._require_known(member)
            if member in self.members:
                raise VerificationError(f"{member} er allerede med i en gruppe.")
            self.members.add(member)
        words = {"any": 1, "all": len(members)}
        number = words[threshold] if threshold in words else parse_decimal(threshold)
        if not 1 <= number <= len(members):
            raise VerificationError(
                f"Gruppen har {len(members)} medlemmer og kan ikke kræve {number}."
            )
        self.groups[name] = Group(number, tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise VerificationError("Linjen quorum står der allerede.")
        if name != NONE:
            self._require_known(name)
        self.quorum = name

    def _require_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise VerificationError(f"Navnet {name} er allerede brugt.")

    def _require_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise VerificationError(f"{name} er ikke nævnt på en linje før.")
