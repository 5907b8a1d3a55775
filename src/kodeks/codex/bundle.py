# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One edition of the codex: clauses, controls, legal bases, duties and policies, with one hash.

An edition comes from a folder of TOML files (`load`) or from the JSON that the database keeps
(`of_content`). Both give the same `Codex`; its `content` is the JSON form, and `sha256` is the
hash of that form written with sorted keys and no blanks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from kodeks.codex.clauses import Clause, Control, read_clause, read_control
from kodeks.codex.duties import Duty, read_duty
from kodeks.codex.incidents import IncidentKind, read_kind
from kodeks.codex.legal_rows import LegalBasis, Linking, read_basis, read_linking
from kodeks.codex.protected import Attribute, Proxy, read_attribute, read_proxy
from kodeks.codex.reader import CardError, Reader
from kodeks.codex.rulings import Ruling, read_ruling

Row = TypeVar("Row")

PAYLOAD_TYPE = "application/vnd.kodeks.codex+json"
"""What a signed envelope with an edition in it says that it holds."""
LIMITS = (
    "permit_minutes",
    "vacancy_days",
    "absence_days",
    "attestation_months",
    "supervision_grace_days",
    "review_days",
    "blind_first_days",
    "blind_least_percent",
    "influence_most_percent",
    "alarm_days",
    "drill_wrong_cases",
    "drill_caught_cases",
    "drill_right_cases",
    "drill_followed_cases",
    "drill_persons",
    "drill_round_days",
)
_MOST_LIMIT = 10_000
_MOST_NUMBER = 1_000_000
# Where each list of the content comes from: list, file, name of its tables there.
_LISTS = (
    ("clauses", "clauses.toml", "clause"),
    ("controls", "controls.toml", "control"),
    ("legal_bases", "legal_bases.toml", "basis"),
    ("linkings", "legal_bases.toml", "linking"),
    ("rulings", "legal_bases.toml", "ruling"),
    ("duties", "duties.toml", "duty"),
    ("incident_kinds", "incidents.toml", "incident"),
    ("protected", "protected.toml", "attribute"),
    ("proxies", "protected.toml", "proxy"),
)
_SOURCES = (("policies", "policies.cedar"), ("schema", "schema.cedarschema"))


@dataclass(frozen=True, kw_only=True)
class Codex:
    """All of one edition. `limits` are whole numbers of the unit that their names end with."""

    number: int
    title: str
    effective_from: dt.date
    limits: Mapping[str, int]
    clauses: tuple[Clause, ...]
    controls: tuple[Control, ...]
    bases: tuple[LegalBasis, ...]
    linkings: tuple[Linking, ...]
    rulings: tuple[Ruling, ...]
    duties: tuple[Duty, ...]
    incident_kinds: tuple[IncidentKind, ...]
    attributes: tuple[Attribute, ...]
    proxies: tuple[Proxy, ...]
    policies: str
    schema: str
    content: Mapping[str, Any]
    """The edition as JSON-ready data, dates as ISO text; it does not hold its own hash."""
    sha256: str

    @property
    def signed_bytes(self) -> bytes:
        """What is signed: the content in the one form that its hash is taken of."""
        return _canonical(self.content)


def shipped() -> Codex:
    """The edition that comes with this version of the program. Raises CardError."""
    return load(files("kodeks.codex") / "edition")


def load(folder: Traversable | Path) -> Codex:
    """Read an edition from its folder.

    Raises CardError, whose Danish text names the file, the table and the key to mend.
    """
    head = Reader.of_toml(_text(folder, "codex.toml"), where="filen codex.toml")
    readers: dict[str, Reader] = {}
    rows: dict[str, list[Reader]] = {}
    for name, file, table in _LISTS:
        if file not in readers:
            readers[file] = Reader.of_toml(_text(folder, file), where=f"filen {file}")
        rows[name] = list(readers[file].tables(table))
        for row in rows[name]:
            row.where = f"{row.where} i {file}"
    for reader in readers.values():
        reader.finish()
    sources = Reader({key: _text(folder, file) for key, file in _SOURCES}, where="mappen")
    return _codex(head, rows, sources)


