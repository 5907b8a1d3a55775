# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files that are either there in full or not at all, also after a power cut."""

import os
import secrets
from pathlib import Path

TEMPORARY_PREFIX = ".ny-"


def write_atomic(*, path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write the file under another name, force it to disk, then give it its name.

    The folder is made if needed (0700). Unless `mode` says otherwise only the owner may read it.
    """
    make_folder(path.parent)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        put_in_place(written=temporary, path=path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def put_in_place(*, written: Path, path: Path) -> None:
    """Force a file that was written under another name in the folder to disk, then give it its
    name."""
    descriptor = os.open(written, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    written.replace(path)
    sync_folder(path.parent)


def remove_temporary(folder: Path) -> None:
    """Remove half-written files of killed processes. Only for who alone may write the folder."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, and force the new names to disk."""
    missing = [folder, *folder.parents]
    missing = [each for each in missing if not each.is_dir()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Force the folder's list of names to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
