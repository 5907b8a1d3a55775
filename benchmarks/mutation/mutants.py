# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Small faults put into the gate, one at a time: in SQL functions, Cedar policies and Python.

The operators are those of Jia and Harman (2011, IEEE TSE 37(5), table 3) as far as they mean
anything here: relations and logic turned, constants moved, calls and conditions left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A file with one fault. `unit` is the function or rule it is in, `was` and `now` the fault."""

    path: str
    unit: str
    line: int
    was: str
    now: str
    text: str

    source: str
    """The line as it was."""

    number: int = 1
    """Of several that are named alike on one line."""

    @property
    def name(self) -> str:
        which = "" if self.number == 1 else f" ({self.number})"
        return f"{self.path}:{self.line} {self.unit}: {self.was!r} -> {self.now!r}{which}"


# Text swapped for text, outside of strings and comments.
_SQL = (
    (r"(?<![<>!:=])=(?![>=])", "<>"),
    (r"<>", "="),
    (r"<=(?!>)", "<"),
    (r">=", ">"),
    (r"(?<![-<])<(?![=>@])", "<="),
    (r"(?<![->=<@])>(?![=>])", ">="),
    (r"\bIS DISTINCT FROM\b", "IS NOT DISTINCT FROM"),
    (r"\bIS NOT DISTINCT FROM\b", "IS DISTINCT FROM"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bAND\b", "OR"),
    (r"\bOR\b(?! REPLACE)", "AND"),
    (r"\bNOT (?=EXISTS|IN\b|kernel\.|coalesce|d\.|reviewed|pg_)", ""),
    (r"(?<!NOT )\bEXISTS \(", "NOT EXISTS ("),
    (r"\bDESC\b", "ASC"),
    (r"\bleast\(", "greatest("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"!~", "~"),
    (r"(?<!!)~(?!\*)", "!~"),
    (r" \+ 1\b", " + 2"),
    (r" - 1\b", " - 2"),
)
_CEDAR = (
    (r"==", "!="),
    (r">=", ">"),
    (r"<=", "<"),
    (r"(?<![<>=])>(?!=)", ">="),
    (r"&&", "||"),
    (r"\|\|", "&&"),
    (r"!context", "context"),
    (
        r"(?<!!)context\.(?=running|basis|incident|review|protected|deputy|supervision_p)",
        "!context.",
    ),
    (r"\bunless \{", "when {"),
    (r"\bwhen \{", "unless {"),
    (r"\bforbid \(", "permit ("),
)
_NUMBER = re.compile(r"(?<![\w.'$%])(\d{1,9})(?![\w.'])")
_STATEMENT = re.compile(r"PERFORM\b[^;]*;", re.DOTALL)
_ARRAY = re.compile(r"ARRAY\[('[^\]]*')\]")


def _mask(text: str, *, comment: str) -> str:
    """The text with comments and the insides of strings blanked, character for character."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith(("'", '"')):
            return found[0] + "\0" * (len(found) - 2) + found[-1]
        return re.sub(r"[^\n]", "\0", found)

    quote = "'(?:[^']|'')*'" if comment == "--" else '"(?:[^"\\\\]|\\\\.)*"'
    return re.sub(rf"{comment}[^\n]*|{quote}", blank, text)


def _replaced(path: str, text: str, unit: str, start: int, end: int, now: str) -> Mutant:
    return Mutant(
        path=path,
        unit=unit,
        line=text.count("\n", 0, start) + 1,
        was=" ".join(text[start:end].split())[:70],
        now=" ".join(now.split())[:70],
        text=text[:start] + now + text[end:],
        source=text.splitlines()[text.count("\n", 0, start)],
    )


def of_sql(path: str, text: str) -> Iterator[Mutant]:
    """Faults in the bodies of the functions of one part."""
    masked = _mask(text, comment="--")
    for function in re.finditer(
        r"CREATE (?:OR REPLACE )?FUNCTION (kernel\.\w+).*?\$\$(?:;| )", text, re.DOTALL
    ):
        # The body lies between the two marks of dollar signs.
        begin = text.index("$$", function.start()) + 2
        stop = text.index("$$", begin)
        unit = function[1]
        for pattern, now in _SQL:
            for match in re.finditer(pattern, masked[begin:stop]):
                at = begin + match.start()
                yield _replaced(path, text, unit, at, begin + match.end(), now)
        for match in _STATEMENT.finditer(text, begin, stop):
            if masked[match.start()] != "\0":
                yield _replaced(path, text, unit, match.start(), match.end(), "NULL;")
        for match in _NUMBER.finditer(masked, begin, stop):
            number = int(match[1])
            yield _replaced(path, text, unit, match.start(), match.end(), str(number + 1))
        yield from _of_strings(path, text, unit, begin, stop)


