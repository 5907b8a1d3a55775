# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A sensor's table from TOML. What does not fit is refused with the place and the remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, cast

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.decoding import decoder
from kodeks.waste.engine.payloads.quantities import ALARMS, LIMITS, TILT, UNITS
from kodeks.waste.engine.payloads.results import Unusable
from kodeks.waste.engine.payloads.specification import (
    ByteOrder,
    Field,
    Group,
    Layout,
    Member,
    Sensor,
)

FORMAT = 1
LONGEST = 100_000
_TOP = {
    "format", "id", "name", "source", "layout", "profiles", "ports", "byte_order", "tag_bytes",
    "flag_bytes", "limits", "head", "channel", "group", "object", "vector",
}  # fmt: skip
_FIELD = {
    "name", "bytes", "signed", "multiply", "divide", "unit", "quantity", "words", "true", "failed",
    "must_be",
}  # fmt: skip
_MEMBER = {"path", "quantity", "multiply", "divide", "unit", "true"}
_FLAGS = (TILT, *ALARMS)


class TableError(WasteError):
    """A sensor's table that cannot be used."""


def of_toml(text: str) -> Sensor:
    """The sensor that a file describes, once its own vectors come out as they say.

    Raises TableError, whose Danish text says where and what to do.
    """
    if len(text) > LONGEST:
        raise TableError("Filen er for lang. En sensors tabel fylder højst 100.000 tegn.")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise TableError(f"Filen er ikke TOML: {str(error)[:200]}. Ret den.") from None
    _known(content, _TOP, "Filen")
    if content.get("format") != FORMAT:
        raise TableError(f"Skriv format = {FORMAT} øverst i filen.")
    sensor = _sensor(content)
    _try_vectors(sensor)
    return sensor


def _sensor(content: Mapping[str, Any]) -> Sensor:
    layout = _choice(content, "layout", ("tlv", "flags", "object"), "Filen")
    key = {"tlv": "channel", "flags": "group"}.get(layout, "")
    for other in {"channel", "group", "head"} - {key, "head" if layout == "flags" else ""}:
        if other in content:
            raise TableError(f'Med layout = "{layout}" kan der ikke være [[{other}]].')
    groups, measures = _groups(content, key) if key else ({}, frozenset())
    members = tuple(
        _member(one, f"[[object]] nummer {at}")
        for at, one in enumerate(_tables(content, "object", "Filen"), start=1)
    )
    if not groups and not members:
        raise TableError("Filen beskriver ingen værdier. Tilføj dem, som docs/sensors.md viser.")
    return Sensor(
        id=_text(content, "id", "Filen"),
        name=_text(content, "name", "Filen"),
        source=_text(content, "source", "Filen"),
        layout=cast(Layout, layout),
        profiles=frozenset(_strings(content, "profiles")),
        ports=frozenset(_numbers(content, "ports", "Filen", 0, 255)),
        byte_order=cast(ByteOrder, _choice(content, "byte_order", ("big", "little"), "Filen"))
        if key
        else "big",
        tag_bytes=_whole(content, "tag_bytes", "Filen", 1, 2, 2),
        flag_bytes=_whole(content, "flag_bytes", "Filen", 1, 4, 2),
        head=_fields(content, "head", "Filen") if "head" in content else (),
        groups=groups,
        measures=measures,
        members=members,
        limits=_limits(content),
        vectors=tuple(_vector(one) for one in _tables(content, "vector", "Filen")),
    )


def _groups(content: Mapping[str, Any], key: str) -> tuple[dict[int, Group], frozenset[int]]:
    wide = _whole(content, "tag_bytes", "Filen", 1, 2, 2)
    bits = _whole(content, "flag_bytes", "Filen", 1, 4, 2) * 8
    groups: dict[int, Group] = {}
    measures = set()
    for at, one in enumerate(_tables(content, key, "Filen"), start=1):
        where = f"[[{key}]] nummer {at}"
        _known(one, {"tag", "field"} if key == "channel" else {"bit", "measures", "field"}, where)
        if key == "channel":
            tag = _tag(one, wide, where)
        else:
            tag = _whole(one, "bit", where, 0, bits - 1)
            if _boolean(one, "measures", where):
                measures.add(tag)
        if tag in groups:
            raise TableError(f"{where}: den findes allerede i filen. Slet den ene.")
        groups[tag] = Group(fields=_fields(one, "field", where))
    return groups, frozenset(measures)


