# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The answer as ZIP files with a manifest; several when one would be too large."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_BYTES = 40_000_000
MANIFEST = "manifest.json"
_FIXED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class File:
    name: str
    content: bytes


def packages(files: Iterable[File], *, about: dict[str, str]) -> Iterator[bytes]:
    """ZIP files of at most about 40 MB before they are compressed; equal files give equal bytes."""
    batch: list[File] = []
    for file in files:
        if batch and sum(len(one.content) for one in (*batch, file)) > MOST_BYTES:
            yield _packed(batch, about)
            batch = []
        batch.append(file)
    if batch:
        yield _packed(batch, about)


def _packed(files: list[File], about: dict[str, str]) -> bytes:
    listed = [
        {"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()} for one in files
    ]
    manifest = json.dumps(about | {"files": listed}, ensure_ascii=False, indent=1, sort_keys=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in [*files, File(name=MANIFEST, content=manifest.encode())]:
            packed.writestr(zipfile.ZipInfo(one.name, _FIXED), one.content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
