# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Revisions registered in order, and what somebody makes of the rows that follow from them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cases import DAY
from codexes import REVISION, Statement
from gate import untriggered
from kernel_stage import today


@contextmanager
def revised(stage: Any, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """A new codex, changed; at the end another new one says what the one before said."""
    before = stage.content()
    content = copy.deepcopy(before)
    change(content)
    stage.register_codex(content)
    try:
        yield
    finally:
        now = stage.content()
        stage.register_codex(
            before | {"number": now["number"], "effective_from": now["effective_from"]}
        )


@contextmanager
def announced(stage: Any, **changes: Any) -> Iterator[None]:
    """A codex that takes effect tomorrow; taken out again, as none could come before it."""
    content = stage.content(effective_from=(today() + DAY).isoformat()) | changes
    stage.register_codex(content)
    try:
        yield
    finally:
        tables = ("legalbasis", "linking", "duty", "barredfield")
        number = stage.as_owner(
            "SELECT id FROM kernel_codexrevision WHERE number = %s", content["number"]
        )
        with untriggered(stage, REVISION, *(f"kernel_{name}" for name in tables)):
            for name in tables:
                stage.owner.execute(f"DELETE FROM kernel_{name} WHERE codex_id = %s", (number,))
            stage.owner.execute(f"DELETE FROM {REVISION} WHERE id = %s", (number,))


def in_operation(slug: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Changes the system's rows for operation; without changes they go."""

    def change(content: dict[str, Any]) -> None:
        mine = {"system": slug, "phase": "operation"}
        rows = content["legal_bases"]
        found = [row for row in rows if {key: row[key] for key in mine} == mine]
        content["legal_bases"] = [row for row in rows if row not in found]
        if changes:
            content["legal_bases"] += [row | changes for row in found]

    return change


def believed(slug: str) -> Iterator[tuple[str, Callable[[dict[str, Any]], None], Statement]]:
    """Bases that a codex does not give, and how their rows are made to give them."""
    allowed = {
        "status": "allowed",
        "autonomy": "procedural",
        "data_category": "ordinary",
        "purpose": "triage",
        "phase": "operation",
        "system_slug": slug,
        "valid_from": "2018-05-25",
        "valid_to": None,
    }
    changes: dict[str, dict[str, Any]] = {
        "ended": {"valid_to": (today() - DAY).isoformat()},
        "from tomorrow": {"valid_from": (today() + DAY).isoformat()},
        "barred": {"status": "barred"},
        "pending": {"status": "pending"},
        "advice only": {"autonomy": "advise"},
        "of special data": {"data_category": "special"},
        "of no data": {"data_category": "none"},
        "for another purpose": {"purpose": "improvement"},
        "for retraining": {"phase": "retraining"},
        "of another system": {"system": "s118"},
    }
    codex = "(SELECT id FROM kernel.codex_in_force(kernel.today()))"
    for name, change in changes.items():
        column, value = next(iter(change.items()))
        column = "system_slug" if column == "system" else column
        where = f"codex_id = {codex} AND {column} = %s"
        if column != "system_slug":
            where += " AND system_slug = %s"
        given = f"UPDATE kernel_legalbasis SET {column} = %s WHERE {where}"
        values = (
            (allowed[column], value)
            if column == "system_slug"
            else (
                allowed[column],
                value,
                slug,
            )
        )
        yield name, in_operation(slug, **change), (given, values)
    columns = [*allowed, "basis", "source", "note"]
    marks = ", ".join(["%s"] * len(columns))
    added = (
        f"INSERT INTO kernel_legalbasis (codex_id, {', '.join(columns)}) VALUES ({codex}, {marks})"
    )
    yield "none", in_operation(slug), (added, (*allowed.values(), "Loven", "§ 1", ""))


def spared() -> Iterator[tuple[str, Statement]]:
    """How the duty to have a document is made to look as if it were none."""
    codex = "codex_id = (SELECT id FROM kernel.codex_in_force(kernel.today())) AND kind = 'dpia'"
    yield "deleted", (f"DELETE FROM kernel_duty WHERE {codex}", ())
    for change in (
        "phases = '{}'",
        "risk_classes = '{high}'",
        "valid_from = kernel.today() + 1",
        "valid_to = kernel.today() - 1",
        "kind = 'test_report'",
        "codex_id = (SELECT min(id) FROM kernel_codexrevision)",
    ):
        yield change, (f"UPDATE kernel_duty SET {change} WHERE {codex}", ())


def _added(content: dict[str, Any], **rows: Any) -> None:
    for name, more in rows.items():
        content[name] = [*content[name], more]


def _fria(content: dict[str, Any]) -> None:
    for duty in content["duties"]:
        if duty["id"] == "fria":
            duty["risk_classes"] = ["limited", "high"]


def _word(content: dict[str, Any]) -> None:
    _added(content, protected={"id": "zzz", "title": "Prøve", "words": ["teksten"]})


def _stand_in(content: dict[str, Any]) -> None:
    proxy = content["proxies"][0] | {"system": "*", "field": "letter"}
    _added(content, proxies=proxy)


STRICTER: dict[str, tuple[Callable[[dict[str, Any]], None], set[str]]] = {
    "one duty more": (_fria, {"no_fria"}),
    "one word more": (_word, {"protected_field"}),
    "one stand-in more": (_stand_in, {"protected_field"}),
}