def _tag(one: Mapping[str, Any], wide: int, where: str) -> int:
    try:
        tag = bytes.fromhex(_text(one, "tag", where))
    except ValueError as error:
        if isinstance(error, TableError):
            raise
        tag = b""
    if len(tag) != wide:
        raise TableError(f'{where}: tag skal være {wide} byte i hex, f.eks. "01 75".')
    return int.from_bytes(tag, "big")


def _fields(content: Mapping[str, Any], key: str, where: str) -> tuple[Field, ...]:
    found = [
        _field(one, f"{where}, [[{key}]] nummer {at}")
        for at, one in enumerate(_tables(content, key, where), start=1)
    ]
    if not found:
        raise TableError(f"{where}: der mangler et felt. Skriv mindst ét.")
    return tuple(found)


def _field(one: Mapping[str, Any], where: str) -> Field:
    _known(one, _FIELD, where)
    name = _text(one, "name", where, "")
    quantity = _quantity(one, where, "")
    if not name and set(one) != {"bytes"}:
        raise TableError(f"{where}: kun et felt, der springes over, kan undvære et navn.")
    given = _of(one.get("words", {}), dict, f"{where}: words er ikke en tabel.")
    words = {
        _key(number, where): _of(word, str, f"{where}: words skal være tekster.")
        for number, word in given.items()
    }
    numeric = quantity in UNITS
    if words and numeric:
        raise TableError(f"{where}: {quantity} er et tal, så feltet kan ikke have words.")
    return Field(
        name=name,
        size=_whole(one, "bytes", where, 1, 8),
        signed=_boolean(one, "signed", where),
        multiply=_factor(one, "multiply", where),
        divide=_factor(one, "divide", where),
        quantity=quantity,
        words=words,
        true=_true(one, quantity, _numbers(one, "true", where), where),
        failed=frozenset(_numbers(one, "failed", where)),
        must_be=_whole(one, "must_be", where, 0, 2**63) if "must_be" in one else None,
    )


def _member(one: Mapping[str, Any], where: str) -> Member:
    _known(one, _MEMBER, where)
    path = _text(one, "path", where).split(".")
    if not all(path) or len(path) > 8:
        raise TableError(f"{where}: path skal være navne med punktum imellem, højst otte.")
    quantity = _quantity(one, where)
    given = _of(one.get("true", []), list, f"{where}: true skal være en liste.")
    if not all(type(value) in (str, int, bool) for value in given):
        raise TableError(f"{where}: true skal være tekster, hele tal, true eller false.")
    return Member(
        path=tuple(path),
        quantity=quantity,
        multiply=_factor(one, "multiply", where),
        divide=_factor(one, "divide", where),
        true=_true(one, quantity, given, where),
    )


def _true(one: Mapping[str, Any], quantity: str, given: list[Any], where: str) -> frozenset[Any]:
    if (quantity in _FLAGS) != bool(given):
        raise TableError(
            f"{where}: {quantity or 'feltet'} skal "
            f"{'have' if quantity in _FLAGS else 'ikke have'} true: de værdier, der betyder ja."
        )
    return frozenset(given)


def _quantity(one: Mapping[str, Any], where: str, default: str | None = None) -> str:
    quantity = _text(one, "quantity", where, default)
    if quantity and quantity not in UNITS and quantity not in _FLAGS:
        known = ", ".join((*UNITS, *_FLAGS))
        raise TableError(f"{where}: quantity kendes ikke. Vælg en af: {known}.")
    unit = _text(one, "unit", where, "")
    if unit and quantity in UNITS and unit != UNITS[quantity]:
        raise TableError(
            f"{where}: {quantity} er i {UNITS[quantity]}. Regn om med multiply eller divide."
        )
    return quantity


