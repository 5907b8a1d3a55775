# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One thread of BLAS or two for the embedding, on a machine that is free and on one that is not.

    python benchmarks/inquiries/threads.py [--texts 24]

Prints, for each number of threads, CPU seconds and seconds a text takes: alone, and beside as many
processes that compute as the machine has cores, as web and workers are to each other.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

BUSY = "while True: pass"


def embed(texts: int) -> tuple[float, float]:
    """CPU seconds and seconds a text of the demo's, after the first have warmed it."""
    from kodeks.demo import corpus
    from kodeks.language import embeddings

    ask, found = embeddings.default(), [one.text for one in corpus.history()[:texts]]
    ask.embed(found[:2])
    spent, at = time.process_time(), time.monotonic()
    ask.embed(found)
    return (time.process_time() - spent) / texts, (time.monotonic() - at) / texts


def measured(threads: int, texts: int) -> str:
    """The same in a process of its own with so many threads."""
    return subprocess.run(
        [sys.executable, __file__, "--texts", str(texts), "--inside"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": str(threads)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=24)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print("{:.3f} CPU s, {:.3f} s".format(*embed(given.texts)))
        return
    cores = os.cpu_count() or 1
    for beside in (0, cores):
        busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(beside)]
        try:
            for threads in (1, cores):
                print(
                    f"{beside} beside, {threads} thread(s): {measured(threads, given.texts)} a text"
                )
        finally:
            for one in busy:
                one.kill()


if __name__ == "__main__":
    main()
