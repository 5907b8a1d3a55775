# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Canonical JSON: the one way to write a value as bytes, so that its hash is well defined.

A subset of RFC 8785 (JCS) on which Python and PostgreSQL's jsonb agree byte for byte: keys are
ASCII (where UTF-16, UTF-8 and code point order are the same), numbers are whole and at most
2^53 - 1 in size (decimals are carried as text), and text has neither U+0000 nor lone surrogates.
"""

import json
import re
from typing import NoReturn, TypeAlias

from kodeks.ledger.errors import VerificationError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

LARGEST_INTEGER = 2**53 - 1
MAX_DEPTH = 64
_KEY = re.compile(r"[A-Za-z0-9_.-]+")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
# RFC 8785 escapes exactly what Python escapes when it may write non-ASCII: the quote, the
# backslash and the controls below U+0020, in short form where JSON has one.
_encode_text = json.JSONEncoder(ensure_ascii=False).encode


def canonical_json(value: object) -> bytes:
    """UTF-8 bytes of `value` (None, bool, int, str, list, dict); VerificationError for the rest."""
    parts: list[str] = []
    _write(value, parts, 0)
    return "".join(parts).encode("utf-8")


def parse_canonical(data: bytes) -> JsonValue:
    """The value of which `data` is the canonical form; refuses every other spelling of it."""
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"), parse_float=_refuse_number, parse_constant=_refuse_number
        )
    except (ValueError, RecursionError) as error:
        raise VerificationError("Teksten er ikke gyldig JSON.") from error
    if canonical_json(value) != data:
        raise VerificationError("Teksten er ikke JSON i fast form.")
    return value


def _refuse_number(text: str) -> NoReturn:
    raise VerificationError("Tal med decimaler skal skrives som tekst.")


def _write(value: object, parts: list[str], depth: int) -> None:
    match value:
        case None:
            parts.append("null")
        case bool():
            parts.append("true" if value else "false")
        case int():
            parts.append(_integer(value))
        case str():
            parts.append(_text(value))
        case list() | dict() if depth >= MAX_DEPTH:
            raise VerificationError(f"Data må højst have {MAX_DEPTH} lag.")
        case list():
            _write_list(value, parts, depth)
        case dict():
            _write_dict(value, parts, depth)
        case _:
            raise VerificationError(
                f"Data af typen {type(value).__name__} kan ikke skrives. Skriv dem som tekst."
            )


def _write_list(values: list[object], parts: list[str], depth: int) -> None:
    for number, value in enumerate(values):
        parts.append("," if number else "[")
        _write(value, parts, depth + 1)
    parts.append("]" if values else "[]")


def _write_dict(values: dict[object, object], parts: list[str], depth: int) -> None:
    keys = [_key(key) for key in values]
    for number, key in enumerate(sorted(keys)):
        parts.append(f',"{key}":' if number else f'{{"{key}":')
        _write(values[key], parts, depth + 1)
    parts.append("}" if keys else "{}")


def _key(key: object) -> str:
    if type(key) is not str or not _KEY.fullmatch(key):
        raise VerificationError("Navne på felter må kun have a-z, A-Z, 0-9, punktum, _ og -.")
    return key


def _integer(value: int) -> str:
    if abs(value) > LARGEST_INTEGER:
        raise VerificationError("Meget store tal skal skrives som tekst.")
    return int.__repr__(value)


def _text(value: str) -> str:
    if _NOT_TEXT.search(value):
        raise VerificationError("Teksten har tegn, som ikke kan gemmes.")
    return _encode_text(value)
