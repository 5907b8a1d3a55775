# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files with secrets, in the home folder's `keys/`: made once, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def make_once(path: Path, *, content: bytes) -> None:
    """Write the file, readable by its owner only; one that is there is left as it is.

    The folder is made if needed. Of two processes that try at once, one wins.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # What is sealed with a key that was lost in a power cut cannot be opened again.
            os.fsync(file.fileno())
        # A link, because it never takes the place of a file that came meanwhile.
        with contextlib.suppress(FileExistsError):
            Path(path).hardlink_to(fresh)
    finally:
        Path(fresh).unlink()
