# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""500 inquiries through the robot into three fake ESDH systems that fail, while it is killed.

    .venv/bin/python benchmarks/robots/kill9.py --inquiries 500 --kills 24

A third of the inquiries goes to each shape (KMD Nova, GetOrganized, SBSYS), over real HTTP, with
two workers of concurrency 2 and the steps of the registered flow. Workers are killed with SIGKILL
while a call of theirs is being served, before or after the system did its work; a share of the
calls fails; in the second run the robot's code is upgraded. Then everything is counted, here and in
the systems' own stores. Prints one line per fact; exits 0 only if nothing was lost, doubled or
stuck.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import counting
import kill9_flow
import killing

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))

from fake_esdh.serving import CLIENT, SECRET
from fake_esdh.shapes import SHAPES, Kind
from fake_esdh.store import Store

from kodeks.cli import process
from kodeks.database import cluster

_HERE = Path(__file__).parent
_WORDS = "Jeg har læst henvendelsen og valgt emnet ud fra indholdet."
_STUCK_SECONDS = 60.0
_STILL = """
    SELECT max(extract(epoch FROM now() - greatest(r.updated_at, j.scheduled_at)))
    FROM robots_run AS r
    LEFT JOIN procrastinate_jobs AS j ON j.lock = 'run:' || r.id AND j.status IN ('todo', 'doing')
    WHERE r.id = ANY(%s::uuid[]) AND r.status <> 'done' AND (r.attempts > 0
        OR EXISTS (SELECT FROM robots_steprecord AS s WHERE s.run_id = r.id))
"""
_RUN_SECONDS = 900.0
say = partial(print, flush=True)


def main() -> int:
    options = _options()
    memory = Path("/dev/shm")  # noqa: S108
    home = Path(tempfile.mkdtemp(prefix="kodeks-kill9-", dir=memory if memory.is_dir() else None))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_INSECURE_HTTP": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "KODEKS_RECEIPT_WAIT": "20",
        "KODEKS_ESDH_CLIENT": CLIENT,
        "KODEKS_ESDH_TEMPLATE": "17",
        "KODEKS_ESDH_SECONDS": "10",
        "KODEKS_ESDH_DEPARTMENTS": str(home / "departments.toml"),
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    (home / "departments.toml").write_text('["*"]\nid = 818485\nname = "Alle"\n')
    began = time.monotonic()
    try:
        cluster.start(home=home)
        subprocess.run([sys.executable, str(_HERE / "kill9_prepare.py")], check=True)
        process.use_django()
        faults = _Line(options, home).run()
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)
    say(f"In all {time.monotonic() - began:.0f} s.")
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