def of_content(content: object) -> Codex:
    """Read an edition from its JSON form, as the database keeps it.

    Raises CardError when anything in it is missing, unknown, or not as the program writes it.
    """
    if not isinstance(content, dict):
        raise CardError("Kodeksets indhold er ikke det, som programmet selv har skrevet.")
    where = "kodeksets indhold"
    parts = {key: content[key] for key, _ in _SOURCES if key in content}
    lists = {name: content[name] for name, _, _ in _LISTS if name in content}
    rest = {key: value for key, value in content.items() if key not in parts | lists}
    reader = Reader(lists, where=where, iso_dates=True)
    codex = _codex(
        Reader(rest, where=where, iso_dates=True),
        {name: list(reader.tables(name)) for name, _, _ in _LISTS},
        Reader(parts, where=where),
    )
    # What is signed is the content, so that nothing may be read into it: not even a blank.
    if _canonical(codex.content) != _canonical(content):
        raise CardError("Kodeksets indhold er ikke skrevet, som programmet selv skriver det.")
    return codex


def _text(folder: Traversable | Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"Filen {name} mangler i kodeksets mappe, eller den er ikke UTF-8.") from (
            error
        )


def _codex(head: Reader, rows: Mapping[str, list[Reader]], sources: Reader) -> Codex:
    number = head.integer("number", least=1, most=_MOST_NUMBER)
    title = head.line("title")
    effective_from = head.date("effective_from")
    limits_table = head.table("limits")
    limits = {name: limits_table.integer(name, least=0, most=_MOST_LIMIT) for name in LIMITS}
    limits_table.finish()
    head.finish()
    read: dict[str, Any] = {
        "clauses": _each(rows["clauses"], read_clause, _id),
        "controls": _each(rows["controls"], read_control, _id),
        "legal_bases": _each(rows["legal_bases"], read_basis, _id),
        "linkings": _each(rows["linkings"], read_linking, _id),
        "rulings": _each(rows["rulings"], read_ruling, lambda ruling: ruling.title),
        "duties": _each(rows["duties"], read_duty, _id),
        "incident_kinds": _each(rows["incident_kinds"], read_kind, _id),
        "protected": _each(rows["protected"], read_attribute, _id),
        "proxies": _each(rows["proxies"], read_proxy, lambda proxy: (proxy.system, proxy.field)),
    }
    policies, schema = sources.raw_text("policies"), sources.raw_text("schema")
    sources.finish()
    _check_order(read)
    content = {
        "number": number,
        "title": title,
        "effective_from": effective_from.isoformat(),
        "limits": limits,
        **{name: [_plain(row) for row in found] for name, found in read.items()},
        "policies": policies,
        "schema": schema,
    }
    return Codex(
        number=number,
        title=title,
        effective_from=effective_from,
        limits=limits,
        clauses=read["clauses"],
        controls=read["controls"],
        bases=read["legal_bases"],
        linkings=read["linkings"],
        rulings=read["rulings"],
        duties=read["duties"],
        incident_kinds=read["incident_kinds"],
        attributes=read["protected"],
        proxies=read["proxies"],
        policies=policies,
        schema=schema,
        content=content,
        sha256=hashlib.sha256(_canonical(content)).hexdigest(),
    )


def _each(
    rows: Iterable[Reader], read: Callable[[Reader], Row], name_of: Callable[[Row], object]
) -> tuple[Row, ...]:
    """Read every row; no two may have one name."""
    found: dict[object, Row] = {}
    for row in rows:
        one = read(row)
        name = name_of(one)
        if name in found:
            raise CardError(f"{row.where} har samme navn som en anden. Giv den et nyt.")
        found[name] = one
    return tuple(found.values())


def _id(row: Any) -> object:
    return row.id


def _check_order(read: Mapping[str, Any]) -> None:
    """What holds between rows, so that a reader finds what is looked for."""
    ids = [clause.id for clause in read["clauses"]]
    if ids != sorted(ids):
        raise CardError("Kodeksets punkter skal stå i rækkefølge, G1.1 først.")
    days = [ruling.date for ruling in read["rulings"]]
    if days != sorted(days):
        raise CardError("Afgørelserne i [[ruling]] skal stå efter dato, den ældste først.")
    known = {attribute.id for attribute in read["protected"]}
    for proxy in read["proxies"]:
        if proxy.attribute not in known:
            raise CardError(
                f"[[proxy]] {proxy.field} nævner {proxy.attribute}, som ikke er beskyttet."
            )


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON-ready data. Rows hold no rows, so none is gone through in depth."""
    return {field.name: _plain_value(getattr(row, field.name)) for field in fields(row)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _canonical(content: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise CardError("Kodeksets indhold kan ikke skrives som JSON.") from error
