# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks start` as an operator meets it: killed parts come back, and nothing is left behind."""

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
import pytest
import warm

from kodeks.database import cluster

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are found through Linux' /proc"
)
PATIENCE = 60.0


class Installation:
    """An installation of this module's own, and the processes that belong to it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KODEKS_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return kept | {
            "KODEKS_HOME": str(self.home),
            "KODEKS_PORT": str(self.port),
            "KODEKS_INSECURE_HTTP": "1",
            "KODEKS_LOG_LEVEL": "ERROR",
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return warm.run_text(
            ["-m", "kodeks", *arguments],
            env=self.environment | environment,
            timeout=PATIENCE * 2,
        )

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "kodeks", "start"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.started.append(process)
        until(lambda: self.answers() and any(map(_catches, self.ours("worker"))))
        return process

    def answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/sundhed/"
            with urllib.request.urlopen(url, timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def ours(self, *commands: str) -> set[int]:
        """Processes of this home that run one of the `kodeks` commands (any if none is given)."""
        wanted = commands or ("start", "web", "worker")
        mark = f"KODEKS_HOME={self.home}".encode()
        found = set()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in environment and any(word.encode() in words for word in wanted):
                found.add(int(folder.name))
        return found

    @property
    def database(self) -> int | None:
        return cluster.status(home=self.home).pid

    @property
    def supervisor(self) -> int | None:
        """The process that holds the installation; its file is empty or missing when none does."""
        path = self.home / "supervisor.lock"
        text = path.read_text().strip() if path.exists() else ""
        return int(text) if text else None


def _catches(number: int) -> bool:
    """Whether the process handles SIGTERM: a worker does from when it works, and lives on from then
    if its database dies. One that still starts ends with it and is started again.
    """
    try:
        status = (Path("/proc") / str(number) / "status").read_text()
    except OSError:
        return False
    (caught,) = (line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to pass")


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("KODEKS_DATABASE")]:
            patch.delenv(name)
        home = Path(tempfile.mkdtemp(prefix="kodeks-running-"))
        home.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        made = Installation(home, port)
        try:
            migrated.copy_into(home)
            done = made.run("init")
            assert done.returncode == 0, done.stderr
            yield made
        finally:
            for number in made.ours():
                os.kill(number, signal.SIGKILL)
            cluster.stop(home=home)
            shutil.rmtree(home)


@pytest.fixture(autouse=True)
def _nothing_runs(installation: Installation) -> None:
    """Commands such as `kodeks key rotate` leave the database running for the next one."""
    until(lambda: installation.ours() == set())
    cluster.stop(home=installation.home)


@pytest.fixture
def running(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    process = installation.start()
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=PATIENCE)


def test_a_killed_database_is_started_again_and_everybody_goes_on(installation, running) -> None:
    before = installation.ours("web", "worker")
    killed = installation.database
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: installation.database not in (None, killed) and installation.answers())
    assert installation.ours("web", "worker") == before


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_killed_process_is_started_again(installation, running, command) -> None:
    killed = installation.ours(command)
    assert killed
    for number in killed:
        os.kill(number, signal.SIGKILL)
    until(lambda: installation.ours(command) - killed and installation.answers())


@pytest.mark.parametrize("port", ["the same", "another"])
def test_a_second_start_is_refused_and_disturbs_nothing(installation, running, port) -> None:
    other = str(installation.port if port == "the same" else installation.port + 1)
    second = installation.run("start", KODEKS_PORT=other)
    assert second.returncode == 1
    assert "kodeks kører allerede" in second.stderr
    assert "Traceback" not in second.stderr
    assert installation.answers()
    assert running.poll() is None


def test_keys_are_not_changed_under_a_running_site(installation, running) -> None:
    keys = sorted(path.name for path in (installation.home / "keys").glob("kek-*"))
    refused = installation.run("key", "rotate")
    assert refused.returncode == 1
    assert "kodeks kører allerede" in refused.stderr
    assert sorted(path.name for path in (installation.home / "keys").glob("kek-*")) == keys
    assert installation.answers()


def test_keys_are_changed_when_nothing_runs(installation) -> None:
    folder = installation.home / "keys"
    (before,) = folder.glob("kek-*")
    done = installation.run("key", "rotate")
    assert done.returncode == 0, done.stderr
    *steps, said, warned = done.stdout.splitlines()
    assert said == "0 nøgler er pakket ind igen. Den gamle nøgle er ødelagt."
    assert len(steps) == 2
    assert "sikkerhedskopier" in warned
    (after,) = folder.glob("kek-*")
    assert (before.exists(), after.name > before.name) == (False, True)


def test_stop_ends_all_of_it(installation, running) -> None:
    """The supervisor would otherwise start the database again that `kodeks stop` stopped."""
    done = installation.run("stop")
    assert done.returncode == 0, done.stderr
    assert "Databasen er stoppet." in done.stdout
    assert running.wait(timeout=PATIENCE) == 0
    assert installation.ours() == set()
    assert installation.database is None
    assert "Databasen kørte ikke." in installation.run("stop").stdout


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_that_is_asked_to_end_leaves_nothing(installation, running, sign) -> None:
    running.send_signal(sign)
    assert running.wait(timeout=PATIENCE) == 0
    assert installation.ours() == set()
    assert installation.database is None


def test_a_killed_supervisor_takes_its_processes_along(installation, running) -> None:
    """The database is left, as nobody is there to stop it; the next start takes it over."""
    running.kill()
    running.wait(timeout=PATIENCE)
    until(lambda: installation.ours() == set())
    again = installation.start()
    again.terminate()
    assert again.wait(timeout=PATIENCE) == 0
    assert installation.database is None


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.05, 0.1, 0.3])
def test_asked_to_end_while_it_starts_it_leaves_nothing(installation, seconds) -> None:
    """Also in the moment between the database's birth and the file that tells its number."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kodeks", "start"],
        env=installation.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        until(lambda: installation.supervisor == process.pid)
        until(lambda: installation.database is not None or seconds < 0.1)
        time.sleep(seconds)
    finally:
        process.terminate()
        _, said = process.communicate(timeout=PATIENCE)
    until(lambda: installation.ours() == set())
    assert installation.database is None, said.decode()


def test_a_process_that_starts_the_database_and_is_ended_leaves_one_that_can_be_stopped(
    installation,
) -> None:
    for tenths in (2, 4, 6):
        process = subprocess.Popen(
            [sys.executable, "-m", "kodeks", "web"],
            env=installation.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(tenths / 10)
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=PATIENCE)
        cluster.stop(home=installation.home)
        time.sleep(0.3)
        assert installation.database is None
