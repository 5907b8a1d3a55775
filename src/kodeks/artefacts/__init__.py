# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A trained model as one file: numeric arrays and a JSON manifest, in the safetensors format. Pure.

Nothing in such a file can run: the format has numbers and text, and is read by a library that
checks every offset. No pickle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors import numpy as safetensors

from kodeks.artefacts.errors import ArtefactError

_MANIFEST = "manifest"
_LARGEST = 4 << 30

Arrays = Mapping[str, NDArray[Any]]

__all__ = ["Arrays", "Artefact", "ArtefactError"]


@dataclass(frozen=True, eq=False)
class Artefact:
    """What a model is made of. `manifest` is JSON-ready; arrays are numeric or bytes (uint8)."""

    manifest: Mapping[str, Any]
    arrays: Arrays

    def as_bytes(self) -> bytes:
        """The file's content; equal models give equal bytes.

        Raises ValueError when an array is of a kind that the format has not.
        """
        arrays = {name: _little_endian(array) for name, array in self.arrays.items()}
        manifest = {"content": self.manifest, "sha256": _digest(self.manifest, arrays)}
        try:
            return safetensors.save(arrays, metadata={_MANIFEST: _stable(manifest)})
        except (SafetensorError, KeyError) as error:
            raise ValueError("an array is of a kind that cannot be stored") from error

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the file's content: the model's name everywhere in the kernel."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    @classmethod
    def of_bytes(cls, data: bytes) -> Artefact:
        """Read a file's content. Raises ArtefactError for anything that is not such a file."""
        if len(data) > _LARGEST:
            raise ArtefactError("filen er for stor")
        try:
            arrays = safetensors.load(data)
            manifest = json.loads(_header(data)["__metadata__"][_MANIFEST])
            content, digest = manifest["content"], manifest["sha256"]
            whole = digest == _digest(content, arrays)
        except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise ArtefactError("filen kan ikke læses") from error
        if not isinstance(content, dict):
            raise ArtefactError("filen har ikke den rette form")
        # The format says where each number lies, not whether it is still the one that was written.
        if not whole:
            raise ArtefactError("filen er beskadiget")
        return cls(content, arrays)


def _little_endian(array: NDArray[Any]) -> NDArray[Any]:
    """The array as the file has it, so that the digest is of what is read back."""
    return np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")


def _stable(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _digest(manifest: Mapping[str, Any], arrays: Arrays) -> str:
    content = hashlib.sha256(_stable(manifest).encode("utf-8", "surrogatepass"))
    for name in sorted(arrays):
        array = arrays[name]
        content.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        content.update(array.tobytes())
    return content.hexdigest()


def _header(data: bytes) -> dict[str, Any]:
    # Eight bytes of length, then JSON; `load` has checked both. It does not hand out the metadata.
    length = int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + length])
    return header
