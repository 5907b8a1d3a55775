# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Mutation testing of the gate: each fault is put in alone, and a test must fail.

    .venv/bin/python benchmarks/mutation/run.py --out mutation.json [--only issue.sql] [--jobs 2]

Half of the gate is SQL and Cedar, which no library mutates, so one small harness does all three. It
works on copies of the checkout with databases of their own. Results are kept in the file, so that
a run that was broken off goes on where it was.

`--every 4` tries each fourth fault of a part, in the order of the file.

A mutant that no test of its part kills is `open`. `--open` tries these again, for instance with new
tests; with `--everything` all tests of kernel, codex and attempts are tried before one counts as a
survivor.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from mutants import Mutant, of_file
from parts import EVERYTHING, PARTS, WITHOUT_SURVIVORS, why_equivalent

ROOT = Path(__file__).parents[2]
KILLERS = 15
SEED = 20261126
TESTS_FAILED = 1
TEMPLATES = ("kodeks_template", "kodeks_stage_template")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--open", action="store_true", help="only those that are open")
    options.add_argument("--everything", action="store_true", help="try all tests on what is left")
    options.add_argument("--every", type=int, default=1, help="try each so-manieth of a part")
    given = options.parse_args()
    paths = [one for one in PARTS if not given.only or Path(one).name in given.only]
    done: dict[str, str] = json.loads(given.out.read_text()) if given.out.exists() else {}
    wanted = ("open", "survived") if given.open else ("",)
    waiting = [
        one
        for path in paths
        for one in of_file(ROOT, path)[:: given.every]
        if not _equivalent(one) and done.get(one.name, "") in wanted
    ]
    print(f"{len(waiting)} mutants to try, {len(done)} known", flush=True)
    # By chance, so that a run that was broken off has tried a fair sample; the policies last, as
    # each of their faults costs new templates.
    random.Random(SEED).shuffle(waiting)
    waiting.sort(key=lambda one: (one.path not in WITHOUT_SURVIVORS, one.path.endswith(".cedar")))
    queue, answers = mp.Queue(), mp.Queue()
    for mutant in waiting:
        queue.put(mutant)
    workers = [
        mp.Process(target=_work, args=(queue, answers, given.everything)) for _ in range(given.jobs)
    ]
    for worker in workers:
        queue.put(None)
        worker.start()
    for number in range(len(waiting)):
        name, verdict = answers.get()
        done[name] = verdict
        given.out.write_text(json.dumps(done, ensure_ascii=False, indent=1, sort_keys=True))
        print(f"{number + 1}/{len(waiting)} {verdict}: {name}", flush=True)
    for worker in workers:
        worker.join()
    return _report(paths, done)


def _equivalent(mutant: Mutant) -> str:
    return why_equivalent(mutant.unit, mutant.was, mutant.now, mutant.source)


def _report(paths: list[str], done: dict[str, str]) -> int:
    """Prints a line for each part and the survivors; fails when there are too many."""
    good = True
    print(f"\n{'part':44}  of all  tried killed survived  share")
    for path in paths:
        known = [one for one in of_file(ROOT, path) if one.name in done]
        found = {one.name: (one, done[one.name]) for one in known}
        alive = [name for name, (_, verdict) in found.items() if verdict in ("open", "survived")]
        real = [name for name in alive if not _equivalent(found[name][0])]
        tried = len(found) - sum(verdict == "invalid" for _, verdict in found.values())
        tried -= len(alive) - len(real)
        share = 1 - len(real) / max(tried, 1)
        every = len(of_file(ROOT, path))
        print(f"{path:44} {every:7} {tried:6} {tried - len(real):6} {len(real):8} {share:6.1%}")
        for name in real:
            print(f"    {name}")
        good &= not real if path in WITHOUT_SURVIVORS else share >= 0.95
    return 0 if good else 1


def _work(queue: Any, answers: Any, everything: bool) -> None:
    checkout = Checkout()
    try:
        number = 0
        while (mutant := queue.get()) is not None:
            answers.put((mutant.name, checkout.verdict(mutant, everything=everything)))
            number += 1
            if number % 40 == 0:
                checkout.require_passing(PARTS[mutant.path])
    finally:
        checkout.remove()