class _Line:
    """The three runs on one installation."""

    def __init__(self, options: argparse.Namespace, home: Path) -> None:
        from kodeks.robots import credentials

        credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="kill9")
        self._options, self._home = options, home
        self._draw = random.Random(options.seed)
        self._done, self._version = 0, 1
        self._acts = 0

    def run(self) -> list[str]:
        from kodeks.demo import witnesses

        neighbours = [
            subprocess.Popen([sys.executable, "-m", "kodeks", *one.command], start_new_session=True)
            for one in witnesses.neighbours(self._home)
        ]
        faults: list[str] = []
        kills = 0
        try:
            for number, kind in enumerate(SHAPES.values()):
                count = _share(self._options.inquiries, len(SHAPES), number)
                wanted = _share(self._options.kills, len(SHAPES), number)
                found, killed = self._through(kind, count, wanted, upgrade=number == 1)
                faults += found
                kills += killed
        finally:
            for one in neighbours:
                os.killpg(one.pid, signal.SIGTERM)
        from kodeks.kernel import sequencer

        while sequencer.integrate():
            pass
        say(f"Killed inside steps: {kills} x worker.")
        if kills < self._options.kills:
            faults.append(f"only {kills} kills happened")
        urls = cluster.connection_urls(home=self._home)
        return faults + counting.faults(urls.owner, self._done, acts=self._acts)

    def _through(
        self, kind: Kind, count: int, kills: int, *, upgrade: bool
    ) -> tuple[list[str], int]:
        say(f"-- {kind.name}: {count} inquiries")
        runs = _decided(count, prefix=kind.name)
        workers: killing.Workers | None = None
        file = self._home / f"{kind.name}.sqlite"
        os.environ["KODEKS_JOURNAL_SYSTEM"] = kind.connector
        fake = None
        killer = None
        began = time.monotonic()
        try:
            workers = killing.Workers(version=self._version)
            killer = killing.Killer(workers, self._draw, every=self._options.every)
            killer.start()
            fake, url = self._fake(kind, file, killer.port)
            os.environ |= {"KODEKS_ESDH_URL": url, "KODEKS_ESDH_TOKEN_URL": f"{url}/token"}
            killer.wanted = kills
            workers.start(2)
            quiet = self._watch(workers, runs, upgrade=upgrade)
        finally:
            if workers is not None:
                workers.stop()
            if killer is not None:
                killer.close()
            if fake is not None:
                fake.terminate()
                say(f"{kind.name} was called and failed so: {fake.communicate()[0].strip()}")
        seconds = time.monotonic() - began
        say(f"{count} runs in {seconds:.0f} s; {len(killer.killed)} kills: {sorted(killer.killed)}")
        store = Store(file)
        faults = _store_faults(store, kind, count) + _entry_faults(store, kind, runs)
        store.close()
        if quiet > _STUCK_SECONDS:
            faults.append(f"{kind.name}: a run stood still for {quiet:.0f} s")
        faults += self._run_faults(runs, kind)
        self._done += count
        return faults, len(killer.killed)

    def _fake(self, kind: Kind, file: Path, tell: int) -> tuple[subprocess.Popen[str], str]:
        command = [
            *(sys.executable, "-m", "fake_esdh", "--shape", kind.name, "--store", str(file)),
            *("--share", str(self._options.share), "--seed", str(self._options.seed)),
            *("--tell", str(tell)),
        ]
        support = str(_HERE.parents[1] / "tests" / "support")
        path = os.pathsep.join(filter(None, (support, os.environ.get("PYTHONPATH", ""))))
        environment = os.environ | {"PYTHONPATH": path}
        fake = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert fake.stdout is not None
        return fake, fake.stdout.readline().strip()

    def _watch(self, workers: killing.Workers, runs: list[str], *, upgrade: bool) -> float:
        """Until all runs are done; the longest that one stood still in between, in seconds."""
        from kodeks.robots.models import Run, Status

        deadline, longest = time.monotonic() + _RUN_SECONDS, 0.0
        while time.monotonic() < deadline:
            workers.tend()
            left = Run.objects.filter(id__in=runs).exclude(status=Status.DONE)
            longest = max(longest, _still(runs))
            count = left.count()
            if count == 0 or left.filter(status=Status.HELD).exists():
                break
            if upgrade and count <= len(runs) // 2:
                say(f"The robot's code is upgraded with {count} runs left.")
                workers.upgrade()
                upgrade, self._version = False, 2
            time.sleep(0.3)
        say(f"The longest that a run stood still, besides pauses between tries: {longest:.0f} s")
        return longest

    def _run_faults(self, runs: list[str], kind: Kind) -> list[str]:
        """Each step of each run once, and the fourth in those that ended under the new version."""
        from kodeks.inquiries import services
        from kodeks.kernel.models import Act
        from kodeks.robots import flows
        from kodeks.robots.models import Run, Status, StepRecord

        names = [step.name for step in flows.get(services.FLOW).steps]
        wanted = {
            run: sorted([*names, kill9_flow.NEW_STEP] if new else names)
            for run, new in _upgraded(runs).items()
        }
        done = Run.objects.filter(id__in=runs, status=Status.DONE).count()
        held = list(
            Run.objects.filter(id__in=runs, status=Status.HELD).values_list(
                "held_reason", flat=True
            )
        )
        new = sum(kill9_flow.NEW_STEP in steps for steps in wanted.values())
        say(
            f"{kind.name}: runs done {done}; of them ended under the new version {new}; held {held}"
        )
        found = []
        if done != len(runs):
            found.append(f"{kind.name}: {len(runs) - done} runs are not done")
        for run, steps in wanted.items():
            recorded = sorted(StepRecord.objects.filter(run_id=run).values_list("step", flat=True))
            acted = sorted(Act.objects.filter(run_id=run).values_list("step", flat=True))
            self._acts += len(steps)
            if recorded != steps or acted != steps:
                found.append(f"{kind.name}: run {run} did {recorded}, acts {acted}")
        return found


