# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A real installation, made and run by the public commands, and people who visit it in Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import migrated
import psycopg
import pytest
import warm
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg import sql

from kodeks.database import cluster
from kodeks.demo import witnesses

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CPR = "710190-0000"
"""Day 71 does not exist in the calendar: no living person can have this number."""
PATIENCE = 15.0
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 320, "height": 800}


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come to pass: {what}")
        time.sleep(0.1)


class Installation:
    """Eksempelkøbing in a folder of this module's own, with `kodeks start` running in it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._neighbours: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KODEKS_", "DJANGO_"))
        }
        return kept | {
            "KODEKS_HOME": str(self.home),
            "KODEKS_PORT": str(self._port),
            "KODEKS_DEMO": "1",
            "KODEKS_INSECURE_HTTP": "1",
            "KODEKS_LOG_LEVEL": "INFO",
        }

    def run(self, *arguments: str) -> None:
        done = warm.run_text(["-m", "kodeks", *arguments], env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        with (self.home / "output.log").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kodeks", "start"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        # The made-up neighbours, whom `kodeks demo` would start: without them there is no proof.
        self._neighbours = [
            subprocess.Popen(
                [sys.executable, "-m", "kodeks", *one.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for one in witnesses.neighbours(self.home)
        ]
        until(self._answers, "the site answers")

    def stop(self) -> None:
        ended = None
        for one in self._neighbours:
            one.terminate()
            one.wait(timeout=PATIENCE)
        if self._process is not None:
            ended = self._process.poll()
            self._process.terminate()
            try:
                self._process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        cluster.stop(home=self.home)
        left = self._processes()
        for number in left:
            os.kill(number, signal.SIGKILL)
        output = self.home / "output.log"
        tail = output.read_text()[-4000:] if output.is_file() else ""
        assert ended is None, f"kodeks ended before it was asked to, with {ended}:\n{tail}"
        assert left == set(), tail

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/sundhed/", timeout=2) as reply:  # noqa: S310
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _processes(self) -> set[int]:
        mark = f"KODEKS_HOME={self.home}".encode()
        found = set()
        for folder in Path("/proc").iterdir():
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
            except (OSError, ValueError):
                continue
        return found

    def written(self) -> Iterator[tuple[str, bytes]]:
        """What the installation wrote in the clear: its log, its journal, its rows."""
        for file in [self.home / "output.log", *(self.home / "journal").rglob("*")]:
            if file.is_file():
                yield file.name, file.read_bytes()
        for file in (self.home / "logs").rglob("*"):
            if file.is_file():
                yield file.name, file.read_bytes()
        url = cluster.connection_urls(home=self.home).application
        with psycopg.connect(url) as connection:
            tables = connection.execute(
                "SELECT table_name FROM information_schema.table_privileges"
                " WHERE table_schema = 'public' AND privilege_type = 'SELECT'"
            ).fetchall()
            for (name,) in tables:
                rows = connection.execute(
                    sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))
                )
                yield name, "\n".join(row[0] for row in rows).encode()


def _parent() -> str | None:
    """Memory when there is room for a database, else the usual place for what is temporary."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    return str(memory) if roomy else None


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="kodeks-browser-", dir=_parent()))
    home.chmod(0o711)  # the database's own user must get through
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Installation(home, port)
    try:
        migrated.copy_into(home)
        made.run("init")
        made.run("demo-prepare")
        made.start()
        yield made
    finally:
        try:
            made.stop()
        finally:
            shutil.rmtree(home)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


CUT_SHORT = ("htmx:afterRequest, ", "htmx:sendAbort, ")


class Visitor:
    """One person with a browser of their own, who finds fault with every page."""

    def __init__(self, context: BrowserContext, url: str, checked: set[str], axe: bool) -> None:
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self._url = url
        self._checked = checked
        self._axe = axe
        context.on("console", lambda message: self._said(message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", lambda request: self._only_here(request.url))

    def _said(self, text: str) -> None:
        # A page that asks for itself is left while it asks. Of a request that fails otherwise, htmx
        # says so besides (sendError), and so does the browser.
        if not text.startswith(CUT_SHORT):
            self.complaints.append(text)

    def _only_here(self, url: str) -> None:
        if not url.startswith((self._url + "/", "data:")):
            self.complaints.append(f"asks elsewhere: {url}")

    def goto(self, path: str) -> None:
        self.page.goto(self._url + path)

    def take_role(self, username: str) -> None:
        self.goto("/roller/")
        self.check("roles")
        self.page.click(f"form:has(input[value={username}]) button")

    @property
    def text(self) -> str:
        return self.page.inner_text("main")

    def check(self, kind: str) -> None:
        """The page as it stands. The costly checks are made once for each kind of page."""
        page = self.page
        page.wait_for_load_state()
        assert self.complaints == []
        assert page.locator("h1").count() == 1
        # Whoever starts the design system twice gets two.
        assert page.locator("header .more-button").count() <= 1
        assert page.get_attribute("html", "lang") == "da"
        content = page.content()
        assert CPR not in content
        assert CPR.replace("-", "") not in content
        if kind in self._checked:
            return
        self._checked.add(kind)
        if self._axe:
            found = Axe().run(page).response["violations"]
            assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
        page.set_viewport_size(NARROW)
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(WIDE)
        assert wide <= NARROW["width"], kind

    def first_stop_of_the_keyboard(self) -> str:
        self.page.keyboard.press("Tab")
        return str(self.page.evaluate("document.activeElement.textContent")).strip()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with JavaScript")


@pytest.fixture(scope="module")
def checked() -> dict[bool, set[str]]:
    """The kinds of pages that have been looked at with care, with and without JavaScript."""
    return {True: set(), False: set()}


@pytest.fixture
def visitor(
    chromium: Browser, installation: Installation, javascript: bool, checked: dict[bool, set[str]]
) -> Iterator[Callable[..., Visitor]]:
    """Somebody who comes to the site, as one of Eksempelkøbing's people if named."""
    contexts, visitors = [], []

    def come(username: str = "") -> Visitor:
        context = chromium.new_context(java_script_enabled=javascript, viewport=WIDE)
        context.set_default_timeout(1000 * PATIENCE)
        contexts.append(context)
        # axe is a script itself.
        one = Visitor(context, installation.url, checked[javascript], axe=javascript)
        visitors.append(one)
        if username:
            one.take_role(username)
        return one

    yield come
    for context in contexts:
        context.close()
    assert [one.complaints for one in visitors if one.complaints] == []
    for name, content in installation.written():
        assert CPR.encode() not in content, name
        assert CPR.replace("-", "").encode() not in content, name