def _limits(content: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    given = _of(content.get("limits", {}), dict, "[limits] er ikke en tabel.")
    found = {}
    for quantity, pair in given.items():
        if quantity not in LIMITS:
            raise TableError(f"[limits]: {quantity[:40]} kendes ikke. Vælg: {', '.join(LIMITS)}.")
        low, high = LIMITS[quantity]
        numbers = type(pair) is list and all(type(one) in (int, float) for one in pair)
        if not numbers or len(pair) != 2 or not low <= pair[0] < pair[1] <= high:
            raise TableError(
                f"[limits]: {quantity} skal være to tal fra {low:g} til {high:g}. "
                "Skriv det mindste først."
            )
        found[quantity] = (float(pair[0]), float(pair[1]))
    return found


def _vector(one: Mapping[str, Any]) -> tuple[bytes, Mapping[str, Any]]:
    _known(one, {"hex", "fields"}, "[[vector]]")
    try:
        data = bytes.fromhex(_text(one, "hex", "[[vector]]"))
    except ValueError as error:
        if isinstance(error, TableError):
            raise
        raise TableError('[[vector]]: hex skal være byte i hex, f.eks. "01 75 64".') from None
    return data, _of(one.get("fields"), dict, "[[vector]]: skriv fields, det der skal komme ud.")


def _try_vectors(sensor: Sensor) -> None:
    for data, expected in sensor.vectors:
        try:
            found = decoder(sensor)(data).fields if sensor.layout != "object" else {}
        except Unusable as error:
            raise TableError(f"[[vector]] {data.hex()} kan ikke læses: {error}") from None
        if found != expected:
            raise TableError(f"[[vector]] {data.hex()} giver {found}. Ret tabellen eller fields.")


# The small pieces


def _known(one: Mapping[str, Any], names: set[str], where: str) -> None:
    unknown = sorted(set(one) - names)
    if unknown:
        known = ", ".join(sorted(names))
        raise TableError(f"{where}: {unknown[0][:40]} kendes ikke. Brug: {known}.")


def _of(value: Any, kind: type, sentence: str) -> Any:
    if type(value) is not kind:
        raise TableError(sentence)
    return value


def _tables(content: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if type(found) is not list or not all(type(one) is dict for one in found):
        raise TableError(f"{where}: {key} skal skrives som [[{key}]].")
    return found


def _text(one: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = one.get(key, default)
    if type(value) is not str or not (value.strip() or value == default) or len(value) > 300:
        raise TableError(f"{where}: {key} mangler, eller det er ikke en tekst.")
    return value.strip()


def _choice(one: Mapping[str, Any], key: str, among: tuple[str, ...], where: str) -> str:
    value = one.get(key)
    if value not in among:
        raise TableError(f"{where}: {key} skal være en af: {', '.join(among)}.")
    return cast(str, value)


def _boolean(one: Mapping[str, Any], key: str, where: str) -> bool:
    return cast(bool, _of(one.get(key, False), bool, f"{where}: {key} skal være true eller false."))


def _whole(
    one: Mapping[str, Any], key: str, where: str, low: int, high: int, default: int | None = None
) -> int:
    value = one.get(key, default)
    if type(value) is not int or not low <= value <= high:
        raise TableError(f"{where}: {key} skal være et helt tal fra {low} til {high}.")
    return value


def _factor(one: Mapping[str, Any], key: str, where: str) -> float:
    value = one.get(key, 1)
    if type(value) not in (int, float) or not 1e-9 <= value <= 1e9:
        raise TableError(f"{where}: {key} skal være et tal over 0.")
    return cast(float, value)


def _numbers(
    one: Mapping[str, Any], key: str, where: str, low: int = -(2**63), high: int = 2**63
) -> list[int]:
    value = one.get(key, [])
    whole = type(value) is list and all(type(each) is int and low <= each <= high for each in value)
    if not whole:
        raise TableError(f"{where}: {key} skal være en liste af hele tal.")
    return cast("list[int]", value)


def _strings(one: Mapping[str, Any], key: str) -> list[str]:
    value = one.get(key, [])
    if type(value) is not list or not all(type(each) is str and each.strip() for each in value):
        raise TableError(f"Filen: {key} skal være en liste af tekster.")
    return [each.strip().lower() for each in value]


def _key(number: str, where: str) -> int:
    try:
        return int(number)
    except ValueError:
        raise TableError(f"{where}: words har {number[:40]}. Skriv et helt tal før =.") from None
