# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The build hook, the static files and the templates' plainness."""

import importlib.util
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from kodeks.workbench.assets import Assets

ROOT = Path(__file__).parents[2]
WORKBENCH = ROOT / "src" / "kodeks" / "workbench"
TEMPLATES = sorted((ROOT / "src" / "kodeks").rglob("templates/**/*.html"))

_spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
hatch_build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hatch_build)

FACE = (
    "@font-face{font-family:Plex;src:url(../f/a.eot),url(../f/a.woff) format('woff'),"
    "url(../f/a.woff2) format('woff2');font-weight:400}"
)


def test_only_woff2_is_left() -> None:
    css = hatch_build.prune_css(
        FACE + "a{background:url(../img/x.svg)}\n/*# sourceMappingURL=m.map*/"
    )
    assert hatch_build.references(css) == ["../f/a.woff2", "../img/x.svg"]
    assert "font-weight:400" in css
    assert "sourceMappingURL" not in css


def test_a_font_of_the_reader_s_system_is_left_alone() -> None:
    face = '@font-face{font-family:system;src:local("Tahoma")}'
    assert hatch_build.prune_css(face).strip() == face


def test_a_font_without_woff2_is_an_error() -> None:
    with pytest.raises(hatch_build.AssetError, match="woff2"):
        hatch_build.prune_css("@font-face{src:url(a.ttf)}")


def test_without_npm_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hatch_build.shutil, "which", lambda name: None)
    with pytest.raises(hatch_build.AssetError, match="Installér Node"):
        hatch_build.fetch(root=tmp_path)


def test_the_lock_file_names_no_server() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text()


@pytest.mark.skipif(
    not (ROOT / hatch_build.STAMP).is_file(), reason="no assets: run python hatch_build.py"
)
def test_every_reference_of_the_style_sheet_gets_a_hashed_name(tmp_path: Path) -> None:
    storage = Assets(location=tmp_path, base_url="/statisk/")
    paths = {}
    for finder in finders.get_finders():
        for path, source in finder.list([]):
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open(path) as file:
                target.write_bytes(file.read())
            paths[path] = (storage, path)
    for _, _, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), processed
    css = (tmp_path / storage.stored_name("dkfds/css/dkfds.min.css")).read_text()
    for reference in hatch_build.references(css):
        assert (tmp_path / "dkfds" / "css" / reference).is_file(), reference
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", reference), reference
    assert storage.url("dkfds/css/dkfds.min.css") != "/statisk/dkfds/css/dkfds.min.css"


def test_without_a_manifest_the_names_are_plain(tmp_path: Path) -> None:
    storage = Assets(location=tmp_path, base_url="/statisk/")
    assert storage.url("workbench/kodeks.css") == "/statisk/workbench/kodeks.css"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_policy_forbids(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"\|\s*safe|autoescape off|mark_safe", source)
    assert "SPDX-License-Identifier" in source
