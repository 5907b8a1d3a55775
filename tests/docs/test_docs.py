# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is not documented, or documented and gone, fails here; and a few rules of the house."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
import yaml
from django.urls import URLPattern, get_resolver

from kodeks.cli.main import app
from kodeks.language import lix
from kodeks.workbench.configuration import SETTINGS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "kodeks"
PYTHON = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 400
MANDATORY_TERMS = """
    sag, afgørelse, partshøring, begrundelse, aktindsigt, samkøring, mangelbrev, journalisering,
    sagsbehandler, hjemmel, visitering, borgerhenvendelse, kvittering, emne (KLE), handlingsfacet,
    henvendelse, forvaltning/afdeling, systemejer, databeskyttelsesrådgiver, notatpligt, hensyn,
    forslag
"""
# Put together here so that this file does not itself hold what is looked for.
LICENCE = ": ".join(("SPDX-License-Identifier", "MPL-2.0"))
REGISTRY_HOSTS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
)
PICKLING = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}


def _guides() -> list[Path]:
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [*top, *sorted(DOCS.rglob("*.md"))]


def _rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page, without headings and rules."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in rows if not set(row[0]) <= {"-"}]


@lru_cache(maxsize=1)
def _source() -> str:
    kinds = ("*.py", "*.sql", "*.toml")
    files = [file for kind in kinds for file in SOURCE.rglob(kind)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


# Settings


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    documented = {row[0].strip("`"): row for row in _rows("settings.md") if "`KODEKS" in row[0]}
    assert list(documented) == [setting.name for setting in SETTINGS]
    for setting in SETTINGS:
        _, default, _, explanation = documented[setting.name]
        assert default == (f"`{setting.default}`" if setting.default else "tom"), setting.name
        assert explanation == setting.explanation


def test_no_other_setting_is_named_in_the_guides() -> None:
    known = {setting.name for setting in SETTINGS} | {"KODEKS_DATA"}
    for guide in _guides():
        named = set(re.findall(r"KODEKS_[A-Z0-9_]+", guide.read_text(encoding="utf-8")))
        assert named <= known, guide.name


# Commands


def _commands(command: Any, path: str = "kodeks") -> Iterator[tuple[str, Any]]:
    """Every command that is not hidden, with its full name; groups only through their commands."""
    below = getattr(command, "commands", None)
    if not below:
        yield path, command
        return
    for name, one in below.items():
        if not one.hidden:
            yield from _commands(one, f"{path} {name}")


COMMANDS = dict(_commands(typer.main.get_command(app)))


def _sections() -> dict[str, str]:
    """The text below each command's heading."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `(.+)`$", text, flags=re.MULTILINE)
    return {
        name: body.split("\n## ")[0] for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_command_is_documented_and_no_other() -> None:
    assert sorted(_sections()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_documented_with_its_options_and_defaults(name: str) -> None:
    section = _sections().get(name, "")
    options = [one for one in COMMANDS[name].params if one.param_type_name == "option"]
    assert set(re.findall(r"`(--[a-z-]+)`", section)) == {flag for o in options for flag in o.opts}
    assert " ".join((COMMANDS[name].help or "").split()) in section
    for option in options:
        row = next(line for line in section.splitlines() if f"`{option.opts[0]}`" in line)
        if option.required:
            assert "skal angives" in row
        elif option.default not in (None, False, ""):
            assert f"`{option.default}`" in row


def test_the_options_before_a_command_are_documented() -> None:
    head = (DOCS / "commands.md").read_text(encoding="utf-8").split("\n## ")[0]
    for option in typer.main.get_command(app).params:
        assert f"`{option.opts[0]}`" in head


def test_the_guides_name_only_commands_that_exist() -> None:
    groups = {name.split()[1] for name in COMMANDS}
    for guide in _guides():
        text = guide.read_text(encoding="utf-8")
        code = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text, flags=re.DOTALL)
        lines = "\n".join(block or inline for block, inline in code)
        shown = re.findall(
            r"(?:^|bin/)kodeks ([a-z][a-z0-9-]*)(?: ([a-z][a-z-]*))?", lines, re.MULTILINE
        )
        for first, second in shown:
            assert first in groups, f"{guide.name}: kodeks {first}"
            if f"kodeks {first}" not in COMMANDS and second:
                known = (f"{name} ".startswith(f"kodeks {first} {second} ") for name in COMMANDS)
                assert any(known), f"{guide.name}: {first} {second}"


# Pages


def _named_urls(patterns: Any = None, space: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{space}{pattern.name}"
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named_urls(pattern.url_patterns, inner)


def test_every_named_page_is_documented_and_no_other() -> None:
    documented = [row[0].strip("`") for row in _rows("pages.md") if row[0].startswith("`")]
    assert sorted(documented) == sorted(_named_urls())


def test_every_page_says_who_may_see_it() -> None:
    assert all(row[2] for row in _rows("pages.md"))


# Dependencies


def _direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0].lower() for line in wanted}


def _npm_dependencies() -> dict[str, str]:
    wanted: dict[str, str] = yaml.safe_load((ROOT / "frontend" / "package.json").read_text())
    return dict(wanted["dependencies"])  # type: ignore[call-overload]


def test_every_direct_dependency_is_documented_and_no_other() -> None:
    documented = [row[0].strip("`") for row in _rows("dependencies.md") if row[0].startswith("`")]
    assert sorted(documented) == sorted(_direct_dependencies() | set(_npm_dependencies()))


def test_dependencies_are_documented_at_their_locked_versions() -> None:
    locked = (
        dict(
            re.findall(
                r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)",
                (ROOT / "requirements" / "test.txt").read_text(),
                flags=re.MULTILINE,
            )
        )
        | _npm_dependencies()
    )
    wrong = [row[:2] for row in _rows("dependencies.md") if "`" in row[0]]
    wrong = [row for row in wrong if locked.get(row[0].strip("`")) != row[1]]
    assert wrong == []


# Glossary


def test_the_glossary_has_the_terms_of_the_law() -> None:
    terms = {row[0] for row in _rows("glossary.md")}
    wanted = {term.strip() for term in MANDATORY_TERMS.split(",")}
    assert wanted <= terms


def test_each_identifier_of_the_glossary_stands_in_the_source() -> None:
    identifiers = {row[1].strip("`") for row in _rows("glossary.md") if row[1].startswith("`")}
    assert len(identifiers) > 30
    gone = [name for name in identifiers if not re.search(rf"\b{re.escape(name)}\b", _source())]
    assert gone == []


# Data


def test_each_data_set_that_is_documented_is_there(data_folder: Path) -> None:
    named = [row[0].strip("`") for row in _rows("data.md") if row[0].startswith("`")]
    assert named
    assert [name for name in named if not (data_folder / name).exists()] == []


def test_each_data_set_has_a_source_and_a_licence() -> None:
    rows = [row for row in _rows("data.md") if row[0].startswith("`")]
    assert all(len(row) == 4 and all(row) for row in rows)


# Links


def _anchor(heading: str) -> str:
    """The anchor that forges make of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", _guides(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, target


# Language


@pytest.mark.parametrize("page", sorted((DOCS / "guides").glob("*.md")), ids=lambda page: page.stem)
def test_a_guide_is_written_in_plain_danish(page: Path) -> None:
    text = re.sub(r"<!--.*?-->|```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = [line for line in text.splitlines() if line and line[0] not in "|#"]
    # A line of a list is a sentence of its own, also without its full stop.
    listed = [re.sub(r"^([-*]|\d+\.) (.*?)\.?$", r"\2.", line) for line in prose]
    plain = re.sub(r"\]\([^)]*\)|[*`\[]", "", "\n".join(listed))
    assert lix.lix(plain) <= 35


# The house


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_module_is_short_has_its_licence_and_never_pickles(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if "migrations" not in file.parts:
        assert len(text.splitlines()) <= LONGEST_MODULE
    if text:
        head = text.splitlines()[:3]
        assert any("SPDX-FileCopyrightText: 2026 The kodeks founders" in line for line in head)
        assert any(LICENCE in line for line in head)
    assert not {name.split(".")[0] for name in _imports(file)} & PICKLING


def _tracked() -> list[Path]:
    """Every file that git has or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is not a git checkout")
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_a_package_registry() -> None:
    found = []
    for file in _tracked():
        content = file.read_bytes().lower()
        found += [(file.name, host) for host in REGISTRY_HOSTS if host.encode() in content]
    assert found == []


def test_publiccode_agrees_with_the_package() -> None:
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert described["publiccodeYmlVersion"] == "0.4"
    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"]
    assert set(described["description"]) == {"da", "en"}
    for words in described["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 500 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
    assert all(contact["name"] for contact in described["maintenance"]["contacts"])
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
