# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a witness keeps: its key, the logs it follows, and the newest head it signed of each.

key                   the witness's signer key, 0600
logs/<hash>/key       the log's verifier key; <hash> is SHA-256 of its origin
logs/<hash>/checkpoint the newest head that was signed, with the log's and the witness's line
logs/<hash>/lock      held while a head is judged and kept
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kodeks.files import make_folder, write_atomic
from kodeks.ledger import checkpoint, cosignature, note, witness
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.cosignature import Cosignature
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import SignerKey, VerifierKey
from kodeks.ledger.witness import Answer


class WitnessProblem(Exception):
    """The folder cannot be used as it is. The text is Danish."""


@dataclass(frozen=True)
class Followed:
    """A log that the witness follows; `latest` is None until it has signed a head."""

    key: VerifierKey
    latest: Checkpoint | None
    signed: Cosignature | None


class Store:
    """A witness's folder; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has_key(self) -> bool:
        return (self.folder / "key").exists()

    def make_key(self, name: str) -> None:
        """Make the witness's key; one that is there is left, and must have that name."""
        path = self.folder / "key"
        if not path.exists():
            write_atomic(path=path, content=f"{cosignature.generate_key(name)}\n".encode())
        found = self.signer()
        if found.name != name:
            raise WitnessProblem(f"Vidnet hedder {found.name}. Navnet kan ikke ændres.")

    def signer(self) -> SignerKey:
        """The witness's key. Raises WitnessProblem when there is none or it cannot be read."""
        path = self.folder / "key"
        try:
            return cosignature.parse_signer_key(path.read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            raise WitnessProblem(
                f"Vidnet i {self.folder} har ingen nøgle. Kør `kodeks witness key` først."
            ) from None
        except (OSError, UnicodeDecodeError, VerificationError) as error:
            raise WitnessProblem(
                f"Vidnets nøgle i {path} kan ikke læses. Hent den fra en sikkerhedskopi."
            ) from error

    def follow(self, text: str) -> VerifierKey:
        """Follow the log with this verifier key. Another key for a known origin is refused."""
        key = note.parse_verifier_key(text)
        folder = self._of(key.name)
        with _locked(folder):
            path = folder / "key"
            if path.exists() and path.read_text(encoding="utf-8").strip() != key.text:
                raise WitnessProblem(
                    f"Vidnet følger allerede loggen {key.name} med en anden nøgle. Er nøglen "
                    "skiftet, skal loggen have et nyt navn."
                )
            write_atomic(path=path, content=f"{key.text}\n".encode())
        return key

    def followed(self) -> list[Followed]:
        """All logs that are followed, by name."""
        folders = sorted((self.folder / "logs").glob("*/key"))
        found = [self._followed(path.parent) for path in folders]
        return sorted(found, key=lambda one: one.key.name)

    def add_checkpoint(self, data: bytes, *, clock: Callable[[], float]) -> Answer:
        """Judge a request and keep what was signed, forced to disk, before the answer is given.

        `clock` gives POSIX seconds. Raises WitnessProblem when what was kept cannot be read: a
        witness that has forgotten must not sign anew.
        """
        try:
            request = witness.parse_request(data)
            origin = witness.origin_of(request)
        except VerificationError as error:
            return Answer(400, f"{error}\n")
        folder = self._of(origin)
        if not (folder / "key").exists():
            return Answer(404, "Vidnet følger ikke denne log.\n")
        with _locked(folder):
            known = self._followed(folder)
            answer = witness.answer(
                request,
                logs={origin: known.key},
                latest=known.latest,
                signer=self.signer(),
                timestamp=int(clock()),
            )
            if answer.seen is not None:
                kept = _kept(request.checkpoint, key=known.key, line=answer.body)
                write_atomic(path=folder / "checkpoint", content=kept)
        return answer

    def _followed(self, folder: Path) -> Followed:
        try:
            key = note.parse_verifier_key((folder / "key").read_text(encoding="utf-8").strip())
            path = folder / "checkpoint"
            if not path.exists():
                return Followed(key, None, None)
            data = path.read_bytes()
            latest = checkpoint.open_signed(data, key=key)
            (signed,) = cosignature.verify(note.parse(data), keys=[self.signer().verifier])
        except (OSError, UnicodeDecodeError, ValueError, VerificationError) as error:
            raise WitnessProblem(
                f"Det, vidnet har set, kan ikke læses i {folder}. Vidnet skriver ikke under, før "
                "mappen er hentet fra en sikkerhedskopi."
            ) from error
        return Followed(key, latest, signed)

    def _of(self, origin: str) -> Path:
        return self.folder / "logs" / sha256(origin.encode()).hexdigest()[:32]


def _kept(data: bytes, *, key: VerifierKey, line: str) -> bytes:
    """The head in the note `data` with the log's signature and the witness's line, and no other.

    Whoever sends a head can add lines to it. Too many, or a false one of the witness, would make
    what was kept unreadable.
    """
    signed = note.parse(data)
    own = (one for one in signed.signatures if (one.name, one.key_id) == (key.name, key.key_id))
    return f"{signed.text}\n{next(own).line}{line}".encode()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    make_folder(folder)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
