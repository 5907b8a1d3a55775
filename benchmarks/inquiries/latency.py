# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long from an inquiry's receipt until its suggestion stands there, at a steady pace?

    python benchmarks/inquiries/latency.py --seconds 180 [--pace 5] [--models words meaning]
        [--workers 1]

An installation of its own is made, with the demo municipality, and run as `kodeks start` runs it:
PostgreSQL, one web process, and --workers. The demo's inquiries, each with a line of its own, are
typed in through the page for new inquiries, --pace of them a second (several paces are run one
after the other), each at its time whether or not those before it are done. What is told, for each:
from the moment that the request began until

    page         the page answered that the inquiry is taken in
    MOMENTS      what the database says of it: when its suggestion was issued, and when the
                 acknowledgement was given

Of --models, `words` is the demo's own; for `meaning` one with embeddings is trained and released.
--weight says how the installation's processes are weighed against others on the machine
(/proc/PID/autogroup); without it they are weighed like all others. The machine's load is told too,
and how much of the time web and worker could have run but others did: on a busy machine that is
what is measured, not the installation.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

import numpy as np
import psycopg

from kodeks.database.cluster import Cluster
from kodeks.demo import corpus

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))
from installation import fresh

MOMENTS = MappingProxyType(
    {
        "suggestion": """
            SELECT inquiry.external_id, extract(epoch FROM made.issued_at)
            FROM inquiries_inquiry inquiry
            JOIN kernel_recommendation made ON made.id = inquiry.recommendation_id""",
        "acknowledgement": """
            SELECT inquiry.external_id, extract(epoch FROM given.at)
            FROM inquiries_inquiry inquiry
            JOIN inquiries_acknowledgement given ON given.inquiry_id = inquiry.id""",
    }
)
"""Each gives (external_id, second) of the inquiries to which it has happened."""
WITHIN = 2.0
_MODEL = Path(__file__).with_name("latency_model.py")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_DOORS, _PATIENCE = 8, 60.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """The door's own answer is what counts, not the page that it leads to."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Door:
    """A caseworker at the page for new inquiries."""

    def __init__(self, port: int) -> None:
        self._base = f"http://localhost:{port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._usual = urllib.request.build_opener(cookies)
        self._staying = urllib.request.build_opener(cookies, _Stay)
        token = _token(self._ask("/roller/"))
        self._ask("/roller/skift/", {"csrfmiddlewaretoken": token, "username": "sofie"})
        self._token = _token(self._ask("/henvendelser/ny/"))

    def hand_in(self, submission: str, text: str, cpr: str) -> float:
        """Seconds until the page answered that it is taken in."""
        began = time.monotonic()
        fields = {"csrfmiddlewaretoken": self._token, "submission": submission, "text": text}
        fields |= {"channel": "mail", "sender_name": "Test Testesen", "sender_cpr": cpr}
        try:
            self._open(self._staying, "/henvendelser/ny/", fields)
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.FOUND:
                return time.monotonic() - began
            raise
        raise SystemExit("the page did not take an inquiry in")

    def _ask(self, path: str, fields: dict[str, str] | None = None) -> str:
        return self._open(self._usual, path, fields)

    def _open(
        self, opener: urllib.request.OpenerDirector, path: str, fields: dict[str, str] | None
    ) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        with opener.open(self._base + path, data=data, timeout=_PATIENCE) as reply:
            return str(reply.read().decode())


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise SystemExit(f"no form on the page: {page[:300]}")
    return found[1]


def handed_in(port: int, pace: float, count: int) -> tuple[dict[str, float], list[float]]:
    """Hand in `count` inquiries; when each began, by its number, and how long the page took."""
    draw = random.Random(1)
    texts = [draw.choice(corpus.everything()).text for _ in range(count)]
    sent: dict[str, float] = {}
    took: list[float] = []
    rows = iter(list(enumerate(texts)))
    lock = threading.Lock()
    begin = time.monotonic() + 1

    def work(door: _Door) -> None:
        while True:
            with lock:
                number, text = next(rows, (None, ""))
            if number is None:
                return
            # All doors busy is a wait that a citizen would have too: it counts from its own time.
            due = begin + number / pace
            time.sleep(max(0.0, due - time.monotonic()))
            submission = str(uuid.uuid4())
            sent[f"side:{submission}"] = time.time() - (time.monotonic() - due)
            late = time.monotonic() - due
            told = f"{text} (måling {number})"
            took.append(late + door.hand_in(submission, told, _made_up(number)))

    doors = [_Door(port) for _ in range(_DOORS)]
    threads = [threading.Thread(target=work, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent, took


def _made_up(number: int) -> str:
    """A CPR number of nobody, so that the sender can be written to."""
    return f"{1 + number % 28:02}{1 + number // 28 % 12:02}78{1000 + number % 9000:04}"


def moments(url: str, name: str, sent: dict[str, float]) -> list[float]:
    """Seconds from each inquiry's receipt; those that it never happened to count as infinite."""
    waited = time.monotonic()
    with psycopg.connect(url, autocommit=True) as owner:
        while True:
            found = {key: float(at) for key, at in owner.execute(MOMENTS[name])}
            if sent.keys() <= found.keys() or time.monotonic() - waited > _PATIENCE:
                return [found.get(key, float("inf")) - at for key, at in sent.items()]
            time.sleep(0.5)


