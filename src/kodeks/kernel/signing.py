# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's signing key: made once per installation, kept in the home folder's `keys/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kodeks.kernel import keyfiles
from kodeks.kernel.keyring import SealingError
from kodeks.ledger import note

_FILE = "ledger-key"


def make_key(folder: Path, *, municipality: str) -> None:
    """Make the key when it is missing; its name (the log's origin) comes from the municipality.

    A key that was put aside as `ledger-key-<something>` was another log's: the new one gets a
    name of its own, because witnesses never follow two keys under one name.
    """
    earlier = len(list(folder.glob(f"{_FILE}-*")))
    name = "kodeks" if not earlier else f"kodeks-{earlier + 1}"
    text = note.generate_key(note.name_of(municipality, name)) + "\n"
    keyfiles.make_once(folder / _FILE, content=text.encode("ascii"))


def signer() -> note.SignerKey:
    """The installation's signing key. Raises SealingError when it is missing."""
    return _read(Path(settings.KODEKS_HOME) / "keys" / _FILE)


def verifier_key() -> str:
    """The public key that receipts are checked with, as C2SP verifier key text."""
    return signer().verifier.text


@lru_cache(maxsize=4)
def _read(path: Path) -> note.SignerKey:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SealingError(
            "Loggens nøgle mangler i installationens nøglemappe. Kør `kodeks init`."
        ) from error
    return note.parse_signer_key(text)
