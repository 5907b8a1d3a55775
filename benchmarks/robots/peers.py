# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Other engines for durable robots, beside ours on the same server, and the CPU that each takes."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kodeks.database import cluster as launcher
from kodeks.database.cluster import Cluster

_DBOS = """
import json, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from dbos import DBOS, DBOSConfig

def main():
    url, executor, flows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    DBOS(config=DBOSConfig(name="bench", system_database_url=url, executor_id=executor,
                           application_version="1", log_level="ERROR", run_admin_server=False))

    @DBOS.step()
    def one(n): return n

    @DBOS.workflow()
    def flow(n):
        for step in range(4):
            one(step)
        return n

    DBOS.launch()
    flow(0)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.time()
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(flow, range(flows)))) == flows
    print(json.dumps([began, time.time()]), flush=True)
    DBOS.destroy()

main()
"""


_OPENORCHESTRATOR = """
import json, sys, time
from OpenOrchestrator.database import db_util
from OpenOrchestrator.database.queues import QueueElement, QueueStatus

url, flows, worker = sys.argv[1], int(sys.argv[3]), sys.argv[2]
assert db_util.connect(url)
if worker == "w0":
    QueueElement.metadata.create_all(db_util._connection_engine)
    for number in range(flows * 4):
        db_util.create_queue_element("bench", reference=str(number))
print("ready", flush=True)
sys.stdin.readline()
began, claimed = time.time(), []
while (element := db_util.get_next_queue_element("bench")) is not None:
    claimed.append(str(element.id))
    db_util.set_queue_element_status(element.id, QueueStatus.DONE)
print(json.dumps([began, time.time(), claimed]), flush=True)
"""


def dbos(cluster: Cluster, *, flows: int, workers: int) -> None:
    """Flows of four empty steps, each worker its share in four threads: no queue in between."""
    found = _run(cluster, "dbos", _DBOS, flows=flows, workers=workers)
    if found is None:
        print("DBOS              could not be installed here; the guide's figure: 42 flows/s")
        return
    print(
        f"DBOS              {found.rate:6.1f} flows/s = {4 * found.rate:6.1f} steps/s, without a"
        f" ledger; {found.cpu}"
    )


def open_orchestrator(cluster: Cluster, *, flows: int, workers: int) -> None:
    """Elements of its queue, each taken and marked as done: it has no steps and keeps no ledger."""
    found = _run(cluster, "OpenOrchestrator", _OPENORCHESTRATOR, flows=flows, workers=workers)
    if found is None:
        print("OpenOrchestrator  could not be installed here; the guide's figure: 68 % taken twice")
        return
    claims = Counter(one for answer in found.answers for one in answer[2])
    twice = sum(number > 1 for number in claims.values()) / len(claims)
    print(
        f"OpenOrchestrator  {found.rate:6.1f} elements/s, of which {100 * twice:.0f} % were taken"
        f" by more than one worker; {found.cpu}"
    )


@dataclass(frozen=True)
class _Found:
    answers: list[list[Any]]
    rate: float
    cpu: str


def _run(
    cluster: Cluster, package: str, program: str, *, flows: int, workers: int
) -> _Found | None:
    """Each worker a process with a database of the peer's own; None where it does not install."""
    with tempfile.TemporaryDirectory(prefix="kodeks-peer-") as folder:
        python = _installed(Path(folder), package)
        if python is None:
            return None
        name = f"peer_{package.lower()}"
        launcher.create_database(cluster, name)
        file = Path(folder) / "peer.py"
        file.write_text(program)
        server, spent = server_seconds(cluster.owner_url), children_seconds()
        share = flows // workers
        processes = [
            subprocess.Popen(
                [python, file, _url(cluster, name), f"w{number}", str(share)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(workers)
        ]
        for process in processes:
            _read(process, "ready")
        for process in processes:
            process.stdin.write("go\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        answers = [json.loads(_read(process, "[")) for process in processes]
        for process in processes:
            process.wait()
        spent = children_seconds() - spent
        server = server_seconds(cluster.owner_url) - server
    took = max(answer[1] for answer in answers) - min(answer[0] for answer in answers)
    done = share * workers
    return _Found(answers, done / took, cpu(spent, server, done))


def _read(process: subprocess.Popen[str], beginning: str) -> str:
    while line := process.stdout.readline():  # type: ignore[union-attr]
        if line.startswith(beginning):
            return line
    raise SystemExit("a peer's worker died")


def cpu(workers: float, server: float, flows: int) -> str:
    """The two shares of CPU, as they are printed."""
    return (
        f"CPU-ms a flow: {1000 * workers / flows:.1f} in workers (their start included),"
        f" {1000 * server / flows:.1f} in the server"
    )


def _installed(folder: Path, package: str) -> Path | None:
    """The Python of an environment with the package in it; None where it cannot be had."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    python = folder / "venv" / "bin" / "python"
    try:
        for command in (
            [uv, "venv", "-q", "--python", sys.executable, str(folder / "venv")],
            [uv, "pip", "install", "-q", "--python", str(python), package, "psycopg[binary]"],
        ):
            subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def _url(cluster: Cluster, name: str) -> str:
    found = conninfo_to_dict(cluster.owner_url)
    host = str(found["host"])
    where = f"/{name}?host={host}" if host.startswith("/") else f"{host}/{name}"
    account = f"{found['user']}:{found['password']}"
    port = found.get("port", "5432")
    return f"postgresql+psycopg://{account}@{where}{'&' if '?' in where else '?'}port={port}"


def children_seconds() -> float:
    """CPU seconds of the children that have ended and been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def server_seconds(url: str) -> float:
    """CPU seconds so far of the server at `url` and all its processes, on this machine."""
    ticks = os.sysconf("SC_CLK_TCK")
    with psycopg.connect(url) as connection:
        server = _times(connection.info.backend_pid)[1]
    total = sum(_times(server)[11:15])
    for folder in Path("/proc").glob("[0-9]*"):
        times = _times(int(folder.name))
        if times and times[1] == server:
            total += times[11] + times[12]
    return total / ticks


def _times(pid: int) -> list[int]:
    """The numbers of /proc/<pid>/stat from the state on (which is 0): parent 1, times 11 to 14."""
    try:
        rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [0, *map(int, rest[1:])]