class Checkout:
    """A copy of the project with a test home of its own."""

    def __init__(self) -> None:
        # In memory, where there is room: each run makes databases.
        memory = Path("/dev/shm")  # noqa: S108
        place = memory if memory.is_dir() and shutil.disk_usage(memory).free > 4e9 else None
        self.folder = Path(tempfile.mkdtemp(prefix="kodeks-mutation-", dir=place))
        self.folder.chmod(0o711)
        for name in ("src", "tests", "docs"):
            shutil.copytree(ROOT / name, self.folder / name)
        for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
            shutil.copy(ROOT / name, self.folder / name)
        self._killers: dict[str, dict[str, set[str]]] = {}
        """Of each part the tests that killed, with the functions whose faults they found."""
        self.home = self.folder / "home"
        self.home.mkdir(mode=0o711)
        self.environment = os.environ | {
            "PYTHONPATH": str(self.folder / "src"),
            "KODEKS_TEST_HOME": str(self.home),
            # Nobody's, so that no run removes it.
            "KODEKS_TEST_HOME_OWNER": "0",
            "KODEKS_DATA": "/nonexistent",
            # A function that never ends would go on when its test has been given up.
            "PGOPTIONS": "-c statement_timeout=60000",
        }
        self._server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("server.py"))],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.require_passing(["tests/kernel/test_records.py"])

    def require_passing(self, tests: list[str]) -> None:
        """Without a mutant the tests pass; else every verdict since would be worth nothing."""
        if not self._passes(tests):
            raise RuntimeError("The tests do not pass without a mutant.")

    def verdict(self, mutant: Mutant, *, everything: bool) -> str:
        """killed, open, survived, or invalid when PostgreSQL or Python cannot even read it."""
        path = self.folder / mutant.path
        before = path.read_text(encoding="utf-8")
        try:
            path.write_text(mutant.text, encoding="utf-8")
            if not self._put(mutant, mutant.text):
                return "invalid"
            # First what killed others of this function, then what killed others of this part.
            known = self._killers.setdefault(mutant.path, {})
            near = [test for test, units in known.items() if mutant.unit in units]
            far = sorted(set(known) - set(near))
            if any(
                tests and self._kills(tests) for tests in (near[: -KILLERS - 1 : -1], far)
            ) or not self._passes(PARTS[mutant.path]):
                # The latest last; none when a module could not even be read.
                if self._failed:
                    known[self._failed] = known.pop(self._failed, set()) | {mutant.unit}
                return "killed"
            if not everything:
                return "open"
            return "survived" if self._passes(EVERYTHING) else "killed"
        finally:
            path.write_text(before, encoding="utf-8")
            self._put(mutant, before)

    def _put(self, mutant: Mutant, text: str) -> bool:
        """Bring the change to where it works; whether it can be read."""
        if mutant.path.endswith(".py"):
            try:
                compile(text, mutant.path, "exec")
            except (SyntaxError, ValueError):
                return False
        if mutant.path.endswith(".cedar"):
            self._remake_templates()
        return not mutant.path.endswith(".sql") or self._define(mutant.unit, text)

    def _define(self, unit: str, text: str) -> bool:
        """Define one function anew in both templates, with the settings that it has."""
        begin = text.index(f"FUNCTION {unit}(")
        begin = text.rindex("CREATE", 0, begin)
        stop = text.index("$$", text.index("$$", begin) + 2)
        statement = text[begin : stop + 2].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        for template in TEMPLATES:
            with psycopg.connect(self._url(template), autocommit=True) as connection:
                settings = connection.execute(
                    "SELECT p.oid::regprocedure::text, coalesce(p.proconfig, '{}')"
                    " FROM pg_proc AS p WHERE p.oid::regproc::text = %s",
                    (unit,),
                ).fetchall()
                try:
                    connection.execute(statement)
                except psycopg.Error:
                    return False
                for signature, config in settings:
                    for one in config:
                        name, _, value = one.partition("=")
                        connection.execute(f"ALTER FUNCTION {signature} SET {name} = {value}")
        return True

    def _url(self, name: str) -> str:
        code = (
            "import sys; from pathlib import Path; from kodeks.database import cluster;"
            "sys.stdout.write(cluster.start(home=Path(sys.argv[1]), fsync=False).owner_url)"
        )
        if not hasattr(self, "_owner_url"):
            self._owner_url = subprocess.run(
                [sys.executable, "-c", code, str(self.home)],
                env=self.environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        head, _, query = self._owner_url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _remake_templates(self) -> None:
        """The codex is data in the templates, so they are made anew by the next run."""
        for name in ("template-is-made", "kodeks_stage_template-is-made"):
            (self.home / name).unlink(missing_ok=True)
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            for name in TEMPLATES:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _passes(self, tests: list[str]) -> bool:
        return self._status(tests) == 0

    def _kills(self, tests: list[str]) -> bool:
        """Whether one of these fails, or does not end; not when they cannot be found any more."""
        status = self._status(tests)
        return status == TESTS_FAILED or status < 0

    def _status(self, tests: list[str]) -> int:
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]
        print(json.dumps(arguments), file=self._server.stdin, flush=True)
        status, self._failed = json.loads(self._server.stdout.readline())
        return int(status)

    def remove(self) -> None:
        self._server.stdin.close()
        self._server.wait()
        code = (
            "import sys; from pathlib import Path; from kodeks.database import cluster;"
            "cluster.stop(home=Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", code, str(self.home)], env=self.environment)
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