def _of_strings(path: str, text: str, unit: str, begin: int, stop: int) -> Iterator[Mutant]:
    """Lists shortened by each of their words, and patterns without their ends."""
    for match in _ARRAY.finditer(text, begin, stop):
        words = [word.strip() for word in match[1].split(",")]
        for word in words:
            rest = ", ".join(one for one in words if one != word)
            now = f"ARRAY[{rest}]" if rest else "ARRAY[]::text[]"
            yield _replaced(path, text, unit, match.start(), match.end(), now)
    for match in re.finditer(r"'\^[^']*\$'", text[begin:stop]):
        start, end = begin + match.start(), begin + match.end()
        yield _replaced(path, text, unit, start, end, "'" + text[start + 2 : end])
        yield _replaced(path, text, unit, start, end, text[start : end - 2] + "'")


def of_cedar(path: str, text: str) -> Iterator[Mutant]:
    """Faults in the rules: relations, logic, a word of a list, a whole rule left out."""
    masked = _mask(text, comment="//")
    for rule in re.finditer(r'@id\("(\w+)"\)(?:.|\n)*?;\n', text):
        begin, stop, unit = rule.start(), rule.end(), rule[1]
        yield _replaced(path, text, unit, begin, stop, "")
        for pattern, now in _CEDAR:
            for match in re.finditer(pattern, masked[begin:stop]):
                at = begin + match.start()
                yield _replaced(path, text, unit, at, begin + match.end(), now)
        for match in re.finditer(r"\[((?:\"\w+\"(?:, )?)+)\]", text[begin:stop]):
            words = match[1].split(", ")
            for word in words:
                now = f"[{', '.join(one for one in words if one != word)}]"
                yield _replaced(path, text, unit, begin + match.start(), begin + match.end(), now)


_PYTHON = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


def of_python(path: str, text: str) -> Iterator[Mutant]:
    """Faults in the functions of a module; strings that only a person reads are left alone."""
    tree = ast.parse(text)
    for node, unit in _inside(tree):
        for now in _faults(node):
            start, end = _span(text, node)
            yield _replaced(path, text, unit, start, end, now)


def _inside(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    if not isinstance(node, ast.FunctionDef):
                        yield node, function.name


def _faults(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            if type(operator) in _PYTHON:
                other = ast.Compare(left, [_PYTHON[type(operator)]()], [right])
                yield f"({ast.unparse(other)})"
        case ast.BoolOp():
            yield from _of_logic(node)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _PYTHON:
            other = ast.BinOp(left, _PYTHON[type(operator)](), right)
            yield f"({ast.unparse(other)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"({ast.unparse(operand)})"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield f"({ast.unparse(ast.IfExp(test, orelse, body))})"
        case ast.Constant(value=bool() as value):
            yield str(not value)
        case ast.Constant(value=int() as value):
            yield str(value + 1)
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield "pass"


def _of_logic(node: ast.BoolOp) -> Iterator[str]:
    yield f"({ast.unparse(ast.BoolOp(_PYTHON[type(node.op)](), node.values))})"
    for left_out in node.values:
        rest = [value for value in node.values if value is not left_out]
        whole = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield f"({ast.unparse(whole)})"


def _span(text: str, node: ast.AST) -> tuple[int, int]:
    lines = text.splitlines(keepends=True)

    def place(line: int, column: int) -> int:
        before = sum(len(one) for one in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:column].decode())

    return (
        place(node.lineno, node.col_offset),  # type: ignore[attr-defined]
        place(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
    )


def of_file(root: Path, path: str) -> list[Mutant]:
    """All mutants of a file, each fault once."""
    text = (root / path).read_text(encoding="utf-8")
    kind = {".sql": of_sql, ".cedar": of_cedar, ".py": of_python}[Path(path).suffix]
    found: dict[str, Mutant] = {}
    for mutant in {mutant.text: mutant for mutant in kind(path, text)}.values():
        while mutant.name in found:
            mutant = replace(mutant, number=mutant.number + 1)
        found[mutant.name] = mutant
    return list(found.values())
