# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A form with a file in it (RFC 7578)."""

from __future__ import annotations

import uuid


def form(
    *, file_name: str, media_type: str, content: bytes, fields: dict[str, str] | None = None
) -> tuple[bytes, str]:
    """Body and content type of a form with the part `file` and text fields of JSON."""
    boundary = uuid.uuid4().hex
    parts = [
        f'Content-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n".encode()
        + content
    ]
    parts += [
        f'Content-Disposition: form-data; name="{name}"\r\n'
        f"Content-Type: application/json\r\n\r\n{value}".encode()
        for name, value in (fields or {}).items()
    ]
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"
