# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long after a recommendation its receipt can be had, with witnesses over HTTP.

    .venv/bin/python benchmarks/ledger/receipts.py

Three made-up neighbours' witnesses (`kodeks witness serve`), of which two must have signed; the
sequencer and the asking of witnesses run as in a worker. Then with one witness stopped, with two
stopped (no receipt may come), and again after both were started: the limit is 60 s each time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh, one_line

EACH = 100
LIMIT = 60.0
NEVER = float("inf")
SILENCE = 20.0


def main() -> int:
    with fresh():
        import django

        django.setup()
        return _measure()


def _measure() -> int:
    from kodeks.demo import witnesses
    from kodeks.kernel import sequencer, witnessing

    found = witnesses.neighbours(Path(os.environ["KODEKS_HOME"]))
    served = [_serve(one.command) for one in found]
    stopped = threading.Event()
    threads = [
        threading.Thread(target=run, args=(stopped,)) for run in (sequencer.run, witnessing.run)
    ]
    for thread in threads:
        thread.start()
    work = one_line()
    worst = 0.0
    try:
        # Until the processes answer; the first wait is theirs.
        _seconds(work)
        print(f"{'from recommendation to receipt':40}     p50 s    p99 s    max s")
        worst = max(worst, _row("three witnesses of three", work, EACH))
        _end(served[0])
        worst = max(worst, _row("two of three", work, EACH // 2))
        _end(served[1])
        time.sleep(1.0)
        late = _seconds(work, at_most=SILENCE)
        print(f"{'one of three':40} {'none in ' + format(SILENCE, '.0f') + ' s':>17}")
        for place in (0, 1):
            served[place] = _serve(found[place].command)
        began = time.monotonic()
        back = _seconds(work)
        print(f"{'after both were started again':40} {time.monotonic() - began:>26.2f}")
        worst = max(worst, NEVER if back is None else back)
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        for process in served:
            _end(process)
    held = worst <= LIMIT and late is None
    print(f"\nlimit: {LIMIT:.0f} s; worst {worst:.2f} s: {'held' if held else 'BROKEN'}")
    return 0 if held else 1


def _row(name: str, work: object, number: int) -> float:
    found = [_seconds(work) for _ in range(number)]
    took = sorted(NEVER if one is None else one for one in found)
    p50, p99 = (took[int(len(took) * share)] for share in (0.5, 0.99))
    print(f"{name:40} {p50:>9.2f} {p99:>8.2f} {took[-1]:>8.2f}")
    return took[-1]


def _seconds(work: object, *, at_most: float = LIMIT) -> float | None:
    """Seconds until a new recommendation has its receipt; None when it does not come."""
    from kodeks.kernel import receipts, selectors

    record = selectors.recommendation(work())
    began = time.monotonic()
    while time.monotonic() - began < at_most:
        try:
            receipts.build(record)
        except receipts.NotYet:
            time.sleep(0.02)
        else:
            return time.monotonic() - began
    return None


def _serve(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kodeks", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