def line(name: str, seconds: Sequence[float]) -> str:
    """One row of the table."""
    shares = np.quantile(np.array(seconds), [0.5, 0.95, 0.99], method="higher")
    kept = np.mean(np.array(seconds) <= WITHIN)
    cells = " | ".join(f"{one:.2f}" for one in [*shares.tolist(), max(seconds)])
    return f"| {name} | {len(seconds)} | {cells} | {kept:.3f} |"


@contextmanager
def running(home: Path, weight: int | None, workers: int) -> Iterator[list[int]]:
    """The web process and the workers of `kodeks start`."""
    started = []
    try:
        for number, name in enumerate(("web", *["worker"] * workers)):
            log = (home / f"log-{number}-of-{name}").open("wb")
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "kodeks", name],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
            log.close()
        weigh([one.pid for one in started], weight)
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()


def weigh(processes: Sequence[int], weight: int | None) -> None:
    """How much the processes' groups count beside the machine's others."""
    for process in processes if weight is not None else ():
        Path(f"/proc/{process}/autogroup").write_text(str(weight))


def wait_for(port: int) -> None:
    """Until the site answers."""
    until = time.monotonic() + 5 * _PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/roller/", timeout=_PATIENCE).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("the site does not answer")


def used(processes: Sequence[int]) -> tuple[float, float]:
    """CPU seconds of the processes until now, and seconds that they were ready to run but others
    had the CPU."""
    found = [
        [int(number) for number in one.read_text().split()[:2]]
        for process in processes
        for one in Path(f"/proc/{process}/task").glob("*/schedstat")
    ]
    running, waiting = np.array(found).sum(axis=0) / 1e9
    return float(running), float(waiting)


def measured(found: Cluster, asked: argparse.Namespace, pace: float, name: str) -> None:
    """Run the installation at a pace, and print what came of it."""
    with running(Path(os.environ["KODEKS_HOME"]), asked.weight, asked.workers) as processes:
        wait_for(asked.port)
        # The first inquiries load the model.
        sent, _ = handed_in(asked.port, 1.0, 5)
        moments(found.owner_url, "suggestion", sent)
        before, load = used(processes), os.getloadavg()[0]
        sent, took = handed_in(asked.port, pace, round(pace * asked.seconds))
        after = {moment: moments(found.owner_url, moment, sent) for moment in MOMENTS}
        running_s, waiting_s = np.subtract(used(processes), before)
    print(
        f"{name}, workers {asked.workers}, {pace:g} a second; load {load:.0f} to "
        f"{os.getloadavg()[0]:.0f}, weight {asked.weight or 0}; web and workers: "
        f"{running_s / len(sent):.3f} CPU s an inquiry, others had the CPU "
        f"{waiting_s / (running_s + waiting_s):.0%} of the time they were ready"
    )
    print(f"| receipt to | inquiries | p50 s | p95 s | p99 s | longest | within {WITHIN:.0f} s |")
    print("|---|---|---|---|---|---|---|")
    print(line("page", took))
    for moment, seconds in after.items():
        print(line(moment, seconds), flush=True)


def main() -> None:
    """Print a table for each pace and model."""
    parser = argparse.ArgumentParser(description="From receipt to suggestion at a steady pace")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--pace", type=float, nargs="+", default=[5.0])
    parser.add_argument("--port", type=int, default=8167)
    parser.add_argument("--models", nargs="+", choices=["words", "meaning"], default=["words"])
    parser.add_argument("--workers", type=int, default=1, help="as KODEKS_WORKERS")
    parser.add_argument("--weight", type=int)
    asked = parser.parse_args()
    os.environ |= {"KODEKS_PORT": str(asked.port), "KODEKS_INSECURE_HTTP": "1"}
    weigh([os.getpid()], asked.weight)
    with fresh() as found:
        if found.data_folder is not None:
            server = (found.data_folder / "postmaster.pid").read_text().split()[0]
            weigh([int(server)], asked.weight)
        if "words" in asked.models:
            for pace in asked.pace:
                measured(found, asked, pace, "words")
        if "meaning" in asked.models:
            subprocess.run([sys.executable, str(_MODEL)], check=True)
            for pace in asked.pace:
                measured(found, asked, pace, "words and meaning")


if __name__ == "__main__":
    main()