def _decided(count: int, *, prefix: str) -> list[str]:
    """Inquiries received, triaged and decided through services; ids of their runs."""
    import deciding

    from kodeks.demo import corpus
    from kodeks.inquiries import selectors, services
    from kodeks.kernel import api as kernel
    from kodeks.kernel.models import User
    from kodeks.robots.models import Run

    sofie = User.objects.get(username="sofie")
    written = corpus.everything()
    decisions = []
    for number in range(count):
        one = written[number % len(written)]
        inquiry, _ = services.receive(
            external_id=f"{prefix}-{number:05d}",
            text=f"{one.text} (prøve {number})",
            channel=one.channel,
            sender_name=one.sender_name,
            sender_cpr=one.sender_cpr,
            district=one.district,
        )
        services.triage(inquiry_id=str(inquiry.id))
        inquiry.refresh_from_db()
        choice = ("accept", "accept", "reject")[number % 3]
        recommendation = selectors.recommendation_of(inquiry)
        assert recommendation is not None
        how = kernel.presentation(recommendation, user=sofie).how
        if how == "withheld":
            choice = "own"
        elif how == "blind":
            services.state_own_view(
                inquiry_id=inquiry.id, user=sofie, label="rotter", own_consideration=_WORDS
            )
        deciding.see(inquiry, sofie)
        decision = services.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice=choice,
            label="rotter",
            own_consideration=_WORDS,
        )
        decisions.append(decision.id)
    say(f"{count} decided.")
    return [
        str(one)
        for one in Run.objects.filter(decision_id__in=decisions).values_list("id", flat=True)
    ]


def _store_faults(store: Store, kind: Kind, count: int) -> list[str]:
    cases, documents = store.all("case"), kind.documents(store)
    say(
        f"{kind.name}: cases there {len(cases)}, documents there {len(documents)}; given the bytes"
        f" of a letter written anew {len(store.all('replaced'))}"
    )
    found = []
    if len(cases) != count:
        found.append(f"{kind.name}: {len(cases)} cases, expected {count}")
    if len(documents) != 2 * count or len(store.all("document")) != 2 * count:
        found.append(f"{kind.name}: {len(documents)} documents, expected {2 * count}")
    if kind.name == "sbsys" and len(store.all("note")) != 2 * count:
        found.append(f"{kind.name}: {len(store.all('note'))} notes, expected {2 * count}")
    return found


def _entry_faults(store: Store, kind: Kind, runs: list[str]) -> list[str]:
    """Every journal entry of ours names a document there with our bytes, in one case for each."""
    from kodeks.casework.models import JournalEntry
    from kodeks.inquiries.models import Inquiry
    from kodeks.robots.models import Run

    subjects = Run.objects.filter(id__in=runs).values_list("subject_id", flat=True)
    cases = Inquiry.objects.filter(id__in=list(subjects)).values("case_id")
    there = {one.id: one for one in kind.documents(store)}
    found, seen, places = [], set(), {}
    entries = JournalEntry.objects.filter(case_id__in=cases).select_related("document", "case")
    for entry in entries:
        document = there.get(entry.esdh_document_id)
        if entry.status != "receipted" or document is None:
            found.append(f"{kind.name}: entry {entry.id} is {entry.status} and names nothing there")
        elif document.sha256 != entry.document.sha256:
            found.append(f"{kind.name}: entry {entry.id} names a document with other bytes")
        else:
            seen.add(document.id)
            places.setdefault(entry.case_id, set()).add(document.case_id)
    same = sum(len(one) == 1 for one in places.values())
    say(
        f"{kind.name}: entries {len(entries)}, of different documents with our bytes {len(seen)};"
        f" cases of ours with one case there {same}"
    )
    if len(seen) != 2 * len(runs) or same != len(runs):
        found.append(f"{kind.name}: {len(seen)} documents, {same} cases")
    return found


def _upgraded(runs: list[str]) -> dict[str, bool]:
    """Whether the run's last step is the new version's, or should be: it ended after the first
    that is."""
    from kodeks.robots.models import Run, StepRecord

    began = (
        StepRecord.objects.filter(run_id__in=runs, step=kill9_flow.NEW_STEP)
        .order_by("done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    ended = Run.objects.filter(id__in=runs).values_list("id", "finished_at")
    return {
        str(run): began is not None and (finished is None or finished >= began)
        for run, finished in ended
    }


def _still(runs: list[str]) -> float:
    """For how long the run that has stood still longest has done so, in seconds.

    A run that nobody has begun waits for its turn, and one whose job is set to a later moment for
    that: the robot pauses ever longer between tries.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STILL, [runs])
        (seconds,) = cursor.fetchone()
    return float(seconds or 0.0)


def _share(total: int, parts: int, number: int) -> int:
    return total // parts + (number < total % parts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inquiries", type=int, default=500)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between kills, about")
    parser.add_argument("--share", type=float, default=0.08, help="of the calls that fail")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
