# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The parts of a mail: which are its text, and which are files.

Of alternatives the plain text is taken; every file in any of them is kept. A forwarded mail is part
of the text, with who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage, Message

from kodeks.connectors.mail import hypertext
from kodeks.connectors.mail.errors import UnreadableMail
from kodeks.inquiries.attachments import MOST as MOST_FILES
from kodeks.inquiries.attachments import NewAttachment

MOST_DEPTH = 20
MOST_PARTS = 1_000
MOST_HTML = 5_000_000
_TOO_DEEP = "Mailen er pakket ind i sig selv for mange gange."
_TOO_MANY = f"Mailen har flere end {MOST_FILES} bilag."
_ENCRYPTED = "Mailen er krypteret eller pakket ind i en signatur, som programmet ikke kan åbne."
_TOO_LONG_HTML = "Mailens tekst er for lang til at blive læst af programmet."
_CLOSED = frozenset(("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNATURES = frozenset(
    ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
)
_LONGEST_LINE = 1_000


@dataclass(frozen=True)
class Found:
    """What a part holds; `is_plain` says that its text was written as such."""

    text: str = field(default="", repr=False)
    is_plain: bool = True
    files: tuple[NewAttachment, ...] = ()


def found_in(message: Message | EmailMessage) -> Found:
    """The text and files of a message. Raises UnreadableMail."""
    if sum(1 for _ in message.walk()) > MOST_PARTS:
        raise UnreadableMail(_TOO_MANY)
    found = _found(message, depth=0)
    if len(found.files) > MOST_FILES:
        raise UnreadableMail(_TOO_MANY)
    return found


def header(message: Message | EmailMessage, name: str) -> str:
    """A header as one line; "" when there is none, or none that can be read."""
    try:
        return line(str(message.get(name, "")))
    except Exception:
        # The library parses a header when it is asked for it, and some forged ones break it.
        return ""


def line(text: str) -> str:
    """A text in one line of visible signs."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    plain = "".join(sign if sign.isprintable() else " " for sign in whole)
    return " ".join(plain.split())[:_LONGEST_LINE]


def _found(part: Message | EmailMessage, *, depth: int) -> Found:
    if depth > MOST_DEPTH:
        raise UnreadableMail(_TOO_DEEP)
    kind = part.get_content_type()
    if kind in _CLOSED:
        raise UnreadableMail(_ENCRYPTED)
    if kind == "message/rfc822":
        return _forwarded(part, depth=depth)
    if part.is_multipart():
        inner = [_found(one, depth=depth + 1) for one in _below(part)]
        return _alternative(inner) if kind == "multipart/alternative" else _all(inner)
    return _leaf(part, kind)


def _below(part: Message | EmailMessage) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _leaf(part: Message | EmailMessage, kind: str) -> Found:
    content = _content(part)
    name = _file_name(part)
    is_file = part.get_content_disposition() == "attachment" or (name and kind != "text/html")
    if kind == "text/plain" and not is_file:
        return Found(text=_decoded(part, content))
    if kind == "text/html" and not is_file:
        html = _decoded(part, content)
        if len(html) > MOST_HTML:
            raise UnreadableMail(_TOO_LONG_HTML)
        return Found(text=hypertext.text_of(html), is_plain=False)
    # An empty file says nothing, and a signature is the mail program's, not the sender's.
    if not content or kind in _SIGNATURES:
        return Found()
    return Found(files=(NewAttachment(name=name, media_type=kind, content=content),))


def _alternative(inner: list[Found]) -> Found:
    """The same said in several ways: one text of them, and the files of all."""
    written = [one for one in inner if one.text.strip()]
    plain = [one for one in written if one.is_plain]
    # The last is the richest (RFC 2046 section 5.1.4); the first plain one is what was written.
    chosen = plain[0] if plain else written[-1] if written else Found()
    return Found(text=chosen.text, is_plain=chosen.is_plain, files=_files(inner))


def _all(inner: list[Found]) -> Found:
    texts = [one.text.strip() for one in inner if one.text.strip()]
    is_plain = all(one.is_plain for one in inner if one.text.strip())
    return Found(text="\n\n".join(texts), is_plain=is_plain, files=_files(inner))


def _files(inner: Iterable[Found]) -> tuple[NewAttachment, ...]:
    return tuple(file for one in inner for file in one.files)


def _forwarded(part: Message | EmailMessage, *, depth: int) -> Found:
    inner = _below(part)
    if not inner:
        return _leaf(part, "message/rfc822")
    found = _all([_found(one, depth=depth + 1) for one in inner])
    said = ("Fra", "From"), ("Dato", "Date"), ("Emne", "Subject")
    lines = [f"{word}: {header(inner[0], name)}" for word, name in said]
    text = "\n".join(("Videresendt mail", *lines)) + f"\n\n{found.text}"
    return Found(text=text.strip(), is_plain=found.is_plain, files=found.files)


def _content(part: Message | EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message | EmailMessage) -> str:
    try:
        return line(part.get_filename() or "")
    except Exception:
        # As for headers: the name is then as if none were given, and the file is kept.
        return ""


def _decoded(part: Message | EmailMessage, content: bytes) -> str:
    """The text in the charset it says, else UTF-8, else what Danish Windows programs write."""
    try:
        named = part.get_content_charset() or "utf-8"
    except Exception:
        named = "utf-8"
    for charset in (named, "utf-8"):
        try:
            text = content.decode(charset)
            break
        except (LookupError, ValueError):
            continue
    else:
        text = content.decode("cp1252", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign if sign.isprintable() or sign in "\n\t" else _seen(sign) for sign in lines)
    return "".join(kept).encode("utf-8", "replace").decode("utf-8")


def _seen(sign: str) -> str:
    """Control signs are left out; invisible signs stay, for the guard to tell a person of."""
    return "" if ord(sign) < 0xA0 else sign
