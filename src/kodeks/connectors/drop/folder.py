# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The folder of the setting KODEKS_DROP_FOLDER: each whole file in it is taken in once.

A file is registered in one transaction and then moved to ``behandlet/`` or ``afvist/``. Killed in
between, the next look finds it registered and moves it. A file is known by its name and content.
"""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings

from kodeks.connectors import arriving
from kodeks.connectors.drop import reading
from kodeks.connectors.models import Arrival, Kind, Source
from kodeks.files import TEMPORARY_PREFIX, make_folder, sync_folder, write_atomic
from kodeks.inquiries.errors import InquiryError
from kodeks.robots.errors import BusinessError

log = structlog.get_logger(__name__)

DONE = "behandlet"
REFUSED = "afvist"
QUIET_SECONDS = 10.0
"""A file that has not been written to for so long is whole; one that is given its name when it is
finished is whole at once, but looks the same."""
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
_REASON = f"Filen kunne ikke læses. Grunden står i en tekstfil ved siden af den i »{REFUSED}«."
_TOO_LARGE = "Filen fylder mere end 100 MB. Del den i flere filer."
_FILE_FAILED = "Disken eller mappen svarer ikke. Filen bliver liggende, og der prøves igen."


class DropFault(Exception):
    """A file could not be read, stored or moved; it lies where it lay. Danish text."""


@dataclass(kw_only=True)
class Look:
    """What one look into the folder did; `known` were registered before and only moved now."""

    inquiries: int = 0
    files: int = 0
    known: int = 0
    refused: int = 0


def folder() -> Path:
    """The folder of the setting. Raises BusinessError when there is none."""
    if not settings.KODEKS_DROP_FOLDER:
        raise BusinessError(
            "drop_settings", "Mappen er ikke valgt. Giv KODEKS_DROP_FOLDER en værdi."
        )
    found = Path(settings.KODEKS_DROP_FOLDER)
    if not found.is_dir():
        raise BusinessError("drop_folder", "Mappen i KODEKS_DROP_FOLDER findes ikke. Lav den.")
    return found


def look() -> None:
    """Look into the folder of the settings, as background work."""
    take_in(folder())


def take_in(folder: Path, *, quiet_seconds: float = QUIET_SECONDS) -> Look:
    """Take in each whole file of the folder, by name. Raises DropFault when one of them failed,
    after the others."""
    done, failed = Look(), 0
    for path in sorted(folder.iterdir()):
        try:
            if _is_whole(path, quiet_seconds):
                _handle(folder, path, done)
        except Exception as error:
            # One file that breaks something must not keep the others waiting.
            log.error("file_not_registered", error=type(error).__qualname__)
            failed += 1
    if failed:
        raise DropFault(f"{failed} filer kunne ikke gemmes. {_FILE_FAILED}")
    return done


def _is_whole(path: Path, quiet_seconds: float) -> bool:
    hidden = path.name.startswith((".", "~", TEMPORARY_PREFIX))
    if hidden or path.name.lower().endswith(_UNFINISHED):
        return False
    # A link could point to any file that the worker may read.
    if path.is_symlink() or not path.is_file():
        return False
    return time.time() - path.stat().st_mtime >= quiet_seconds


def _handle(folder: Path, path: Path, done: Look) -> None:
    before = path.stat()
    too_large = before.st_size > reading.MOST_BYTES
    raw = b"" if too_large else path.read_bytes()
    if not too_large and path.stat().st_mtime_ns != before.st_mtime_ns:
        return  # somebody writes to it after all
    key = _key(path.name, _sha256(path) if too_large else hashlib.sha256(raw).hexdigest())
    if Arrival.objects.filter(source=Source.DROP, key=key).exists():
        done.known += 1
        _move(path, folder / DONE, key)
        return
    try:
        if too_large:
            raise InquiryError(_TOO_LARGE)
        receive = reading.inquiries_of(path.name, raw, key=key)
        registered = arriving.take_in(source=Source.DROP, key=key, receive=receive)
    except InquiryError as error:
        _refuse(folder, path, key, str(error))
        done.refused += 1
        return
    done.files += 1
    done.inquiries += len(registered.inquiries)
    _move(path, folder / DONE, key)


def _refuse(folder: Path, path: Path, key: str, reason: str) -> None:
    # The reason may hold words of the file: it lies beside it, and not in the database.
    arriving.put_aside(source=Source.DROP, key=key, kind=Kind.REFUSED, reason=_REASON)
    moved = _free_name(path, folder / REFUSED, key)
    write_atomic(
        path=moved.with_name(f"{moved.name}.grund.txt"), content=f"{reason}\n".encode(), mode=0o640
    )
    _move(path, folder / REFUSED, key)


def _move(path: Path, to: Path, key: str) -> None:
    make_folder(to)
    path.rename(_free_name(path, to, key))
    sync_folder(to)
    sync_folder(path.parent)


def _free_name(path: Path, to: Path, key: str) -> Path:
    """The file's own name there, or with a part of its key when another file has it."""
    plain = to / path.name
    return to / f"{key[:12]}-{path.name}" if plain.exists() else plain


def _key(name: str, sha256: str) -> str:
    return hashlib.sha256(os.fsencode(name) + b"\0" + sha256.encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
